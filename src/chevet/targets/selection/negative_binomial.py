"""Negative-binomial regression: how much mutation rates differ between genes beyond what was expected of them.

Mean `expected x exp(covariates . coefficients)`, variance mean + mean^2 / theta; a log link, maximum likelihood for
coefficients and theta together.
Source: Venables and Ripley, Modern Applied Statistics with S, 4th ed., 2002, section 7.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Slope = Callable[[float], tuple[float, float]]

# Where the search starts, as if counts were Poisson's, and the most that `_within` looks for.
POISSON_THETA = 1e5
_ROUNDS = 100
_NEAR = 1e-9
_BLOCK = 400
# glm.nb of R allows 25 rounds, of which theta.ml makes one fewer.
_STEPS_OF_MASS = 24
_SHORT_OF_MASS = float(np.finfo(np.float64).eps) ** 0.25


@dataclass(frozen=True)
class Regression:
    """A fitted regression.

    mean          (n,) fitted counts
    coefficients  (k,) on the log scale; empty when nothing but theta was fitted
    errors        (k,) their standard errors
    theta         where the steps of R's MASS end: on their way to a large theta they are cut off, and what they then
                  reached stands for counts that hardly vary more than Poisson's
    settled       False when the steps were cut off, or led astray: R warns
    overdispersed False when counts differ no more than Poisson's: no finite theta is then the most likely one
    """

    mean: Floats
    theta: float
    coefficients: Floats
    errors: Floats
    settled: bool
    overdispersed: bool


def regress(counts: Floats, expected: Floats, covariates: Floats | None = None) -> Regression:
    """The most likely coefficients and theta.

    counts      (n,) whole numbers from 0
    expected    (n,) > 0, what each count would be without covariates
    covariates  (n, k) a column of ones among them if an intercept is meant; None: the mean is `expected` itself

    >>> fitted = regress(np.array([0.0, 2.0, 0.0, 9.0, 1.0, 0.0]), np.full(6, 2.0))
    >>> round(fitted.theta, 4), fitted.mean.tolist()[:2]
    (0.367, [2.0, 2.0])
    """
    if covariates is None:
        theta, settled = _theta(counts, expected)
        return Regression(expected, theta, np.zeros(0), np.zeros(0), settled, _overdispersed(counts, expected))
    size = np.maximum(np.sqrt((covariates**2).mean(axis=0)), 1e-300)
    design = _Design(covariates / size)
    beta = np.zeros(len(size))
    theta = POISSON_THETA
    previous = np.inf
    mean = expected
    settled = True
    for _ in range(_ROUNDS):
        beta, mean = _coefficients(counts, expected, design, theta, beta)
        theta, here = _theta(counts, mean)
        settled &= here
        moved = abs(theta - previous) / theta
        previous = theta
        if moved < _NEAR:
            break
    errors = np.sqrt(np.diag(np.linalg.pinv(design.gram(mean / (1 + mean / theta)))))
    return Regression(mean, theta, beta / size, errors / size, settled, _overdispersed(counts, mean))


class _Design:
    """Products with the covariates, in blocks so small that the library of linear algebra keeps to one thread: at this
    size its threads wait for each other, and cost six times what they save on a busy machine."""

    def __init__(self, covariates: Floats) -> None:
        self._n, columns = covariates.shape
        blocks = -(-self._n // _BLOCK)
        padded = np.zeros((blocks * _BLOCK, columns))
        padded[: self._n] = covariates
        self._blocks = padded.reshape(blocks, _BLOCK, columns)

    def times(self, beta: Floats) -> Floats:
        """(n,) the linear predictor."""
        return np.asarray((self._blocks @ beta).reshape(-1)[: self._n])

    def gram(self, weights: Floats) -> Floats:
        """(k, k) the information of these weights."""
        weighted = self._blocks * self._split(weights)[:, :, None]
        return np.asarray((weighted.transpose(0, 2, 1) @ self._blocks).sum(axis=0))

    def back(self, values: Floats) -> Floats:
        """(k,) the sum of the covariates by these values."""
        return np.asarray((self._split(values)[:, None, :] @ self._blocks).sum(axis=(0, 1)))

    def _split(self, values: Floats) -> Floats:
        padded = np.zeros(self._blocks.shape[0] * _BLOCK)
        padded[: self._n] = values
        return padded.reshape(-1, _BLOCK)


def _coefficients(
    counts: Floats, expected: Floats, design: _Design, theta: float, beta: Floats
) -> tuple[Floats, Floats]:
    """Fisher's scoring at a given theta, halving a step that would make the data less likely."""
    mean = expected * np.exp(design.times(beta))
    likelihood = _log_likelihood(counts, mean, theta)
    for _ in range(_ROUNDS):
        shrink = 1 / (1 + mean / theta)
        information, score = design.gram(mean * shrink), design.back((counts - mean) * shrink)
        step = np.asarray(np.linalg.lstsq(information, score, rcond=None)[0], dtype=np.float64)
        for _ in range(30):
            tried = expected * np.exp(np.clip(design.times(beta + step), -700, 700))
            reached = _log_likelihood(counts, tried, theta)
            if reached >= likelihood - 1e-9 * abs(likelihood):
                break
            step = step / 2
        beta, mean, likelihood = beta + step, tried, reached
        if np.max(np.abs(design.times(step)), initial=0.0) < 10 * _NEAR:
            break
    return beta, mean


