"""Which set of signatures made a spectrum, and how sure that is: sets are weighed, and their exposures averaged.

Flat signatures take the place of one another at almost the same likelihood. The most probable set alone hides this, so
that every set that was looked at counts by its probability: the best one, and all that differ from a set on the way to
it by one signature (Madigan and Raftery, J Am Stat Assoc 1994, doi:10.1080/01621459.1994.10476894).

The logarithm of a set's probability is that of its likelihood, divided by the dispersion, and of the odds that such a
tumour has each of its signatures, less what is asked of each. The dispersion is 1 + n / `strays`, as of counts whose
proportions stray from the expected ones by a Dirichlet distribution (Hinde and Demetrio, Comput Stat Data Anal 1998,
27:151): more mutations do not make a mixture of references truer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Strictness:
    """How far tumours stray from their signatures, and what a signature must bring; `benchmarks.signatures` sets both.

    strays    as many mutations double the dispersion
    asked     gain in log probability without which a signature is not worth its amount, which has to be estimated, too
    """

    strays: float = 150.0
    asked: float = 0.5


STRICTNESS = Strictness()
# Signatures that fewer tumours of the kind have are not in the first set; they are added where they bring something.
_USUAL = 0.005
_STARTS_FROM = 0.002
# What is spread over all channels keeps an empty one from deciding alone.
_SPREAD = 0.01
_HOPELESS = -5.0
_WEIGHS_FROM = 1e-4


@dataclass(frozen=True)
class Mixture:
    """For each signature, in the order given: how many mutations it made, and how probable it is that it made any."""

    counts: Floats
    probability: Floats


def averaged(observed: Floats, matrix: Floats, shares: Floats, strictness: Strictness = STRICTNESS) -> Mixture:
    """The exposures to expect, over the sets of signatures that may have made a spectrum.

    observed   (96,) counts, more than none
    matrix     (96, signatures), each column sums to 1
    shares     (signatures,) of such tumours that have each signature, above 0 and below 1
    """
    sets = _Sets(observed, matrix, np.log(shares / (1 - shares)) - strictness.asked, strictness.strays)
    usual = np.flatnonzero(shares > _USUAL) if (shares > _USUAL).any() else np.arange(len(shares))
    sets.climb(usual)
    return sets.average()


def non_negative(matrix: Floats, observed: Floats) -> Floats:
    """Weights of least squares, none below zero."""
    from scipy.optimize import nnls  # takes a second to load: only where there are signatures to fit

    return np.asarray(nnls(matrix, observed)[0], dtype=np.float64)


class _Sets:
    """Sets of signatures by their posterior, each with its exposures."""

    def __init__(self, observed: Floats, matrix: Floats, worth: Floats, strays: float) -> None:
        self._observed, self._matrix, self._worth = observed, matrix, worth
        self._total = float(observed.sum())
        self._dispersion = 1 + self._total / strays
        self._seen: dict[tuple[int, ...], tuple[float, Floats]] = {}

    def climb(self, usual: NDArray[np.intp]) -> None:
        """From the usual ones of least squares, add or take away one while this makes the set more probable."""
        start = non_negative(self._matrix[:, usual], self._observed)
        chosen = tuple(usual[start > _STARTS_FROM * self._total].tolist()) or (int(usual[start.argmax()]),)
        while True:
            fewer = [tuple(one for one in chosen if one != gone) for gone in chosen if len(chosen) > 1]
            more = [tuple(sorted((*chosen, one))) for one in self._promising(chosen)]
            best = max((chosen, *fewer, *more), key=self._score)
            if self._score(best) <= self._score(chosen) + 1e-9:
                return
            chosen = best

    def average(self) -> Mixture:
        """Exposures and presence over every set that was scored, each by its probability."""
        scores = np.array([score for score, _ in self._seen.values()])
        probable = np.exp(scores - scores.max())
        probable /= probable.sum()
        counts, presence = np.zeros(len(self._worth)), np.zeros(len(self._worth))
        for (places, (_, weights)), share in zip(self._seen.items(), probable, strict=True):
            if share > _WEIGHS_FROM:
                counts[list(places)] += share * weights
                presence[list(places)] += share * (weights > 0)
        return Mixture(counts, presence)

    def _promising(self, chosen: tuple[int, ...]) -> list[int]:
        """The signatures that a score test does not rule out (Rao 1948): without them, no fit of each need be made."""
        self._score(chosen)
        expected = self._expected(self._matrix[:, list(chosen)], self._seen[chosen][1])
        scaled = self._matrix / np.sqrt(expected)[:, None]
        known = scaled[:, list(chosen)]
        new = scaled - known @ np.linalg.lstsq(known, scaled, rcond=None)[0]
        pull = np.maximum(new.T @ ((self._observed - expected) / np.sqrt(expected)), 0)
        gain = pull**2 / (2 * self._dispersion * np.maximum((new**2).sum(axis=0), 1e-12)) + self._worth
        return [one for one in np.flatnonzero((pull > 0) & (gain > _HOPELESS)).tolist() if one not in chosen]

    def _score(self, chosen: tuple[int, ...]) -> float:
        if chosen not in self._seen:
            part = self._matrix[:, list(chosen)]
            weights = self._weights(part)
            expected = self._expected(part, weights)
            likelihood = float(self._observed @ np.log(expected) - expected.sum())
            self._seen[chosen] = (likelihood / self._dispersion + float(self._worth[list(chosen)].sum()), weights)
        return self._seen[chosen][0]

    def _weights(self, part: Floats) -> Floats:
        """Least squares, then once more with each channel by its expected variance, which comes near the likelihood."""
        expected = self._expected(part, non_negative(part, self._observed))
        scale = 1 / np.sqrt(expected)
        return non_negative(part * scale[:, None], self._observed * scale)

    def _expected(self, part: Floats, weights: Floats) -> Floats:
        return np.asarray(part @ weights + _SPREAD * self._total / len(part), dtype=np.float64)
