"""What a generalisation must lose at least: the nodes of the lattice still in question, and their bounds.

A node is one level per attribute; it is finer than another when no level is higher. Write `loss(v)` for what
the release at node v loses: the mean over rows of the (weighted) mean penalty of the row's values, a
suppressed row counting 1. With `S(v)` the rows suppressed at v and `p(r, v)` the penalty of row r at v,

    loss(v) = 1/n [ sum over all r of p(r, v)  +  sum over r in S(v) of (1 - p(r, v)) ].        (1)

Three bounds follow. A fourth, of the average risk, is `least_risk_over`; no other is used.

- *Generalisation alone.* p <= 1, so the second sum of (1) is not negative: loss(v) >= G(v) = 1/n sum of
  p(r, v), which is a sum over attributes of numbers that their marginal counts give.
- *Rows that a coarser node suppresses.* Where joining classes never suppresses anybody (`growing` models:
  a class that keeps the promise keeps it whatever rows are added), a class of v is a union of classes of
  every finer w, so S(v) lies in S(w). Leaving out the rows of S(w) that are not in S(v) takes nothing
  negative away from the second sum of (1) at w:

      loss(w) >= G(w) + 1/n sum over r in S(v) of (1 - p(r, w))        for all w finer than v.     (2)

  p is a weighted sum over attributes, so (2) is |S(v)|/n plus, per attribute, a number that depends on that
  attribute's level alone. One evaluated node bounds every finer one, by a table of a few dozen numbers.
- *The limit.* If S(v) is larger than the limit, so is S(w): no finer node is allowed at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chevet.errors import CannotConclude

Levels = tuple[int, ...]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Figures = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

# More nodes than this do not fit the memory of an ordinary machine (some 30 bytes each).
MOST_NODES = 1 << 23
# Losses closer than this count as equal: sums of a million penalties are exact to about 1e-15.
SAME = 1e-12


class Candidates:
    """The nodes that may still be better than the best one found, with what each must lose at least.

    levels   (attributes, nodes) level of each attribute
    bounds   (nodes,) no release at that node loses less; infinite where no release is allowed
    """

    def __init__(self, losses: Sequence[Figures]) -> None:
        """All nodes of the lattice, bounded by generalisation alone.

        losses   per attribute, per level: its part of G
        """
        shape = tuple(len(by_level) for by_level in losses)
        count = int(np.prod([float(size) for size in shape]))
        if count > MOST_NODES:
            raise CannotConclude(
                f"the hierarchies allow {count:,} combinations of levels, and the exact search weighs at most"
                f" {MOST_NODES:,}",
                next_act="Ask for the local search, or give fewer quasi-identifiers or levels.",
            )
        self.losses = tuple(losses)
        self.levels = np.indices(shape, dtype=np.uint8).reshape(len(shape), -1)
        self.bounds = self.sums(losses)

    def __len__(self) -> int:
        return self.levels.shape[1]

    def node(self, place: int) -> Levels:
        return tuple(self.levels[:, place].tolist())

    def sums(self, parts: Sequence[Figures], places: Places | None = None) -> Figures:
        """(nodes,) or (places,) the sum over attributes of a number that each level of it has."""
        levels = self.levels if places is None else self.levels[:, places]
        total: Figures = parts[0][levels[0]]
        for part, column in zip(parts[1:], levels[1:], strict=True):
            total += part[column]
        return total

    def finer(self, node: Levels) -> Flags:
        """(nodes,) True for the node itself and every finer one."""
        found: Flags = self.levels[0] <= node[0]
        for column, level in zip(self.levels[1:], node[1:], strict=True):
            found &= column <= level
        return found

    def forbid_finer(self, node: Levels) -> None:
        """No release is allowed at this node or below: the third bound."""
        self.bounds[self.finer(node)] = np.inf

    def raise_finer(self, node: Levels, suppressed: float, penalties: Sequence[Figures]) -> None:
        """Raise the bounds of a node and all finer ones: the second bound.

        suppressed   share of the rows in S(v)
        penalties    per attribute, per level: its part of 1/n sum over S(v) of p
        """
        places = np.flatnonzero(self.finer(node))
        parts = [loss - penalty for loss, penalty in zip(self.losses, penalties, strict=True)]
        self.bounds[places] = np.maximum(self.bounds[places], self.sums(parts, places) + suppressed)

    def settle(self, node: Levels) -> None:
        """This one node has been weighed: whatever it loses is known."""
        found = self.levels[0] == node[0]
        for column, level in zip(self.levels[1:], node[1:], strict=True):
            found &= column == level
        self.bounds[found] = np.inf

    def keep_below(self, best: float) -> None:
        """Forget the nodes that cannot lose less than the best one found."""
        alive = self.bounds < best - SAME
        self.levels, self.bounds = np.ascontiguousarray(self.levels[:, alive]), self.bounds[alive]


def least_risk_over(sizes: Counts, to_spare: int, at_most: float) -> float:
    """Logarithm of the least average risk here and at finer nodes over `at_most`: above 0, none of them is allowed.

    sizes      (classes,) of the classes kept here
    to_spare   rows that may still be suppressed

    The fourth bound. At a finer node, a class kept here still holds a class that is kept, or all its rows are
    suppressed; so many rows fewer are then released. With m such classes of R rows the average risk, classes over
    rows, is at least (classes here - m) / (rows here - R). That is least when the m classes are the smallest, and
    falls with every class taken away, since the smallest is no larger than the mean of those left.
    """
    if not np.isfinite(at_most) or to_spare < 0 or len(sizes) == 0:
        return -np.inf
    taken = np.cumsum(np.sort(sizes))
    gone = int(np.searchsorted(taken, to_spare, side="right"))
    if gone == len(sizes):
        return -np.inf
    risk = (len(sizes) - gone) / int(taken[-1] - (taken[gone - 1] if gone else 0))
    return float(np.log(risk / at_most)) if at_most > 0 else np.inf
