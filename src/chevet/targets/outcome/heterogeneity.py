"""Is a gene's hazard ratio the same in every tumour type: the score test of one ratio each against one for all.

Source: Rao's score test of the products of gene and group, with the variance that the other covariates leave (Therneau
and Grambsch, Modeling Survival Data, 2000, chapter 3).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.special import chdtrc

from chevet.targets.outcome.cox import Fit
from chevet.targets.outcome.risk_sets import Counts, Numbers, RiskSets

# Groups in which fewer events of carriers are expected are taken together.
LEAST_EXPECTED = 5.0


def differs_between(
    risk: RiskSets, design: Numbers, fitted: Fit, group: Counts, column: int = -1
) -> tuple[float, int]:  # fmt: skip
    """Chi-square, and its degrees of freedom, of a coefficient that is another in each group; NaN and 0 with one group.

    group    (n,) 0, 1, 2 ...; the rows of a stratum are of one group
    column   the covariate whose coefficient is tested
    """
    groups = int(group.max(initial=-1)) + 1
    slopes, shared, own = _sums(risk, design, fitted, group, groups, column)
    left = np.diag(own) - shared @ fitted.covariance @ shared.T
    free = groups - 1
    if free < 1 or np.linalg.matrix_rank(left[:free, :free], tol=1e-9 * own.max()) < free:
        return float("nan"), 0
    return float(slopes[:free] @ np.linalg.solve(left[:free, :free], slopes[:free])), free


def p_between(risk: RiskSets, design: Numbers, fitted: Fit, stratum: Counts) -> float:
    """p of `differs_between` for the last covariate, strata with few expected events taken together; NaN with one."""
    chi_square, free = differs_between(risk, design, fitted, _enough(fitted, design[:, -1], stratum))
    return float(chdtrc(free, chi_square)) if free else float("nan")


def _sums(
    risk: RiskSets, design: Numbers, fitted: Fit, group: Counts, groups: int, column: int
) -> tuple[Numbers, Numbers, Numbers]:  # fmt: skip
    """(groups,) slopes, (groups, k) information shared with every covariate, (groups,) own information."""
    covariate, mean = design[:, column], fitted.curvature.means
    of_event = np.empty(len(risk.times), dtype=np.int64)
    of_event[risk.last[risk.occurred] - 1] = group[risk.occurred]
    events = _members(of_event[risk.time_of], groups)
    carriers = np.flatnonzero(covariate)
    rows = _members(group[carriers], groups)
    expected = fitted.slope.residuals[carriers] * covariate[carriers]
    slopes = rows @ (risk.occurred[carriers] * covariate[carriers] - expected)
    shared = rows @ (expected[:, np.newaxis] * design[carriers]) - events @ (mean[:, [column]] * mean)
    own = rows @ (expected * covariate[carriers]) - events @ mean[:, column] ** 2
    return slopes, np.asarray(shared, dtype=np.float64), own


def _members(group: Counts, groups: int) -> csr_array:
    """(groups, rows) 1 where a row is of a group."""
    return csr_array((np.ones(len(group)), (group, np.arange(len(group)))), shape=(groups, len(group)))


def _enough(fitted: Fit, covariate: Numbers, stratum: Counts) -> Counts:
    """(n,) the group of each row: its stratum, or that of all strata in which few events of carriers are expected."""
    _, codes = np.unique(stratum, return_inverse=True)
    expected = np.bincount(codes, fitted.slope.residuals * covariate)
    few = expected < LEAST_EXPECTED
    if few.any() and not few.all() and expected[few].sum() < LEAST_EXPECTED:
        few[np.flatnonzero(~few)[np.argmin(expected[~few])]] = True
    group = np.where(few, 0, np.cumsum(~few) - (0 if few.any() else 1))
    return np.asarray(group[codes.reshape(-1)], dtype=np.int64)
