"""Tests of two-by-two tables, thousands at a time: Fisher's exact test, odds ratios, false discovery rates."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Side = Literal["two-sided", "less", "greater"]

# Tables as probable as the one observed but for rounding count as at least as extreme, as in R.
AS_PROBABLE = 1e-7
_TERMS_AT_ONCE = 4_000_000


def fisher_exact(
    a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike, d: npt.ArrayLike, side: Side = "two-sided"
) -> Numbers:
    """p of Fisher's exact test for each table [[a, b], [c, d]].

    a, b, c, d   (n,) whole numbers of people, or one each
    side         two-sided: every table at most as probable; less, greater: fewer, or more, in `a`

    Equal to R's `fisher.test` to 1e-9 (tests/reference/association).

    >>> fisher_exact([3, 10], [1, 10], [1, 10], [3, 10]).round(4).tolist()
    [0.4857, 1.0]
    """
    cells = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, dtype=np.int64)) for x in (a, b, c, d)))
    first, second, third, fourth = cells
    if min((int(cell.min()) for cell in cells if cell.size), default=0) < 0:
        raise ValueError("a count of people cannot be negative")
    row, column, total = first + second, first + third, first + second + third + fourth
    low, high = np.maximum(0, row + column - total), np.minimum(row, column)
    sizes = high - low + 1
    found = np.empty(len(first))
    start = 0
    # Blocks of tables, so that the terms of all their hypergeometric laws fit in memory.
    ends = np.cumsum(sizes)
    while start < len(first):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + _TERMS_AT_ONCE)))
        part = slice(start, stop)
        found[part] = _block(first[part], row[part], column[part], total[part], low[part], sizes[part], side)
        start = stop
    return found


def _block(
    observed: Counts, row: Counts, column: Counts, total: Counts, low: Counts, sizes: Counts, side: Side
) -> Numbers:
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    table = np.repeat(np.arange(len(sizes)), sizes)
    x = np.arange(len(table)) - starts[table] + low[table]
    r, c, n = row[table], column[table], total[table]
    logs = -(gammaln(x + 1) + gammaln(r - x + 1) + gammaln(c - x + 1) + gammaln(n - r - c + x + 1))
    logs -= np.maximum.reduceat(logs, starts)[table]
    weights = np.exp(logs)
    whole = np.add.reduceat(weights, starts)
    if side == "two-sided":
        extreme = weights <= weights[starts + observed - low][table] * (1 + AS_PROBABLE)
    else:
        extreme = x <= observed[table] if side == "less" else x >= observed[table]
    p: Numbers = np.add.reduceat(np.where(extreme, weights, 0.0), starts) / whole
    return np.minimum(p, 1.0)


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
