"""Does a gene's hazard ratio stay the same over time: the test of scaled Schoenfeld residuals, exact, as in R 4.

Source: Grambsch and Therneau, Biometrika 1994; as a score test with its whole variance since R's survival 3.0. Time is
counted as 1 - the Kaplan-Meier estimate of everybody just before, the default of `cox.zph`.
"""

from __future__ import annotations

import numpy as np

from chevet.cohort.kaplan_meier import kaplan_meier
from chevet.targets.outcome.cox import Fit
from chevet.targets.outcome.risk_sets import Numbers, RiskSets, YesNo


def moments(risk: RiskSets, entry: Numbers, exit: Numbers, occurred: YesNo) -> Numbers:
    """(times,) the share that had the event before each event time, strata taken together."""
    curve = kaplan_meier(exit, occurred, entry)
    before = np.concatenate([[1.0], curve.survival])
    moments: Numbers = 1.0 - before[np.searchsorted(curve.times, risk.times, side="left")]
    return moments


def change_over_time(risk: RiskSets, design: Numbers, fitted: Fit, at: Numbers, column: int = -1) -> float:
    """Chi-square, of one degree of freedom, of a coefficient that changes linearly with `at`; NaN where it cannot be.

    at       (times,) as `moments` gives them
    column   the covariate whose coefficient is tested
    """
    found, mean, covariate = fitted.slope, fitted.curvature.means, design[:, column]
    of_event, own = at[risk.time_of], mean[:, column]
    slope = float((at[risk.last[risk.occurred] - 1] * covariate[risk.occurred]).sum() - (of_event * own).sum())
    rows = np.flatnonzero(covariate)
    weighed = found.weights[rows] * covariate[rows]
    once, twice = (risk.of_rows(of_event**power / found.at_risk)[rows] for power in (1, 2))
    shared = np.einsum("n,nk->k", weighed * once, design[rows]) - np.einsum("e,ek->k", of_event * own, mean)
    information = float((weighed * twice * covariate[rows]).sum() - ((of_event * own) ** 2).sum())
    left = information - shared @ fitted.covariance @ shared
    return float(slope**2 / left) if left > 1e-9 * information > 0 else float("nan")
