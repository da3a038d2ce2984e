"""Tails of the Poisson-binomial law against the sum over every outcome, and against the binomial law."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from chevet.targets.relations.poisson_binomial import Tails, tails

Floats = npt.NDArray[np.float64]


def _law(q: Floats, times: Floats) -> Floats:
    """The probability of every outcome, trial by trial."""
    law = np.ones(1)
    for probability in np.repeat(q, times.astype(int)):
        law = np.convolve(law, [1 - probability, probability])
    return law


def _tails(q: Floats, times: Floats, observed: list[int]) -> Tails:
    return tails(lambda places: q[places], times, np.array(observed))


def test_three_trials_by_hand() -> None:
    """P(0) = 0.9 * 0.8 * 0.5 = 0.36 and P(1) = 0.1 * 0.4 + 0.2 * 0.45 + 0.5 * 0.72 = 0.49."""
    q = np.array([[0.1, 0.2, 0.5]] * 3)
    found = _tails(q, np.ones(3), [0, 1, 2])
    np.testing.assert_allclose(found.at_most, [0.36, 0.85, 0.99], rtol=1e-12)
    np.testing.assert_allclose(found.at_least, [1.0, 0.64, 0.15], rtol=1e-12)
    np.testing.assert_allclose(found.mean, 0.8)
    np.testing.assert_allclose(found.variance, 0.09 + 0.16 + 0.25)


probabilities = st.one_of(st.just(0.0), st.just(1.0), st.floats(1e-6, 0.999), st.floats(1e-6, 0.02))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(probabilities, st.integers(1, 12)), min_size=1, max_size=12), st.floats(0, 1))
def test_both_tails_equal_the_sum_over_every_outcome(groups: list[tuple[float, int]], share: float) -> None:
    q, times = np.array([[p for p, _ in groups]]), np.array([float(n) for _, n in groups])
    law = _law(q[0], times)
    possible = np.flatnonzero(law > 1e-280)
    observed = int(possible[round(share * (len(possible) - 1))])
    found = _tails(q, times, [observed])
    np.testing.assert_allclose(found.at_most, law[: observed + 1].sum(), rtol=1e-9)
    np.testing.assert_allclose(found.at_least, law[observed:].sum(), rtol=1e-9)


@pytest.mark.parametrize(
    ("trials", "share", "observed"), [(5_000, 0.02, 20), (100_000, 0.001, 400), (3_000, 0.6, 2_500)]
)
def test_trials_that_are_alike_give_the_binomial_law_far_into_its_tails(
    trials: int, share: float, observed: int
) -> None:
    found = _tails(np.array([[share]]), np.array([float(trials)]), [observed])
    side = found.at_most if observed < trials * share else found.at_least
    law = binom.cdf(observed, trials, share) if observed < trials * share else binom.sf(observed - 1, trials, share)
    assert 1e-290 < law < 1e-8
    np.testing.assert_allclose(side, law, rtol=1e-9)


def test_thousands_of_laws_at_a_time_give_what_each_gives_alone() -> None:
    rng = np.random.default_rng(3)
    q = rng.beta(0.5, rng.choice([3.0, 40.0], (2_000, 1)), (2_000, 30))
    times = rng.integers(1, 40, 30).astype(float)
    observed = np.maximum(0, rng.poisson(q @ times))
    together = tails(lambda places: q[places], times, observed)
    for place in range(0, 2_000, 97):
        alone = _tails(q[place : place + 1], times, [int(observed[place])])
        np.testing.assert_allclose(together.at_most[place], alone.at_most[0], rtol=1e-9)
        np.testing.assert_allclose(together.at_least[place], alone.at_least[0], rtol=1e-9)


def test_a_law_of_certain_trials_has_one_outcome() -> None:
    found = _tails(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([3.0, 2.0]), [2, 0])
    assert found.at_most.tolist() == found.at_least.tolist() == [1.0, 1.0]
    assert found.variance.tolist() == [0.0, 0.0]
