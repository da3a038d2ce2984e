from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.cohort.definition import parse
from chevet.cohort.nodes import Definition
from chevet.cohort.truth import ThreeValued
from chevet.errors import CannotConclude, Refused
from chevet.room.overlap import (
    DOUBT,
    INFORMATION_AT_MOST,
    LEFT_BY_ROUNDING,
    Past,
    auc_of,
    count_question,
    require_large_enough,
)  # fmt: skip
from chevet.room.questions.knowable import is_knowable, support
from chevet.store import bits
from chevet.store.bits import Bits

N = 3000
LUNG = bits.pack(np.arange(N) < 1500)


def _of(*ranges: tuple[int, int]) -> Bits:
    members = np.zeros(N, dtype=np.bool_)
    for start, stop in ranges:
        members[start:stop] = True
    return bits.pack(members)


def _asked(folder: Path, *supports: Bits) -> None:
    for one in supports:
        with Past.locked(folder, N) as past:
            past.consider([one])
            past.keep()


def test_two_questions_that_differ_by_one_person_are_not_both_answered(tmp_path: Path) -> None:
    _asked(tmp_path, _of((0, 1500)))
    with pytest.raises(Refused, match="a few people"):
        _asked(tmp_path, _of((1, 1500)))


def test_nor_is_a_question_and_nearly_everybody_else(tmp_path: Path) -> None:
    _asked(tmp_path, _of((0, 1500)))
    with pytest.raises(Refused):
        _asked(tmp_path, _of((1499, 3000)))


def test_nor_are_four_questions_of_which_no_two_are_alike(tmp_path: Path) -> None:
    """A - B + C - D is one person, and every two of them differ by a thousand."""
    a, b = _of((0, 1000), (1000, 2001)), _of((1000, 2001), (2001, 2600))
    c, d = _of((2001, 2600), (2600, 3000)), _of((1, 1000), (2600, 3000))
    _asked(tmp_path, a, b, c)
    with pytest.raises(Refused):
        _asked(tmp_path, d)


