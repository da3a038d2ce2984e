"""Rao's score test of every gene added to one fitted model: all genes at once, and where each one's own fit begins.

With the model of the other covariates fitted once, a gene's slope, its information and what it shares with the others
are sums over its carriers; only the square of its mean at risk has to be followed through time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from chevet.targets.outcome.cox import Fit
from chevet.targets.outcome.risk_sets import Numbers, RiskSets

_GENES_AT_ONCE = 64
# Less than this share of a gene's information left beside the other covariates: it cannot be told from them.
INSEPARABLE = 1e-7


@dataclass(frozen=True)
class ScoreTests:
    """One score test per gene.

    chi_square   (genes,) with one degree of freedom; NaN where the gene cannot be told from the other covariates
    start        (genes, k + 1) the coefficients after one step of Newton's method, the gene's last
    """

    chi_square: Numbers
    start: Numbers


def score_tests(risk: RiskSets, design: Numbers, null: Fit, carried: csr_array) -> ScoreTests:
    """The tests of genes against the model `null` of `design`.

    design    (n, k) the covariates of each row of follow-up
    carried   (genes, n) 1 where the patient of the row carries the gene
    """
    found, rows, means = null.slope, null.slope.residuals, null.curvature.means
    slopes = carried @ (risk.occurred - rows)
    own = carried @ rows
    through = risk.of_rows(means / found.at_risk[:, np.newaxis])
    shared = carried @ (rows[:, np.newaxis] * design - found.weights[:, np.newaxis] * through)
    inverse = shared @ null.covariance
    information = own - _squares(risk, found.weights, found.at_risk, carried) - (inverse * shared).sum(axis=1)
    told = information > INSEPARABLE * own
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(told, slopes / information, np.nan)
    beside = null.coefficients - inverse * np.nan_to_num(step)[:, np.newaxis]
    return ScoreTests(step * slopes, np.column_stack([beside, step]))


def _squares(risk: RiskSets, weights: Numbers, at_risk: Numbers, carried: csr_array) -> Numbers:
    """(genes,) the sum over all events of the square of the share of carriers among those at risk."""
    weighed = carried.multiply(weights).tocsr()
    found = np.empty(carried.shape[0])
    for start in range(0, len(found), _GENES_AT_ONCE):
        block = slice(start, start + _GENES_AT_ONCE)
        shares = risk.at_events(weighed[block].T) / at_risk[:, np.newaxis]
        found[block] = np.einsum("eg,eg->g", shares, shares)
    return found
