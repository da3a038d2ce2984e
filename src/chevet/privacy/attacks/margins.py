"""A hidden cell worked out from the sums beside it, as exactly as linear programming can."""

from __future__ import annotations

import numpy as np

from chevet.privacy.attacks.outcome import Outcome
from chevet.privacy.disclosure import FLOOR
from chevet.privacy.tables import Protected, bounds


def margins(tables: list[Protected], *, against: str) -> Outcome:
    """The share of small cells that are proved small, or bounded to fewer than `FLOOR` possible values.

    The attacker knows which cells are hidden, every number shown, and that a hidden cell is not zero.
    """
    found = targets = 0
    for table in tables:
        if not table.small.any():
            continue
        low, high = bounds(table)
        told = (high < FLOOR) | (high - low < FLOOR - 0.5)
        found += int((told & table.small).sum())
        targets += int(table.small.sum())
    return Outcome("margins", against, "share", found / targets if targets else 0.0, 0.0, targets)


def only_small_cells_hidden(table: Protected) -> Protected:
    """What a naive release shows: every cell and sum of five and more."""
    return Protected(table.counts, np.asarray(table.small.copy()), table.small)
