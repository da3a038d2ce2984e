"""Tests of two-by-two tables, thousands at a time: Fisher's exact test, odds ratios, false discovery rates."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Side = Literal["two-sided", "less", "greater"]

# Tables as probable as the one observed but for rounding count as at least as extreme, as in R.
AS_PROBABLE = 1e-7
# Terms this much smaller (as logarithms) than the largest of their sum do not change it.
NEGLIGIBLE = 40.0
_TERMS_AT_ONCE = 1_000_000


def fisher_exact(
    a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike, d: npt.ArrayLike, side: Side = "two-sided"
) -> Numbers:
    """p of Fisher's exact test for each table [[a, b], [c, d]].

    a, b, c, d   (n,) whole numbers of people, or one each
    side         two-sided: every table at most as probable; less, greater: fewer, or more, in `a`

    Equal to R's `fisher.test` to 1e-9 (tests/reference/association), and to 1e-8 for a million people.

    >>> fisher_exact([3, 10], [1, 10], [1, 10], [3, 10]).round(4).tolist()
    [0.4857, 1.0]
    """
    cells = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, dtype=np.int64)) for x in (a, b, c, d)))
    first, second, third, fourth = cells
    if min((int(cell.min()) for cell in cells if cell.size), default=0) < 0:
        raise ValueError("a count of people cannot be negative")
    if not first.size:
        return np.empty(0)
    law = _Law.of(first + second, first + third, first + second + third + fourth)
    if side == "less":
        return np.minimum(law.up_to(first), 1.0)
    if side == "greater":
        return np.minimum(law.from_(first), 1.0)
    limit = law.log_weights(first) + math.log1p(AS_PROBABLE)
    rises = _first(law.low, law.mode + 1, lambda x: law.log_weights(x) > limit)
    falls = _first(law.mode + 1, law.high + 1, lambda x: law.log_weights(x) <= limit)
    return np.minimum(law.up_to(rises - 1) + law.from_(falls), 1.0)


@dataclass(frozen=True)
class _Law:
    """The hypergeometric laws of tables with these margins, one per table; weights rise to `mode`, then fall."""

    row: Counts
    column: Counts
    total: Counts
    low: Counts
    mode: Counts
    high: Counts
    log_factorial: Numbers

    @staticmethod
    def of(row: Counts, column: Counts, total: Counts) -> _Law:
        low, high = np.maximum(0, row + column - total), np.minimum(row, column)
        mode = np.clip((row + 1) * (column + 1) // (total + 2), low, high)
        return _Law(row, column, total, low, mode, high, _log_factorials(int(total.max()).bit_length()))

    def log_weights(self, x: Counts, of: Any = slice(None)) -> Numbers:
        """Logarithm of each law's weight at `x`, but for a constant; `of` says whose law, all in turn unless given."""
        row, column, total, log = self.row[of], self.column[of], self.total[of], self.log_factorial
        weights: Numbers = -(log[x] + log[row - x] + log[column - x] + log[total - row - column + x])
        return weights

    def up_to(self, end: Counts) -> Numbers:
        """P(X <= end) of each law; 0 where `end` is below every value."""
        best = self.log_weights(np.clip(end, self.low, self.mode))
        start = _first(self.low, np.minimum(end, self.mode), lambda x: self.log_weights(x) >= best - NEGLIGIBLE)
        return self._sum(start, end)

    def from_(self, start: Counts) -> Numbers:
        """P(X >= start) of each law; 0 where `start` is above every value."""
        best = self.log_weights(np.clip(start, self.mode, self.high))
        end = _first(np.maximum(start, self.mode), self.high + 1, lambda x: self.log_weights(x) < best - NEGLIGIBLE)
        return self._sum(start, end - 1)

    def _sum(self, start: Counts, end: Counts) -> Numbers:
        """The probability of `start` to `end` under each law, both included; 0 where `end` comes before `start`."""
        sizes, log = np.maximum(0, end - start + 1), self.log_factorial
        whole = log[self.row] + log[self.total - self.row] + log[self.column] + log[self.total - self.column]
        whole -= log[self.total]
        found = np.zeros(len(sizes))
        ends = np.cumsum(sizes)
        first = 0
        while first < len(sizes):  # blocks of tables, so that their terms fit in memory
            before = ends[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(ends, before + _TERMS_AT_ONCE)))
            of = np.repeat(np.arange(first, last), sizes[first:last])
            x = np.arange(len(of)) + (start - ends + sizes + before)[of]
            terms = np.exp(self.log_weights(x, of) + whole[of])
            found[first:last] = np.bincount(of - first, terms, minlength=last - first)
            first = last
        return found


def _first(start: Counts, stop: Counts, holds: Callable[[Counts], npt.NDArray[np.bool_]]) -> Counts:
    """For each law the first of `start` to `stop - 1` that holds, or `stop` (`start` when nothing lies between).

    holds   of one candidate per law; once it holds it holds for all that follow
    """
    low, high = start, np.maximum(start, stop)
    while (open_ := low < high).any():
        middle = (low + high) // 2
        yes = holds(middle)
        low, high = np.where(open_ & ~yes, middle + 1, low), np.where(open_ & yes, middle, high)
    return low


@lru_cache(maxsize=1)
def _log_factorials(bits: int) -> Numbers:
    """log(n!) for n up to 2 ** bits."""
    return np.asarray(gammaln(np.arange(1, 2**bits + 2, dtype=np.float64)), dtype=np.float64)


def log2_odds_ratio(
    a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike, d: npt.ArrayLike
) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """log2 of (a d) / (b c) for each table [[a, b], [c, d]], and where it had to be corrected.

    Where a cell is 0 the ratio would be 0 or infinite; one half is then added to all four cells
    (Haldane, Ann Hum Genet 1956; Anscombe, Biometrika 1956).

    >>> ratios, corrected = log2_odds_ratio([8, 0], [2, 5], [2, 5], [4, 90])
    >>> ratios.round(3).tolist(), corrected.tolist()
    ([3.0, 0.581], [False, True])
    """
    cells = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, dtype=np.float64)) for x in (a, b, c, d)))
    corrected = np.asarray(np.minimum.reduce(cells) == 0)
    first, second, third, fourth = (cell + np.where(corrected, 0.5, 0.0) for cell in cells)
    return np.asarray(np.log2(first * fourth) - np.log2(second * third), dtype=np.float64), corrected


def false_discovery_rates(p: npt.ArrayLike) -> Numbers:
    """Benjamini and Hochberg's q for each p: the share of false findings among all with a q at most this.

    Source: Benjamini and Hochberg, J R Stat Soc B 1995; equals R's `p.adjust(method = "BH")`.

    >>> false_discovery_rates([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    values = np.asarray(p, dtype=np.float64)
    if not values.size:
        return values
    order = np.argsort(-values, kind="stable")
    m = len(values)
    q = np.minimum.accumulate(np.minimum(values[order] * m / np.arange(m, 0, -1), 1.0))
    adjusted = np.empty(m)
    adjusted[order] = q
    return adjusted


def wilson_interval(part: npt.ArrayLike, whole: npt.ArrayLike, z: float = 1.959963984540054) -> tuple[Numbers, Numbers]:
    """95 % interval of a share; NaN where `whole` is 0.

    Source: Wilson, J Am Stat Assoc 1927 (no continuity correction).

    >>> low, high = wilson_interval([0, 50], [20, 100])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.404], [0.161, 0.596])
    """
    k, n = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = k / n
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
