"""Which counts may leave: a floor, and no small count to be had by subtraction.

A count of 0 is shown: it says that nobody is there, which names nobody. A count of 1 to
`FLOOR - 1` is withheld. Within one answer, a withheld cell could be recovered from the total and
the other cells; so where need be the smallest large cell is withheld too.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from chevet.errors import CannotConclude, Refused
from chevet.words.errors import error, words

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

    A reader who knows this rule, the total and the cells shown is left with at least two possible
    numbers for every hidden cell. Small cells alone are hidden only when their sum leaves that open
    (five cells with five people hold one each); otherwise the smallest large cell joins them, with
    all its equals, and nobody can tell which hidden cell is the large one. For this to hold, hidden
    cells must be listed in an order that does not follow their counts. When no cell is large there
    is nothing to hide behind: `nothing_large` says so, and the answer must not list the cells.

    >>> released_counts({"I": 40, "II": 31, "III": 12, "IV": 2})
    {'I': 40, 'II': 31, 'III': None, 'IV': None}
    >>> released_counts({"I": 40, "II": 31, "III": 3, "IV": 2})
    {'I': 40, 'II': 31, 'III': None, 'IV': None}
    >>> released_counts({"I": 40, "II": 31, "III": 12, "IV": 0})
    {'I': 40, 'II': 31, 'III': 12, 'IV': 0}
    """
    hidden = {cell for cell, count in cells.items() if is_small(count)}
    if hidden and total_known and not _open([cells[cell] for cell in hidden]):
        large = [count for count in cells.values() if count >= FLOOR]
        hidden |= {cell for cell, count in cells.items() if large and count == min(large)}
    return {cell: None if cell in hidden else count for cell, count in cells.items()}


def nothing_large(cells: Mapping[Cell, int]) -> bool:
    """Whether some cells are small and none is large enough to hide them.

    >>> nothing_large({"I": 2, "II": 4}), nothing_large({"I": 2, "II": 5}), nothing_large({})
    (True, False, False)
    """
    return any(map(is_small, cells.values())) and max(cells.values()) < FLOOR


def _open(small: Sequence[int]) -> bool:
    """Whether these small counts can be anything but what they are, for a reader who knows their sum."""
    return len(small) >= 2 and max(FLOOR, len(small) + 1) <= sum(small) < (FLOOR - 1) * len(small)


def released_steps(levels: Sequence[int]) -> list[bool]:
    """Which of these running numbers may be shown: each 0, or at least `FLOOR`, away from the last one shown.

    The first is compared with nothing: it must have been released on its own.

    >>> released_steps([100, 98, 95, 95, 91, 60])
    [True, False, True, True, False, True]
    """
    shown: list[bool] = []
    last = levels[0] if levels else 0
    for level in levels:
        shown.append(not is_small(abs(level - last)))
        last = level if shown[-1] else last
    return shown


def require_releasable(count: int, what: str) -> int:
    """The count, for an answer that makes no sense without enough people.

    what    the thing counted: a key of `error.people`, such as `cohort` for the patients in this cohort

    Raises CannotConclude when nobody is there, Refused when fewer than `FLOOR` are.
    """
    if count == 0:
        raise error(CannotConclude, "nobody", what=words(f"people.{what}"))
    if is_small(count):
        raise error(Refused, "too_few", what=words(f"people.{what}"), floor=FLOOR)
    return count
