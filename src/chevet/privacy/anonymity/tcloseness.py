"""t-closeness: the sensitive values of a class are spread much as those of the whole table.

Li, Li and Venkatasubramanian, ICDE 2007. The distance is the least mass times way that turns the
class's distribution into the table's, when the way between two values is

- equal          1 between any two: half the sum of absolute differences;
- ordered        the ranks between them, over the number of values less one;
- hierarchical   the level at which they first share a node, over the level at which all do.

The table's distribution is that of all its people, the suppressed too; only values that occur count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from chevet.errors import BadInput
from chevet.privacy.anonymity.view import Flags, Found, View
from chevet.privacy.hierarchies.hierarchy import Hierarchy

Figures = npt.NDArray[np.floating[Any]]

# Classes are compared in blocks of at most this many numbers, to keep memory small.
BLOCK = 1 << 21
# A class as far as t in exact numbers may come out a hair farther.
ROUNDING = 1e-12


@dataclass(frozen=True)
class TCloseness:
    """No class is farther than t from the whole table. Monotone: the distance is convex (their property 1).

    order       for the ordered distance: the values from least to most. May be left out where all are numbers.
    hierarchy   for the hierarchical distance: of the sensitive attribute, every value a leaf
    """

    attribute: str
    t: float
    distance: Literal["equal", "ordered", "hierarchical"] = "equal"
    order: tuple[str, ...] = ()
    hierarchy: Hierarchy | None = None
    name: ClassVar[str] = "t-closeness"
    monotone: ClassVar[bool] = True

    def figures(self, view: View) -> Figures:
        """(classes,) distance to the whole table, 0 to 1."""
        labels = view.table.sensitive_labels[self.attribute]
        whole: Figures = np.bincount(view.table.sensitive[self.attribute], minlength=len(labels)) / max(1, view.table.n)
        if self.distance == "equal":
            return self._equal(view, whole)
        if self.distance == "ordered":
            return _in_blocks(view, self.attribute, whole, self._ranked(labels, whole), _ordered)
        leaves, levels = self._tree(labels, whole)
        return _in_blocks(view, self.attribute, whole, leaves, lambda extra: _hierarchical(extra, levels))

    def breaking(self, view: View) -> Flags:
        broken: Flags = self.figures(view) > self.t + ROUNDING
        return broken

    def holds(self, view: View) -> Found:
        figure = float(self.figures(view).max(initial=0.0))
        return Found(figure <= self.t + ROUNDING, figure, self.t)

    def _equal(self, view: View, whole: Figures) -> Figures:
        """Half the sum of differences; a value that the class lacks differs by all it has in the table."""
        found = view.histograms[self.attribute]
        expected = whole[found.values]
        apart: Figures = np.abs(found.counts / view.sizes[found.classes] - expected) - expected
        figures: Figures = 0.5 * (1.0 + np.bincount(found.classes, weights=apart, minlength=len(view.sizes)))
        return figures

    def _ranked(self, labels: tuple[str, ...], whole: Figures) -> npt.NDArray[np.int64]:
        """The codes of the values that occur, from least to most."""
        occur = np.flatnonzero(whole)
        if self.order:
            places = {label: place for place, label in enumerate(self.order)}
            unplaced = sum(labels[code] not in places for code in occur)
            if unplaced:
                raise BadInput(
                    f"{unplaced} values of {self.attribute} have no place in the order given for t-closeness",
                    next_act="Name every value once, from least to most.",
                )
            return occur[np.argsort([places[labels[code]] for code in occur])]
        try:
            return occur[np.argsort([float(labels[code]) for code in occur], kind="stable")]
        except ValueError:
            raise BadInput(
                f"the values of {self.attribute} are not all numbers, so their order is not known",
                next_act="Give their order, or ask for the equal or the hierarchical distance.",
            ) from None

    def _tree(
        self, labels: tuple[str, ...], whole: Figures
    ) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]:
        """The codes that occur, neighbours side by side; per level, where each node starts among the last's."""
        if self.hierarchy is None:
            raise BadInput(
                f"hierarchical t-closeness of {self.attribute} without a hierarchy",
                next_act=f"Give {self.attribute} a hierarchy, or ask for another distance.",
            )
        if len(self.hierarchy.labels[-1]) != 1:
            raise BadInput(
                f"the hierarchy of {self.attribute} ends in {len(self.hierarchy.labels[-1])} groups, not one",
                next_act="Add a last level that joins all values.",
            )
        occur = np.flatnonzero(whole)
        leaves = self.hierarchy.encode([labels[code] for code in occur])
        paths = [nodes[leaves] for nodes in self.hierarchy.nodes]
        along = np.lexsort(paths)  # the last level counts most: each node's leaves lie side by side
        starts, below = [], np.arange(len(occur))
        for path in paths[1:]:
            first = np.flatnonzero(np.diff(path[along][below], prepend=-1))
            starts.append(first)
            below = below[first]
            if len(first) == 1:
                break
        return occur[along], starts


def _in_blocks(
    view: View,
    attribute: str,
    whole: Figures,
    codes: npt.NDArray[np.int64],
    distance: Callable[[Figures], Figures],
) -> Figures:
    """(classes,) the distance of each class, from (block, values) what it has more of than the table."""
    figures = np.zeros(len(view.sizes))
    for block, shares in _shares(view, attribute, codes):
        figures[block] = distance(shares - whole[codes])
    return figures


def _shares(view: View, attribute: str, codes: npt.NDArray[np.int64]) -> Iterator[tuple[slice, Figures]]:
    """Blocks of classes: (block, values) share of each of these values in each class."""
    found = view.histograms[attribute]
    place = np.zeros(len(view.table.sensitive_labels[attribute]), dtype=np.int64)
    place[codes] = np.arange(len(codes))
    step = max(1, BLOCK // max(1, len(codes)))
    for start in range(0, len(view.sizes), step):
        block = slice(start, min(start + step, len(view.sizes)))
        low, high = np.searchsorted(found.classes, [block.start, block.stop])
        shares = np.zeros((block.stop - block.start, len(codes)))
        shares[found.classes[low:high] - start, place[found.values[low:high]]] = found.counts[low:high]
        yield block, shares / view.sizes[block, None]


def _ordered(extra: Figures) -> Figures:
    """What must cross each step between neighbours, summed (their section 5.1)."""
    steps = max(1, extra.shape[1] - 1)
    crossing: Figures = np.abs(np.cumsum(extra, axis=1)).sum(axis=1) / steps
    return crossing


def _hierarchical(extra: Figures, levels: list[npt.NDArray[np.int64]]) -> Figures:
    """At each node, what its children can exchange costs the node's height over the root's (their section 5.2)."""
    cost = np.zeros(len(extra))
    for height, starts in enumerate(levels, start=1):
        more = np.add.reduceat(np.maximum(extra, 0), starts, axis=1)
        less = np.add.reduceat(np.maximum(-extra, 0), starts, axis=1)
        cost += height / len(levels) * np.minimum(more, less).sum(axis=1)
        extra = more - less
    return cost
