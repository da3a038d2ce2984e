"""How many people of the population are alone of their kind, judged from a sample of it.

Each estimator takes the sizes of the sample's classes. With n people of N in the sample, f = n / N:

- zayatz   no model: a sample unique is a population unique with a chance taken from the sample's own sizes.
           Zayatz, US Bureau of the Census 1991.
- snb      sizes in the population are one more than a negative binomial; its mean from an estimate of the number
           of classes (Shlosser's, as modified by Haas and Stokes, JASA 1998), its shape from the numbers of
           singletons and pairs. Chen and Keller-McNulty, J Official Statistics 1998.
- pitman   sizes follow Pitman's sampling formula, fitted by maximum likelihood. Hoshino, J Official Statistics 2001.
- dankar   pitman when f is at most 0.1, else the lower of zayatz and snb; zayatz where the other has no solution.
           Dankar, El Emam, Neisa and Roffey, BMC Med Inform Decis Mak 2012.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from chevet.errors import BadInput

Estimator = Literal["dankar", "pitman", "zayatz", "snb"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Uniques:
    """How many, what share of the population, and by which estimator."""

    people: float
    share: float
    by: Estimator


def population_uniques(
    sizes: npt.NDArray[np.integer[Any]], population_size: int, estimator: Estimator = "dankar"
) -> Uniques:
    """The estimated number of people of the population who are alone of their kind.

    sizes             (classes,) people of the sample in each class, at least 1
    population_size   N, the sample included; at least the sample's size

    A sample without uniques is taken to speak of a population without. Where pitman or snb has no solution, zayatz
    stands in and is named. Raises BadInput for a population smaller than its sample.

    >>> population_uniques(np.array([1, 1, 2, 3]), 7, "zayatz").people
    2.0
    """
    people = int(sizes.sum())
    if population_size < people:
        raise BadInput(
            f"a population of {population_size} is smaller than its sample of {people}",
            next_act="Give the number of people that the table was drawn from.",
        )
    size, frequency = np.unique(sizes, return_counts=True)
    if not len(size) or size[0] != 1:
        return Uniques(0.0, 0.0, estimator)
    if estimator == "dankar":
        if people / population_size <= 0.1:
            return population_uniques(sizes, population_size, "pitman")
        zayatz, snb = (population_uniques(sizes, population_size, by) for by in ("zayatz", "snb"))
        return zayatz if zayatz.people < snb.people else snb
    fitted = {"zayatz": _zayatz, "snb": _snb, "pitman": _pitman}[estimator](size, frequency, population_size)
    if fitted is None:
        return population_uniques(sizes, population_size, "zayatz")
    return Uniques(fitted, fitted / population_size, estimator)


def _zayatz(size: Floats, frequency: Floats, population: int) -> float:
    """Sample uniques, times their chance of being population uniques, over the sampling fraction."""
    people = float((size * frequency).sum())
    once = size * people / population * _others_missed(size, people, population)
    chance = frequency[0] * people / population / (frequency * once).sum()
    return float(frequency[0] * chance * population / people)


def _others_missed(size: Floats, people: float, population: int) -> Floats:
    """(sizes,) chance that, one member of a class of that size being in the sample, no other is (hypergeometric)."""
    others = np.arange(int(size[-1]) - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.log(np.maximum(population - people - others, 0)) - np.log(np.maximum(population - 1 - others, 0))
    sums = np.concatenate([[0.0], np.cumsum(np.where(np.isnan(steps), -np.inf, steps))])
    missed: Floats = np.exp(sums[size.astype(np.int64) - 1])
    return missed


def _shlosser(size: Floats, frequency: Floats, f: float) -> float:
    """The number of classes in the population: Haas and Stokes's D of the modified Shlosser estimator."""
    missed = (1 - f) ** size
    rare = (size * f**2 * (1 - f**2) ** (size - 1) * frequency).sum()
    seen = (missed * ((1 + f) ** size - 1) * frequency).sum()
    lost = (missed * frequency).sum() / (size * f * (1 - f) ** (size - 1) * frequency).sum()
    return float(frequency.sum() + frequency[0] * rare / seen * lost**2)


def _snb(size: Floats, frequency: Floats, population: int) -> float | None:
    """K beta^alpha, where alpha and beta give as many singletons and pairs as the sample has; None without such."""
    f = float((size * frequency).sum()) / population
    singles = float(frequency[0])
    pairs = float(frequency[1]) if len(size) > 1 and size[1] == 2 else 0.0
    if f >= 1:
        return singles
    classes = _shlosser(size.astype(np.float64), frequency.astype(np.float64), f)

    def off(at: Floats) -> list[float]:
        alpha, beta = np.exp(at[0]), special.expit(at[1])
        miss = (1 - f) * (1 - beta)
        alone = classes * f * (beta / (1 - miss)) ** alpha * (alpha * miss / (1 - miss) + 1)
        paired = classes * alpha * beta**alpha * f**2 * (1 - beta) / (2 * (1 - miss) ** (alpha + 2))
        return [alone / singles - 1, paired * (2 - (1 - alpha) * miss) / max(pairs, 1.0) - pairs / max(pairs, 1.0)]

    for alpha in (0.0, -2.0, 2.0):
        for beta in (-1.0, -4.0, 2.0):
            with np.errstate(over="ignore", under="ignore", invalid="ignore"):
                tried = optimize.root(off, [alpha, beta], tol=1e-12)
            if tried.success and max(map(abs, off(tried.x))) < 1e-9:
                found = classes * special.expit(tried.x[1]) ** np.exp(tried.x[0])
                return float(found) if found <= population else None
    return None


def _pitman(size: Floats, frequency: Floats, population: int) -> float | None:
    """Gamma(theta + 1) / Gamma(theta + alpha) N^alpha at the likeliest theta and alpha; None without a maximum."""
    people, classes = float((size * frequency).sum()), float(frequency.sum())
    if classes in (1, people):
        return None  # one class, or uniques only: the likelihood has no maximum inside

    def likeliest_theta(alpha: float) -> float:
        def slope(log_sum: float) -> float:
            theta = np.exp(log_sum) - alpha
            joined = (special.digamma(classes + theta / alpha) - special.digamma(1 + theta / alpha)) / alpha
            return float(joined - special.digamma(people + theta) + special.digamma(1 + theta))

        return float(np.exp(optimize.brentq(slope, -30.0, 2 * np.log(2 * people), xtol=1e-14)) - alpha)

    def unlikely(logit: float) -> float:
        alpha = float(special.expit(logit))
        theta = likeliest_theta(alpha)
        ratio = theta / alpha
        joined = (classes - 1) * np.log(alpha) + special.gammaln(classes + ratio) - special.gammaln(1 + ratio)
        drawn = special.gammaln(people + theta) - special.gammaln(1 + theta)
        within = (frequency * (special.gammaln(size - alpha) - special.gammaln(1 - alpha))).sum()
        return float(drawn - joined - within)

    # Where the likelihood rises towards alpha = 0 (Ewens's formula), it is flat there: the bound stands for it.
    tried = optimize.minimize_scalar(unlikely, bounds=(-10.0, 10.0), method="bounded", options={"xatol": 1e-8})
    alpha = float(special.expit(tried.x))
    theta = likeliest_theta(alpha)
    found = np.exp(special.gammaln(theta + 1) - special.gammaln(theta + alpha) + alpha * np.log(population))
    return float(found) if 0 <= found <= population else None
