from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput, Refused
from chevet.privacy.dates import (
    UNITS,
    Unit,
    check_death,
    check_survival,
    coarse_days,
    days_since,
    death_dates,
    offsets,
    shifted,
    truncated,
)
from chevet.privacy.keys import Key
from chevet.privacy.pseudonyms import pseudonyms

KEY = Key(b"d" * 32, "breast")
_DATES = st.dates(date(1920, 1, 1), date(2080, 1, 1))
_VISITS = st.lists(st.tuples(st.sampled_from(["P-1", "P-2", "P-3"]), st.none() | _DATES), min_size=1, max_size=20)


def _shift(visits: list[tuple[str, date | None]], key: Key = KEY, within: int = 365) -> list[date | None]:
    patients = pa.chunked_array([[patient for patient, _ in visits]])
    dates = pa.chunked_array([pa.array([day for _, day in visits], pa.date32())])
    moved: list[date | None] = shifted(key, key.name, patients, dates, within_days=within).to_pylist()
    return moved


@given(_VISITS)
def test_every_interval_of_a_patient_stays_true_to_the_day(visits: list[tuple[str, date | None]]) -> None:
    moved = [new - old for (_, old), new in zip(visits, _shift(visits), strict=True) if old and new]
    of = [patient for patient, old in visits if old]
    for patient in set(of):
        assert len({move for whose, move in zip(of, moved, strict=True) if whose == patient}) == 1
    assert all(abs(move) <= timedelta(365) for move in moved)


@given(_VISITS)
def test_what_was_not_said_stays_not_said(visits: list[tuple[str, date | None]]) -> None:
    assert [new is None for new in _shift(visits)] == [old is None for _, old in visits]


def test_a_patient_moves_alike_in_every_table_of_one_project_and_otherwise_in_another() -> None:
    patients = [f"P-{n}" for n in range(500)]
    alone = [int(offsets(KEY, "breast", [one], 365)[0]) for one in patients[:20]]
    assert alone == offsets(KEY, "breast", patients, 365)[:20].tolist()
    other = offsets(Key(b"d" * 32, "lung"), "lung", patients, 365)
    assert (offsets(KEY, "breast", patients, 365) == other).sum() < 10


def test_offsets_are_spread_evenly_from_one_end_to_the_other() -> None:
    drawn = offsets(KEY, "breast", [f"P-{n}" for n in range(61_000)], 30)
    counts = np.bincount(drawn + 30, minlength=61)
    assert (drawn.min(), drawn.max(), len(counts)) == (-30, 30, 61)
    # Chi-square with 60 degrees of freedom is below 99.6 in 999 of 1000 draws; this draw is a fixed one.
    assert ((counts - 1000) ** 2 / 1000).sum() < 99.6


def test_an_offset_does_not_follow_from_what_is_released() -> None:
    patients = [f"P-{n}" for n in range(4_000)]
    true = offsets(KEY, "breast", patients, 365)
    guessed = offsets(Key(bytes(32), "breast"), "breast", patients, 365)
    from_names = offsets(Key(bytes(32), "breast"), "breast", pseudonyms(KEY, "breast", patients), 365)
    for guess in (guessed, from_names):
        assert (guess == true).mean() < 5 / 731
        assert abs(np.corrcoef(guess, true)[0, 1]) < 0.05


@pytest.mark.parametrize("within", [0, 29, 3651, -365])
def test_a_shift_that_hides_nothing_or_leaves_the_century_is_refused(within: int) -> None:
    with pytest.raises(BadInput):
        offsets(KEY, "breast", ["P-1"], within)


def test_the_key_of_another_project_is_refused() -> None:
    with pytest.raises(Refused):
        offsets(KEY, "lung", ["P-1"], 365)


@given(_DATES, st.integers(-20_000, 20_000))
def test_days_since_diagnosis_are_the_difference_of_the_dates(origin: date, days: int) -> None:
    day = origin + timedelta(days)
    column, origins = pa.chunked_array([[day, None]]), pa.chunked_array([[origin, origin]])
    assert days_since(column, origins).to_pylist() == [days, None]


@given(st.floats(-20_000, 20_000), st.sampled_from(UNITS))
def test_coarse_days_are_within_half_a_unit_of_the_truth(days: float, unit: Unit) -> None:
    half = {"day": 0.5, "month": 15.3, "quarter": 45.7, "half-year": 91.4, "year": 182.7, "5 years": 913.2}[unit]
    (coarse,) = coarse_days(pa.chunked_array([[days]]), unit).to_pylist()
    assert abs(coarse - days) <= half + 0.5


def test_coarse_days_take_few_values() -> None:
    days = pa.chunked_array([list(range(3653))])
    assert [len(set(coarse_days(days, unit).to_pylist())) for unit in UNITS] == [3653, 120, 40, 20, 10, 2]


def test_dates_are_cut_as_they_are_spelt() -> None:
    column = pa.chunked_array([[date(2021, 12, 31), None]])
    assert [truncated(column, unit).to_pylist() for unit in ("day", "month", "quarter", "year")] == [
        ["2021-12-31", None], ["2021-12", None], ["2021-Q4", None], ["2021", None],
    ]  # fmt: skip
    with pytest.raises(BadInput):
        truncated(column, "5 years")


def test_a_death_is_told_by_year_unless_asked_and_never_finer_than_a_month() -> None:
    column = pa.chunked_array([[date(2021, 5, 17)]])
    assert death_dates(column).to_pylist() == ["2021"]
    assert death_dates(column, "month").to_pylist() == ["2021-05"]
    with pytest.raises(Refused):
        death_dates(column, "day")
    with pytest.raises(Refused):
        check_death("day")


@pytest.mark.parametrize(
    ("survival", "diagnosis", "allowed"),
    [("day", None, True), ("day", "year", True), ("day", "month", True), ("day", "day", False),
     ("month", "day", True), ("year", "day", True)],
)  # fmt: skip
def test_survival_added_to_the_date_of_diagnosis_must_not_give_the_day_of_death(
    survival: Unit, diagnosis: Unit | None, allowed: bool
) -> None:
    if allowed:
        check_survival(survival, diagnosis)
    else:
        with pytest.raises(Refused):
            check_survival(survival, diagnosis)
