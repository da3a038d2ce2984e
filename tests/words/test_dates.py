"""Durations and dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.words.dates import duration_days, ordinals

DATES = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(st.integers(0, 50_000))
def test_a_duration_in_days_is_that_many_days(days: int) -> None:
    assert duration_days(f"P{days}D") == days


@pytest.mark.parametrize("text", ["", "P", "PT", "29417", "P1H", "-", "P-3D"])
def test_what_is_not_a_duration_is_not_made_into_one(text: str) -> None:
    assert duration_days(text) is None


@given(st.lists(DATES, min_size=1))
def test_dates_written_year_first_are_read_back(dates: list[date]) -> None:
    assert ordinals([d.isoformat() for d in dates], "x") == [d.toordinal() for d in dates]


@given(st.lists(DATES, min_size=1), st.booleans())
def test_a_column_is_read_by_the_one_order_that_fits_or_refused(dates: list[date], day_first: bool) -> None:
    written = [d.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y") for d in dates]
    if any(d.day > 12 for d in dates):
        assert ordinals(written, "x") == [d.toordinal() for d in dates]
    else:
        with pytest.raises(BadInput, match="which number is the day"):
            ordinals(written, "x")


def test_a_column_of_mixed_formats_is_refused_and_says_how_many_of_each() -> None:
    with pytest.raises(BadInput, match="1 are written year first and 2 are not"):
        ordinals(["2024-03-31", "31/03/2024", "30/03/2024"], "labs.csv, column sampled_on")


def test_a_date_that_no_calendar_has_is_named_by_its_row_alone() -> None:
    with pytest.raises(BadInput) as refusal:
        ordinals(["2024-02-28", "2024-02-31"], "labs.csv, column sampled_on")
    assert "data row 2" in refusal.value.message
    assert "2024" not in refusal.value.message
