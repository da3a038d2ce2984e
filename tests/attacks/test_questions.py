"""Attacks on the door of the questions itself: what it keeps, what it refuses, what a curve gives away.

Each succeeds against the simple rule that is written down beside it, and not against the door.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from chevet.cohort import cohort as cohorts
from chevet.cohort.index import CohortIndex
from chevet.errors import ChevetError
from chevet.privacy.attacks.outcome import auc
from chevet.privacy.tables import rounded
from chevet.room.questions.axes import EXIT, MONTHS, axis_of, codes_of
from chevet.room.questions.cubes import budget_of
from chevet.store import bits
from tests.room.asked_room import Asked, N, made_home, opened_copy

SECRET = np.random.default_rng(5).integers(0, 2**63, N, dtype=np.uint64)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_home(tmp_path_factory.mktemp("room"))


@pytest.fixture
def asked(home: Path, tmp_path: Path) -> Asked:
    return opened_copy(home, tmp_path / "home")


def _members(asked: Asked, definition: str) -> np.ndarray:
    cohort = cohorts.open(asked.lake, "demo", definition)
    return np.asarray(bits.unpack(cohort.bits, N))


def _known_of(index: CohortIndex, patient: int) -> str:
    """What a neighbour knows of somebody, in words that single them out."""
    said = [f"age_at_diagnosis_years = {index.number('age_at_diagnosis_years')[patient]:g}",
            f"diagnosis_year = {index.number('diagnosis_year')[patient]:g}"]  # fmt: skip
    for name in ("sex", "centre"):
        category = index.category(name)
        said.append(f"{name} = {category.labels[category.codes[patient]]}")
    tumours = index.category("tumour")
    return " and ".join([*said, f"diagnosis is {tumours.labels[tumours.codes[patient]]}"])


def _alone(asked: Asked, how_many: int, secret: np.ndarray) -> list[tuple[str, bool]]:
    """Targets who are the only ones of whom that is known: half of them have the fact."""
    index, found = cohorts.open(asked.lake, "demo").index, {True: [], False: []}
    for patient in range(N):
        has, said = bool(secret[patient]), _known_of(index, patient)
        if len(found[has]) < how_many // 2 and _members(asked, said).sum() == 1:
            found[has].append((said, has))
        if all(len(targets) == how_many // 2 for targets in found.values()):
            break
    return [target for pair in zip(found[True], found[False], strict=True) for target in pair]


def _success(told: Sequence[tuple[bool, float]]) -> float:
    return auc([score for has, score in told if has], [score for has, score in told if not has])


# -- are two numbers alike?


def _by_the_patients(definitions: Callable[[str], np.ndarray]) -> Callable[[str], tuple[int, ...]]:
    """The simple rule: noise is drawn for a set of patients, and whoever asks for the same set gets the same."""
    kept: dict[bytes, tuple[int, ...]] = {}
    random = np.random.default_rng(2)

    def answer(definition: str) -> tuple[int, ...]:
        members = definitions(definition)
        if members.tobytes() not in kept:
            kept[members.tobytes()] = tuple((members.sum() + random.normal(0, 100, 2)).astype(int).tolist())
        return kept[members.tobytes()]

    return answer


def _alike(asked: Asked, answer: Callable[[str], object], targets: list[tuple[str, bool]]) -> float:
    """Women, and women without the target if she carries the mutation: one and the same number, or another?"""
    told = [
        (has, float(answer("sex = female") != answer(f"sex = female and not ({said} and mutated(TP53))")))
        for said, has in targets
    ]
    return _success(told)


def _women(asked: Asked) -> list[tuple[str, bool]]:
    return [one for one in _alone(asked, 24, _members(asked, "mutated(TP53)")) if "sex = female" in one[0]]


def test_noise_kept_by_patients_tells_of_each_target_and_noise_kept_by_words_of_none(asked: Asked) -> None:
    targets = _women(asked)
    assert _alike(asked, _by_the_patients(lambda text: _members(asked, text)), targets) == 1.0

    def door(definition: str) -> object:
        told = asked("count", definition, mode="noise")
        return told["patients"], told.get("below"), told["not_in_cohort"]

    assert _alike(asked, door, targets) == pytest.approx(0.5, abs=0.1)  # two draws may be alike by chance


def test_nor_does_it_tell_anything_that_a_question_is_refused_when_all_is_spent(asked: Asked) -> None:
    targets = _women(asked)
    asked("count", "sex = female", mode="noise")
    budget = budget_of(asked.lake, "demo")
    budget.spend(budget.spent().left / 1e9, what="all that is left")

    def refused(definition: str) -> float:
        try:
            asked("count", definition, mode="noise")
        except ChevetError:
            return 1.0
        return 0.0

    assert refused("sex = female") == 0.0
    assert {refused(f"sex = female and not ({said} and mutated(TP53))") for said, _ in targets} == {1.0}


def test_a_target_named_by_hidden_facts_is_told_of_by_rounding_by_patients_and_not_by_the_door(asked: Asked) -> None:
    """Stage, a treatment and whether she lives are hidden, so that everybody might be meant: no support is small."""
    genes = ("KRAS", "EGFR", "PIK3CA")
    mutated = _members(asked, "mutated(TP53)")
    targets = _alone(asked, 20, mutated)
    named = [(f"({said} and treated(class chemotherapy) and known(stage))", has) for said, has in targets]

    def rounding_by_patients(definition: str) -> object:
        members = _members(asked, definition)
        with np.errstate(over="ignore"):
            key = SECRET[members].sum(dtype=np.uint64)
        return int(rounded(np.array([members.sum()]), np.array([key]))[0])

    def door(definition: str) -> object:
        try:
            return asked("count", definition, mode="checked")["patients"]
        except ChevetError as refusal:
            return refusal.message[:20]

    def success(answer: Callable[[str], object]) -> float:
        told = []
        for target, has in named:
            pairs = [(f"mutated(TP53) or mutated({gene})", f"({{0}}) and not ({target} and mutated(TP53))")
                     for gene in genes]  # fmt: skip
            told.append((has, sum(answer(a) != answer(b.format(a)) for a, b in pairs)))
        return _success(told)

    assert success(rounding_by_patients) > 0.6
    assert success(door) == 0.5


def _fits_nobody(asked: Asked, said: str) -> str:
    """The same words with another year of diagnosis, of whom nobody is in the study."""
    before, _, rest = said.partition("diagnosis_year = ")
    words = (f"{before}diagnosis_year = {year}{rest[4:]}" for year in range(2012, 2024))
    return next(one for one in words if not _members(asked, one).any())


@pytest.mark.parametrize("around", ["{}", "({}) or mutated(TP53)", "mutated(TP53) and not ({})"])
def test_that_nobody_fits_is_refused_in_the_words_in_which_one_person_is(asked: Asked, around: str) -> None:
    targets = [said for said, _ in _alone(asked, 8, _members(asked, "mutated(TP53)"))]
    pairs = [(said, _fits_nobody(asked, said)) for said in targets]

    def refusing_one_to_nine(said: str) -> bool:
        return bool(0 < _members(asked, said).sum() < 10)

    def door(said: str) -> str:
        with pytest.raises(ChevetError) as refusal:
            asked("count", around.format(said), mode="checked")
        return refusal.value.message.rpartition("`")[2]

    assert {(refusing_one_to_nine(here), refusing_one_to_nine(absent)) for here, absent in pairs} == {(True, False)}
    assert all(door(here) == door(absent) for here, absent in pairs)


# -- the floor


def _four_people(asked: Asked) -> str:
    index = cohorts.open(asked.lake, "demo").index
    for age, year, sex in itertools.product(range(30, 90), range(2012, 2024), ("female", "male")):
        said = f"age_at_diagnosis_years = {age} and diagnosis_year = {year} and sex = {sex}"
        if index.n_patients and _members(asked, said).sum() == 4:
            return said
    raise AssertionError("no four people are alike")


@pytest.mark.parametrize("fact", ["stage = IV", "vital_status = dead", "mutated(TP53)"])
def test_four_people_and_the_target_are_told_by_a_floor_and_refused_by_the_door(asked: Asked, fact: str) -> None:
    four, has = _four_people(asked), _members(asked, fact)
    targets = [one for one in _alone(asked, 20, has) if not _members(asked, f"{one[0]} and {four}").any()]

    def floor(definition: str) -> float:
        return float(_members(asked, definition).sum() >= 5)

    def door(definition: str) -> float:
        try:
            return float(asked("count", definition, mode="checked")["patients"] is not None)
        except ChevetError:
            return 0.0

    questions = [(f"({four}) or ({said} and {fact})", held) for said, held in targets]
    assert _success([(held, floor(text)) for text, held in questions]) == 1.0
    assert _success([(held, door(text)) for text, held in questions]) == 0.5


def test_of_fewer_than_five_nothing_is_told_and_of_five_to_nine_not_always(asked: Asked) -> None:
    told: dict[bool, set[int]] = {True: set(), False: set()}
    for year in range(2012, 2024):
        definition = f"diagnosis_year = {year}"
        table = asked("table", definition, mode="checked", rows="age_at_diagnosis_years", columns="sex")
        for i, age in enumerate(table["row_values"]):
            low, _, high = age.partition("-")
            for j, sex in enumerate(table["column_values"]):
                if not age or not sex or not high:
                    continue
                cell = f"{definition} and sex = {sex} and age_at_diagnosis_years >= {low}"
                count = int(_members(asked, f"{cell} and age_at_diagnosis_years <= {high}").sum())
                told[table["cells"][i][j]["patients"] is not None].add(count)
    assert min(told[True]) >= 5
    assert told[True] & told[False] & {5, 6, 7, 8}


# -- curves and means


def _events(asked: Asked, definition: str, start: float, end: float) -> int:
    axis = axis_of(EXIT)
    codes = codes_of(cohorts.open(asked.lake, "demo").index, axis)[_members(asked, definition)]
    return sum(int((codes == 1 + j).sum()) for j, month in enumerate(MONTHS) if start <= month < end)


@pytest.mark.parametrize("definition", ["mutated(TP53)", "sex = female", "mutated(PIK3CA)", "stage = III"])
def test_every_step_of_a_curve_is_of_enough_deaths(asked: Asked, definition: str) -> None:
    """A curve by every interval would tell of the few who died in each: a step times those at risk is their number."""
    by_interval = [_events(asked, definition, *span) for span in itertools.pairwise(MONTHS)]
    assert any(0 < events < 5 for events in by_interval)
    groups = asked("survival", definition, mode="checked")["groups"]
    for group in groups:
        points = [point["month"] for point in group["curve"]]
        assert all(_events(asked, definition, *span) >= 5 for span in itertools.pairwise(points))
        assert all(round(100 * point["survival"], 6) % 1 == 0 for point in group["curve"])


def test_an_exact_mean_which_one_number_moves_is_told_to_nobody(asked: Asked) -> None:
    """The attack by two means is in `test_means`, beside the one with noise."""
    for mode in ("cube", "checked"):
        with pytest.raises(ChevetError, match="two exact ones that differ by a patient"):
            asked("mean", mode=mode, field="age_at_diagnosis_years")


def test_whether_a_name_is_anywhere_in_the_records_is_not_told_by_an_error(asked: Asked) -> None:
    """A measurement or a gene that one patient alone has would be told from one that nobody has."""
    assert asked("count", 'measurement("NOWHERE") > 3', mode="noise")["mode"] == "noise"
    nowhere, rare = (asked("genes", mode="checked", genes=[gene])["genes"][0] for gene in ("NOWHERE", "BRAF"))
    assert nowhere | {"gene": ""} == rare | {"gene": ""}
