"""Dates and durations: a day becomes a month, a quarter, a year, some years.

Groups of dates are spelt as `chevet.privacy.dates.truncated` spells cut dates. Durations are days since diagnosis;
a month is a twelfth of 365.25 days, so that twelve are a year.
"""

from __future__ import annotations

import math
import re
from datetime import date

from chevet.errors import BadInput
from chevet.privacy.hierarchies.ladder import Ladder, Steps

DAYS_OF_MONTH = 365.25 / 12
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


def dates(years: int = 5) -> Ladder:
    """Days as 2021-05-17; the last groups are of `years` calendar years, from a year that `years` divides."""
    _check_years(years)
    return Ladder("date", ("month", "quarter", "year", "years"), lambda day: _of_day(day, years), "2021-05-17")


def years(together: int = 5) -> Ladder:
    """Calendar years as 2021."""
    _check_years(together)
    return Ladder("year", ("years",), lambda text: _of_year(text, together), "2021")


def durations() -> Ladder:
    """Days since diagnosis, negative before it; groups are counted in whole months."""
    return Ladder("days", ("months", "half_years", "years_since", "five_years_since"), of_days, "412")


def of_days(days: str) -> Steps | None:
    """The groups of a number of days.

    >>> of_days("412")
    ('13 mo', '12 to 17 mo', '12 to 23 mo', '0 to 59 mo')
    """
    if not _NUMBER.fullmatch(days):
        return None
    month = math.floor(float(days) / DAYS_OF_MONTH)
    firsts = [(month // width * width, width) for width in (6, 12, 60)]
    return (f"{month} mo", *(f"{first} to {first + width - 1} mo" for first, width in firsts))


def _of_day(text: str, together: int) -> Steps | None:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        return None
    quarter = f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return (text[:7], quarter, f"{day.year:04d}", _years(day.year, together))


def _of_year(text: str, together: int) -> Steps | None:
    return (_years(int(text), together),) if _YEAR.fullmatch(text) else None


def _years(year: int, together: int) -> str:
    first = year // together * together
    return f"{first:04d}-{first + together - 1:04d}"


def _check_years(together: int) -> None:
    if not 2 <= together <= 50:
        raise BadInput(f"{together} years cannot be a group", next_act="Choose 2 to 50 years, for example date:5.")
