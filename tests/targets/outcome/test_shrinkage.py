"""Shrunken hazard ratios: nearer to the truth on the whole, honest in their intervals, and right by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import norm

from chevet.targets.outcome.shrinkage import fitted_prior, shrunken


def _made_up(genes: int, share: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.where(rng.random(genes) < share, rng.normal(0, 0.6, genes), 0.0)
    errors = rng.uniform(0.08, 0.4, genes)
    return truth, truth + errors * rng.normal(size=genes), errors


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 1.0])
def test_shrunken_ratios_are_nearer_to_the_truth_than_the_estimates(share: float) -> None:
    truth, effects, errors = _made_up(600, share, 41)
    found = shrunken(effects, errors)
    assert found is not None
    raw, drawn = np.mean((effects - truth) ** 2), np.mean((found.mean - truth) ** 2)
    assert drawn < {0.0: 0.02, 0.05: 0.3, 0.3: 0.75, 1.0: 0.95}[share] * raw


def test_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth, effects, errors = _made_up(3000, 0.5, 42)
    found = shrunken(effects, errors)
    assert found is not None
    assert 0.93 < np.mean((found.low <= truth) & (truth <= found.high)) < 0.98


def test_the_strongest_of_many_are_not_believed_as_they_are() -> None:
    truth, effects, errors = _made_up(600, 0.3, 43)
    found = shrunken(effects, errors)
    assert found is not None
    strongest = np.argsort(-np.abs(effects / errors))[:30]
    sign = np.sign(effects[strongest])
    excess = np.mean(sign * (effects - truth)[strongest])
    left = np.mean(sign * (found.mean - truth)[strongest])
    assert (excess > 0.03, abs(left) < excess / 2) == (True, True)


def test_belief_in_one_gene_is_that_of_bayes_by_hand() -> None:
    """With a prior that is all but one normal, mean and interval are the textbook's."""
    rng = np.random.default_rng(44)
    effects = rng.normal(0, 1.0, 4000)
    errors = np.full(4000, 0.05)
    found = shrunken(effects, errors)
    assert found is not None
    spread = np.sqrt(found.prior.shares @ found.prior.spreads**2)
    kept = spread**2 / (spread**2 + 0.05**2)
    assert spread == pytest.approx(1.0, rel=0.05)
    strong = np.abs(effects) > 0.5
    assert found.mean[strong] == pytest.approx(kept * effects[strong], rel=0.01)
    width = 2 * norm.ppf(0.975) * 0.05 * np.sqrt(kept)
    assert (found.high - found.low)[strong] == pytest.approx(np.full(strong.sum(), width), rel=0.02)


def test_the_shares_are_the_likeliest() -> None:
    """No other shares, sought by a general optimiser, have a larger likelihood with the preference for 0."""
    _, effects, errors = _made_up(200, 0.3, 45)
    prior = fitted_prior(effects, errors)
    density = norm.pdf(effects[:, None], 0, np.sqrt(errors[:, None] ** 2 + prior.spreads**2))

    def loss(logits: np.ndarray) -> float:
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        return float(-np.log(density @ shares).sum() - 10 * np.log(shares[0]))

    found = minimize(loss, np.zeros(len(prior.spreads)), method="L-BFGS-B", options={"maxiter": 3000})
    ours = -np.log(density @ prior.shares).sum() - 10 * np.log(prior.shares[0])
    assert ours <= found.fun + 1e-3


def test_fewer_than_ten_genes_are_not_shrunken() -> None:
    assert shrunken(np.ones(9), np.ones(9)) is None


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.02, 2)), min_size=10, max_size=40))
def test_no_effect_grows_or_changes_its_side(pairs: list[tuple[float, float]]) -> None:
    effects, errors = np.array(pairs).T
    found = shrunken(effects, errors)
    assert found is not None
    assert (np.abs(found.mean) <= np.abs(effects) + 1e-12).all()
    assert (found.mean * effects >= 0).all()
    assert (found.low <= found.high).all()
    assert ((found.wrong_sign >= -1e-12) & (found.wrong_sign <= 1)).all()
