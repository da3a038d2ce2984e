"""Tails of the number of tumours with both genes altered, when each gene's own number of tumours is held as well.

It is held in each stratum. The law is then Fisher's where tumours are alike, and the Poisson-binomial law is too wide:
nearly twice the variance for two genes altered in three tumours of ten. Where tumours differ the law has no short form;
it is approximated by the double saddlepoint (Skovgaard, J Appl Probab 1987) with a correction for counts (Butler,
Saddlepoint Approximations with Applications, 2007, section 4.2). How close it is to the law itself is in
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
_CLOSE = 1e-8
_RIDGE = 1e-12
_CERTAIN = 1e-9
_SMALLEST = 1e-300
_NEAR = 1e-2  # of the middle, where the correction is lost in rounding and the tail is a half


class Chances(NamedTuple):
    """Of pairs of genes in each group of tumours, (pairs, groups): both altered, the first, the second."""

    both: Floats
    first: Floats
    second: Floats


class Margins(NamedTuple):
    """Of pairs in each stratum, (pairs, strata): tumours tested for both; with the first altered; with the second."""

    tested: Whole
    first: Whole
    second: Whole

    def of(self, places: Whole) -> Margins:
        """Those of these pairs."""
        return Margins(*(held[places] for held in self))


class Groups:
    """Groups of tumours alike, those of a stratum one after another: tumours (groups,), stratum (groups,)."""

    def __init__(self, times: Floats, stratum: Whole) -> None:
        self.times, self.stratum = times, stratum
        self._starts = np.flatnonzero(np.diff(stratum, prepend=-1))

    def sums(self, of_group: Floats) -> Floats:
        """(pairs, strata) sums over the tumours of each stratum."""
        if len(self._starts) == 1:
            return np.asarray(of_group @ self.times)[:, None]
        return np.asarray(np.add.reduceat(of_group * self.times, self._starts, axis=1))

    def spread(self, of_stratum: Floats) -> Floats:
        """(pairs, groups) what each stratum has, for each of its groups."""
        return of_stratum if len(self._starts) == 1 else of_stratum[:, self.stratum]


Joint = Callable[[Whole], Chances]
"""The chances of the pairs with these numbers."""


class _Moments(NamedTuple):
    """Means and covariances under some tilt, (pairs, strata) each: of both, the first, the second gene."""

    both: Floats
    first: Floats
    second: Floats
    both_both: Floats
    both_first: Floats
    both_second: Floats
    first_first: Floats
    first_second: Floats
    second_second: Floats

    @property
    def of_margins(self) -> Floats:
        """(pairs, strata) the determinant of the covariance of the two genes' numbers."""
        return np.asarray(self.first_first * self.second_second - self.first_second**2)

    def over_margins(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """What the inverse of that covariance makes of two numbers for each stratum."""
        within = self.of_margins + _RIDGE
        return (
            (self.second_second * first - self.first_second * second) / within,
            (self.first_first * second - self.first_second * first) / within,
        )

    @property
    def variance(self) -> Floats:
        """(pairs,) of the number with both, were the margins met exactly."""
        of_first, of_second = self.over_margins(self.both_first, self.both_second)
        left = self.both_both - self.both_first * of_first - self.both_second * of_second
        return np.asarray(np.maximum(left, 0.0).sum(axis=1))


class _Saddles(NamedTuple):
    """Of each law: tilts of both (pairs,), and of first and second (pairs, strata); how deep it lies; what is there."""

    theta: Floats
    first: Floats
    second: Floats
    depth: Floats
    moments: _Moments
    found: npt.NDArray[np.bool_]


def tails_given_margins(joint: Joint, groups: Groups, observed: Whole, margins: Margins) -> Tails:
    """The tails of each pair, given in how many tumours of each stratum the first gene is altered, and the second.

    observed   (pairs,) tumours with both, a number that is possible with these margins

    A tail is NaN where it is below a half and its saddlepoint was not found.
    """
    n = len(observed)
    mean, variance, at_most, at_least = np.zeros(n), np.zeros(n), np.ones(n), np.ones(n)
    step = max(1, _CELLS_AT_ONCE // max(1, len(groups.times)))
    for start in range(0, n, step):
        places = np.arange(start, min(n, start + step))
        chances, held, certain = _uncertain(joint(places), margins.of(places), groups)
        both = (observed[places] - certain).astype(np.float64)
        none = np.zeros(len(places)), np.zeros(held.first.shape), np.zeros(held.first.shape)
        null = _saddles(chances, groups, None, held, none)
        mean[places] = null.moments.both.sum(axis=1) + certain
        variance[places] = null.moments.variance
        at_most[places] = _tail(chances, groups, both, held, null, -1.0)
        at_least[places] = _tail(chances, groups, both, held, null, 1.0)
    return Tails(mean, variance, at_most, at_least)


def _uncertain(chances: Chances, margins: Margins, groups: Groups) -> tuple[Chances, Margins, Whole]:
    """The pairs without strata where a gene is altered in no tumour or in every one, and tumours with both there."""
    tested, first, second = margins
    some = (first > 0) & (second > 0)
    every = some & ((first == tested) | (second == tested))
    free = some & ~every
    certain: Whole = np.where(every, np.minimum(first, second), 0).sum(axis=1)
    if free.all():
        return chances, margins, certain
    of_group = free[:, groups.stratum]
    return Chances(*(of * of_group for of in chances)), Margins(*(held * free for held in margins)), certain


def _tail(
    chances: Chances, groups: Groups, both: Floats, held: Margins, null: _Saddles, side: float
) -> Floats:  # fmt: skip
    """P(X <= both) where side is -1, P(X >= both) where it is 1; 1 where every possible number lies there."""
    point = both - side / 2
    theta = _log_odds_ratio(point, held) - _log_odds_ratio(null.moments.both.sum(axis=1), held)
    there = _saddles(chances, groups, point, held, (theta, null.first, null.second))
    root = np.sign(there.theta) * np.sqrt(2 * np.maximum(there.depth - null.depth, 0.0))
    before, after = null.moments.of_margins, there.moments.of_margins
    open_ = before > _CERTAIN**2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(open_, np.log(after / np.where(open_, before, 1.0)), 0.0).sum(axis=1)
        slope = 2 * np.sinh(there.theta / 2) * np.sqrt(there.moments.variance * np.exp(ratio))
        correction = np.where(np.abs(root) > _NEAR, norm.pdf(root) * (1 / root - 1 / slope), 0.0)
    tail = norm.sf(side * root) - side * correction
    good = null.found & there.found & np.isfinite(tail)
    below_half = side * (point - null.moments.both.sum(axis=1)) > 0
    lost = np.where(~null.found | below_half, np.nan, 1.0)
    return np.where(null.moments.variance > _CERTAIN, np.where(good, np.clip(tail, 0.0, 1.0), lost), 1.0)


def _log_odds_ratio(both: Floats, held: Margins) -> Floats:
    """(pairs,) of the four counts over all strata, were so many tumours to have both; where Newton's method begins."""
    tested, first, second = (of.sum(axis=1) for of in held)
    four = both, tested - first - second + both, first - both, second - both
    logs = [np.log(np.maximum(count, 0.25)) for count in four]
    return np.asarray(logs[0] + logs[1] - logs[2] - logs[3])


def _saddles(
    chances: Chances, groups: Groups, both: Floats | None, held: Margins, start: tuple[Floats, Floats, Floats]
) -> _Saddles:
    """The tilts under which each law has these margins, and this mean of both; laws leave once they are there.

    both    (pairs,) or None, where the tilt of both stays where it starts
    """
    n, strata = held.first.shape
    theta, first, second = (tilt.copy() for tilt in start)
    depth, found = np.zeros(n), np.zeros(n, dtype=np.bool_)
    moments = _Moments(*(np.zeros((n, strata)) for _ in _Moments._fields))
    left, here = np.arange(n), chances
    for _ in range(_STEPS):
        aim = None if both is None else both[left]
        cumulant, now = _tilted(here, groups, theta[left], first[left], second[left])
        for kept, of_now in zip(moments, now, strict=True):
            kept[left] = of_now
        depth[left] = (first[left] * held.first[left] + second[left] * held.second[left]).sum(axis=1) - cumulant
        depth[left] += 0.0 if aim is None else theta[left] * aim
        off = _off(now, aim, held.of(left))
        found[left] = off.furthest < _CLOSE * (1 + held.first[left].max(axis=1))
        stay = np.flatnonzero(~found[left] & (np.abs(theta[left]) < _FARTHEST))  # farther out nothing lies
        if not len(stay):
            break
        steps = [step[stay] for step in _step(now, off, move_both=both is not None)]
        if len(stay) < len(left):
            left, here = left[stay], Chances(*(of[stay] for of in here))
        theta[left] += steps[0]
        first[left] += steps[1]
        second[left] += steps[2]
    return _Saddles(theta, first, second, depth, moments, found)


class _Off(NamedTuple):
    """How far the means are from what they should be: of both (pairs,), of first and second (pairs, strata)."""

    both: Floats
    first: Floats
    second: Floats

    @property
    def furthest(self) -> Floats:
        """(pairs,) the largest of them."""
        of_margins = np.maximum(np.abs(self.first), np.abs(self.second)).max(axis=1)
        return np.asarray(np.maximum(np.abs(self.both), of_margins))


def _off(moments: _Moments, both: Floats | None, held: Margins) -> _Off:
    of_both = np.zeros(len(held.first)) if both is None else both - moments.both.sum(axis=1)
    return _Off(of_both, held.first - moments.first, held.second - moments.second)


def _step(moments: _Moments, off: _Off, *, move_both: bool) -> tuple[Floats, Floats, Floats]:
    """Newton's step of the three tilts, the margins of each stratum eliminated; never a long one."""
    of_first, of_second = moments.over_margins(off.first, off.second)
    along_first, along_second = moments.over_margins(moments.both_first, moments.both_second)
    shift = np.zeros(len(off.both))
    if move_both:
        rest = off.both - (moments.both_first * of_first + moments.both_second * of_second).sum(axis=1)
        shift = rest / (moments.variance + _RIDGE)
    first, second = of_first - along_first * shift[:, None], of_second - along_second * shift[:, None]
    longest = np.maximum(np.abs(shift), np.maximum(np.abs(first), np.abs(second)).max(axis=1))
    length = np.minimum(1.0, _LONGEST / np.maximum(longest, _RIDGE))
    return length * shift, length[:, None] * first, length[:, None] * second


def _tilted(
    chances: Chances, groups: Groups, theta: Floats, first: Floats, second: Floats
) -> tuple[Floats, _Moments]:  # fmt: skip
    """The cumulant function of each law, and its moments, under these tilts."""
    of_first, of_second = groups.spread(np.exp(first)), groups.spread(np.exp(second))
    both = chances.both * of_first * of_second * np.exp(theta)[:, None]
    one, two = (chances.first - chances.both) * of_first, (chances.second - chances.both) * of_second
    neither = np.maximum(1 - chances.first - chances.second + chances.both, 0.0)
    whole = np.maximum(neither + both + one + two, _SMALLEST)
    cumulant = np.log(whole) @ groups.times
    both /= whole
    one = one / whole + both
    two = two / whole + both
    means = [groups.sums(of) for of in (both, one, two)]
    return cumulant, _Moments(
        means[0], means[1], means[2],
        means[0] - groups.sums(both * both), means[0] - groups.sums(both * one), means[0] - groups.sums(both * two),
        means[1] - groups.sums(one * one), means[0] - groups.sums(one * two), means[2] - groups.sums(two * two),
    )  # fmt: skip