def _log_likelihood(counts: Floats, mean: Floats, theta: float) -> float:
    """Up to what does not depend on the mean."""
    return float(special.xlogy(counts, mean).sum() - ((counts + theta) * np.log(theta + mean)).sum())


def _overdispersed(counts: Floats, mean: Floats) -> bool:
    """Whether counts vary more than Poisson's: the likelihood then rises as theta comes down from infinity."""
    return float(((counts - mean) ** 2 - counts).sum()) > 0


def _theta(counts: Floats, mean: Floats) -> tuple[float, bool]:
    """Theta at a given mean, and whether the steps to it settled."""
    # How many counts exceed 0, 1, 2 ...
    beyond = np.cumsum(np.bincount(counts.astype(np.int64))[::-1])[::-1][1:].astype(np.float64)

    def slope(theta: float) -> tuple[float, float]:
        return _slope(theta, beyond, counts, mean)

    apart = float(((counts / mean - 1) ** 2).sum())
    start = len(counts) / apart if apart > 0 else POISSON_THETA
    found = _by_newton(slope, start)
    return found if found is not None else (_within(slope, start), False)


def _by_newton(slope: Slope, theta: float) -> tuple[float, bool] | None:
    """Newton's steps until one is short, or too many were made, as MASS 7.3 takes them in R: figures then equal R's to
    the same digit, even where it stops on its way up. None where they lead elsewhere than to the most likely theta."""
    for _ in range(_STEPS_OF_MASS):
        theta = abs(theta)
        score, curvature = slope(theta)
        step = -score / curvature if curvature else np.inf
        theta += step
        if not np.isfinite(theta) or theta == 0:
            return None
        if abs(step) < _SHORT_OF_MASS:
            return (theta, True) if theta > 0 and curvature < 0 else None
    return (theta, False) if theta > 0 and slope(theta)[0] >= 0 else None


def _within(slope: Slope, start: float) -> float:
    """The root of the score between two bounds, on the logarithm of theta; slower, and never lost."""
    low, high = np.log(1e-8), np.log(POISSON_THETA)
    x = new = float(np.clip(np.log(start), low + 1, high - 1))
    for _ in range(_ROUNDS):
        theta = float(np.exp(x))
        score, curvature = slope(theta)
        low, high = (x, high) if score > 0 else (low, x)
        first, second = score * theta, curvature * theta**2 + score * theta
        newton = x - first / second if second < 0 else np.nan
        new = float(newton if low < newton < high else (low + high) / 2)
        if abs(new - x) < _NEAR:
            break
        x = new
    return min(float(np.exp(new)), POISSON_THETA)


def _slope(theta: float, beyond: Floats, counts: Floats, mean: Floats) -> tuple[float, float]:
    """First and second derivative of the log likelihood by theta, with digamma and trigamma of whole distances as sums:
    at a large theta nearly all cancels, and their own values would leave noise."""
    steps, spread = theta + np.arange(len(beyond)), mean + theta
    score = (beyond / steps).sum() + (np.log1p(-mean / spread) + (mean - counts) / spread).sum()
    curvature = (mean / (theta * spread) + (counts - mean) / spread**2).sum() - (beyond / steps**2).sum()
    return float(score), float(curvature)
