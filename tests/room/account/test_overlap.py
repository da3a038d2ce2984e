from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.cohort.definition import parse
from chevet.cohort.nodes import Definition
from chevet.cohort.truth import ThreeValued
from chevet.errors import CannotConclude, Fault, Refused
from chevet.room.account.counted import count_question, keep_sites, questions_of, sites_of
from chevet.room.account.overlap import RARER, SHARE_ASSUMED, Past, require_large_enough
from chevet.room.account.sums import ANSWERS_OF_A_SUPPORT, INFORMATION_AT_MOST, LEFT_BY_ROUNDING, auc_of
from chevet.room.questions.bearing import Enough
from chevet.room.questions.knowable import hidden_of, is_knowable, require_nobody_alone, support
from chevet.store import bits
from chevet.store.bits import Bits

N = 3000
DOUBT = SHARE_ASSUMED * (1 - SHARE_ASSUMED)
LUNG = bits.pack(np.arange(N) < 1500)


def _of(*ranges: tuple[int, int]) -> Bits:
    members = np.zeros(N, dtype=np.bool_)
    for start, stop in ranges:
        members[start:stop] = True
    return bits.pack(members)


def _asked(folder: Path, *supports: Bits) -> None:
    for one in supports:
        with Past.locked(folder / "1", N) as past:
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
    with Past.locked(tmp_path / "1", N) as past:
        assert past.supports == 2


def test_a_refused_question_leaves_no_trace(tmp_path: Path) -> None:
    _asked(tmp_path, LUNG)
    with Past.locked(tmp_path / "1", N) as past:
        before = past.information()
        with pytest.raises(Refused):
            past.consider([_of((500, 2000)), _of((1, 1500))])
        assert np.array_equal(past.information(), before)
        past.keep()
    with Past.locked(tmp_path / "1", N) as past:
        assert past.supports == 2


def test_what_a_crash_wrote_behind_the_last_answer_counts_for_nothing(tmp_path: Path) -> None:
    _asked(tmp_path, LUNG)
    with (tmp_path / "1" / "rows").open("ab") as file:
        file.write(b"torn")
    _asked(tmp_path, _of((500, 2000)))
    with Past.locked(tmp_path / "1", N) as past:
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
    with Past.locked(folder / "1", N) as past:
        assert past.information() == pytest.approx(information, rel=1e-2, abs=1e-5)


def test_the_bound_is_an_area_of_fifty_four_hundredths() -> None:
    """Below what is promised, so that a measurement of the attack can lie below it with its whole interval."""
    assert round(auc_of(INFORMATION_AT_MOST), 4) == 0.54


def test_a_study_too_small_for_checked_answers_is_told_how_many_it_takes() -> None:
    with pytest.raises(CannotConclude, match="has too few patients for checked answers: 551, and it takes 552"):
        require_large_enough(551, "lungs")
    require_large_enough(552, "lungs")


@pytest.mark.parametrize(("patients", "bears"), [(551, False), (552, True)])
def test_that_number_is_the_least_of_which_the_sum_over_everybody_is_borne(
    tmp_path: Path, patients: int, bears: bool
) -> None:
    if bears:
        with Past.locked(tmp_path / "1", patients) as past:
            assert past.information().max() <= INFORMATION_AT_MOST
    else:
        with pytest.raises(Refused), Past.locked(tmp_path / "1", patients):
            pass


MANY = 20_000


def _among_many(*ranges: tuple[int, int]) -> Bits:
    return bits.from_positions(np.concatenate([np.arange(*span) for span in ranges]), MANY)


@pytest.mark.parametrize(
    ("people", "share"),
    [(0, 0.004), (600, 0.1), (2526, 0.1), (2527, 0.02), (10_000, 0.02), (MANY - 2526, 0.1), (MANY - 600, 0.1)],
)  # fmt: skip
def test_the_more_people_a_number_speaks_of_and_not_of_the_rarer_a_fact_may_be_told(
    tmp_path: Path, people: int, share: float
) -> None:
    """Everybody's sum is known: of nearly everybody is as of the few others."""
    with Past.locked(tmp_path / "1", MANY) as past:
        assert past.consider([_among_many((0, people)) if people else bits.full(MANY)]) == share


