"""Two numbers that may both be told, and the one between them: sums and differences of facts, not of people.

The groups are all large, and every number is of enough of its people. What is told by subtraction is of few: the
stage between two spans of stages, the men whom two numbers leave over, the rest of a table. Each attack succeeds
against the share that is looked at in the numbers alone, and not against the door.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from chevet.cohort.index import CohortIndex
from chevet.errors import ChevetError, Fault
from chevet.room.account.differences import HIDE_AMONG_LEAST, Counted, Fact, Together
from chevet.room.account.overlap import Past
from chevet.room.account.told import ToldNumbers
from chevet.room.ask import Question
from chevet.room.ask import ask as at_the_door
from chevet.store import bits
from chevet.store.lake import Lake
from tests.room import asked_study
from tests.room.asked_room import Asked, made_home, opened_copy
from tests.strategies import record

STAGES = ("I", "II", "III", "IV")
FEW = 40  # among four thousand; of whom fewer than thirty have it, it is not asked at all


# -- through the door


def _rare_between(found: asked_study.Rows) -> None:
    """Forty of stage III and eight of stage II; and a gene that forty men have, and a third of the women."""
    for i, diagnosis in enumerate(found["diagnosis"]):
        diagnosis["stage"] = "III" if i < FEW else "II" if i < FEW + 8 else STAGES[(0, 3)[i % 2]]
    sexes = [patient["sex"] for patient in found["patient"]]
    men, women = ([i for i, one in enumerate(sexes) if one == sex] for sex in ("male", "female"))
    for i in (*men[:FEW], *women[::3]):
        found["variant"].append(
            {"patient_id": f"P{i:05d}", "sample_id": f"S{i:05d}", "gene": "MET", "consequence": "Missense_Mutation",
             "protein_change": "p.T1010I"}
        )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = made_home(tmp_path_factory.mktemp("room"))
    found = asked_study.rows(4000)
    _rare_between(found)
    Lake(here, actor="steward").write("between", record(found), derive=[CohortIndex.build])
    return here


@pytest.fixture
def asked(home: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    door: Asked = opened_copy(home, tmp_path / "home")
    door.room.permits.set_use("between", ["HMB"], actor="steward")
    permit = door.room.granted(study="between", project="between")
    anna = door.room.tokens.identify(door.room.token(permit.id), "ask")

    def ask(kind: str, definition: str = "all", **how: Any) -> dict[str, Any]:

        question = Question.read(kind, definition, **how)
        return at_the_door(door.lake, door.room.permits, anna, "between", question, mode="checked").as_json()

    return ask


def test_a_stage_of_few_is_not_told_by_two_spans_of_stages_of_many(asked: Callable[..., dict[str, Any]]) -> None:
    assert asked("count", "stage in (I, II, III)")["patients"] is not None
    later = asked("count", "stage in (I, II)")
    assert (later["patients"], later["not_in_cohort"]["patients"]) == (None, None)


def test_nor_by_the_shorter_span_asked_first(asked: Callable[..., dict[str, Any]]) -> None:
    assert asked("count", "stage in (I, II)")["patients"] is not None
    assert asked("count", "stage in (I, II, III)")["patients"] is None


def test_a_gene_common_in_all_and_in_women_and_rare_in_men_is_told_of_one_of_both(
    asked: Callable[..., dict[str, Any]],
) -> None:
    assert asked("count", "mutated(MET)")["patients"] is not None
    assert asked("count", "mutated(MET) and sex = female")["patients"] is None
    assert asked("count", "mutated(KRAS)")["patients"] is not None
    assert asked("count", "mutated(KRAS) and sex = female")["patients"] is not None  # common in men, too


def test_nor_by_the_frequencies_of_women(asked: Callable[..., dict[str, Any]]) -> None:
    (women,) = asked("genes", "sex = female", genes=["MET"])["genes"]
    (everybody,) = asked("genes", genes=["MET"])["genes"]
    assert women["altered"]["patients"] is not None
    assert everybody["altered"]["patients"] is None


def test_a_number_that_follows_from_others_is_told_and_the_same_one_again(
    asked: Callable[..., dict[str, Any]],
) -> None:
    first = asked("count", "mutated(TP53)")
    assert asked("count", "mutated(TP53)") == first
    (gene,) = asked("genes", genes=["TP53"])["genes"]
    assert gene["altered"]["patients"] is not None


# -- what the attacker learns


N = 600
EVERYBODY = bits.full(N)


def _stages(*had: str) -> Fact:
    return Fact("stage", frozenset(had), STAGES)


def _spans(between: int) -> list[Counted]:
    """Stages I to III, and I and II, among 600: so many are of stage III, all others of another."""
    codes = np.concatenate([np.full(between, 2), np.arange(N - between) % 3])
    codes = np.where((codes == 2) & (np.arange(N) >= between), 3, codes)
    return [
        Counted((_stages(*had),), EVERYBODY, EVERYBODY, bits.pack(np.isin(codes, places)))
        for had, places in ((("I", "II", "III"), (0, 1, 2)), (("I", "II"), (0, 1)))
    ]


def _told_apart(people: int, share: float, told: np.ndarray) -> float:
    """The area under the curve of who reads the exact number in between, or reads that it is withheld, of one patient.

    told   (people + 1,) whether a number so large is told
    """
    others = np.arange(people)
    without, having = np.zeros(people + 1), np.zeros(people + 1)
    without[:-1] = having[1:] = binom.pmf(others, people - 1, share)
    parts = [[one[~told].sum(), *one[told]] for one in (having, without)]
    having, without = (np.array(one) for one in parts)
    below = np.concatenate([[0.0], np.cumsum(without)[:-1]])
    return float((having * (below + without / 2)).sum())


def _is_told(between: int) -> bool:
    first, second = _spans(between)
    return Together(N, [first]).bears([second], HIDE_AMONG_LEAST)


def test_two_spans_of_stages_tell_of_a_patient_where_only_each_ones_share_is_looked_at() -> None:
    everything = np.ones(N + 1, dtype=np.bool_)
    assert _told_apart(N, 0.01, everything) > 0.6
    told = np.array([_is_told(min(between, 200)) for between in range(N + 1)])
    areas = [_told_apart(N, share, told) for share in (0.002, 0.01, 0.05, 0.07, 0.08, 0.085, 0.09, 0.1, 0.12, 0.2)]
    assert max(areas) <= 0.55
    assert areas[1] == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("between", [0, 1, 5, 30])
def test_that_a_number_is_withheld_does_not_tell_nobody_from_somebody(between: int) -> None:
    assert _is_told(between) is False


def test_a_gene_altered_and_mutated_and_the_amplified_who_are_left() -> None:
    mutated, altered = np.arange(N) < 200, np.arange(N) < 210
    kinds = ("mutated",), ("mutated", "amplified", "deleted", "fused")
    first, second = (
        Counted((Fact("gene MET", frozenset(had)),), EVERYBODY, EVERYBODY, bits.pack(members))
        for had, members in zip(kinds, (mutated, altered), strict=True)
    )
    assert not Together(N, [first]).bears([second], HIDE_AMONG_LEAST)
    assert Together(N).bears([second], HIDE_AMONG_LEAST)


def test_the_same_spans_over_all_and_over_the_two_sexes_are_weighed_together() -> None:
    """No two of the numbers have one support: only all three give stage III away."""
    three, two = _spans(FEW)
    women = bits.pack(np.arange(N) % 2 == 0)
    halves = [Counted(two.facts, half, half, two.having & half) for half in (women, EVERYBODY & ~women)]
    assert not Together(N, [three, halves[0]]).bears([halves[1]], HIDE_AMONG_LEAST)


def test_a_gene_of_one_stage_is_weighed_with_the_gene_and_with_the_stage(tmp_path: Path) -> None:
    """EGFR of all less EGFR of stage I to III is EGFR of stage IV."""
    random = np.random.default_rng(1)
    egfr, early = random.random(N) < 0.3, np.arange(N) >= 40
    gene = Fact("gene EGFR", frozenset({"mutated"}))
    of_all = Counted((gene,), EVERYBODY, EVERYBODY, bits.pack(egfr))
    of_early = Counted((gene, _stages("I", "II", "III")), EVERYBODY, EVERYBODY, bits.pack(egfr & early))
    for first, second in ((of_all, of_early), (of_early, of_all)):
        told = ToldNumbers(tmp_path / str(first is of_all), N, is_new=True)
        assert told.bears([first], lambda things: HIDE_AMONG_LEAST)
        assert not told.bears([second], lambda things: HIDE_AMONG_LEAST)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_whatever_is_told_no_combination_of_numbers_singles_few_people_out(seed: int) -> None:
    """Worked out anew, person by person: the leverage of each in the matrix of all that was told."""
    random = np.random.default_rng(seed)
    codes, sexes = random.choice(4, N, p=random.dirichlet([2, 2, 1, 0.5])), random.random(N) < 0.5
    together, rows = Together(N), []
    for _ in range(12):
        places = random.choice(4, random.integers(1, 4), replace=False)
        group = (np.ones(N, dtype=np.bool_), sexes, ~sexes)[random.integers(3)]
        members = group & np.isin(codes, places)
        number = Counted(
            (_stages(*(STAGES[i] for i in places)),), bits.pack(group), bits.pack(group), bits.pack(members)
        )
        if together.bears([number], HIDE_AMONG_LEAST):
            together.add([number])
            rows += [group, members]
    if rows:
        matrix = np.array(rows, dtype=np.float64)
        leverage = np.einsum("ij,ij->j", matrix, np.linalg.pinv(matrix @ matrix.T, hermitian=True) @ matrix)
        assert leverage.max() <= 1 / HIDE_AMONG_LEAST + 1e-6


# -- what is kept


def _past(folder: Path) -> ToldNumbers:
    return ToldNumbers(folder / "told", N, is_new=not folder.exists())


def test_what_was_told_is_weighed_with_what_is_asked_tomorrow(tmp_path: Path) -> None:
    first, second = _spans(FEW)
    today = _past(tmp_path / "1")
    assert today.bears([first], lambda things: HIDE_AMONG_LEAST)
    today.keep()
    with (tmp_path / "1" / "told" / "numbers.jsonl").open("a") as file:
        file.write('{"rows": [0, 0')  # a crash
    tomorrow = _past(tmp_path / "1")
    assert tomorrow.bears([first], lambda things: HIDE_AMONG_LEAST)
    assert not tomorrow.bears([second], lambda things: HIDE_AMONG_LEAST)


@pytest.mark.parametrize("lost", ["numbers.jsonl", "sets"])
def test_where_the_numbers_told_are_lost_nothing_more_is_answered(tmp_path: Path, lost: str) -> None:
    with Past.locked(tmp_path / "1", N) as past:
        past.may_tell([_spans(FEW)[0]], lambda things: HIDE_AMONG_LEAST)
        past.keep()
    (tmp_path / "1" / "told" / lost).unlink()
    with pytest.raises(Fault, match="not all kept here"), Past.locked(tmp_path / "1", N):
        pass


def test_a_past_that_was_kept_before_differences_were_weighed_answers_no_more(tmp_path: Path) -> None:
    with Past.locked(tmp_path / "1", N):
        pass
    shutil.rmtree(tmp_path / "1" / "told")
    with pytest.raises(ChevetError, match="older Chevet"), Past.locked(tmp_path / "1", N):
        pass