def test_all_but_one_is_refused_as_everybody_is_known(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        _asked(tmp_path, _of((1, N)))


def test_the_same_people_may_be_asked_of_again_and_again(tmp_path: Path) -> None:
    _asked(tmp_path, *[LUNG] * 30)
    with Past.locked(tmp_path, N) as past:
        assert past.supports == 2


def test_a_refused_question_leaves_no_trace(tmp_path: Path) -> None:
    _asked(tmp_path, LUNG)
    with Past.locked(tmp_path, N) as past:
        before = past.information()
        with pytest.raises(Refused):
            past.consider([_of((500, 2000)), _of((1, 1500))])
        assert np.array_equal(past.information(), before)
        past.keep()
    with Past.locked(tmp_path, N) as past:
        assert past.supports == 2


def test_what_a_crash_wrote_behind_the_last_answer_counts_for_nothing(tmp_path: Path) -> None:
    _asked(tmp_path, LUNG)
    with (tmp_path / "supports.u64").open("ab") as file:
        file.write(b"torn")
    _asked(tmp_path, _of((500, 2000)))
    with Past.locked(tmp_path, N) as past:
        assert past.supports == 3


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_whatever_is_answered_nobody_is_told_more_of_than_the_bound(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """The bound kept row by row is the one of the whole matrix, computed anew."""
    random, folder = np.random.default_rng(seed), tmp_path_factory.mktemp("past")
    answered = [np.ones(N, dtype=np.bool_)]
    for _ in range(25):
        cut = np.sort(random.integers(0, N, 2))
        members = (np.arange(N) >= cut[0]) & (np.arange(N) < cut[1]) & (random.random(N) < random.choice([0.5, 1.0]))
        try:
            _asked(folder, bits.pack(members))
        except Refused:
            continue
        answered.append(members)
    rows = np.unique(np.array(answered), axis=0).astype(np.float64)
    rows = rows[rows.any(axis=1)]
    inverse = np.linalg.inv(DOUBT * rows @ rows.T + LEFT_BY_ROUNDING * np.eye(len(rows)))
    explained = DOUBT * np.einsum("ki,kl,li->i", rows, inverse, rows)
    information = explained / (DOUBT * (1 - explained))
    assert information.max() <= INFORMATION_AT_MOST * 1.001
    with Past.locked(folder, N) as past:
        assert past.information() == pytest.approx(information, rel=1e-2, abs=1e-5)


def test_the_bound_is_an_area_of_fifty_five_hundredths() -> None:
    assert auc_of(INFORMATION_AT_MOST) <= 0.5501


def test_a_study_too_small_for_checked_answers_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotConclude, match="too few patients"):
        require_large_enough(100, "lungs")


def test_a_project_asks_so_many_questions_and_no_more(tmp_path: Path) -> None:
    for _ in range(3):
        count_question(tmp_path, "early", 3)
    with pytest.raises(Refused, match="3 checked questions"):
        count_question(tmp_path, "early", 3)
    count_question(tmp_path, "late", 3)


# -- what an outsider knows


def _truths(**truths: np.ndarray) -> dict[Definition, ThreeValued]:
    by_text = {"stage": "stage = IV", "age": "age_at_diagnosis_years >= 65", "egfr": "mutated(EGFR)",
               "kras": "mutated(KRAS)"}  # fmt: skip
    return {parse(by_text[name]): ThreeValued(bits.pack(held), bits.pack(~held)) for name, held in truths.items()}


STAGE, AGE = np.arange(N) < 900, np.arange(N) % 3 == 0
HIDDEN = np.random.default_rng(1).random(N) < 0.5


@pytest.mark.parametrize(
    ("definition", "people"),
    [
        ("stage = IV and mutated(EGFR)", STAGE),
        ("not (not mutated(EGFR) or not stage = IV)", STAGE),
        ("stage = IV and not mutated(EGFR)", STAGE),
        ("stage = IV or mutated(EGFR)", ~STAGE),
        ("mutated(EGFR) and age_at_diagnosis_years >= 65 and stage = IV", STAGE & AGE),
        ("stage = IV and age_at_diagnosis_years >= 65", np.zeros(N, dtype=np.bool_)),
        ("mutated(EGFR) and mutated(KRAS)", np.ones(N, dtype=np.bool_)),
    ],
)
def test_the_support_is_whoever_the_hidden_facts_decide(definition: str, people: np.ndarray) -> None:
    truths = _truths(stage=STAGE, age=AGE, egfr=HIDDEN, kras=~HIDDEN)
    found = support(parse(definition), N, truths.__getitem__)
    assert np.array_equal(bits.unpack(found.open, N), people)


def test_the_support_does_not_depend_on_who_has_a_hidden_fact() -> None:
    asked = parse("(stage = IV or mutated(EGFR)) and not (age_at_diagnosis_years >= 65 and mutated(KRAS))")
    one = support(asked, N, _truths(stage=STAGE, age=AGE, egfr=HIDDEN, kras=HIDDEN).__getitem__)
    other = support(asked, N, _truths(stage=STAGE, age=AGE, egfr=~HIDDEN, kras=STAGE).__getitem__)
    assert [part.tolist() for part in one.open_parts] == [part.tolist() for part in other.open_parts]
    assert np.array_equal(one.sure, other.sure)


def test_genes_treatments_and_measurements_are_hidden_and_the_rest_is_knowable() -> None:
    hidden = ["mutated(EGFR)", 'treated("osimertinib")', 'measurement("ER") = "positive"', "tmb_per_megabase > 10"]
    knowable = ["stage = IV", "diagnosis under LUNG", "vital_status = dead", "tested(EGFR)", "known(centre)"]
    assert [is_knowable(parse(text)) for text in hidden + knowable] == [False] * 4 + [True] * 5


def test_a_definition_of_too_many_facts_is_refused() -> None:
    genes = ["EGFR", "KRAS", "TP53", "ALK", "MET", "BRAF", "RET"]
    with pytest.raises(Refused, match="at most 6"):
        support(parse(" and ".join(f"mutated({gene})" for gene in genes)), N, {}.__getitem__)
