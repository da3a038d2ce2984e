"""Durations and dates, without a calendar of our own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from chevet.errors import BadInput
from chevet.words.labels import Lang, label

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12

_DURATION = re.compile(
    r"(-)?P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_DAYS = (DAYS_PER_YEAR, DAYS_PER_MONTH, 7.0, 1.0, 1 / 24, 1 / 1440, 1 / 86400)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_PARTS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def day_said(day: date, lang: Lang) -> str:
    """A day as people write it.

    >>> day_said(date(2026, 3, 1), "fr"), day_said(date(2026, 3, 2), "en")
    ('1er mars 2026', '2 March 2026')
    """
    first = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    return f"{first} {label(f'month.{day.month}', lang)} {day.year}"


def duration_days(text: str) -> float | None:
    """An ISO-8601 duration in days (a year is 365.25 days, a month a twelfth of it); None when it is not one.

    >>> duration_days("P29417D"), duration_days("P1Y"), duration_days("P"), duration_days("45 years")
    (29417.0, 365.25, None, None)
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()[1:]):
        return None
    days = sum(float(part) * scale for part, scale in zip(found.groups()[1:], _DAYS, strict=True) if part)
    return -days if found.group(1) else days


def ordinals(texts: Sequence[str | None], where: str) -> list[int | None]:
    """Day numbers (proleptic Gregorian ordinals) of a column of dates in one format; None where empty.

    The column must be all ISO (2024-03-31), or all day first, or all month first; the two last are
    told apart by the days above 12 that occur. A cell that is not a date raises, as does a column
    that mixes formats or never says which number is the day.

    where   the column for the message, such as "labs.csv, column sampled_on"

    >>> ordinals(["2024-03-31", None], "x")[0] - ordinals(["30/03/2024"], "x")[0]
    1
    """
    said = [(row, text.strip()) for row, text in enumerate(texts) if text and text.strip()]
    iso = [(row, found) for row, text in said if (found := _ISO.fullmatch(text))]
    parts = [(row, found) for row, text in said if (found := _PARTS.fullmatch(text))]
    if len(iso) + len(parts) < len(said):
        known = {row for row, _ in iso} | {row for row, _ in parts}
        wrong = [row + 1 for row, _ in said if row not in known]
        raise BadInput(
            f"{where}: {len(wrong)} cells are not dates, the first in data row {wrong[0]}",
            next_act="Write every date of the column as 2024-03-31.",
        )
    if iso and parts:
        raise _mixed(where, f"{len(iso)} are written year first and {len(parts)} are not")
    days: list[int | None] = [None] * len(texts)
    for row, found in iso:
        days[row] = _ordinal(int(found[1]), int(found[2]), int(found[3]), where, row)
    if parts:
        day_first = any(int(found[1]) > 12 for _, found in parts)
        month_first = any(int(found[2]) > 12 for _, found in parts)
        if day_first and month_first:
            raise _mixed(where, "some are day first and some month first")
        if not day_first and not month_first:
            raise _mixed(where, "no date says which number is the day")
        for row, found in parts:
            day, month = (int(found[1]), int(found[2])) if day_first else (int(found[2]), int(found[1]))
            days[row] = _ordinal(int(found[3]), month, day, where, row)
    return days


def _ordinal(year: int, month: int, day: int, where: str, row: int) -> int:
    try:
        return date(year, month, day).toordinal()
    except ValueError as error:
        raise BadInput(
            f"{where}: data row {row + 1} holds a date that no calendar has",
            next_act="Mend the row, or leave the cell empty.",
        ) from error


def _mixed(where: str, found: str) -> BadInput:
    return BadInput(
        f"{where}: dates in more than one format, or in one that cannot be told: {found}",
        next_act="Write every date of the column as 2024-03-31.",
    )
