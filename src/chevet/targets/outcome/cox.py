"""Cox's model with Efron's ties, delayed entry and strata: the likelihood, its slope and curvature, and its maximum.

Equal to R's `survival` (tests/reference/outcome). Sources: Cox, J R Stat Soc B 1972; Efron, J Am Stat Assoc 1977;
Therneau and Grambsch, Modeling Survival Data, 2000.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chevet.targets.outcome.risk_sets import Numbers, RiskSets

# Newton's decrement (twice the log likelihood still to gain) under which a maximum is reached.
REACHED = 1e-15
_STEPS_AT_MOST, _HALVINGS_AT_MOST = 30, 20
_MULTIPLIED_AT_ONCE = 200_000
# A log hazard ratio per unit so far out that the likelihood has no maximum: all events fall on one side.
_WITHOUT_END = 20.0


@dataclass(frozen=True)
class Slope:
    """The log partial likelihood at some coefficients, and its slope.

    weights    (n,) exp of each row's linear predictor, but for a factor
    at_risk    (events,) the sum of the weights at risk at each event
    hazard     (n,) each row's cumulative baseline hazard
    score      (k,) the slope
    """

    log_likelihood: float
    weights: Numbers
    at_risk: Numbers
    hazard: Numbers
    score: Numbers

    @property
    def residuals(self) -> Numbers:
        """(n,) what each row is expected to contribute, `weights * hazard`; the event less this is its martingale."""
        return self.weights * self.hazard


@dataclass(frozen=True)
class Curvature:
    """Minus the second derivative, (k, k), and the (events, k) means of the covariates at risk that it is made of."""

    information: Numbers
    means: Numbers


@dataclass(frozen=True)
class Fit:
    """A maximum of the partial likelihood.

    coefficients   (k,) log hazard ratios per unit
    covariance     (k, k) the inverse of the information
    reached        False when the likelihood has no maximum that was found: no number here is to be used then
    """

    coefficients: Numbers
    covariance: Numbers
    reached: bool
    slope: Slope
    curvature: Curvature

    @property
    def log_likelihood(self) -> float:
        return self.slope.log_likelihood

    @property
    def standard_errors(self) -> Numbers:
        """(k,)"""
        return np.asarray(np.sqrt(np.diag(self.covariance)), dtype=np.float64)


def slope(risk: RiskSets, design: Numbers, coefficients: Numbers) -> Slope:
    """The likelihood and its slope; `design` is (n, k), one row of covariates per row of follow-up."""
    predictor = np.einsum("nk,k->n", design, coefficients)
    predictor -= predictor.mean() if len(predictor) else 0.0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        weights = np.exp(predictor)
        at_risk = risk.at_events(weights)
        value = float(predictor[risk.occurred].sum() - np.log(at_risk).sum())
        hazard = risk.of_rows(1.0 / at_risk)
        score = np.einsum("nk,n->k", design, risk.occurred - weights * hazard)
    return Slope(value if np.isfinite(value) else -np.inf, weights, at_risk, hazard, score)


def curvature(risk: RiskSets, design: Numbers, at: Slope) -> Curvature:
    """The information: of the rows, each with its hazard, less that of the means at risk."""
    means = risk.at_events(at.weights[:, np.newaxis] * design) / at.at_risk[:, np.newaxis]
    of_rows = products(design, at.residuals[:, np.newaxis] * design)
    return Curvature(of_rows - products(means, means), means)


def products(left: Numbers, right: Numbers) -> Numbers:
    """(k, m) the products of the columns of two tall matrices."""
    # In blocks that a linear algebra library multiplies in one thread: on thin matrices, threads cost more than they
    # bring, and on a busy machine many times more.
    found = np.zeros((left.shape[1], right.shape[1]))
    rows = max(64, _MULTIPLIED_AT_ONCE // max(1, found.size))
    for start in range(0, len(left), rows):
        found += left[start : start + rows].T @ right[start : start + rows]
    return found


def fit(risk: RiskSets, design: Numbers, start: Numbers | None = None) -> Fit:
    """The maximum of the partial likelihood by Newton's method, steps halved where they lead down.

    design   (n, k); no column may be a sum of others within the strata
    start    (k,) where to begin; zeros unless given

    `reached` is False when no maximum was found, or the information is singular.
    """
    coefficients = np.zeros(design.shape[1]) if start is None else start.astype(np.float64)
    here = slope(risk, design, coefficients)
    for _ in range(_STEPS_AT_MOST):
        curved = curvature(risk, design, here)
        step = _solved(curved.information, here.score)
        if step is None:
            break
        if float(here.score @ step) <= REACHED:
            covariance = np.asarray(np.linalg.inv(curved.information), dtype=np.float64)
            return Fit(coefficients, covariance, _within(coefficients, covariance), here, curved)
        coefficients, here = _uphill(risk, design, coefficients, here, step)
    nothing = np.full((design.shape[1], design.shape[1]), np.nan)
    return Fit(coefficients, nothing, False, here, curvature(risk, design, here))


def _uphill(
    risk: RiskSets, design: Numbers, coefficients: Numbers, here: Slope, step: Numbers
) -> tuple[Numbers, Slope]:  # fmt: skip
    """The step, or the largest half, quarter ... of it that does not lead down."""
    allowed = here.log_likelihood - 1e-10 * abs(here.log_likelihood)
    for _ in range(_HALVINGS_AT_MOST):
        there = slope(risk, design, coefficients + step)
        if there.log_likelihood >= allowed:
            break
        step = step / 2
    return coefficients + step, there


def _solved(information: Numbers, score: Numbers) -> Numbers | None:
    """The step of Newton's method; None where the information has no inverse."""
    if not np.isfinite(information).all():
        return None
    if not score.size:
        return np.zeros(0)
    scale = np.sqrt(np.maximum(np.diag(information), np.finfo(np.float64).tiny))
    scaled = information / np.outer(scale, scale)
    if np.linalg.cond(scaled) > 1e12:
        return None
    return np.asarray(np.linalg.solve(scaled, score / scale) / scale, dtype=np.float64)


def _within(coefficients: Numbers, covariance: Numbers) -> bool:
    spread = np.sqrt(np.maximum(np.diag(covariance), 0))
    return bool((np.minimum(np.abs(coefficients), spread) < _WITHOUT_END).all())
