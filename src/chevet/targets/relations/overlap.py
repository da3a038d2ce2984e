"""How probable it is that one tumour has so many of some genes altered, when they have nothing to do with one another.

`expected` burden is DISCOVER's: genes are independent in a tumour, whose number of altered genes is met on average. But
that number was read off the very same genes. Where a tumour has s altered genes among many rare ones, two given genes
are both among them with probability p p (s - 1) / s, not p p: on a panel, where s is a handful, independent genes then
seem to exclude each other. `given` burden holds the number of altered genes of each tumour at what was found, as
conditional inference does for Rasch's model (Andersen, J R Stat Soc B 1970); the number among all other genes is taken
as binomial with its own mean and variance (exact when genes are alike). The number of tumours of each of the two genes
is then held, too: see `both_margins`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from chevet.targets.relations.background import Background, Floats
from chevet.targets.relations.both_margins import Chances, Groups, Margins, tails_given_margins
from chevet.targets.relations.poisson_binomial import Tails, tails
from chevet.targets.relations.tumours import Whole

Burden = Literal["given", "expected"]
BURDENS: tuple[Burden, ...] = get_args(Burden)
_LEAST = 1e-9


@dataclass(frozen=True)
class Overlap:
    """The laws of the number of tumours with both genes of a pair altered.

    probabilities   (genes, groups) of each gene in each group of tumours; 0 where not tested
    tested          (genes, groups)
    a, b            (pairs,) places of the two genes
    margins         tumours tested for both, with the first altered, with the second
    """

    background: Background
    probabilities: Floats
    tested: npt.NDArray[np.bool_]
    a: Whole
    b: Whole
    margins: Margins
    burden: Burden

    @property
    def times(self) -> Floats:
        """(groups,) tumours in each group."""
        return self.background.tumours.times.astype(np.float64)

    def tails(self, pairs: Whole, observed: Whole) -> Tails:
        """Of these pairs: what is expected, and how probable so few tumours with both are, and so many.

        Where burden is given, so is each gene's number of tumours; where that law is lost, the wider one stands in.
        """
        if self.burden == "expected":
            return tails(lambda places: self.chances(pairs[places]).both, self.times, observed)
        held = tails_given_margins(
            lambda places: self.chances(pairs[places]), Groups(self.times, self.background.tumours.stratum), observed,
            self.margins.of(pairs),
        )  # fmt: skip
        lost = np.flatnonzero(np.isnan(held.at_most) | np.isnan(held.at_least))
        if len(lost):
            wider = tails(lambda places: self.chances(pairs[lost[places]]).both, self.times, observed[lost])
            for mine, other in zip((held.mean, held.variance, held.at_most, held.at_least), wider, strict=True):
                mine[lost] = other
        return held

    def chances(self, pairs: Whole) -> Chances:
        """The probabilities of both, of the first, and of the second gene; 0 where one of them was not tested."""
        a, b = self.a[pairs], self.b[pairs]
        of_a, of_b = self.probabilities[a], self.probabilities[b]
        if not self.tested.all():
            of_a, of_b = of_a * self.tested[b], of_b * self.tested[a]
        both = of_a * of_b
        if self.burden == "expected":
            return Chances(both, of_a, of_b)
        found = self.background.tumours.altered
        spread = self.background.spread - of_a * (1 - of_a) - of_b * (1 - of_b)
        one, two = _odds_of_others(found, found - of_a - of_b, spread, 2)
        weighed = both * two
        whole = 1 - of_a - of_b + both + (of_a + of_b - 2 * both) * one + weighed
        held = np.divide(weighed, whole, out=np.zeros_like(both), where=whole > 0)
        return Chances(np.clip(held, np.maximum(0.0, of_a + of_b - 1), np.minimum(of_a, of_b)), of_a, of_b)


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
