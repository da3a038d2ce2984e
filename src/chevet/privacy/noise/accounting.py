"""How much noise buys which promise.

The promise is made about one person against everybody: two versions of a study that differ in one
person (put another in her place) are told apart, from everything that was ever answered, with an
area under the curve of at most `AUC_AT_MOST`, by an attacker who knows all the others, asks what
he likes, as often as he likes, with as many accounts as he likes.

Numbers are noised by the discrete Gaussian (Canonne, Kamath, Steinke, NeurIPS 2020). Telling two
Gaussians apart whose means lie `mu` standard deviations from each other has an area of
Phi(mu / sqrt 2) (Dong, Roth, Su, JRSS-B 2022); squares of mu add up, and rho = mu^2 / 2 is what
OpenDP calls zero-concentrated privacy (Bun and Steinke, TCC 2016). At the scales used here (five and
more) a discrete Gaussian differs from a continuous one by less than exp(-2 pi^2 scale^2), nothing.
"""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri

AUC_AT_MOST = 0.55
MU_OF_A_STUDY = 0.15  # area 0.5422; 0.1777 would be 0.55 exactly, and no measurement could show it
NANO = 1_000_000_000  # budgets are kept as whole billionths of rho: sums are exact
LEAST_SCALE = 5.0
DELTA_OF_A_NAME = 1e-7
PER_HISTOGRAM = 2  # one person replaced: one cell loses one, another gains one


def auc_at_most(mu: float) -> float:
    """The best area under the curve of anybody who tells two studies apart that differ in one person.

    >>> round(auc_at_most(0.17), 4), auc_at_most(0.0)
    (0.5478, 0.5)
    """
    return float(ndtr(mu / math.sqrt(2)))


def rho_of(mu: float) -> float:
    """The same promise as zero-concentrated privacy."""
    return mu * mu / 2


def mu_of(rho: float) -> float:
    """The same promise as a distance of Gaussians."""
    return math.sqrt(2 * rho)


def in_nano(rho: float) -> int:
    """Whole billionths of rho, rounded up: what is spent is never counted as less than it is.

    >>> in_nano(0.01445), in_nano(1e-10)
    (14450000, 1)
    """
    return math.ceil(round(rho * NANO, 6))


def scale_for(squared_sensitivity: float, rho: float) -> float:
    """The standard deviation that keeps a table within `rho`.

    squared_sensitivity   the most by which putting another person in one's place moves the table:
                          the sum of the squares of the changes of its cells

    >>> round(scale_for(2, 0.0001), 1)
    100.0
    """
    return max(LEAST_SCALE, math.sqrt(squared_sensitivity / (2 * rho)))


def least_to_name(scale: float) -> float:
    """The noised count from which a name that only the data know may be said (a centre, a rare tumour).

    A name held by one single person passes with a probability of at most `DELTA_OF_A_NAME`.
    Source: stability-based histograms, Korolova et al., WWW 2009; Desfontaines et al., PoPETs 2022.
    """
    return 1 + scale * float(-ndtri(DELTA_OF_A_NAME))


def within(variance: float) -> float:
    """Half the width of the interval that holds the true number in 95 cases of 100."""
    return 1.96 * math.sqrt(variance)
