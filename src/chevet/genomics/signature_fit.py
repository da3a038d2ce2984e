"""Which set of signatures made a spectrum, and how sure that is: sets are weighed, and their exposures averaged.

Flat signatures take the place of one another at almost the same likelihood. The most probable set alone hides this, so
that every set that was looked at counts by its probability: the best one, and all that differ from a set on the way to
it by one signature (Madigan and Raftery, J Am Stat Assoc 1994, doi:10.1080/01621459.1994.10476894).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# A spectrum is never a pure mixture of references: more mutations than this do not make the model truer.
_COUNTED = 200.0
_ODDS_COUNT = 2.0
_ADDED_FROM = 0.3
_STARTS_FROM = 0.002
_STEPS = 30
_WEIGHS_FROM = 1e-4


@dataclass(frozen=True)
class Mixture:
    """For each signature, in the order given: how many mutations it made, and how probable it is that it made any."""

    counts: Floats
    probability: Floats


def averaged(observed: Floats, matrix: Floats, shares: Floats) -> Mixture:
    """The exposures to expect, over the sets of signatures that may have made a spectrum.

    observed   (96,) counts, more than none
    matrix     (96, signatures), each column sums to 1
    shares     (signatures,) of such tumours that have each signature, above 0 and below 1
    """
    sets = _Sets(observed, matrix, _ODDS_COUNT * np.log(shares / (1 - shares)))
    sets.climb([place for place, share in enumerate(shares) if share > _ADDED_FROM])
    return sets.average()


def non_negative(matrix: Floats, observed: Floats) -> Floats:
    """Weights of least squares, none below zero."""
    from scipy.optimize import nnls  # takes a second to load: only where there are signatures to fit

    return np.asarray(nnls(matrix, observed)[0], dtype=np.float64)


class _Sets:
    """Sets of signatures by their posterior, each with its exposures."""

    def __init__(self, observed: Floats, matrix: Floats, odds: Floats) -> None:
        self._observed, self._matrix, self._odds = observed, matrix, odds
        self._total = float(observed.sum())
        self._weight = min(1.0, _COUNTED / self._total)
        self._seen: dict[tuple[int, ...], tuple[float, Floats]] = {}

    def climb(self, addable: list[int]) -> None:
        """From the set of least squares, add or take away one signature while this makes the set more probable."""
        start = non_negative(self._matrix, self._observed)
        chosen = tuple(np.flatnonzero(start > _STARTS_FROM * self._total).tolist()) or (int(start.argmax()),)
        while True:
            fewer = [tuple(one for one in chosen if one != gone) for gone in chosen if len(chosen) > 1]
            more = [tuple(sorted((*chosen, one))) for one in addable if one not in chosen]
            best = max((chosen, *fewer, *more), key=self._score)
            if self._score(best) <= self._score(chosen) + 1e-9:
                return
            chosen = best

    def average(self) -> Mixture:
        """Exposures and presence over every set that was scored, each by its probability."""
        scores = np.array([score for score, _ in self._seen.values()])
        probable = np.exp(scores - scores.max())
        probable /= probable.sum()
        counts, presence = np.zeros(len(self._odds)), np.zeros(len(self._odds))
        for (places, (_, weights)), share in zip(self._seen.items(), probable, strict=True):
            if share > _WEIGHS_FROM:
                counts[list(places)] += share * weights
                presence[list(places)] += share * (weights > 0)
        return Mixture(counts, presence)

    def _score(self, chosen: tuple[int, ...]) -> float:
        if chosen not in self._seen:
            weights = self._weights(list(chosen))
            expected = self._matrix[:, list(chosen)] @ weights + 1e-9 * self._total
            likelihood = float(self._observed @ np.log(expected) - expected.sum())
            self._seen[chosen] = (self._weight * likelihood + float(self._odds[list(chosen)].sum()), weights)
        return self._seen[chosen][0]

    def _weights(self, chosen: list[int]) -> Floats:
        """Non-negative least squares, then steps of expectation and maximisation towards the likelihood."""
        part = self._matrix[:, chosen]
        found = non_negative(part, self._observed)
        for _ in range(_STEPS):
            found = found * (part.T @ (self._observed / (part @ found + 1e-9 * self._total)))
        return np.asarray(found, dtype=np.float64)
