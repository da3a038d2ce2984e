"""Hazard ratios shrunken by what all genes show: most genes do little, and the luckiest look stronger than they are.

Each gene's log hazard ratio is taken to be normal around its own true effect; the true effects are a mixture of normals
around 0, of which one is 0 itself. The shares of the mixture are fitted by maximum likelihood with a preference for 0
(Stephens, Biostatistics 2017: adaptive shrinkage, its grid and its preference).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, ndtr

from chevet.targets.outcome.risk_sets import Numbers

# Fewer genes than this tell too little of what genes do.
LEAST_GENES = 10
# The preference for 0: as if so many genes more had been seen to do nothing.
_PREFERENCE = 10.0
_STEPS_AT_MOST, _ENOUGH = 2000, 1e-6
_HALVINGS = 60


@dataclass(frozen=True)
class Prior:
    """The mixture: `shares` (m,) of normals around 0 with these `spreads` (m,); the first spread is 0."""

    shares: Numbers
    spreads: Numbers


@dataclass(frozen=True)
class Shrunken:
    """What is believed of each gene's log hazard ratio, (genes,) each.

    low, high    95 % of the belief
    wrong_sign   the chance that the effect is not on the side on which it was found (local false sign rate)
    """

    mean: Numbers
    low: Numbers
    high: Numbers
    wrong_sign: Numbers
    prior: Prior


def shrunken(effects: Numbers, standard_errors: Numbers) -> Shrunken | None:
    """The belief after all genes were seen; None with fewer than ten genes.

    effects           (genes,) log hazard ratios
    standard_errors   (genes,) above 0
    """
    if len(effects) < LEAST_GENES:
        return None
    prior = fitted_prior(effects, standard_errors)
    parts = _Parts.of(effects, standard_errors, prior)
    below = parts.below(np.zeros(len(effects)), closed=False)
    above = 1.0 - parts.below(np.zeros(len(effects)), closed=True)
    mean = np.einsum("gm,gm->g", parts.weights, parts.means)
    low, high = parts.quantile(0.025), parts.quantile(0.975)
    return Shrunken(mean, low, high, 1.0 - np.maximum(below, above), prior)


def fitted_prior(effects: Numbers, standard_errors: Numbers) -> Prior:
    """The mixture under which these effects are likeliest, by expectation and maximisation."""
    spreads = _grid(effects, standard_errors)
    log_density = _log_density(effects, standard_errors, spreads)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    preference = np.zeros(len(spreads))
    preference[0] = _PREFERENCE
    shares = np.full(len(spreads), 1.0 / len(spreads))
    for _ in range(_STEPS_AT_MOST):
        belonging = density * shares
        belonging /= belonging.sum(axis=1, keepdims=True)
        new = belonging.sum(axis=0) + preference
        new /= new.sum()
        moved = float(np.abs(new - shares).max())
        shares = new
        if moved < _ENOUGH:
            break
    return Prior(shares, spreads)


def _grid(effects: Numbers, standard_errors: Numbers) -> Numbers:
    """0, then from a tenth of the smallest error to twice the largest effect beyond error, by the square root of 2."""
    least = float(standard_errors.min()) / 10.0
    beyond = float(np.maximum(effects**2 - standard_errors**2, 0.0).max())
    most = 2.0 * np.sqrt(beyond) if beyond > 0 else 8.0 * least
    steps = max(1, int(np.ceil(2.0 * np.log2(max(most / least, np.sqrt(2.0))))))
    return np.concatenate([[0.0], most / np.sqrt(2.0) ** np.arange(steps, -1, -1)])


def _log_density(effects: Numbers, standard_errors: Numbers, spreads: Numbers) -> Numbers:
    """(genes, m) but for a constant."""
    variance = standard_errors[:, np.newaxis] ** 2 + spreads**2
    found: Numbers = -0.5 * (np.log(variance) + effects[:, np.newaxis] ** 2 / variance)
    return found


@dataclass(frozen=True)
class _Parts:
    """Each gene's belief as a mixture: (genes, m) shares, means and spreads of its normals; the first is 0 itself."""

    weights: Numbers
    means: Numbers
    spreads: Numbers

    @staticmethod
    def of(effects: Numbers, standard_errors: Numbers, prior: Prior) -> _Parts:
        with np.errstate(divide="ignore"):
            log_weights = _log_density(effects, standard_errors, prior.spreads) + np.log(prior.shares)
        weights = np.exp(log_weights - logsumexp(log_weights, axis=1, keepdims=True))
        kept = prior.spreads**2 / (prior.spreads**2 + standard_errors[:, np.newaxis] ** 2)
        return _Parts(weights, kept * effects[:, np.newaxis], np.sqrt(kept) * standard_errors[:, np.newaxis])

    def below(self, places: Numbers, *, closed: bool) -> Numbers:
        """(genes,) the chance that the effect is under its place, or at it where `closed`."""
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = ndtr((places[:, np.newaxis] - self.means) / self.spreads)
        chance[:, 0] = places >= 0 if closed else places > 0
        return np.asarray(np.einsum("gm,gm->g", self.weights, chance), dtype=np.float64)

    def quantile(self, chance: float) -> Numbers:
        """(genes,) where the belief reaches this chance, by halving; exactly 0 where it jumps over it there."""
        reach = np.abs(self.means).max(axis=1) + 10.0 * self.spreads.max(axis=1)
        low, high = -reach, reach.copy()
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            under = self.below(middle, closed=True) < chance
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        zero = np.zeros(len(reach))
        jumps = (self.below(zero, closed=False) < chance) & (self.below(zero, closed=True) >= chance)
        return np.where(jumps, 0.0, high)
