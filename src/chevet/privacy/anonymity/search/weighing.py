"""Weighing one node of the lattice: who must be suppressed there, and what the release then loses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.classes import Histogram, Keys, fit_with_rows, histogram, row_keys, with_rows
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import (
    AverageRisk,
    ClassModel,
    DistinctLDiversity,
    HighestRisk,
    KAnonymity,
    KMap,
    Model,
    PopulationUniqueness,
    View,
    attributes_of,
)
from chevet.privacy.anonymity.search.bounds import Figures, Flags, Levels, least_risk_over
from chevet.privacy.hierarchies.hierarchy import Codes

Rows = npt.NDArray[np.integer[Any]]

# These read the sizes of classes alone, so that most nodes are dismissed without knowing whose rows they are.
OF_SIZES = (KAnonymity, HighestRisk)
WHOLE_OF_SIZES = (AverageRisk, PopulationUniqueness)
# Numbers of attributes kept from one node to the next.
KEPT_BYTES = 1 << 27
# Growing: a class that keeps the promise keeps it whatever rows are added. (Entropy and recursive l-diversity,
# t-closeness and delta-presence are not: a varied class joined to a uniform one may break them.)
GROWING = (*OF_SIZES, DistinctLDiversity, KMap)


@dataclass(frozen=True)
class Weighed:
    """What was found at a node.

    suppressed   rows that growing models suppress here, and therefore at every finer node too
    floor_over   logarithm of the least average risk at this node and below over the one allowed; minus infinity
                 where none is asked
    risk_over    the same of this node alone
    penalties    per attribute, per level: what the suppressed rows' values would lose (see `bounds`); None where no
                 release is allowed here or below
    loss         what the release loses; infinite where none is allowed here
    by_all       rows that all models together suppress here, twice the limit where a model other than the average
                 risk does not hold even then; None where that was not looked at
    """

    suppressed: int
    floor_over: float
    risk_over: float
    penalties: tuple[Figures, ...] | None
    loss: float
    by_all: int | None


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
        # Where nobody may be suppressed, a monotone model broken here is broken, or not kept as a whole, further down.
        of_rows = [model for model in of_classes if not isinstance(model, OF_SIZES)]
        self.growing = [model for model in of_rows if isinstance(model, GROWING) or (limit == 0 and model.monotone)]
        self.others = [model for model in of_rows if model not in self.growing]
        self.to_confirm = [model for model in self.models if not isinstance(model, OF_SIZES)]
        self.sizes_suffice = all(isinstance(model, (*OF_SIZES, *WHOLE_OF_SIZES)) for model in self.models)
        self.risk_at_most = min((m.at_most for m in self.models if isinstance(m, AverageRisk)), default=np.inf)
        self._by_leaf = [
            weight * np.stack([lost[nodes] for lost, nodes in zip(h.losses, h.nodes, strict=True)])
            for h, weight in zip(table.hierarchies, weights, strict=True)
        ]
        self._columns: dict[tuple[int, int], Rows] = {}
        self._parts: dict[tuple[int, Levels], tuple[Rows, int]] = {}
        self.losses = self._penalties(None)

    def weigh(self, levels: Levels, best: float = np.inf) -> Weighed:
        """Suppress at this node what the models demand, and count what is lost.

        best   the least loss found elsewhere: what loses as much need not be confirmed by every model
        """
        classes = _Grouped(self, levels)
        broken = self._broken(self.of_sizes, View(self.table, classes.sizes))
        view = View(self.table, classes.sizes)
        if not self.sizes_suffice and classes.people(broken) <= self.limit:
            view = classes.view(attributes_of(self.models))
            broken |= self._broken(self.growing, view)
        suppressed = classes.people(broken)
        kept = classes.sizes[~broken]
        risk = least_risk_over(kept, 0, self.risk_at_most)
        floor = least_risk_over(kept, self.limit - suppressed, self.risk_at_most)
        if suppressed > self.limit or floor > 1e-9:
            return Weighed(suppressed, floor, risk, None, np.inf, suppressed)
        penalties = self._penalties(classes.rows_of(broken))
        loss = self._loss(levels, suppressed, penalties)
        if not self.to_confirm:
            return Weighed(suppressed, floor, risk, penalties, loss, suppressed)
        if loss >= best:
            return Weighed(suppressed, floor, risk, penalties, loss, None)
        loss, by_all = self._confirmed(levels, classes, view, broken)
        return Weighed(suppressed, floor, risk, penalties, loss, by_all)

    def release(self, levels: Levels) -> Released:
        """The release at this node, with the rows suppressed that the models demand."""
        classes = _Grouped(self, levels)
        view = classes.view(attributes_of(self.models))
        suppressed = np.zeros(self.n, dtype=np.bool_)
        suppressed[classes.rows_of(self._broken((*self.of_sizes, *self.growing, *self.others), view))] = True
        return Released.at_levels(self.table, levels, suppressed)

    def keys(self, levels: Levels) -> tuple[Keys, int]:
        """(n,) one number per class at this node, and how many there could be.

        Neighbouring nodes share most of their levels, so the numbers of three attributes at a time are kept.
        """
        threes = [self._part(first, levels[first : first + 3]) for first in range(0, len(levels), 3)]
        return row_keys([keys for keys, _ in threes], [possible for _, possible in threes])

    def _part(self, first: int, levels: Levels) -> tuple[Rows, int]:
        known = self._parts.pop((first, levels), None)
        if known is None:
            attributes = range(first, first + len(levels))
            sizes = [len(self.table.hierarchies[a].labels[level]) for a, level in zip(attributes, levels, strict=True)]
            keys, possible = row_keys([self._column(a, v) for a, v in zip(attributes, levels, strict=True)], sizes)
            known = keys.astype(np.min_scalar_type(possible - 1)), possible
            while self._parts and sum(part.nbytes for part, _ in self._parts.values()) > KEPT_BYTES:
                del self._parts[next(iter(self._parts))]
        self._parts[first, levels] = known
        return known

    def _column(self, attribute: int, level: int) -> Rows:
        """(n,) node of each row, in as few bytes as its level needs."""
        known = self._columns.get((attribute, level))
        if known is None:
            h = self.table.hierarchies[attribute]
            nodes = h.nodes[level].astype(np.min_scalar_type(len(h.labels[level]) - 1))
            known = self._columns[attribute, level] = nodes[self.table.codes[attribute]]
        return known

    def _confirmed(self, levels: Levels, classes: _Grouped, view: View, broken: Flags) -> tuple[float, int]:
        """Loss and rows suppressed, once the models that are not growing have suppressed too and all were asked."""
        broken = broken | self._broken(self.others, view)
        suppressed = classes.people(broken)
        if suppressed > self.limit:
            return np.inf, suppressed
        kept = _without(view, broken)
        failing = [model for model in self.to_confirm if not model.holds(kept).holds]
        if failing:
            said_by_risk = all(isinstance(model, AverageRisk) for model in failing)
            return np.inf, suppressed if said_by_risk else min(self.n, 2 * self.limit + 1)
        return self._loss(levels, suppressed, self._penalties(classes.rows_of(broken))), suppressed

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
    """The rows of a table grouped at one node. Where that costs more, whose they are is found out only when asked."""

    def __init__(self, scale: Scale, levels: Levels) -> None:
        self.scale, self.levels = scale, levels
        self.keys, self.possible = scale.keys(levels)
        self._rows: Rows | None = None
        if fit_with_rows(scale.n, self.possible):
            ordered, self._rows = with_rows(self.keys, self.possible)
        else:
            ordered = np.sort(self.keys)
        steps = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        self.starts = np.concatenate([[0], steps])
        self.sizes = np.diff(self.starts, append=len(ordered))

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
