"""Global selection: small cases by hand, and groups of samples that looked at different genes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from chevet.targets.selection.rates import SUBSTITUTIONS, fit_rates, groups, substitution


def test_one_rate_by_hand() -> None:
    """20 synonymous changes at 100 sites, 90 missense at 300: w is 0.3 / 0.2; its error is of 1/90 + 1/20."""
    counts, sites = np.array([[[20.0, 90.0, 8.0, 0.0]]]), np.array([[[100.0, 300.0, 20.0, 10.0]]])
    rates = fit_rates(counts, sites, np.zeros(1, dtype=np.int64))
    mis = rates.selection["mis"]
    spread = math.exp(1.959963984540054 * math.sqrt(1 / 90 + 1 / 20))
    assert [mis.mle, mis.ci_low, mis.ci_high] == pytest.approx([1.5, 1.5 / spread, 1.5 * spread])
    assert rates.selection["trunc"].mle == pytest.approx(8 / 30 / 0.2)
    assert (rates.selection["spl"].mle, rates.selection["spl"].ci_high) == (0.0, None)


def test_a_group_that_looked_at_half_the_sites_with_twice_the_rate_is_told_apart() -> None:
    sites = np.array([[[1000.0, 3000.0, 100.0, 50.0]], [[500.0, 1500.0, 50.0, 25.0]]])
    counts = np.array([[[100.0, 300.0, 20.0, 5.0]], [[100.0, 300.0, 20.0, 5.0]]])
    rates = fit_rates(counts, sites, np.zeros(1, dtype=np.int64))
    assert rates.intensity == pytest.approx([1.0, 2.0])
    assert rates.selection["non"].mle == pytest.approx(2.0)


@pytest.mark.parametrize("model", ["192", "12", "2", "1"])
def test_every_model_finds_the_rates_that_it_can_tell(model: str) -> None:
    shared = groups(model)  # type: ignore[arg-type]
    rng = np.random.default_rng(4)
    true = rng.uniform(0.5, 2.0, int(shared.max()) + 1)[shared]
    sites = rng.uniform(50, 100, (1, SUBSTITUTIONS, 4))
    rates = fit_rates(sites * true[None, :, None], sites, shared)
    assert rates.by_substitution == pytest.approx(true)
    assert rates.selection["all"].mle == pytest.approx(1.0)


def test_each_substitution_has_a_number_of_its_own() -> None:
    numbers = {
        int(substitution(context, base)) for context in range(64) for base in range(4) if base != (context >> 2) & 3
    }
    assert numbers == set(range(SUBSTITUTIONS))