def test_many_questions_of_many_people_are_borne_longer_for_common_facts_than_for_rare_ones(tmp_path: Path) -> None:
    random, shares = np.random.default_rng(1), []
    for _ in range(20):
        with Past.locked(tmp_path / "1", MANY) as past:
            shares.append(past.consider([bits.pack(random.random(MANY) < 0.5)]))
            past.keep()
    assert shares == sorted(shares)
    assert set(shares) == {0.02, 0.1}
    with Past.locked(tmp_path / "1", MANY) as past:
        assert past.information(0.02).max() <= INFORMATION_AT_MOST * 1.001


def test_a_past_that_was_kept_before_rare_facts_were_weighed_tells_of_none(tmp_path: Path) -> None:
    with Past.locked(tmp_path / "1", MANY):
        pass
    for name in RARER:
        shutil.rmtree(tmp_path / "1" / name)
    with Past.locked(tmp_path / "1", MANY) as past:
        assert past.consider([bits.full(MANY)]) == SHARE_ASSUMED


def test_a_past_that_was_kept_before_answers_were_counted_gives_no_more_of_the_same_people(tmp_path: Path) -> None:
    _asked(tmp_path, LUNG)
    state = tmp_path / "1" / "state.npz"
    with np.load(state) as stored:
        before = {name: stored[name] for name in ("names", "factor", "explained")}
    np.savez(state, **before)
    with Past.locked(tmp_path / "1", N) as past:
        assert past.supports == 2
        with pytest.raises(Refused, match="as much as may be told"):
            past.consider([LUNG])


@pytest.mark.parametrize(("counted", "told"), [(59, False), (70, True), (530, True), (541, False)])
def test_a_number_is_of_enough_of_its_people_and_leaves_enough_out(counted: int, told: bool) -> None:
    """One in ten of 600, and up to four more: the key draws where the line is."""
    enough = Enough.of(np.array(1000), np.array(600), np.array(0.1))
    for draw in range(5):
        few = enough.too_few(np.array([1000 + counted]), np.array([draw], dtype=np.uint64))
        assert few.tolist() == [not told]


def test_a_project_asks_so_many_questions_and_no_more(tmp_path: Path) -> None:
    for _ in range(3):
        count_question(tmp_path, "early", 3)
    with pytest.raises(Refused, match="3 checked questions"):
        count_question(tmp_path, "early", 3)
    count_question(tmp_path, "late", 3)


def test_of_the_same_people_each_answer_counts_once_and_so_many_are_given(tmp_path: Path) -> None:
    """Rounding is drawn anew for every wording: the mean of very many would take it away."""
    with Past.locked(tmp_path / "1", N) as past:
        for _ in range(2):
            past.consider([LUNG], [f"wording {i}" for i in range(ANSWERS_OF_A_SUPPORT)])
        past.keep()
    with Past.locked(tmp_path / "1", N) as past:
        assert past.supports == 2
        past.consider([LUNG], ["wording 7"])
        with pytest.raises(Refused, match="as much as may be told"):
            past.consider([LUNG], ["one wording more"])


def test_answers_are_given_on_one_version_of_a_study_and_on_no_other(tmp_path: Path) -> None:
    _asked(tmp_path, LUNG)
    with pytest.raises(Refused, match="given on version 1"), Past.locked(tmp_path / "2", N + 1):
        pass


def test_where_two_versions_have_answered_neither_goes_on(tmp_path: Path) -> None:
    _asked(tmp_path, LUNG)
    shutil.copytree(tmp_path / "1", tmp_path / "2")
    for version in ("1", "2"):
        with pytest.raises(Refused, match="two versions differ"), Past.locked(tmp_path / version, N):
            pass


def test_two_versions_asked_at_the_same_moment_do_not_both_answer(tmp_path: Path) -> None:
    """The check stands behind the lock of the study: whoever comes second sees the first."""
    started, refused = threading.Event(), []

    def second() -> None:
        started.set()
        try:
            with Past.locked(tmp_path / "2", N):
                pass
        except Refused as refusal:
            refused.append(refusal.message)

    with Past.locked(tmp_path / "1", N):
        thread = threading.Thread(target=second)
        thread.start()
        started.wait()
    thread.join()
    assert len(refused) == 1


