from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.privacy.noise.process import draw
from chevet.privacy.noise.sums import (
    SQUARED_SENSITIVITY,
    STEPS,
    WEIGHT,
    Bounds,
    Totals,
    scale,
    to_noise,
    totals,
)

NUMBER = st.floats(allow_nan=True, allow_infinity=True)
FINITE = st.floats(-1e12, 1e12)
AGES = Bounds(0, 120)


@st.composite
def bounds(draw_one: st.DrawFn) -> Bounds:
    low, width = draw_one(FINITE), draw_one(st.floats(1e-3, 1e12))
    try:
        return Bounds(low, low + width)
    except BadInput:
        return AGES


@given(st.lists(NUMBER, max_size=30), NUMBER, NUMBER, bounds())
@example([], -math.inf, math.inf, AGES)
@example([1.0], 0.0, math.nan, AGES)
@example([1.0], 119.99999, math.nan, Bounds(0.1, 0.1 + 1e-9))
@settings(deadline=None)
def test_another_person_in_ones_place_never_moves_the_totals_farther_than_they_are_priced_for(
    others: list[float], one: float, another: float, cut: Bounds
) -> None:
    before, after = (totals(np.array([*others, value]), cut) for value in (one, another))
    assert int(((before - after) ** 2).sum()) <= SQUARED_SENSITIVITY


def test_the_price_is_reached_and_no_more_than_reached() -> None:
    """Were it never reached, more noise would be drawn than the promise needs."""
    low, high, gone = (totals(np.array([value]), AGES) for value in (0.0, 120.0, math.nan))
    assert int(((low - high) ** 2).sum()) == SQUARED_SENSITIVITY
    assert STEPS**2 + WEIGHT**2 == int(((low - gone) ** 2).sum()) <= SQUARED_SENSITIVITY
    assert STEPS**2 + (WEIGHT + 1) ** 2 > SQUARED_SENSITIVITY


def test_one_enormous_value_weighs_no_more_than_the_bound() -> None:
    usual = totals(np.array([50.0, 60.0, 120.0]), AGES)
    assert totals(np.array([50.0, 60.0, 1e300]), AGES).tolist() == usual.tolist()
    assert totals(np.array([50.0, 60.0, math.inf]), AGES).tolist() == usual.tolist()


@given(st.lists(st.floats(0, 120), min_size=1, max_size=50))
def test_without_noise_the_mean_is_right_to_half_a_step(values: list[float]) -> None:
    steps, weighted = totals(np.array(values), AGES).tolist()
    assert weighted == WEIGHT * len(values)
    assert AGES.middle + AGES.step * steps / len(values) == pytest.approx(np.mean(values), abs=AGES.step / 2 + 1e-9)


@pytest.mark.parametrize(
    ("low", "high"),
    [(1, 1), (2, 1), (math.nan, 1), (0, math.inf), (-math.inf, 0), (-1e308, 1e308), (1, math.nextafter(1, 2))],
)
def test_bounds_that_are_none_are_not_taken(low: float, high: float) -> None:
    with pytest.raises(BadInput, match="two different numbers"):
        Bounds(low, high)


def test_what_opendp_counts_is_within_the_price() -> None:
    noised = draw([to_noise(np.array([50.0, math.nan]), AGES, 0.0001)])
    assert 0.00009999 < noised.rho <= 0.0001


def _held(people: int, mean_steps: float, times: int, seed: int) -> tuple[float, float, float]:
    """How often the intervals of a mean, and of a sum, hold the truth, and how often a mean is told."""
    random, sigma = np.random.default_rng(seed), float(scale(0.0001))
    truth = AGES.middle + AGES.step * mean_steps
    means, sums = [], []
    for steps, weighted in np.rint(random.normal([people * mean_steps, WEIGHT * people], sigma, (times, 2))):
        found = Totals(int(steps), int(weighted), sigma, AGES)
        mean, total = found.mean(), found.sum()
        means += [] if mean is None else [mean.low <= truth <= mean.high]
        sums += [] if total is None else [total.low <= truth * people <= total.high]
    return float(np.mean(means)), float(np.mean(sums)), len(means) / times


@pytest.mark.parametrize(("people", "mean_steps"), [(1000, 1000.0), (5000, -3000.0), (100_000, 200.0)])
def test_the_intervals_hold_the_truth_in_95_cases_of_100(people: int, mean_steps: float) -> None:
    mean, total, told = _held(people, mean_steps, 4000, seed=people)
    assert 0.94 <= mean <= 0.965
    assert 0.94 <= total <= 0.965
    assert told == 1.0


def test_too_few_people_give_no_mean_and_no_sum() -> None:
    found = Totals(0, 240 * WEIGHT, float(scale(0.0001)), AGES)
    assert found.people_error == pytest.approx(81.65, abs=0.01)
    assert (found.are_enough, found.mean(), found.sum()) == (False, None, None)


def test_a_mean_that_could_be_anything_between_the_bounds_is_none() -> None:
    sigma = float(scale(0.0001))
    few, beyond = Totals(0, 250 * WEIGHT, sigma, AGES), Totals(STEPS * 10_000, 1000 * WEIGHT, sigma, AGES)
    assert few.are_enough
    assert (few.mean(), beyond.mean()) == (None, None)


def test_a_mean_is_never_told_beyond_its_bounds() -> None:
    found = Totals(1050 * STEPS, 1000 * WEIGHT, float(scale(0.0001)), AGES).mean()
    assert found is not None
    assert found.low < found.value == found.high == 120.0
