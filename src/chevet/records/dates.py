"""Columns of dates, read only in the formats that were declared.

Thirty-one of the year's days look the same day first and month first; a reader that guesses moves
patients in time. So: dates as 2024-03-31 are read as they are; any other way must be declared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.report import Act
from chevet.records.values import Mark, Said, read_column

_NUMBERS = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")


def ordinals(column: Any, formats: Sequence[str], where: str) -> tuple[pa.Array, list[Mark]]:
    """A column of texts as day numbers (`date.toordinal`), null where nothing is said or it is no date.

    formats   as in `datetime.strptime`, the usual one first; none means 2024-03-31 only
    where     file and column, for errors

    Raises BadInput when a value fits two formats and means two days, and when no format was
    declared and something else than 2024-03-31 is found.
    """
    different = [text for text in column.unique().to_pylist() if text is not None]
    if not formats:
        _check_iso(different, where)
        return read_column(column, lambda text: Said(_iso(text)), pa.int64())
    _check_told_apart(different, formats, where)
    return read_column(column, lambda text: _said(text, formats), pa.int64())


def years(column: Any, formats: Sequence[str], where: str) -> tuple[pa.Array, list[Mark]]:
    """The calendar years of a column of dates; same rules as `ordinals`."""
    days, marks = ordinals(column, formats, where)
    texts = days.cast(pa.string())
    found, _ = read_column(texts, lambda text: Said(date.fromordinal(int(text)).year), pa.int64())
    return found, marks


def _iso(text: str) -> int | None:
    try:
        return datetime.fromisoformat(text.strip()).toordinal()
    except ValueError:
        return None


def _parsed(text: str, form: str) -> int | None:
    try:
        return datetime.strptime(text.strip(), form).toordinal()
    except ValueError:
        return None


def _said(text: str, formats: Sequence[str]) -> Said:
    for place, form in enumerate(formats):
        day = _parsed(text, form)
        if day is not None:
            other: Act = "repaired"
            return Said(day, "date_in_other_format", other) if place else Said(day)
    return Said(None, "not_a_date")


def _check_iso(different: list[str], where: str) -> None:
    kinds = Counter(_kind(text) for text in different)
    if set(kinds) <= {"year first"}:
        return
    found = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    raise BadInput(
        f"{where}: dates should be written as 2024-03-31; different values found: {found}",
        next_act='Declare how they are written in the mapping, such as date_format = "%d/%m/%Y" '
        "(or a list, the usual format first).",
    )


def _kind(text: str) -> str:
    if _iso(text) is not None:
        return "year first"
    parts = _NUMBERS.match(text.strip())
    if parts is None:
        return "otherwise"
    first, second = int(parts[1]), int(parts[2])
    if first > 31:
        return "otherwise"
    if first > 12:
        return "day first"
    return "month first" if second > 12 else "day or month first (cannot be told)"


def _check_told_apart(different: list[str], formats: Sequence[str], where: str) -> None:
    if len(formats) < 2:
        return
    unsure = sum(len({_parsed(text, form) for form in formats} - {None}) > 1 for text in different)
    if unsure:
        raise BadInput(
            f"{where}: {unsure} different values fit two of the declared formats and mean two different days",
            next_act="Declare one format, or correct the file so that each date can be read one way only.",
        )
