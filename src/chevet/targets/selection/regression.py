"""What counts genes alike let expect: the regression of dNdScv 0.1 on covariates, and when it does without them.

Beside an intercept and the covariates, the expected count itself is a covariate, since dNdScv 0.1 takes it for one.
Covariates are not used with fewer than 500 genes to learn from, nor where counts then hardly vary more than Poisson's:
the steps to theta then do not settle.
Source: Martincorena et al., Cell 2017, PMID:29056346 (supplementary methods).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from chevet.targets.selection.negative_binomial import Floats, Regression, regress

FEWEST_GENES_FOR_COVARIATES = 500
Why = Literal["", "none_given", "few_genes", "no_dispersion"]


@dataclass(frozen=True)
class Background:
    """The regression, and why covariates were not used; empty when they were."""

    regression: Regression
    without_covariates: Why


def mean_counts(
    counts: Floats, expected: Floats, covariates: Floats | None, learnt: npt.NDArray[np.bool_]
) -> tuple[Background, Floats]:
    """The regression, and the count that it expects of every gene.

    counts, expected  (n,)
    covariates        (n, k); a row of NaN is a gene without covariates: nothing is learnt from it, and it is expected
                      to be as the average of the others
    learnt            (n,) genes to learn from
    """
    why: Why = "none_given" if covariates is None else "few_genes"
    if covariates is not None and learnt.sum() >= FEWEST_GENES_FOR_COVARIATES:
        said = np.isnan(covariates).sum(axis=1) == 0
        average = covariates[learnt & said].mean(axis=0)
        filled = np.where(said[:, None], covariates, average)
        design = np.column_stack([np.ones(len(counts)), expected, filled])
        used = learnt & said
        fitted = regress(counts[used], expected[used], design[used])
        if fitted.settled:
            return Background(fitted, ""), expected * np.exp(design @ fitted.coefficients)
        why = "no_dispersion"
    return Background(regress(counts[learnt], expected[learnt]), why), expected
