"""How probable it is that one tumour has so many of some genes altered, when they have nothing to do with one another.

`expected` burden is DISCOVER's: genes are independent in a tumour, whose number of altered genes is met on average. But
that number was read off the very same genes. Where a tumour has s altered genes among many rare ones, two given genes
are both among them with probability p p (s - 1) / s, not p p: on a panel, where s is a handful, independent genes then
seem to exclude each other. `given` burden holds the number of altered genes of each tumour at what was found, as
conditional inference does for Rasch's model (Andersen, J R Stat Soc B 1970); the number among all other genes is taken
as binomial with its own mean and variance (exact when genes are alike).
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from chevet.targets.relations.background import Background, Floats
from chevet.targets.relations.tumours import Whole

Burden = Literal["given", "expected"]
BURDENS: tuple[Burden, ...] = get_args(Burden)
_LEAST = 1e-9


class Overlap:
    """The laws of the number of tumours with both genes of a pair altered."""

    def __init__(self, background: Background, probabilities: Floats, a: Whole, b: Whole, burden: Burden) -> None:
        self.probabilities = probabilities
        self.a, self.b = a, b
        self.background, self.burden = background, burden

    @property
    def times(self) -> Floats:
        """(groups,) tumours in each group."""
        return self.background.tumours.times.astype(np.float64)

    def __call__(self, pairs: Whole) -> Floats:
        """(pairs, groups) probability of both, for these pairs; 0 where one was not tested."""
        of_a, of_b = self.probabilities[self.a[pairs]], self.probabilities[self.b[pairs]]
        if self.burden == "expected":
            return of_a * of_b
        found = self.background.tumours.altered
        spread = self.background.spread - of_a * (1 - of_a) - of_b * (1 - of_b)
        one, two = _odds_of_others(found, found - of_a - of_b, spread, 2)
        none, single, both = (1 - of_a) * (1 - of_b), of_a * (1 - of_b) + (1 - of_a) * of_b, of_a * of_b
        weighed = both * two
        whole = none + single * one + weighed
        return np.asarray(np.divide(weighed, whole, out=np.zeros_like(both), where=whole > 0))


def number_altered(
    probabilities: Floats, background: Background, burden: Burden, tested: npt.NDArray[np.bool_]
) -> Floats:  # fmt: skip
    """(genes + 1, groups) probability of 0, 1, 2 ... of these genes altered in a tumour of each group.

    probabilities, tested   (genes, groups)
    """
    law = np.zeros((len(probabilities) + 1, probabilities.shape[1]))
    law[0] = 1.0
    for p in np.where(tested, probabilities, 0.0):
        law[1:] = law[1:] * (1 - p) + law[:-1] * p
        law[0] *= 1 - p
    if burden == "expected":
        return law
    found = background.tumours.altered
    spread = background.spread - (probabilities * (1 - probabilities)).sum(axis=0)
    odds = _odds_of_others(found, found - probabilities.sum(axis=0), spread, len(probabilities))
    law[1:] *= np.stack(odds)
    whole = law.sum(axis=0)
    return np.asarray(np.divide(law, whole, out=np.zeros_like(law), where=whole > 0))


def _odds_of_others(found: Whole, mean: Floats, variance: Floats, most: int) -> list[Floats]:
    """How probable it is that all other genes make up `found - m`, over how probable that they make up `found`.

    One array for each m from 1 to `most`. The others are binomial with this mean and variance: of trials
    mean^2 / (mean - variance) and odds of success (mean - variance) / variance, Poisson where the two are equal.
    """
    less = np.maximum(mean - variance, 0.0)
    made: list[Floats] = []
    for m in range(most):
        below = np.maximum(mean * mean - (found - 1 - m) * less, _LEAST)
        odds = np.maximum(found - m, 0) * np.maximum(variance, 0.0) / below
        made.append(odds if m == 0 else made[-1] * odds)
    return made
