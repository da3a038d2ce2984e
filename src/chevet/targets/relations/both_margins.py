"""Tails of the number of tumours with both genes altered, when each gene's own number of tumours is held as well.

Held so, the law is Fisher's where tumours are alike, and the Poisson-binomial law is too wide: nearly twice the
variance for two genes altered in three tumours of ten. Where tumours differ the law has no short form; it is
approximated by the double saddlepoint (Skovgaard, J Appl Probab 1987) with a correction for counts (Butler, Saddlepoint
Approximations with Applications, 2007, section 4.2). How close it is to the law itself is in
tests/targets/relations/test_both_margins.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from chevet.targets.relations.background import Floats
from chevet.targets.relations.poisson_binomial import Tails
from chevet.targets.relations.tumours import Whole

_CELLS_AT_ONCE = 1 << 16
_STEPS, _LONGEST, _FARTHEST = 40, 2.0, 60.0
_CLOSE = 1e-6
_RIDGE = 1e-10
_NEAR = 1e-4
_LEAST = 1e-300
_ALL, _MARGINS = np.array([0, 1, 2]), np.array([1, 2])


class Chances(NamedTuple):
    """Of pairs of genes in each group of tumours, (pairs, groups): both altered, the first, the second."""

    both: Floats
    first: Floats
    second: Floats

    def of(self, places: Whole) -> Chances:
        """Those of these pairs."""
        return Chances(self.both[places], self.first[places], self.second[places])


Joint = Callable[[Whole], Chances]
"""The chances of the pairs with these numbers."""


class Saddles(NamedTuple):
    """Of each law: tilts of both, first and second; how deep it lies there (pairs,); mean, curvature; whether found."""

    tilt: Floats
    depth: Floats
    mean: Floats
    curvature: Floats
    found: npt.NDArray[np.bool_]


def tails_given_margins(joint: Joint, times: Floats, observed: Whole, first: Whole, second: Whole) -> Tails:
    """The tails of each pair, given how many tumours have the first gene altered, and the second.

    times      (groups,) tumours in each group
    observed   (pairs,) tumours with both, a number that is possible with these of the first and of the second

    A tail is NaN where it is below a half and its saddlepoint was not found.
    """
    n = len(observed)
    mean, variance, at_most, at_least = np.zeros(n), np.zeros(n), np.ones(n), np.ones(n)
    step = max(1, _CELLS_AT_ONCE // max(1, len(times)))
    told = np.flatnonzero((first > 0) & (second > 0))
    for places in np.split(told, np.arange(step, len(told), step)):
        if not len(places):
            continue
        chances = joint(places)
        aim = np.stack([observed[places], first[places], second[places]], axis=1).astype(np.float64)
        start = _saddles(chances, times, aim, _MARGINS, np.zeros((len(places), 3)))
        mean[places] = start.mean[:, 0]
        variance[places] = np.linalg.det(start.curvature) / np.maximum(_of_margins(start), _LEAST)
        at_most[places] = _tail(chances, times, aim, start, -1.0)
        at_least[places] = _tail(chances, times, aim, start, 1.0)
    return Tails(mean, variance, at_most, at_least)


def _tail(chances: Chances, times: Floats, aim: Floats, start: Saddles, side: float) -> Floats:
    """P(X <= both) where side is -1, P(X >= both) where it is 1; 1 where every possible number lies there."""
    point = aim - np.array([side / 2, 0.0, 0.0])
    there = _saddles(chances, times, point, _ALL, start.tilt)
    theta = there.tilt[:, 0]
    root = np.sign(theta) * np.sqrt(2 * np.maximum(there.depth - start.depth, 0.0))
    ratio = np.linalg.det(there.curvature) / np.maximum(_of_margins(start), _LEAST)
    slope = 2 * np.sinh(theta / 2) * np.sqrt(np.maximum(ratio, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        correction = np.where(np.abs(root) > _NEAR, norm.pdf(root) * (1 / root - 1 / slope), 0.0)
    tail = norm.sf(side * root) - side * correction
    good = start.found & there.found & np.isfinite(tail)
    lost = np.where(~start.found | (side * (point[:, 0] - start.mean[:, 0]) > 0), np.nan, 1.0)
    return np.where(good, np.clip(tail, 0.0, 1.0), lost)


def _saddles(chances: Chances, times: Floats, aim: Floats, free: Whole, start: Floats) -> Saddles:
    """The tilts under which each law has these means, by Newton's method; laws leave once they are there.

    aim    (pairs, 3)
    free   which tilts may move, and so which means are met
    start  (pairs, 3) where to begin
    """
    n, tilt = len(aim), start.copy()
    depth, mean, curvature = np.zeros(n), np.zeros((n, 3)), np.zeros((n, 3, 3))
    found, left, here = np.zeros(n, dtype=np.bool_), np.arange(n), chances
    for _ in range(_STEPS):
        cumulant, mean[left], curvature[left] = _tilted(here, times, tilt[left])
        depth[left] = (tilt[left] * aim[left]).sum(axis=1) - cumulant
        off = (aim[left] - mean[left])[:, free]
        there = np.abs(off).max(axis=1) < _CLOSE * (1 + aim[left].max(axis=1))
        found[left] = there
        stay = np.flatnonzero(~there & (np.abs(tilt[left]).max(axis=1) < _FARTHEST))  # beyond it nothing lies
        if not len(stay):
            break
        if len(stay) < len(left):
            left, here, off = left[stay], here.of(stay), off[stay]
        ridged = curvature[left][:, free[:, None], free] + _RIDGE * np.eye(len(free))
        step = np.linalg.solve(ridged, off[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        tilt[left[:, None], free] += step * np.minimum(1.0, _LONGEST / np.maximum(longest, _LEAST))
    return Saddles(tilt, depth, mean, curvature, found)


def _tilted(chances: Chances, times: Floats, tilt: Floats) -> tuple[Floats, Floats, Floats]:
    """The cumulant function of each law, its mean (pairs, 3) and its curvature (pairs, 3, 3) under these tilts."""
    weight = np.exp(np.stack([tilt.sum(axis=1), tilt[:, 1], tilt[:, 2]]))[:, :, None]
    both = chances.both * weight[0]
    first, second = (chances.first - chances.both) * weight[1], (chances.second - chances.both) * weight[2]
    whole = 1 - chances.first - chances.second + chances.both + both + first + second
    cumulant = np.log(whole) @ times
    both /= whole
    first = first / whole + both
    second = second / whole + both
    mean = np.stack([both @ times, first @ times, second @ times], axis=1)
    curvature = np.empty((len(tilt), 3, 3))
    for i, of in enumerate((both, first, second)):
        curvature[:, i, i] = mean[:, i] - (of * of) @ times
    curvature[:, 0, 1] = curvature[:, 1, 0] = mean[:, 0] - (both * first) @ times
    curvature[:, 0, 2] = curvature[:, 2, 0] = mean[:, 0] - (both * second) @ times
    curvature[:, 1, 2] = curvature[:, 2, 1] = mean[:, 0] - (first * second) @ times
    return cumulant, mean, curvature


def _of_margins(saddles: Saddles) -> Floats:
    """The determinant of the covariance of the two genes' numbers of tumours."""
    of = saddles.curvature
    return np.asarray(of[:, 1, 1] * of[:, 2, 2] - of[:, 1, 2] ** 2)
