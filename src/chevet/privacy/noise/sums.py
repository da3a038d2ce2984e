"""Sums and means of values cut to bounds: how far one person can move them, and what noise leaves to be said.

A value is cut to bounds that do not come from the data, and counted in whole steps from their middle: from
-STEPS to STEPS. Two whole numbers are noised in one act: the sum of these steps, and WEIGHT for every person who has a
value. Put another person in one's place. If both have a value, the sum moves by 2 STEPS at most and the
people not at all; if one of them has, the sum moves by STEPS at most and the people by WEIGHT. With WEIGHT at most the
square root of three times STEPS, neither moves the two numbers farther than 2 STEPS, in the Euclidean sense that
the discrete Gaussian is priced in: counting the people costs nothing more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chevet.errors import BadInput
from chevet.privacy.noise.accounting import scale_for
from chevet.privacy.noise.process import Counts, ToNoise

STEPS = 10_000  # from the middle to either bound: a grid finer than any noise
WEIGHT = math.isqrt(3 * STEPS**2)
SQUARED_SENSITIVITY = (2 * STEPS) ** 2
SURE = 1.96
PEOPLE_AT_LEAST = 3.0  # standard deviations of their noise: with fewer, the interval of a mean has no end
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """What values are cut to. BadInput unless two finite numbers, the lower first, with room for the grid between."""

    low: float
    high: float

    def __post_init__(self) -> None:
        step = (self.high - self.low) / 2 / STEPS
        if not (math.isfinite(step) and step > 0 and self.low + step > self.low and self.high - step < self.high):
            raise BadInput(
                "the bounds of a value are two different numbers, the lower first",
                next_act="Say between what the values lie, from what is known outside: --between 0 120",
            )

    @property
    def middle(self) -> float:
        return self.low + (self.high - self.low) / 2

    @property
    def step(self) -> float:
        return (self.high - self.low) / 2 / STEPS


@dataclass(frozen=True)
class Estimate:
    """A noised number; the true one lies from `low` to `high` in 95 cases of 100."""

    value: float
    low: float
    high: float


def totals(values: Values, bounds: Bounds) -> Counts:
    """(2,) the sum of the steps of these values from the middle, and WEIGHT times how many there are.

    values   one per person; NaN where not recorded, which is left out
    """
    recorded = values[~np.isnan(values)]
    steps = np.rint((np.clip(recorded, bounds.low, bounds.high) - bounds.middle) / bounds.step)
    # Cut once more as whole numbers: the bound must not hang on how fractions are rounded.
    whole = np.clip(steps, -STEPS, STEPS).astype(np.int64)
    return np.array([whole.sum(), WEIGHT * len(whole)], dtype=np.int64)


def to_noise(values: Values, bounds: Bounds, rho: float) -> ToNoise:
    """The true totals with the scale that keeps them within `rho`, rounded up to a whole number."""
    return ToNoise(totals(values, bounds), SQUARED_SENSITIVITY, float(scale(rho)))


def scale(rho: float) -> int:
    """The standard deviation, in steps, of the noise of both numbers.

    >>> scale(0.0001)
    1414214
    """
    return math.ceil(scale_for(SQUARED_SENSITIVITY, rho))


@dataclass(frozen=True)
class Totals:
    """The two numbers after noise of this standard deviation, in steps."""

    steps: int
    weighted: int
    scale: float
    bounds: Bounds

    @property
    def people(self) -> float:
        """How many have a value, with noise."""
        return self.weighted / WEIGHT

    @property
    def people_error(self) -> float:
        """The standard deviation of `people`."""
        return self.scale / WEIGHT

    @property
    def are_enough(self) -> bool:
        """Whether the people stand out of their noise."""
        return self.people >= PEOPLE_AT_LEAST * self.people_error

    def sum(self) -> Estimate | None:
        """The sum of the values cut to their bounds; None where too few people stand out of the noise.

        The error is that of two independent noises; half a step per person is added for the grid.
        """
        if not self.are_enough:
            return None
        step, middle = self.bounds.step, self.bounds.middle
        value = step * self.steps + middle * self.people
        grid = step / 2 * (self.people + PEOPLE_AT_LEAST * self.people_error)
        half = SURE * math.hypot(step * self.scale, middle * self.people_error) + grid
        return Estimate(value, value - half, value + half)

    def mean(self) -> Estimate | None:
        """The mean of the values cut to their bounds; None where the noise leaves it anywhere between them.

        The interval is that of a ratio of two normal numbers: all ratios r for which sum - r people is within 1.96 of
        its own standard deviations of nought. It is not symmetric, and right for any number of people. Half a
        step is added for the grid, and what lies beyond the bounds is cut off, as no mean lies there.
        Source: Fieller, JRSS-B 1954.
        """
        if not self.are_enough:
            return None
        ends = self._ratios()
        low, high = (self.bounds.middle + self.bounds.step * end for end in (ends[0] - 0.5, ends[1] + 0.5))
        told = max(low, self.bounds.low), min(high, self.bounds.high)
        if told[0] >= told[1] or told == (self.bounds.low, self.bounds.high):
            return None
        value = self.bounds.middle + self.bounds.step * self.steps / self.people
        return Estimate(min(max(value, told[0]), told[1]), *told)

    def _ratios(self) -> tuple[float, float]:
        squared = self.people**2 - (SURE * self.people_error) ** 2
        product = self.steps * self.people
        spread = SURE * math.sqrt(
            (self.scale * self.people) ** 2
            + (self.people_error * self.steps) ** 2
            - (SURE * self.people_error * self.scale) ** 2
        )
        return (product - spread) / squared, (product + spread) / squared
