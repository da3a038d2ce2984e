"""A population on its way down the same splits as a table, so that every part is counted exactly at no search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from chevet.privacy.anonymity.classes import Integers, class_of
from chevet.privacy.anonymity.models.crowd import Counts, Crowd
from chevet.privacy.anonymity.search.branches import Branches
from chevet.privacy.anonymity.search.forest import Flags
from chevet.privacy.anonymity.search.splits import Parts, Splits
from chevet.privacy.hierarchies.hierarchy import Codes


class Going(NamedTuple):
    """Who of the population matches some groups that are split, and where the splits send them.

    of       (pairs,) the group, kinds the kind of people, cell the cell of the split; -1: a child without a row
    cells    (cells,) people of the population in each cell
    groups   (groups,) and in each group
    """

    of: Integers
    kinds: Integers
    cell: Integers
    cells: Counts
    groups: Counts

    def matching(self, parts: Parts) -> Counts:
        """(parts,) people who match. What is left of a group is shown at its nodes: all who match the group do."""
        return np.concatenate([self.cells[parts.cells], self.groups[parts.rests]])


@dataclass(eq=False)
class Carried:
    """For every open group, the kinds of people of the population that lie in all its nodes.

    groups   (pairs,) the group, and `kinds`, the kind; a kind may be of several groups
    """

    crowd: Crowd
    groups: Codes
    kinds: Integers

    @staticmethod
    def of(crowd: Crowd, branches: Sequence[Branches], nodes: Codes) -> Carried:
        """The population in the groups of the first division.

        nodes   (groups, attributes) no two groups alike
        """
        tops = [
            np.concatenate([shown, way.top(codes)])
            for shown, way, codes in zip(nodes.T, branches, crowd.codes, strict=True)
        ]
        alike = class_of(tops, [len(way.lowest) for way in branches])
        group = np.full(int(alike.max()) + 1, -1, dtype=np.int32)
        group[alike[: len(nodes)]] = np.arange(len(nodes))
        found = group[alike[len(nodes) :]]
        kinds = np.flatnonzero(found >= 0)
        return Carried(crowd, found[kinds], kinds)

    def keep(self, groups: Integers, n_groups: int) -> None:
        """Forget who is of other groups than these."""
        among = np.zeros(n_groups, dtype=np.bool_)
        among[groups] = True
        kept = among[self.groups]
        self.groups, self.kinds = self.groups[kept], self.kinds[kept]

    def going(self, attribute: int, groups: Integers, n_groups: int, splits: Splits) -> Going:
        """Where the splits of these groups along an attribute send the population."""
        number = np.full(n_groups, -1, dtype=np.int32)
        number[groups] = np.arange(len(groups))
        of = number[self.groups]
        asked = np.flatnonzero(of >= 0)
        of, kinds = of[asked], self.kinds[asked]
        cell = splits.cell_or_none(self.crowd.codes[attribute][kinds], of)
        people = self.crowd.people[kinds]
        cells = np.bincount(cell + 1, people, minlength=len(splits.cells) + 1)[1:]
        return Going(of, kinds, cell, cells.astype(np.int64), np.bincount(of, people, len(groups)).astype(np.int64))

    def follow(self, going: Going, parts: Parts, first: int, wanted: Flags) -> None:
        """Add those who match the parts made.

        first    the number of the first part
        wanted   (parts,) the parts that may be split again
        """
        if not wanted.any():
            return
        own = np.where(going.cell >= 0, parts.of_cell[going.cell], -1)
        for part in (own, parts.of_rest[going.of]):
            there = np.flatnonzero((part >= 0) & wanted[part])
            self.groups = np.concatenate([self.groups, first + part[there]])
            self.kinds = np.concatenate([self.kinds, going.kinds[there]])
