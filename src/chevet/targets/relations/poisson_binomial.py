"""Tails of the number of successes among independent trials that each have a probability of their own, thousands of
such laws at a time: the Poisson-binomial law, to nine figures or more however small the tail.

The generating function is summed over points of a circle (Hong, Comput Stat Data Anal 2013, takes the unit circle).
The radius here is that of the saddlepoint, so that a tail of 1e-100 has as many figures as one of 0.1 (Daniels, Ann
Math Stat 1954, for the saddlepoint); on it the sum stops being exact only where the points are too few, and how many
are needed is worked out for each law.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Places = npt.NDArray[np.int64]

Laws = Callable[[Places], Floats]
"""The probabilities of the laws with these numbers: (laws, groups)."""

_CELLS_AT_ONCE = 1 << 17  # a block of 1 MB stays in cache; four times that is four times slower
_TERMS = 24  # of the series of the logarithm, for probabilities so small that the terms fall by four each
_FALL = 0.25
_UNSEEN = 1e-18
_NEARLY_NOTHING = 33.0  # exp(-33) is 5e-15
_NEGLIGIBLE = 40.0
_NEAREST = 3.0  # standard deviations: the circle keeps away from 1, where the sum over a tail has a pole
_FARTHEST = 60.0
_STEPS = 8


class Tails(NamedTuple):
    """Of each law: its mean, its variance, and how probable so few, or so many, successes are. All (laws,)."""

    mean: Floats
    variance: Floats
    at_most: Floats
    at_least: Floats


def tails(probabilities: Laws, times: Floats, observed: Places) -> Tails:
    """P(X <= observed) and P(X >= observed) of each law, both with the point itself.

    probabilities   of each group of trials, for the laws asked
    times           (groups,) trials in each group
    observed        (laws,) successes

    Equal to the sum over every outcome to 1e-9 relative (tests/targets/relations/test_poisson_binomial.py).
    """
    n = len(observed)
    mean, variance, tilt = np.zeros(n), np.zeros(n), np.zeros(n)
    step = max(1, _CELLS_AT_ONCE // max(1, len(times)))
    for start in range(0, n, step):
        rows = np.arange(start, min(n, start + step))
        q = probabilities(rows)
        mean[rows], variance[rows] = q @ times, (q * (1 - q)) @ times
        tilt[rows] = _tilts(q, times, observed[rows], mean[rows], variance[rows])
    # A law of certain trials alone has one outcome.
    at_most, at_least = (observed >= mean - 0.5).astype(float), (observed <= mean + 0.5).astype(float)
    uncertain = np.flatnonzero(variance > 1e-12)
    ordered = uncertain[np.argsort(variance[uncertain], kind="stable")]  # laws that need as many points go together
    for rows in np.split(ordered, np.arange(step, len(ordered), step)):
        if len(rows):
            at_most[rows], at_least[rows] = _both(probabilities(rows), times, observed[rows], tilt[rows])
    return Tails(mean, variance, np.clip(at_most, 0.0, 1.0), np.clip(at_least, 0.0, 1.0))


def _tilts(q: Floats, times: Floats, observed: Places, mean: Floats, variance: Floats) -> Floats:
    """The logarithm of each law's radius: below 0 where fewer were observed than expected, else above 0.

    Newton's steps towards the tilt whose mean is what was observed; any radius is right, this one loses no figures.
    """
    spread = np.sqrt(np.maximum(variance, 1e-12))
    side = np.where(observed <= mean, -1.0, 1.0)
    most = (q > 0) @ times
    aim = np.clip(observed, 0.5, np.maximum(most - 0.5, 0.5))
    tilt = np.clip(np.log(aim / np.maximum(mean, 1e-300)), -_FARTHEST, _FARTHEST)
    for _ in range(_STEPS):
        tilted = _tilted(q, tilt)
        there, slope = tilted @ times, (tilted * (1 - tilted)) @ times
        step = np.clip((aim - there) / np.maximum(slope, 1e-12), -2.0, 2.0)
        tilt = np.clip(tilt + step, -_FARTHEST, _FARTHEST)
        if np.abs(step).max(initial=0.0) < 0.05:
            break
    away = np.minimum(_NEAREST / spread, 1.0)
    return np.asarray(side * np.maximum(side * tilt, away))


def _tilted(q: Floats, tilt: Floats) -> Floats:
    heavier = q * np.exp(tilt)[:, None]
    return np.asarray(heavier / (1 - q + heavier))


def _both(q: Floats, times: Floats, observed: Places, tilt: Floats) -> tuple[Floats, Floats]:
    """P(X <= observed), P(X >= observed): one from the circle, the other from it and the point's own probability."""
    radius = np.exp(tilt)
    tilted = _tilted(q, tilt)
    scale = np.log1p(q * (radius - 1)[:, None]) @ times - tilt * observed
    spread = np.sqrt((tilted * (1 - tilted)) @ times)
    points = _points(scale, spread, np.abs(tilted @ times - observed), tilt)
    angle = 2 * np.pi * np.arange(points // 2 + 1) / points
    # Within the circle's sum a point is at most exp(-variance (1 - cos angle)) of the first.
    turn = np.exp(1j * angle[spread.min() ** 2 * (1 - np.cos(angle)) < _NEGLIGIBLE])
    z = radius[:, None] * turn
    values = _generating(q, times, z, radius) * turn[None, :] ** (-observed[:, None].astype(float))
    twice = np.where((np.arange(len(turn)) == 0) | (2 * np.arange(len(turn)) == points), 1.0, 2.0) / points
    height = np.exp(scale)
    exactly = height * (values.real @ twice)
    few = (tilt < 0)[:, None]
    beyond = np.where(few, 1 - z, 1 - 1 / z)
    tail = height * ((values / beyond).real @ twice)
    other = 1 - tail + exactly
    return np.where(few[:, 0], tail, other), np.where(few[:, 0], other, tail)


def _points(scale: Floats, spread: Floats, off: Floats, tilt: Floats) -> int:
    """How many points on the circle leave an error of 5e-15: what lies that far from the one observed is added."""
    tail = _NEARLY_NOTHING + np.maximum(0.0, -scale) + np.log1p(3 * spread)
    return 2 * int(np.ceil(max((tail / np.abs(tilt)).max(), (8.5 * spread + off + 16).max()) / 2))


def _generating(q: Floats, times: Floats, z: Complex, radius: Floats) -> Complex:
    """(laws, points) the generating function at z, over its value at the radius."""
    longest = q.max(axis=0) * (1 + radius.max())
    short = longest <= _FALL
    sums = _power_sums(q[:, short], times[short], longest[short])
    logarithm = _series(sums, z - 1)
    logarithm -= _series(sums, (radius - 1)[:, None].astype(np.complex128))
    values: Complex = np.exp(logarithm)
    for group in np.flatnonzero(~short & (longest > 0)):
        of_group = q[:, group, None]
        values *= _power((1 + of_group * (z - 1)) / (1 + of_group * (radius - 1)[:, None]), int(times[group]))
    return values


def _power_sums(q: Floats, times: Floats, longest: Floats) -> Floats:
    """(terms, laws) the sum of each power of the probabilities, as the series of log(1 + x) takes it.

    longest   (groups,) the largest x of each group: its powers are left out once they cannot be seen
    """
    order = np.argsort(-longest)
    q, times, longest = np.ascontiguousarray(q[:, order].T), times[order], longest[order]
    sums, power = [], np.ones_like(q)
    for term in range(_TERMS):
        seen = int((longest ** (term + 1) > _UNSEEN).sum())
        if not seen:
            break
        power = power[:seen] * q[:seen]
        sums.append((times[:seen] @ power) * ((-1) ** term / (term + 1)))
    return np.array(sums).reshape(len(sums), q.shape[1])


def _series(sums: Floats, x: Complex) -> Complex:
    """The sum of `sums` times the powers of x, from the first."""
    total = np.zeros_like(x)
    for term in sums[::-1]:
        total += term[:, None]
        total *= x
    return total


def _power(base: Complex, times: int) -> Complex:
    """base ** times, by squaring."""
    made = np.ones_like(base)
    while times:
        if times & 1:
            made *= base
        times >>= 1
        if times:
            base = base * base
    return made
