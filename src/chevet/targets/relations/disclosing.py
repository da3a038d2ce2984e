"""Which pairs of genes a study may show: none that tells of one to four patients.

- All numbers of a pair are withheld where one of its four counts is of one to four patients, as in cohort/cooccurrence.
- So are they where, less those of pairs that were tested in other patients, they would tell of one to four, see
  privacy/subtraction.
- A withheld pair's tendency is told where every table that could stand there has it, surely enough.
- Expected numbers, ratios, p and q have three figures: they rest on counts of strata that are not shown.
"""

from __future__ import annotations

import numpy as np

from chevet.privacy.disclosure import FLOOR
from chevet.targets.relations.pairs import Pairs
from chevet.targets.relations.tumours import Whole

SIGNIFICANT = 0.05
FIGURES = 3


def tendencies_of_hidden(pairs: Pairs, hidden: Whole, compared: int) -> list[str]:
    """The tendency of each of these pairs, whose numbers are withheld, if it is the same whatever they are.

    hidden     places of pairs where one of the four counts is of one to four patients
    compared   how many pairs are compared: each must be sure enough for so many (Bonferroni; q would need the p)

    The reader is taken to know how many have each gene, the number expected, and so every table that could stand here.
    Those on this side of the expected one must all agree; the nearest to it has the largest p, and alone is tested.
    """
    both, everyone = pairs.both[hidden], pairs.tested[hidden]
    margin_a, margin_b = both + pairs.only_a[hidden], both + pairs.only_b[hidden]
    side = np.sign(both - pairs.expected[hidden])
    small = np.arange(1, FLOOR)[:, None]
    x = np.vstack([small + 0 * both, small - (everyone - margin_a - margin_b), margin_a - small, margin_b - small])
    fits = (x >= np.maximum(0, margin_a + margin_b - everyone)) & (x <= np.minimum(margin_a, margin_b))
    fits &= (np.sign(x - pairs.expected[hidden]) == side) & (side != 0)
    least, most = np.where(fits, x, everyone).min(axis=0), np.where(fits, x, -1).max(axis=0)
    several = most > least
    nearest = np.where(several, np.where(side > 0, least, most), both)
    found = pairs.overlap.tails(hidden, nearest)
    sure = several & (2 * np.where(side > 0, found.at_least, found.at_most) * compared <= SIGNIFICANT)
    return [tendency(float(s), sure=True) if told else "withheld" for s, told in zip(side, sure.tolist(), strict=True)]


def tendency(side: float, *, sure: bool) -> str:
    """together above 0, exclusive below, or unclear."""
    return "unclear" if not sure else "together" if side > 0 else "exclusive"


def rounded(value: float | None) -> float | None:
    """The number with three figures, None where there is none to say.

    >>> rounded(0.0123456), rounded(1234.5), rounded(float("inf"))
    (0.0123, 1230.0, None)
    """
    return None if value is None or not np.isfinite(value) else float(f"{value:.{FIGURES - 1}e}")
