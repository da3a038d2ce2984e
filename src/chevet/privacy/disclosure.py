"""Which counts may leave: a floor, and no small count to be had by subtraction.

A count of 0 is shown: it says that nobody is there, which names nobody. A count of 1 to
`FLOOR - 1` is withheld. Within one answer, a withheld cell could be recovered from the total and
the other cells; so the smallest other cells are withheld too, until what is hidden holds at least
`FLOOR` people and at least two cells.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from chevet.errors import CannotConclude, Refused

FLOOR = 5

Cell = TypeVar("Cell", bound=Hashable)


def is_small(count: int) -> bool:
    """Whether this count of people may not leave.

    >>> [n for n in range(8) if is_small(n)]
    [1, 2, 3, 4]
    """
    if count < 0:
        raise ValueError("a count of people cannot be negative")
    return 0 < count < FLOOR


def released_count(count: int) -> int | None:
    """The count, or None when it is of fewer than `FLOOR` people.

    >>> released_count(128), released_count(3), released_count(0)
    (128, None, 0)
    """
    return None if is_small(count) else count


def released_part(part: int, whole: int) -> int | None:
    """A count out of a count that is shown beside it: withheld when either side of the split is small.

    >>> released_part(40, 100), released_part(97, 100), released_part(3, 100), released_part(100, 100)
    (40, None, None, 100)
    """
    if not 0 <= part <= whole:
        raise ValueError("a part lies between nobody and the whole")
    if is_small(part) or is_small(whole - part) or is_small(whole):
        return None
    return part


def released_counts(cells: Mapping[Cell, int], *, total_known: bool = True) -> dict[Cell, int | None]:
    """Cells that together make a whole, with the small ones and what would give them away withheld.

    cells         people per category; every person in exactly one
    total_known   the reader sees (or can ask for) the total, so one hidden cell is no secret

    >>> released_counts({"I": 40, "II": 31, "III": 12, "IV": 2})
    {'I': 40, 'II': 31, 'III': None, 'IV': None}
    >>> released_counts({"I": 40, "II": 31, "III": 12, "IV": 0})
    {'I': 40, 'II': 31, 'III': 12, 'IV': 0}
    """
    hidden = {cell for cell, count in cells.items() if is_small(count)}
    if hidden and total_known:
        others = sorted((c for c in cells if c not in hidden and cells[c] > 0), key=lambda c: cells[c])
        for cell in others:
            if len(hidden) >= 2 and sum(cells[c] for c in hidden) >= FLOOR:
                break
            hidden.add(cell)
    return {cell: None if cell in hidden else count for cell, count in cells.items()}


def require_releasable(count: int, what: str) -> int:
    """The count, for an answer that makes no sense without enough people.

    what    the thing counted, in the plural, for the message: "patients in this cohort"

    Raises CannotConclude when nobody is there, Refused when fewer than `FLOOR` are.
    """
    if count == 0:
        raise CannotConclude(f"no {what}: nothing to answer from", next_act="Widen the definition and ask again.")
    if is_small(count):
        raise Refused(
            f"fewer than {FLOOR} {what}: an answer would speak of single persons",
            next_act=f"Widen the definition until it holds at least {FLOOR} patients.",
        )
    return count
