"""Dates that say how long, and not when: days since diagnosis, dates shifted per patient, dates cut short.

The record's tables already count in days from diagnosis (`records/tables.py`), which is the better form: no calendar
date is left. Where a study needs dates, all dates of one patient move by one keyed offset, so every interval stays
true to the day.

What a shift leaves, and only cutting short takes away: intervals themselves can be as good as a name (three
admissions 17, 203 and 4 days apart); a date known to be true (a death notice) gives the offset, and with it every
other date of that patient; the season stays visible when the offset is small against a year; and acts that happen on
weekdays only narrow the offset down to a few days in seven. Hence `truncated` on top, and deaths never finer than a
month.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from chevet.errors import BadInput, Refused
from chevet.privacy.keys import Key
from chevet.records.rows import Column

pc: Any = pyarrow.compute

Unit = Literal["day", "month", "quarter", "half-year", "year", "5 years"]
UNITS: tuple[Unit, ...] = get_args(Unit)
DAYS_OF_UNIT: dict[Unit, float] = {
    "day": 1, "month": 365.25 / 12, "quarter": 365.25 / 4, "half-year": 365.25 / 2, "year": 365.25,
    "5 years": 5 * 365.25,
}  # fmt: skip
FINEST_FOR_DEATH: Unit = "month"
LEAST_WITHIN, MOST_WITHIN = 30, 3650


def days_since(dates: Column, origins: Column) -> Column:
    """Whole days from each patient's origin (the first diagnosis) to the date, negative before; null if either is.

    dates, origins   (n,) date32, row by row of the same patient
    """
    return pc.days_between(origins, dates)


def offsets(key: Key, project: str, patients: Sequence[str], within_days: int) -> npt.NDArray[np.int64]:
    """(n,) the days by which each patient's dates move, uniform from -within_days to +within_days.

    From the HMAC of the patient under the project's key: always the same for one project, unrelated in another, and
    not to be found without the key. Taken from 64 bits, no offset is likelier than another by more than 10**-15.
    Raises BadInput unless `within_days` lies between 30 and 3650, Refused for another project's key.
    """
    if not LEAST_WITHIN <= within_days <= MOST_WITHIN:
        raise BadInput(
            f"dates cannot be shifted within {within_days} days",
            next_act=f"Choose {LEAST_WITHIN} to {MOST_WITHIN}: less hides nothing, more leaves the century.",
        )
    if key.name != project:
        raise Refused(
            f"this is the key of {key.name}, not of {project}",
            next_act="Shift a project's dates with its own key, or two projects' dates would betray each other.",
        )
    digests = key.digests("date offset", (project,), patients)
    drawn = np.frombuffer(b"".join(digest[:8] for digest in digests), dtype=">u8")
    return (drawn % np.uint64(2 * within_days + 1)).astype(np.int64) - within_days


def shifted(key: Key, project: str, patients: Column, dates: Column, *, within_days: int) -> Column:
    """Each date moved by its patient's offset; null stays null. Intervals within a patient stay true to the day.

    patients   (n,) identifiers as in the source, not pseudonyms: an offset must not follow from what is released
    dates      (n,) date32
    """
    known = pc.unique(patients).drop_null()
    moves = pa.array(offsets(key, project, known.to_pylist(), within_days), pa.int32())
    of_row = moves.take(pc.index_in(patients, value_set=known))
    return pc.cast(pc.add(pc.cast(dates, pa.int32()), of_row), pa.date32())


def truncated(dates: Column, unit: Unit) -> Column:
    """The dates cut short, spelt as the `date` hierarchy spells them: 2021-05-17, 2021-05, 2021-Q2, 2021.

    >>> import datetime
    >>> truncated(pa.chunked_array([[datetime.date(2021, 5, 17)]]), "quarter").to_pylist()
    ['2021-Q2']
    """
    year = pc.cast(pc.year(dates), pa.string())
    if unit == "day":
        return pc.strftime(dates, format="%Y-%m-%d")
    if unit == "month":
        return pc.strftime(dates, format="%Y-%m")
    if unit == "quarter":
        return pc.binary_join_element_wise(year, pc.cast(pc.quarter(dates), pa.string()), "-Q")
    if unit == "year":
        return year
    raise BadInput(f"a date is not cut to a {unit}", next_act="Choose day, month, quarter or year.")


def death_dates(dates: Column, unit: Unit = "year") -> Column:
    """Dates of death cut short; by default to the year. Raises Refused for anything finer than a month."""
    check_death(unit)
    return truncated(dates, unit)


def coarse_days(days: Column, unit: Unit) -> Column:
    """Days since diagnosis as the middle, in whole days, of the unit they fall in; null stays null.

    Differences of two coarse durations are then true to the unit.

    >>> coarse_days(pa.chunked_array([[0, 29, 40]]), "month").to_pylist()
    [15, 15, 46]
    """
    if unit == "day":
        return pc.cast(pc.floor(pc.cast(days, pa.float64())), pa.int64())
    width = DAYS_OF_UNIT[unit]
    number = pc.floor(pc.divide(pc.cast(days, pa.float64()), width))
    return pc.cast(pc.round(pc.multiply(pc.add(number, 0.5), width)), pa.int64())


def check_death(unit: Unit) -> None:
    """Raise Refused when a date of death, cut to this unit, would be finer than a month."""
    if UNITS.index(unit) < UNITS.index(FINEST_FOR_DEATH):
        raise Refused(
            f"a death would be told to the {unit}: no finer than a {FINEST_FOR_DEATH} is allowed",
            next_act="Tell deaths by month or, better, by year.",
        )


def check_survival(survival: Unit, diagnosis: Unit | None) -> None:
    """Raise Refused when a death can be dated to better than a month by adding survival to the date of diagnosis.

    survival    how finely the time from diagnosis to death is told
    diagnosis   how finely the date of diagnosis is told; None when no calendar date is: then nothing can be added

    The coarser of the two counts: 412 days after a diagnosis in 2019 is known to a year.
    """
    if diagnosis is not None:
        check_death(max(survival, diagnosis, key=UNITS.index))
