"""Weighing one node of the lattice: who must be suppressed there, and what the release then loses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.bounds import Figures, Flags, Levels
from chevet.privacy.anonymity.classes import Histogram, histogram, row_keys, with_rows
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import (
    ClassModel,
    DistinctLDiversity,
    HighestRisk,
    KAnonymity,
    KMap,
    Model,
    View,
    attributes_of,
)
from chevet.privacy.hierarchies.hierarchy import Codes

Rows = npt.NDArray[np.integer[Any]]

# These read the sizes of classes alone, so that most nodes are dismissed without knowing whose rows they are.
OF_SIZES = (KAnonymity, HighestRisk)
# Growing: a class that keeps the promise keeps it whatever rows are added. (Entropy and recursive l-diversity,
# t-closeness and delta-presence are not: a varied class joined to a uniform one may break them.)
GROWING = (*OF_SIZES, DistinctLDiversity, KMap)


@dataclass(frozen=True)
class Weighed:
    """What was found at a node.

    suppressed   rows that growing models suppress here, and therefore at every finer node too
    penalties    per attribute, per level: what those rows' values would lose (see `bounds`); None where they are
                 more than the limit
    loss         what the release loses; infinite where no release is allowed here
    """

    suppressed: int
    penalties: tuple[Figures, ...] | None
    loss: float


class Scale:
    """A table, ready to be weighed at any levels.

    weights   per attribute, its share of the loss; they sum to 1
    limit     rows that may be suppressed
    """

    def __init__(self, table: CodedTable, models: Iterable[Model], weights: Sequence[float], limit: int) -> None:
        self.table, self.n, self.limit = table, table.n, limit
        self.models = tuple(models)
        of_classes = [model for model in self.models if isinstance(model, ClassModel)]
        self.of_sizes = [model for model in of_classes if isinstance(model, OF_SIZES)]
        others = [model for model in of_classes if not isinstance(model, OF_SIZES)]
        self.growing = [model for model in others if isinstance(model, GROWING) or (limit == 0 and model.monotone)]
        self.others = [model for model in others if model not in self.growing]
        self.to_confirm = [model for model in self.models if not isinstance(model, OF_SIZES)]
        self._by_leaf = [
            weight * np.stack([lost[nodes] for lost, nodes in zip(h.losses, h.nodes, strict=True)])
            for h, weight in zip(table.hierarchies, weights, strict=True)
        ]
        self._columns: dict[tuple[int, int], Rows] = {}
        self.losses = self._penalties(None)

    def weigh(self, levels: Levels) -> Weighed:
        """Suppress at this node what the models demand, and count what is lost."""
        classes = _Grouped(self, levels)
        broken = self._broken(self.of_sizes, View(self.table, classes.sizes))
        suppressed = classes.people(broken)
        if suppressed > self.limit:
            return Weighed(suppressed, None, np.inf)
        view = classes.view(attributes_of(self.to_confirm)) if self.to_confirm else None
        if view is not None and self.growing:
            broken |= self._broken(self.growing, view)
            suppressed = classes.people(broken)
            if suppressed > self.limit:
                return Weighed(suppressed, None, np.inf)
        penalties = self._penalties(classes.rows_of(broken))
        if view is None:
            return Weighed(suppressed, penalties, self._loss(levels, suppressed, penalties))
        return Weighed(suppressed, penalties, self._loss_of_all(levels, classes, view, broken))

    def release(self, levels: Levels) -> Released:
        """The release at this node, with the rows suppressed that the models demand."""
        classes = _Grouped(self, levels)
        view = classes.view(attributes_of(self.to_confirm))
        suppressed = np.zeros(self.n, dtype=np.bool_)
        suppressed[classes.rows_of(self._broken((*self.of_sizes, *self.growing, *self.others), view))] = True
        return Released.at_levels(self.table, levels, suppressed)

    def column(self, attribute: int, level: int) -> Rows:
        """(n,) node of each row, in as few bytes as its level needs."""
        known = self._columns.get((attribute, level))
        if known is None:
            h = self.table.hierarchies[attribute]
            nodes = h.nodes[level].astype(np.min_scalar_type(len(h.labels[level]) - 1))
            known = self._columns[attribute, level] = nodes[self.table.codes[attribute]]
        return known

    def _loss_of_all(self, levels: Levels, classes: _Grouped, view: View, broken: Flags) -> float:
        """What is lost once the models that are not growing have suppressed, too; infinite if they do not hold then."""
        broken = broken | self._broken(self.others, view)
        suppressed = classes.people(broken)
        if suppressed > self.limit:
            return np.inf
        kept = _without(view, broken)
        if not all(model.holds(kept).holds for model in self.to_confirm):
            return np.inf
        return self._loss(levels, suppressed, self._penalties(classes.rows_of(broken)))

    def _broken(self, models: Iterable[ClassModel], view: View) -> Flags:
        broken = np.zeros(len(view.sizes), dtype=np.bool_)
        for model in models:
            broken |= model.breaking(view)
        return broken

    def _loss(self, levels: Levels, suppressed: int, penalties: Sequence[Figures]) -> float:
        """Equation (1) of `bounds`."""
        kept = sum(
            loss[level] - penalty[level] for loss, penalty, level in zip(self.losses, penalties, levels, strict=True)
        )
        return float(kept + suppressed / self.n)

    def _penalties(self, rows: Rows | None) -> tuple[Figures, ...]:
        """Per attribute, per level: its part of the summed penalties of these rows (None: of all), over n."""
        return tuple(
            by_leaf @ np.bincount(codes if rows is None else codes[rows], minlength=by_leaf.shape[1]) / self.n
            for by_leaf, codes in zip(self._by_leaf, self.table.codes, strict=True)
        )


class _Grouped:
    """The rows of a table grouped at one node. Whose rows they are is found out only when asked."""

    def __init__(self, scale: Scale, levels: Levels) -> None:
        self.scale, self.levels = scale, levels
        self.keys, self.possible = row_keys(
            [scale.column(attribute, level) for attribute, level in enumerate(levels)],
            [len(h.labels[level]) for h, level in zip(scale.table.hierarchies, levels, strict=True)],
        )
        ordered = np.sort(self.keys)
        steps = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        self.starts = np.concatenate([[0], steps])
        self.sizes = np.diff(self.starts, append=len(ordered))
        self._rows: Rows | None = None

    @property
    def rows(self) -> Rows:
        """(n,) the rows, class by class."""
        if self._rows is None:
            self._rows = with_rows(self.keys, self.possible)[1]
        return self._rows

    def people(self, classes: Flags) -> int:
        return int(self.sizes[classes].sum())

    def rows_of(self, classes: Flags) -> Rows:
        if not classes.any():
            return np.zeros(0, dtype=np.int32)
        return self.rows[np.repeat(classes, self.sizes)]

    def view(self, attributes: Iterable[str]) -> View:
        """The classes as models see them, before anybody is suppressed."""
        table = self.scale.table
        one_row = self.rows[self.starts]
        nodes = tuple(
            (h.nodes[level] + np.int32(h.offsets[level]))[codes[one_row]]
            for h, level, codes in zip(table.hierarchies, self.levels, table.codes, strict=True)
        )
        of = np.empty(self.scale.n, dtype=np.int32)
        of[self.rows] = np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)
        counted = {a: histogram(of, table.sensitive[a], len(table.sensitive_labels[a])) for a in attributes}
        return View(table, self.sizes, nodes, counted)


def _without(view: View, suppressed: Flags) -> View:
    """The same classes but for these."""
    kept = ~suppressed
    number: Codes = np.cumsum(kept, dtype=np.int32) - np.int32(1)
    histograms = {}
    for name, found in view.histograms.items():
        still = kept[found.classes]
        histograms[name] = Histogram(number[found.classes[still]], found.values[still], found.counts[still])
    return View(view.table, view.sizes[kept], tuple(nodes[kept] for nodes in view.nodes), histograms)
