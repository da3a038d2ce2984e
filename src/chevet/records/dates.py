"""Columns of dates, in one format that the column itself shows, or in the formats that were declared.

Many days look the same day first and month first; a reader that guesses moves patients in time.
A column is read when all its dates are written one way and some date says which way; anything else
must be declared in the mapping, and is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.values import Mark, Said, read_column
from chevet.words import dates


def ordinals(column: Any, formats: Sequence[str], where: str) -> tuple[Any, list[Mark]]:
    """A column of texts as day numbers (`date.toordinal`), null where nothing is said or it is no date.

    formats   as in `datetime.strptime`, the usual one first; none means one way that the column shows
    where     file and column, for errors

    Raises BadInput when no format was declared and the dates are not all written one way that can
    be told, and when a value fits two declared formats and means two days.
    """
    different = [text for text in column.unique().to_pylist() if text is not None]
    if not formats:
        read = dict(zip(different, dates.ordinals(different, where), strict=True))
        return read_column(column, lambda text: Said(read[text]), pa.int64())
    _check_told_apart(different, formats, where)
    return read_column(column, lambda text: _said(text, formats), pa.int64())


def years(column: Any, formats: Sequence[str], where: str) -> tuple[Any, list[Mark]]:
    """The calendar years of a column of dates; same rules as `ordinals`."""
    days, marks = ordinals(column, formats, where)
    found, _ = read_column(days.cast(pa.string()), lambda text: Said(date.fromordinal(int(text)).year), pa.int64())
    return found, marks


def _parsed(text: str, form: str) -> int | None:
    try:
        return datetime.strptime(text.strip(), form).toordinal()
    except ValueError:
        return None


def _said(text: str, formats: Sequence[str]) -> Said:
    for place, form in enumerate(formats):
        day = _parsed(text, form)
        if day is not None:
            return Said(day, "mixed_date_formats") if place else Said(day)
    return Said(None, "wrong_date")


def _check_told_apart(different: list[str], formats: Sequence[str], where: str) -> None:
    if len(formats) < 2:
        return
    unsure = sum(len({_parsed(text, form) for form in formats} - {None}) > 1 for text in different)
    if unsure:
        raise BadInput(
            f"{where}: {unsure} different values fit two of the declared formats and mean two different days",
            next_act="Declare one format, or correct the file so that each date can be read one way only.",
        )