# -- what an outsider knows


def _truths(**truths: np.ndarray) -> dict[Definition, ThreeValued]:
    by_text = {"female": "sex = female", "age": "age_at_diagnosis_years >= 65", "egfr": "mutated(EGFR)"}
    return {parse(by_text[name]): ThreeValued(bits.pack(held), bits.pack(~held)) for name, held in truths.items()}


FEMALE, AGE = np.arange(N) < 900, np.arange(N) % 3 == 0
HIDDEN = np.random.default_rng(1).random(N) < 0.5


@pytest.mark.parametrize(
    ("definition", "people"),
    [
        ("sex = female and mutated(EGFR)", FEMALE),
        ("not (not mutated(EGFR) or not sex = female)", FEMALE),
        ("sex = female and not mutated(EGFR)", FEMALE),
        ("sex = female or mutated(EGFR)", ~FEMALE),
        ("mutated(EGFR) and age_at_diagnosis_years >= 65 and sex = female", FEMALE & AGE),
        ("sex = female and age_at_diagnosis_years >= 65", np.zeros(N, dtype=np.bool_)),
        ("mutated(EGFR) or not mutated(EGFR)", np.ones(N, dtype=np.bool_)),
    ],
)
def test_the_support_is_whoever_the_hidden_fact_decides(definition: str, people: np.ndarray) -> None:
    truths = _truths(female=FEMALE, age=AGE, egfr=HIDDEN)
    found = support(parse(definition), N, truths.__getitem__)
    assert np.array_equal(bits.unpack(found.open, N), people)


def test_those_who_could_be_false_or_unknown_only_are_set_apart() -> None:
    """Where the sex is not said, the mutation decides between *outside* and *cannot be told*: they are told as one."""
    said = np.arange(N) < 2000
    truths = _truths(egfr=HIDDEN)
    truths[parse("sex = female")] = ThreeValued(bits.pack(FEMALE), bits.pack(said & ~FEMALE))
    found = support(parse("sex = female and mutated(EGFR)"), N, truths.__getitem__)
    assert np.array_equal(bits.unpack(found.open, N), FEMALE)
    assert np.array_equal(bits.unpack(found.never, N), ~said)


def test_the_support_does_not_depend_on_who_has_the_hidden_fact() -> None:
    asked = parse("(sex = female or mutated(EGFR)) and not (age_at_diagnosis_years >= 65 and mutated(EGFR))")
    one = support(asked, N, _truths(female=FEMALE, age=AGE, egfr=HIDDEN).__getitem__)
    other = support(asked, N, _truths(female=FEMALE, age=AGE, egfr=~HIDDEN).__getitem__)
    assert [part.tolist() for part in one.open_parts] == [part.tolist() for part in other.open_parts]
    assert np.array_equal(one.sure, other.sure)


def test_sex_age_year_centre_and_tumour_are_knowable_and_all_else_is_hidden() -> None:
    hidden = ["mutated(EGFR)", "stage = IV", "vital_status = dead", "tested(EGFR)", "last_news_days > 9", "grade = 2",
              'ethnicity = "x"', 'icdo_topography = "C34"', 'treated("osimertinib")']  # fmt: skip
    knowable = ["sex = female", "diagnosis under LUNG", "known(centre)", "birth_year > 1950", "diagnosis_year = 2020"]
    assert [is_knowable(parse(text)) for text in hidden + knowable] == [False] * 9 + [True] * 5


@pytest.mark.parametrize(
    "definition",
    ['measurement("LDH") = 246', 'known(measurement("LDH"))', 'treated("osimertinib")', "tmb_per_megabase > 10",
     "purity = 0.37", "last_news_days = 412", 'icdo_morphology = "8140"'],
)  # fmt: skip
def test_a_value_that_could_name_a_patient_is_refused_and_it_is_said_where_to_ask(definition: str) -> None:
    with pytest.raises(Refused, match="so fine") as refusal:
        hidden_of(parse(definition))
    assert "--mode noise" in refusal.value.next_act


