"""How many of some patients have something by chance, when each has a chance of their own."""

from __future__ import annotations

import numpy as np

from chevet.targets.relations.poisson_binomial import tails
from chevet.targets.selection.rates import Floats


def at_least(k: int, chances: Floats, patients: Floats) -> float:
    """The chance that at least k of the patients have it.

    chances, patients   (m,) distinct chances from 0 to 1, and how many patients have each

    >>> round(at_least(2, np.array([0.5, 0.1]), np.array([2.0, 1.0])), 4)
    0.3
    """
    if k <= 0 or not len(chances):
        return float(k <= 0)
    found = tails(lambda rows: np.repeat(chances[None], len(rows), axis=0), patients, np.array([k]))
    return float(found.at_least[0])
