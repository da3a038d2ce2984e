"""Whether a gene has more sites of insertion and deletion than its length, and genes alike, let expect.

Sites are counted once however many samples have them. Genes that are known to drive tumours are left out of what the
regression learns from.
Source: Martincorena et al., Cell 2017, PMID:29056346 (supplementary methods).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from chevet.targets.selection.negative_binomial import Floats, Regression
from chevet.targets.selection.regression import Background, mean_counts

Mask = npt.NDArray[np.bool_]

# With fewer genes than this left, the regression has nothing to learn from.
FEWEST_GENES = 50
# With fewer indels in all, the test is not made.
FEWEST_INDELS = 5


@dataclass(frozen=True)
class Indels:
    """Indels of n genes.

    expected   (n,) sites that the regression expects
    w, p       (n,) observed over expected, and the chance of as many sites or more
    left_out   (n,) genes that the regression did not learn from
    """

    expected: Floats
    w: Floats
    p: Floats
    left_out: Mask
    background: Background


def indel_tests(
    found: float, sites: Floats, exposure: Floats, covariates: Floats | None, known: Mask, selected: Mask
) -> Indels | None:
    """The test of each gene; None with fewer than `FEWEST_INDELS`, or when no site lies in a gene to learn from.

    found      indels in all genes, each as often as there are samples with it
    sites      (n,) distinct sites found
    exposure   (n,) coding length, times how often the gene was looked at
    known      (n,) genes known to drive tumours
    selected   (n,) genes whose substitutions show it: left out instead where too few genes are not known
    """
    if found < FEWEST_INDELS:
        return None
    for left_out in (known, selected):
        learnt = ~left_out
        if learnt.sum() >= FEWEST_GENES and sites[learnt].sum() > 0:
            break
    else:
        left_out, learnt = np.zeros_like(known), np.ones_like(known)
        if sites.sum() == 0:
            return None
    hoped = exposure * sites[learnt].sum() / exposure[learnt].sum()
    fitted, mean = mean_counts(sites, hoped, covariates, learnt)
    return Indels(mean, sites / mean, _at_least(sites, mean, fitted.regression), left_out, fitted)


def _at_least(sites: Floats, mean: Floats, fitted: Regression) -> Floats:
    """The chance of as many sites or more, by the negative-binomial law."""
    tail = special.betainc(np.maximum(sites, 1.0), fitted.theta, mean / (mean + fitted.theta))
    return np.asarray(np.where(sites > 0, tail, 1.0))