def test_two_hidden_facts_are_refused_and_one_said_twice_is_one() -> None:
    with pytest.raises(Refused, match="at most one fact"):
        hidden_of(parse("mutated(EGFR) and stage = IV"))
    assert hidden_of(parse("mutated(EGFR) and (sex = female or not mutated(EGFR))")) == parse("mutated(EGFR)")


@pytest.mark.parametrize(
    "definition",
    ["sex = female and age_at_diagnosis_years >= 65", "mutated(EGFR) and sex = female and age_at_diagnosis_years >= 65",
     "mutated(EGFR) or not (age_at_diagnosis_years >= 65 and sex = female)"],
)  # fmt: skip
@pytest.mark.parametrize("people", [0, 1, 9])
def test_a_part_that_sets_nine_people_apart_is_refused_and_one_that_fits_nobody_as_well(
    definition: str, people: int
) -> None:
    """Were it answered for nobody, the refusal would tell that somebody is there."""
    few = np.arange(N) < people
    together = parse("sex = female and age_at_diagnosis_years >= 65")
    swapped = parse("age_at_diagnosis_years >= 65 and sex = female")
    truths = _truths(female=FEMALE, age=AGE) | dict.fromkeys(
        (together, swapped), ThreeValued(bits.pack(few), bits.pack(~few))
    )
    truths |= {~one: ~truths[one] for one in (together, swapped)}
    with pytest.raises(Refused, match="fewer than 10"):
        require_nobody_alone(parse(definition), N, truths.__getitem__)


@pytest.mark.parametrize("people", [0, 1, 9])
def test_so_is_a_choice_that_leaves_them_out(people: int) -> None:
    kept = np.arange(N) >= people
    chosen = parse("not sex = female or not age_at_diagnosis_years >= 65")
    truths = _truths(female=FEMALE, age=AGE) | {chosen: ThreeValued(bits.pack(kept), bits.pack(~kept))}
    truths |= {~one: ~truths[one] for one in list(truths)}
    with pytest.raises(Refused, match="fewer than 10"):
        require_nobody_alone(chosen, N, truths.__getitem__)


@pytest.mark.parametrize("others", [0, 1, 9])
def test_a_fact_that_everybody_has_is_refused_like_one_that_a_few_have_not(others: int) -> None:
    """Were it answered where nobody lacks it, the refusal would tell that somebody does."""
    truths = _truths(female=np.arange(N) >= others)
    with pytest.raises(Refused, match="fewer than 10") as refused:
        require_nobody_alone(parse("sex = female"), N, truths.__getitem__)
    assert "everybody fits is left out" in refused.value.next_act
    require_nobody_alone(parse("sex = female"), N, _truths(female=np.arange(N) >= 10).__getitem__)


@pytest.mark.parametrize("harm", ["older", "cut off"])
def test_a_past_that_is_not_all_there_answers_nothing_and_says_who_mends_it(tmp_path: Path, harm: str) -> None:
    _asked(tmp_path, LUNG)
    rows = tmp_path / "1" / "rows"
    if harm == "older":
        rows.rename(tmp_path / "1" / "supports.u64")
    else:
        rows.write_bytes(rows.read_bytes()[:100])
    with pytest.raises(Fault, match="kept by an older Chevet") as fault, Past.locked(tmp_path / "1", N):
        pass
    assert "Ask the cube" in fault.value.next_act


def test_questions_and_exact_changes_are_remembered_project_by_project(tmp_path: Path) -> None:
    for _ in range(3):
        count_question(tmp_path, "early")
    keep_sites(tmp_path, "early", {"mutated(TP53, R175H)"})
    keep_sites(tmp_path, "late", {"mutated(KRAS, G12D)", "mutated(KRAS, G12C)"})
    assert [questions_of(tmp_path, project) for project in ("early", "late")] == [3, 0]
    assert sites_of(tmp_path, "early") == {"mutated(TP53, R175H)"}
    assert len(sites_of(tmp_path, "late")) == 2
