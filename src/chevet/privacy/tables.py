"""Tables with margins: which cells may be shown, so that no sum or difference gives a small one away.

A table has one axis per field; its margins are every sum over some of the axes, and all are shown
where they may be. A reader adds and subtracts whatever he likes, knows the rules below, and knows that a
hidden cell is not zero (zeros are shown: they name nobody).

*Small cells* (one to `FLOOR - 1` people) are hidden. For each of them other cells are hidden too, in a box:
two values of every axis, the margin counting as one. From such a box `FLOOR` people can be moved from
corner to corner without any sum changing, so the table with the small cell raised to `FLOOR` and more fits all that is
shown, and nobody can tell that it is small, nor bound it within less than `FLOOR`. The box is the proof: `bounds`
(linear programming) finds the same and is for those who do not take our word.
Source: cell suppression after Cox, JASA 1980; protection levels as in Fischetti and Salazar, Management Science 2001.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from chevet.privacy.disclosure import FLOOR

Counts: TypeAlias = npt.NDArray[np.int64]
YesNo: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.float64]
_NEVER = 1e15


@dataclass(frozen=True)
class Protected:
    """A table with its margins last on every axis, and what of it may be shown.

    counts   (r + 1, c + 1, ...) the last place of an axis is the sum over it
    hidden   the same shape
    small    those hidden because they are small; the others are hidden for their sake
    """

    counts: Counts
    hidden: YesNo
    small: YesNo

    @property
    def cells(self) -> YesNo:
        """What is hidden of the table itself, without its margins."""
        return np.asarray(self.hidden[tuple(slice(0, -1) for _ in self.hidden.shape)])


def with_margins(table: Counts) -> Counts:
    """The table with the sum over each axis at its end.

    >>> with_margins(np.array([[1, 2], [3, 4]])).tolist()
    [[1, 2, 3], [3, 4, 7], [4, 6, 10]]
    """
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def protect(table: Counts) -> Protected:
    """Hide the small cells and margins of a table, and as few others as the boxes need.

    table   any number of axes; people per cell

    Where no box can be had for some small cell (too few cells are large enough), everything that is not zero is
    hidden: then only who knows the total from elsewhere knows anything.
    """
    counts = with_margins(np.asarray(table, dtype=np.int64))
    small = (counts > 0) & (counts < FLOOR)
    hidden = small.copy()
    up, down = _room(counts)
    for place in sorted(map(tuple, np.argwhere(small).tolist()), key=lambda p: (int(counts[p]), p)):
        box = _cheapest_box(counts, hidden, up, down, place)
        if box is None:
            return Protected(counts, counts > 0, small)
        for corner in box:
            hidden[corner] = True
    return Protected(counts, hidden, small)


def _signs(shape: tuple[int, ...]) -> Counts:
    """+1 where a cell adds to the sums that it stands in, -1 where it is such a sum; (-1)^(axes summed over)."""
    sign = np.ones(shape, dtype=np.int64)
    for axis in range(len(shape)):
        last = [slice(None)] * len(shape)
        last[axis] = slice(-1, None)
        sign[tuple(last)] *= -1
    return sign


def _room(counts: Counts) -> tuple[YesNo, YesNo]:
    """Where `FLOOR` people may come, and go, in the direction of the cell's sign, if the cell is hidden.

    A cell that loses people must keep one, as zeros are shown; a zero is shown and can do neither.
    """
    sign, enough, some = _signs(counts.shape), counts > FLOOR, counts > 0
    return some & ((sign > 0) | enough), some & ((sign < 0) | enough)


def _cheapest_box(
    counts: Counts, hidden: YesNo, up: YesNo, down: YesNo, place: tuple[int, ...]
) -> list[tuple[int, ...]] | None:
    """The corners of the box that hides fewest people besides, with this cell in one corner; None when there is none.

    The cell itself is raised (its margin too, for a margin: in the direction of its sign); corners alternate.
    """
    axes = range(counts.ndim)
    raised_here = bool(_signs(counts.shape)[place] > 0)
    cost = np.zeros(counts.shape)
    price = np.where(hidden, 0.0, 1.0 + counts)
    for moved in itertools.product((False, True), repeat=counts.ndim):
        if not any(moved):
            continue
        corner = tuple(slice(None) if moved[a] else slice(place[a], place[a] + 1) for a in axes)
        raised = raised_here if sum(moved) % 2 == 0 else not raised_here
        able = up if raised else down
        cost = cost + np.where(able[corner], price[corner], _NEVER)
    for a in axes:
        same = [slice(None)] * counts.ndim
        same[a] = slice(place[a], place[a] + 1)
        cost[tuple(same)] = _NEVER
    best = tuple(int(i) for i in np.unravel_index(int(np.argmin(cost)), cost.shape))
    if cost[best] >= _NEVER:
        return None
    ends = [(place[a], best[a]) for a in axes]
    return [tuple(corner) for corner in itertools.product(*ends)]


def bounds(protected: Protected, least: int = 1) -> tuple[Numbers, Numbers]:
    """The lowest and highest that each hidden cell can be, by linear programming over all sums that are shown.

    least   what a hidden cell holds at least: 1, since zeros are shown

    Returns two arrays of the shape of `counts`; where a cell is shown both hold its count. Slow: two programs per
    hidden cell (HiGHS). For audits and tests.
    """
    from scipy.optimize import linprog

    counts, hidden = protected.counts, protected.hidden
    number = np.full(counts.shape, -1)
    number[hidden] = np.arange(int(hidden.sum()))
    rows, right = _sums(counts, number)
    low, high = counts.astype(np.float64), counts.astype(np.float64)
    for place in map(tuple, np.argwhere(hidden).tolist()):
        for ends, sign in ((low, 1.0), (high, -1.0)):
            aim = np.zeros(int(hidden.sum()))
            aim[number[place]] = sign
            found = linprog(aim, A_eq=rows, b_eq=right, bounds=(least, None), method="highs")
            ends[place] = sign * float(found.fun or 0.0) if found.status == 0 else -sign * np.inf
    return low, high


def _sums(counts: Counts, number: npt.NDArray[np.int64]) -> tuple[Numbers | None, Numbers | None]:
    """Every sum along an axis as an equation over the hidden cells; None when nothing binds them."""
    unknown = int(number.max()) + 1
    rows, right = [], []
    for axis in range(counts.ndim):
        lines, numbers = (np.moveaxis(a, axis, -1).reshape(-1, counts.shape[axis]) for a in (counts, number))
        for line, places in zip(lines, numbers, strict=True):
            sign = np.ones(len(line))
            sign[-1] = -1
            row = np.zeros(unknown)
            open_here = places >= 0
            np.add.at(row, places[open_here], sign[open_here])
            if open_here.any():
                rows.append(row)
                right.append(-float((sign * line)[~open_here].sum()))
    return (np.array(rows), np.array(right)) if rows else (None, None)


# -- rounding


def rounded(counts: Counts, keys: npt.NDArray[np.uint64], base: int = 5) -> Counts:
    """Each count rounded to a multiple of `base`, up or down at random, right on average.

    keys   one per count; the same people have the same key, so the same count is always rounded the same way

    Source: unbiased random rounding, Nargundkar and Saveland 1972; keys of cells, Fraser and Wooton, ABS 2005.
    """
    chance = (_mixed(keys) >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    over = counts % base
    return np.asarray(counts - over + base * (chance < over / base), dtype=np.int64)


def _mixed(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Keys whose bits all depend on all bits (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        z = keys + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


# -- sums of quantities


def is_dominated(values: Numbers, *, largest: int = 2, share: float = 0.85, within: float = 0.1) -> bool:
    """Whether a sum of these quantities would tell too much of its largest contributor.

    (n, k) rule: the `largest` make up more than `share` of the whole. p % rule: the second largest, taking its own
    away, could put the largest within `within` of the truth. Quantities below zero count by their size.
    Source: Hundepool et al., Statistical Disclosure Control, Wiley 2012, ch. 4.

    >>> is_dominated(np.array([900.0, 10, 10, 10, 10])), is_dominated(np.array([60.0, 62, 58, 61, 59, 60, 63]))
    (True, False)
    """
    sizes = np.sort(np.abs(values[~np.isnan(values)]))[::-1]
    whole = float(sizes.sum())
    if len(sizes) < 3 or whole == 0:
        return len(sizes) < 3
    return bool(sizes[:largest].sum() > share * whole or whole - sizes[0] - sizes[1] < within * sizes[0])
