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
from typing import NamedTuple

import numpy as np

from chevet.privacy.anonymity.classes import Integers, class_of, class_sizes, histogram
from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.models import ClassModel, Population, View, attributes_of
from chevet.privacy.anonymity.models.crowd import Counts
from chevet.privacy.anonymity.search.branches import Branches
from chevet.privacy.anonymity.search.carried import Carried, Going
from chevet.privacy.anonymity.search.forest import Flags, Forest
from chevet.privacy.anonymity.search.gain import Figures
from chevet.privacy.anonymity.search.splits import Parts, Splits
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

    @property
    def population(self) -> Population | None:
        """The one population that models speak of; None where there is none, or several."""
        found = {id(model.population): model.population for model in self.models if hasattr(model, "population")}
        return next(iter(found.values())) if len(found) == 1 else None

    def broken(
        self, table: CodedTable, nodes: Codes, rows: Integers, of: Integers, matching: Counts | None = None
    ) -> Flags:
        """(groups,) True for the groups that break a model.

        nodes     (groups, attributes) where each group is shown
        rows      the rows of the groups, and `of`, the group of each
        matching  (groups,) the people of the population who match, where known
        """
        counted = {
            name: histogram(of.astype(np.int32), table.sensitive[name][rows], len(table.sensitive_labels[name]))
            for name in attributes_of(self.models)
        }
        view = View(table, np.bincount(of, minlength=len(nodes)), tuple(nodes.T), counted, matching)
        found = view.sizes < self.k
        for model in self.models:
            found |= model.breaking(view)
        return found


@dataclass(frozen=True, eq=False)
class Open:
    """The groups that may still be split, their rows, and which of these groups each row is in."""

    groups: Integers
    rows: Codes
    of: Codes

    def only(self, which: Flags) -> Open:
        """Those of the groups that `which` says."""
        if which.all():
            return self
        within = which[self.of]
        number = np.cumsum(which, dtype=np.int32) - np.int32(1)
        return Open(self.groups[which], self.rows[within], number[self.of[within]])


class Way(NamedTuple):
    """The splits along one attribute, and which of the open groups they are of."""

    splits: Splits
    members: Flags


@dataclass(eq=False)
class Growth:
    """The forest while it grows.

    table       the people
    branches    per attribute, the ways down
    penalties   per attribute, what each node costs a person
    barred      (groups, attributes) True where a split was tried, and would have broken a model
    The rest is as in `Forest`.
    """

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
    carried: Carried | None = field(init=False)

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
        everybody = self.rules.population
        self.carried = None if everybody is None else Carried.of(everybody.crowd, self.branches, self.nodes)

    def grow(self, progress: Progress = no_progress) -> Forest:
        """Split until no split is possible."""
        groups: Integers = np.flatnonzero(self._large(self.sizes))
        rows = np.arange(self.table.n, dtype=np.int32)
        while len(groups):
            number = np.full(len(self.sizes), -1, dtype=np.int32)
            number[groups] = np.arange(len(groups))
            of = number[self.of[rows]]
            rows, of = rows[of >= 0], of[of >= 0]
            progress("splitting", 0.8 * (1.0 - len(rows) / self.table.n))
            if self.carried is not None:
                self.carried.keep(groups, len(self.sizes))
            groups = self._round(Open(groups, rows, of))
        return Forest(self.parents, self.sizes, self.nodes, self.residual, tuple(self.births), self.of)

    def _large(self, sizes: Integers) -> Flags:
        """Where there are people enough for two parts."""
        found: Flags = sizes >= max(2, 2 * self.rules.k)
        return found

    def _round(self, now: Open) -> Integers:
        """One step of the open groups; those that are open after it."""
        before = len(self.sizes)
        ways = [self._count(attribute, now) for attribute in range(len(self.branches))]
        chosen = self._choose(now, ways)
        waiting = self._descend(now, ways) & (chosen < 0)
        for attribute, way in enumerate(ways):
            if way is not None and (which := chosen == attribute).any():
                waiting[which] = ~self._split(attribute, now.only(which), way.splits.only(which[way.members]))
            ways[attribute] = None
        self.births.append(len(self.sizes))
        new = np.arange(before, len(self.sizes))
        return np.concatenate([now.groups[waiting], new[self._large(self.sizes[new])]])

    def _count(self, attribute: int, now: Open) -> Way | None:
        """The splits along an attribute of all groups that are not at its leaves, nor barred from it."""
        branches, nodes = self.branches[attribute], self.nodes[now.groups, attribute]
        members = (branches.widths[nodes] > 0) & ~self.barred[now.groups, attribute]
        if not members.any():
            return None
        asked = now.only(members)
        codes = self.table.codes[attribute][asked.rows]
        return Way(Splits.count(branches, nodes[members], codes, asked.of, self.rules.k), members)

    def _choose(self, now: Open, ways: Sequence[Way | None]) -> Codes:
        """(groups,) the attribute whose split is worth most, the first of equals; -1 where none is possible."""
        best, chosen = np.zeros(len(now.groups)), np.full(len(now.groups), -1, dtype=np.int32)
        for attribute, way in enumerate(ways):
            if way is not None:
                value = np.zeros(len(now.groups))
                value[way.members] = way.splits.worth(self.penalties[attribute], self.sizes[now.groups[way.members]])
                chosen[value > best] = attribute
                best = np.maximum(best, value)
        return chosen

    def _descend(self, now: Open, ways: Sequence[Way | None]) -> Flags:
        """Move groups down the attributes where all their people lie in one child. (groups,) True where they moved."""
        moved = np.zeros(len(now.groups), dtype=np.bool_)
        for attribute, way in enumerate(ways if self.rules.descend else ()):
            if way is not None:
                sole = way.splits.sole()
                movers = np.flatnonzero(way.members)[way.splits.groups[sole]]
                self.nodes[now.groups[movers], attribute] = way.splits.children[sole]
                moved[movers] = True
        return moved

    def _split(self, attribute: int, these: Open, splits: Splits) -> Flags:
        """Split these groups where that breaks no model. (groups,) True for those that were split."""
        cell = splits.cell_of(self.table.codes[attribute][these.rows], these.of)
        going = None
        if self.carried is not None:
            going = self.carried.going(attribute, these.groups, len(self.sizes), splits)
        if self.rules.models:
            self._settle(attribute, these, splits, cell, going)
        made = splits.possible
        self.barred[these.groups[~made], attribute] = True
        parts = splits.parts(made)
        moving = made[these.of]
        self.of[these.rows[moving]] = len(self.sizes) + parts.part_of(cell[moving], these.of[moving])
        if self.carried is not None and going is not None:
            self.carried.follow(going, parts, len(self.sizes), self._large(parts.sizes))
        nodes = parts.nodes(self.nodes[these.groups], attribute, splits.children)
        self._add(these.groups[parts.parents], parts, nodes)
        return made

    def _settle(self, attribute: int, these: Open, splits: Splits, cell: Integers, going: Going | None) -> None:
        """Leave parts that break a model with the others, until every part keeps them all; or make no split.

        cell    (rows,) the cell of each row of these groups
        going   where the population goes
        """
        pending = splits.possible.copy()
        while pending.any():
            parts, asked = splits.parts(pending), pending[these.of]
            nodes = parts.nodes(self.nodes[these.groups], attribute, splits.children)
            part = parts.part_of(cell[asked], these.of[asked])
            matching = None if going is None else going.matching(parts)
            broken = self.rules.broken(self.table, nodes, these.rows[asked], part, matching)
            short = np.zeros(len(these.groups), dtype=np.bool_)
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
