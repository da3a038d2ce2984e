"""A hierarchy: how the values of one attribute become coarser, level by level.

Level 0 holds the values themselves (the leaves), the last level usually one node for all. A node of
one level lies whole inside one node of the next. The loss of a node is the share of all other leaves
that it cannot be told from (Iyengar's penalty): 0 for a leaf, 1 for the root.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chevet.errors import BadInput

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """An attribute's values and their generalisations.

    nodes    per level, (leaves,): the node that each leaf belongs to; level 0 is 0, 1, 2, ...
    labels   per level, the name of each node; equal names of two levels mean the same leaves
    """

    name: str
    nodes: tuple[Codes, ...]
    labels: tuple[tuple[str, ...], ...]

    @staticmethod
    def from_rows(name: str, rows: Sequence[Sequence[str]]) -> Hierarchy:
        """One row per leaf: its value, then its generalisation at each level (the layout that ARX reads).

        Raises BadInput for rows of unequal length, a leaf given twice, a node split by the next level, or one name for
        two groups.

        >>> h = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
        >>> h.levels, h.label(1, 0)
        (2, '*')
        """
        widths = {len(row) for row in rows}
        if len(widths) != 1 or widths == {0}:
            raise BadInput(
                f"the hierarchy of {name} has rows of different lengths, or none",
                next_act="Give every value the same number of levels, the value itself first.",
            )
        nodes, labels = [], []
        for column in zip(*rows, strict=True):
            places: dict[str, int] = {}
            nodes.append(np.array([places.setdefault(value, len(places)) for value in column], dtype=np.int32))
            labels.append(tuple(places))
        made = Hierarchy(name, tuple(nodes), tuple(labels))
        made._check(rows)
        return made

    @staticmethod
    def read_csv(name: str, path: Path, delimiter: str = ";") -> Hierarchy:
        """The hierarchy in a file without heading, one line per leaf. Raises BadInput when it is not one."""
        with path.open(encoding="utf-8", newline="") as file:
            return Hierarchy.from_rows(name, [row for row in csv.reader(file, delimiter=delimiter) if row])

    def write_csv(self, path: Path, delimiter: str = ";") -> None:
        """Write the hierarchy as `read_csv` (and ARX) reads it."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerows(zip(*(np.array(self.labels[i], dtype=object)[n] for i, n in enumerate(self.nodes)),
                                 strict=True))  # fmt: skip

    @property
    def levels(self) -> int:
        return len(self.nodes)

    @property
    def n_leaves(self) -> int:
        return len(self.nodes[0])

    def label(self, level: int, node: int) -> str:
        return self.labels[level][node]

    @cached_property
    def leaf_counts(self) -> tuple[npt.NDArray[np.int64], ...]:
        """Per level, how many leaves each node holds."""
        return tuple(np.bincount(n, minlength=len(names)) for n, names in zip(self.nodes, self.labels, strict=True))

    @cached_property
    def losses(self) -> tuple[npt.NDArray[np.float64], ...]:
        """Per level, the loss of each node, 0 to 1: (leaves in it - 1) / (all leaves - 1)."""
        others = max(1, self.n_leaves - 1)
        return tuple((counts - 1) / others for counts in self.leaf_counts)

    @cached_property
    def parents(self) -> tuple[Codes, ...]:
        """Per level but the last, the node of the next level that each node lies in."""
        found = []
        for level in range(self.levels - 1):
            up = np.zeros(len(self.labels[level]), dtype=np.int32)
            up[self.nodes[level]] = self.nodes[level + 1]
            found.append(up)
        return tuple(found)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each level starts when the nodes of all levels are numbered in one row (`Released.nodes`)."""
        starts, total = [], 0
        for names in self.labels:
            starts.append(total)
            total += len(names)
        return tuple(starts)

    @cached_property
    def flat_losses(self) -> npt.NDArray[np.float64]:
        """The loss of every node, all levels in one row."""
        return np.concatenate(self.losses)

    @cached_property
    def flat_labels(self) -> tuple[str, ...]:
        """The name of every node, all levels in one row."""
        return tuple(name for names in self.labels for name in names)

    @cached_property
    def place_of_leaf(self) -> Mapping[str, int]:
        return {value: place for place, value in enumerate(self.labels[0])}

    def encode(self, values: Sequence[str]) -> Codes:
        """(n,) the leaf of each value. Raises BadInput, counting the rows, for values that are no leaf."""
        found = np.array([self.place_of_leaf.get(value, -1) for value in values], dtype=np.int32)
        unknown = np.flatnonzero(found < 0)
        if len(unknown):
            raise BadInput(
                f"{len(unknown)} rows hold a value that the hierarchy of {self.name} does not know"
                f" (the first is row {unknown[0] + 1})",
                next_act="Add these values to the hierarchy, or mend the table.",
            )
        return found

    def _check(self, rows: Sequence[Sequence[str]]) -> None:
        if len(self.labels[0]) != len(rows):
            raise BadInput(
                f"the hierarchy of {self.name} names {len(rows) - len(self.labels[0])} values twice",
                next_act="Give each value one line.",
            )
        for level in range(self.levels - 1):
            pairs = np.unique(np.stack([self.nodes[level], self.nodes[level + 1]]), axis=1)
            if pairs.shape[1] != len(self.labels[level]):
                raise BadInput(
                    f"the hierarchy of {self.name}: level {level + 1} divides a group of level {level}",
                    next_act="A group must lie whole inside one group of the next level.",
                )
        self._check_names()

    def _check_names(self) -> None:
        """One name, one set of leaves: a release shows names, and must be read in one way."""
        known: dict[str, tuple[int, int]] = {}
        for level, names in enumerate(self.labels):
            for node, label in enumerate(names):
                below, lower = known.setdefault(label, (level, node))
                first_leaf = self._first_leaves[below][lower]
                same = self.nodes[level][first_leaf] == node
                if not same or self.leaf_counts[below][lower] != self.leaf_counts[level][node]:
                    raise BadInput(
                        f"the hierarchy of {self.name}: a name stands for different groups"
                        f" at levels {below} and {level}",
                        next_act="Give each group a name of its own; a group that stays the same may keep its name.",
                    )

    @cached_property
    def _first_leaves(self) -> tuple[npt.NDArray[np.intp], ...]:
        return tuple(np.unique(nodes, return_index=True)[1] for nodes in self.nodes)
