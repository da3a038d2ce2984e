"""One step down one attribute, for many groups at once: who would go where, and who would be left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.classes import Integers
from chevet.privacy.anonymity.search.branches import Branches
from chevet.privacy.anonymity.search.forest import Flags
from chevet.privacy.anonymity.search.gain import Figures, worth
from chevet.privacy.hierarchies.hierarchy import Codes

# Keys are counted in a table while it has at most this many places per row, and sorted beyond.
TABLE_PER_ROW = 16


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts that some splits make, in one row: the cells kept, then the residuals.

    cells    the kept cells of the groups asked about
    rests    those groups that leave a residual
    sizes    (parts,) people
    parents  (parts,) the group that each is a part of
    of_cell  (cells,) the part that a cell is; -1: left with its group's residual
    of_rest  (groups,) the part that a group's residual is
    """

    cells: Integers
    rests: Integers
    sizes: Integers
    parents: Integers
    of_cell: Codes
    of_rest: Codes

    def part_of(self, cell: Integers, group: Integers) -> Codes:
        """(rows,) the part that each row is in, by its cell and its group."""
        own = self.of_cell[cell]
        found: Codes = np.where(own >= 0, own, self.of_rest[group])
        return found

    def nodes(self, parents: Codes, attribute: int, children: Codes) -> Codes:
        """(parts, attributes) the nodes of the parts: of their parents, but for what the kept cells were split by.

        parents    (groups, attributes)
        children   (cells,) the node of each cell
        """
        found: Codes = parents[self.parents]
        found[: len(self.cells), attribute] = children[self.cells]
        return found


