"""Dividing a table from the top: all groups of a round take one step down one attribute each.

Everybody starts at the roots. Each round counts, for every open group and every attribute, who would lie in which
child; a group whose people all lie in one child goes there at no cost, and is split where that is worth most
(`gain`). Children that are too small, or would break a model of classes, stay together at the node of their parent.
The decisions rest on counts alone, so the order of the rows does not matter.

Related: Mondrian (LeFevre et al., ICDE 2006) and top-down specialisation (Fung, Wang and Yu, ICDE 2005), which treat
one group at a time and leave nobody behind at a parent's node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from chevet.privacy.anonymity.branches import Branches
from chevet.privacy.anonymity.classes import Integers, class_of, class_sizes, histogram
from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.forest import Flags, Forest
from chevet.privacy.anonymity.gain import Figures
from chevet.privacy.anonymity.models import ClassModel, View, attributes_of
from chevet.privacy.anonymity.splits import Parts, Splits
from chevet.privacy.hierarchies.hierarchy import Codes
from chevet.records.record import Progress, no_progress


@dataclass(frozen=True)
class Rules:
    """What every class must keep: at least k people, and the models of classes besides.

    descend   whether a group may be shown lower without a split. Not where a model looks beyond the table: fewer
              people of the population then look like it.
    """

    k: int
    models: tuple[ClassModel, ...] = ()
    descend: bool = True

    def broken(self, table: CodedTable, nodes: Codes, rows: Integers, of: Integers) -> Flags:
        """(groups,) True for the groups that break a model.

        nodes   (groups, attributes) where each group is shown
        rows    the rows of the groups, and `of`, the group of each
        """
        counted = {
            name: histogram(of.astype(np.int32), table.sensitive[name][rows], len(table.sensitive_labels[name]))
            for name in attributes_of(self.models)
        }
        view = View(table, np.bincount(of, minlength=len(nodes)), tuple(nodes.T), counted)
        found = view.sizes < self.k
        for model in self.models:
            found |= model.breaking(view)
        return found


@dataclass(eq=False)
class Growth:
    """The forest while it grows; `open_groups` are those that may still be split, `barred` where that was in vain."""

    table: CodedTable
    branches: Sequence[Branches]
    penalties: Sequence[Figures]
    rules: Rules
    of: Codes = field(init=False)
    nodes: Codes = field(init=False)
    sizes: Integers = field(init=False)
    parents: Codes = field(init=False)
    residual: Flags = field(init=False)
    barred: Flags = field(init=False)
    births: list[int] = field(init=False)

    def __post_init__(self) -> None:
        tops = [branches.top(codes) for branches, codes in zip(self.branches, self.table.codes, strict=True)]
        self.of = class_of(tops, [len(branches.lowest) for branches in self.branches])
        self.sizes = class_sizes(self.of)
        n = len(self.sizes)
        self.nodes = np.zeros((n, len(tops)), dtype=np.int32)
        for attribute, top in enumerate(tops):
            self.nodes[self.of, attribute] = top
        self.parents, self.residual = np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.bool_)
        self.barred = np.zeros(self.nodes.shape, dtype=np.bool_)
        self.births = [0, n]

    def grow(self, progress: Progress = no_progress) -> Forest:
        """Split until no split is possible."""
        open_groups: Integers = np.flatnonzero(self.sizes >= max(2, 2 * self.rules.k))
        rows = np.arange(self.table.n, dtype=np.int32)
        while len(open_groups):
            is_open = np.zeros(len(self.sizes), dtype=np.bool_)
            is_open[open_groups] = True
            rows = rows[is_open[self.of[rows]]]
            progress("splitting", 1.0 - len(rows) / self.table.n)
            open_groups = self._round(open_groups, rows)
        return Forest(self.parents, self.sizes, self.nodes, self.residual, tuple(self.births), self.of)

    def _round(self, groups: Integers, rows: Codes) -> Integers:
        """One step of the open groups, whose rows these are; the groups that are open after it."""
        number = np.zeros(len(self.sizes), dtype=np.int32)
        number[groups] = np.arange(len(groups))
        of = number[self.of[rows]]
        best, chosen = np.zeros(len(groups)), np.full(len(groups), -1)
        moved = np.zeros(len(groups), dtype=np.bool_)
        counted: list[tuple[Splits, Integers] | None] = []
        for attribute in range(len(self.branches)):
            found = self._count(attribute, groups, rows, of)
            counted.append(found)
            if found is None:
                continue
            splits, members = found
            if self.rules.descend:
                sole = splits.sole()
                self.nodes[groups[members[splits.groups[sole]]], attribute] = splits.children[sole]
                moved[members[splits.groups[sole]]] = True
            value = splits.worth(self.penalties[attribute], self.sizes[groups[members]])
            better = value > best[members]
            best[members[better]], chosen[members[better]] = value[better], attribute
        first_new = len(self.sizes)
        again = moved & (chosen < 0)
        for attribute, found in enumerate(counted):
            counted[attribute] = None
            if found is not None and (chosen == attribute).any():
                again |= self._split(attribute, groups, rows, of, chosen == attribute, *found)
        self.births.append(len(self.sizes))
        new = np.arange(first_new, len(self.sizes))
        return np.concatenate([groups[again], new[self.sizes[new] >= max(2, 2 * self.rules.k)]])

    def _count(self, attribute: int, groups: Integers, rows: Codes, of: Codes) -> tuple[Splits, Integers] | None:
        """The splits along an attribute, and which of the open groups they are of: those not yet at its leaves."""
        branches = self.branches[attribute]
        nodes = self.nodes[groups, attribute]
        can = (branches.widths[nodes] > 0) & ~self.barred[groups, attribute]
        members = np.flatnonzero(can)
        if len(members) == 0:
            return None
        if len(members) < len(groups):
            within = can[of]
            rows, of = rows[within], (np.cumsum(can) - 1)[of[within]]
        return Splits.count(branches, nodes[members], self.table.codes[attribute][rows], of, self.rules.k), members

    def _split(self, attribute: int, groups: Integers, rows: Codes, of: Codes, chosen: Flags,
               splits: Splits, members: Integers) -> Flags:  # fmt: skip
        """Split the chosen ones of the open groups. (groups,) True for those that could not be split after all."""
        within = chosen[of]
        rows, of = rows[within], (np.cumsum(chosen) - 1)[of[within]]
        splits, parents = splits.only(chosen[members]), groups[chosen]
        cell = splits.cell_of(self.table.codes[attribute][rows], of)
        if self.rules.models:
            self._settle(attribute, parents, splits, rows, of, cell)
        made = splits.possible
        self.barred[parents[~made], attribute] = True
        parts = splits.parts(made)
        going = made[of]
        self.of[rows[going]] = len(self.sizes) + parts.part_of(cell[going], of[going])
        self._add(parents[parts.parents], parts, parts.nodes(self.nodes[parents], attribute, splits.children))
        again = np.zeros(len(groups), dtype=np.bool_)
        again[np.flatnonzero(chosen)[~made]] = True
        return again

    def _settle(self, attribute: int, parents: Integers, splits: Splits, rows: Codes, of: Integers,
                cell: Integers) -> None:  # fmt: skip
        """Leave parts that break a model with the others, until every part keeps them all; or make no split.

        rows    of the groups to be split, with their group `of` and their `cell`
        """
        pending = splits.possible.copy()
        while pending.any():
            parts, asked = splits.parts(pending), pending[of]
            nodes = parts.nodes(self.nodes[parents], attribute, splits.children)
            broken = self.rules.broken(self.table, nodes, rows[asked], parts.part_of(cell[asked], of[asked]))
            short = np.zeros(len(parents), dtype=np.bool_)
            short[parts.rests[broken[len(parts.cells) :]]] = True
            splits.kept[parts.cells[broken[: len(parts.cells)]]] = False
            splits.join_smallest(short)
            pending[:] = False
            pending[parts.parents[broken]] = True
            pending &= splits.possible

    def _add(self, parents: Integers, parts: Parts, nodes: Codes) -> None:
        self.parents = np.concatenate([self.parents, parents.astype(np.int32)])
        self.sizes = np.concatenate([self.sizes, parts.sizes])
        self.nodes = np.concatenate([self.nodes, nodes])
        self.residual = np.concatenate([self.residual, np.arange(len(parents)) >= len(parts.cells)])
        self.barred = np.concatenate([self.barred, self.barred[parents]])
