from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.privacy.dates import truncated
from chevet.privacy.hierarchies.registry import built_in
from chevet.privacy.hierarchies.times import dates, of_days

_DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(_DAYS)
def test_groups_of_dates_are_spelt_as_cut_dates_are(day: date) -> None:
    steps = dates().climb(str(day))
    column = pa.chunked_array([[day]])
    assert steps is not None
    assert list(steps[:3]) == [truncated(column, unit)[0].as_py() for unit in ("month", "quarter", "year")]


@given(_DAYS, st.integers(2, 50))
def test_years_together_hold_the_year(day: date, together: int) -> None:
    steps = dates(together).climb(str(day))
    assert steps is not None
    first, last = map(int, steps[-1].split("-"))
    assert first <= day.year <= last == first + together - 1
    assert first % together == 0


@pytest.mark.parametrize("text", ["2021-02-30", "20210517", "2021-5-17", "17/05/2021", "2021-05", "2021-W01-1"])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert dates().climb(text) is None


@given(st.integers(-40_000, 40_000))
def test_a_duration_lies_in_all_its_groups(days: int) -> None:
    steps = of_days(str(days))
    assert steps is not None
    month = int(steps[0].removesuffix(" mo"))
    assert month * 365.25 / 12 <= days < (month + 1) * 365.25 / 12
    for step, width in zip(steps[1:], (6, 12, 60), strict=True):
        first, last = map(int, step.removesuffix(" mo").split(" to "))
        assert first <= month <= last == first + width - 1


def test_days_before_the_diagnosis_are_not_put_with_days_after_it() -> None:
    made = built_in("days", ["-1", "0", "1"])
    assert made.labels[-2] == ("-60 to -1 mo", "0 to 59 mo")