@dataclass(eq=False)
class Splits:
    """A split of each of some groups along one attribute: a cell for each child that holds anybody.

    nodes      (groups,) the node of the attribute that each group is at
    starts     (groups,) where the keys of each group start (`keys`); the last is followed by `n_keys`
    cells      (cells,) the keys that occur, in order
    counts     (cells,) people
    groups     (cells,) the group that a cell is a part of
    children   (cells,) the node of the cell
    kept       (cells,) True: a part of its own; False: to be left with the others in the group's residual
    left       (groups,) people of the residual
    possible   (groups,) True: at least one part, and each as large as asked
    """

    branches: Branches
    nodes: Codes
    starts: Integers
    n_keys: int
    cells: Integers
    counts: Integers
    groups: Integers
    children: Codes
    kept: Flags
    left: Integers
    possible: Flags

    @staticmethod
    def count(branches: Branches, nodes: Codes, codes: Codes, of: Integers, k: int) -> Splits:
        """The splits of groups into parts of at least k people.

        codes   (rows,) the leaf of each row
        of      (rows,) its group

        Children with fewer than k people are left. If those are fewer than k together, the smallest part joins
        them; if there is one part only, the group is not to be split.
        """
        widths = branches.widths[nodes]
        starts = np.cumsum(widths) - widths
        n_keys = int(widths.sum())
        keys = starts[of] + branches.places[branches.bases[nodes][of] + codes]
        if n_keys <= TABLE_PER_ROW * len(keys):
            full = np.bincount(keys, minlength=n_keys)
            cells = np.flatnonzero(full)
            counts = full[cells]
        else:
            cells, counts = np.unique(keys, return_counts=True)
        groups = np.searchsorted(starts, cells, side="right") - 1
        children = branches.below[branches.firsts[nodes][groups] + cells - starts[groups]]
        made = Splits(branches, nodes, starts, n_keys, cells, counts, groups, children, counts >= k,
                      np.zeros(len(nodes), dtype=np.int64), np.zeros(len(nodes), dtype=np.bool_))  # fmt: skip
        made.weigh()
        made.join_smallest((made.left > 0) & (made.left < k))
        return made

    def keys(self, codes: Integers, of: Integers) -> Integers:
        """(rows,) the key of each row: its group's start, and the place of its child."""
        found: Integers = self.starts[of] + self.branches.places[self.branches.bases[self.nodes][of] + codes]
        return found

    def cell_of(self, codes: Codes, of: Integers) -> Integers:
        """(rows,) the cell of each row, which must be one of those counted."""
        keys = self.keys(codes, of)
        if self.n_keys > TABLE_PER_ROW * len(keys):
            return np.searchsorted(self.cells, keys)
        cell = np.zeros(self.n_keys, dtype=np.int32)
        cell[self.cells] = np.arange(len(self.cells))
        return cell[keys].astype(np.int64)

    def cell_or_none(self, codes: Integers, of: Integers) -> Integers:
        """(rows,) the cell of each row, -1 where it lies in a child that was not counted."""
        keys = self.keys(codes, of)
        place = np.minimum(np.searchsorted(self.cells, keys), len(self.cells) - 1)
        return np.where(self.cells[place] == keys, place, -1)

    def weigh(self) -> None:
        """Count again who is left, and which groups have a part besides: after `kept` has changed."""
        n = len(self.nodes)
        self.left = self._summed(np.where(self.kept, 0, self.counts), n)
        parts = np.bincount(self.groups[self.kept], minlength=n)
        self.possible = (parts > 0) & (parts + (self.left > 0) > 1)

    def join_smallest(self, short: Flags) -> None:
        """Leave the smallest part of these groups with the others, the first of equals."""
        candidates = np.flatnonzero(self.kept & short[self.groups])
        ranked = candidates[np.lexsort((candidates, self.counts[candidates], self.groups[candidates]))]
        first = np.flatnonzero(np.diff(self.groups[ranked], prepend=-1))
        self.kept[ranked[first]] = False
        self.weigh()

    def parts(self, asked: Flags) -> Parts:
        """The parts of the groups asked about."""
        cells = np.flatnonzero(self.kept & asked[self.groups])
        rests = np.flatnonzero(asked & (self.left > 0))
        of_cell = np.full(len(self.cells), -1, dtype=np.int32)
        of_rest = np.full(len(self.nodes), -1, dtype=np.int32)
        of_cell[cells] = np.arange(len(cells))
        of_rest[rests] = len(cells) + np.arange(len(rests))
        sizes = np.concatenate([self.counts[cells], self.left[rests]])
        return Parts(cells, rests, sizes, np.concatenate([self.groups[cells], rests]), of_cell, of_rest)

    def sole(self) -> Integers:
        """The cells that hold all people of their group: a way down without a split."""
        alone = np.bincount(self.groups, minlength=len(self.nodes)) == 1
        return np.flatnonzero(alone[self.groups])

    def worth(self, penalties: Figures, sizes: Integers) -> Figures:
        """(groups,) what each split gains for the classes it costs (`gain.worth`); 0 where it is not possible."""
        n = len(self.nodes)
        saved = (penalties[self.nodes][self.groups] - penalties[self.children]) * self.counts
        gain = self._summed(np.where(self.kept, saved, 0.0), n)
        shares = np.where(self.kept, self.counts, 1) / sizes[self.groups]
        entropy = self._summed(np.where(self.kept, -shares * np.log(shares), 0.0), n)
        rest = np.maximum(self.left, 1) / sizes
        entropy -= np.where(self.left > 0, rest * np.log(rest), 0.0)
        return np.where(self.possible & (gain > 0), worth(gain, sizes, entropy), 0.0)

    def only(self, chosen: Flags) -> Splits:
        """The splits of the chosen groups, which keep their order and are numbered anew."""
        cells = np.flatnonzero(chosen[self.groups])
        number = np.cumsum(chosen) - 1
        groups = number[self.groups[cells]]
        widths = self.branches.widths[self.nodes[chosen]]
        starts = np.cumsum(widths) - widths
        moved = self.cells[cells] - self.starts[self.groups[cells]] + starts[groups]
        return Splits(self.branches, self.nodes[chosen], starts, int(widths.sum()), moved, self.counts[cells], groups,
                      self.children[cells], self.kept[cells], self.left[chosen], self.possible[chosen])  # fmt: skip

    def _summed(self, values: npt.NDArray[Any], n: int) -> npt.NDArray[Any]:
        return np.bincount(self.groups, weights=values, minlength=n).astype(values.dtype)
