"""t-closeness: the sensitive values of a class are spread much as those of the whole table.

Li, Li and Venkatasubramanian, ICDE 2007. The distance is the least mass times way that turns the
class's distribution into the table's, when the way between two values is

- equal          1 between any two: half the sum of absolute differences;
- ordered        the ranks between them, over the number of values less one;
- hierarchical   the level at which they first share a node, over the level at which all do. In a tree the least
                 cost is the sum over its edges of what must cross them; edges of one level being equally long, it
                 is the mean, over the levels below the root, of the equal distance between the nodes of a level.

The table's distribution is that of all its people, the suppressed too; only values that occur count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from chevet.errors import BadInput
from chevet.privacy.anonymity.classes import Histogram
from chevet.privacy.anonymity.models.view import Flags, Found, View
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

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
        found = view.histograms[self.attribute]
        labels = view.table.sensitive_labels[self.attribute]
        counts = np.bincount(view.table.sensitive[self.attribute], minlength=len(labels))
        whole: Figures = counts / max(1, view.table.n)
        if self.distance == "ordered":
            return _ordered(view, found, whole, self._ranked(labels, np.flatnonzero(counts)))
        if self.distance == "equal":
            return _equal(view, found, whole)
        levels = self._levels(labels)
        figures = np.zeros(len(view.sizes))
        for nodes in levels:
            of_nodes = np.bincount(nodes, weights=whole).astype(np.float64)
            figures += _equal(view, _joined(found, nodes), of_nodes) / len(levels)
        return figures

    def breaking(self, view: View) -> Flags:
        broken: Flags = self.figures(view) > self.t + ROUNDING
        return broken

    def holds(self, view: View) -> Found:
        figure = float(self.figures(view).max(initial=0.0))
        return Found(figure <= self.t + ROUNDING, figure, self.t)

    def _ranked(self, labels: tuple[str, ...], occur: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """The codes of the values that occur, from least to most."""
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

    def _levels(self, labels: tuple[str, ...]) -> list[Codes]:
        """Per level below the root, (labels,) the node of each value."""
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
        leaves = self.hierarchy.encode(labels)
        several = [n for n, names in zip(self.hierarchy.nodes, self.hierarchy.labels, strict=True) if len(names) > 1]
        return [nodes[leaves] for nodes in several] or [self.hierarchy.nodes[0][leaves]]


def _equal(view: View, found: Histogram, whole: Figures) -> Figures:
    """(classes,) half the sum of differences; a value that the class lacks differs by all it has in the table."""
    expected = whole[found.values]
    apart: Figures = np.abs(found.counts / view.sizes[found.classes] - expected) - expected
    figures: Figures = 0.5 * (whole.sum() + np.bincount(found.classes, weights=apart, minlength=len(view.sizes)))
    return figures


def _joined(found: Histogram, nodes: Codes) -> Histogram:
    """The histogram of groups of values."""
    width = int(nodes.max()) + 1
    keys, back = np.unique(found.classes.astype(np.int64) * width + nodes[found.values], return_inverse=True)
    counts = np.bincount(back, weights=found.counts).astype(np.int64)
    return Histogram((keys // width).astype(np.int32), (keys % width).astype(np.int32), counts)


def _ordered(view: View, found: Histogram, whole: Figures, ranked: npt.NDArray[np.intp]) -> Figures:
    """(classes,) what must cross each step between neighbours, summed, over the number of steps."""
    place = np.zeros(len(whole), dtype=np.intp)
    place[ranked] = np.arange(len(ranked))
    figures = np.zeros(len(view.sizes))
    step = max(1, BLOCK // max(1, len(ranked)))
    for start in range(0, len(view.sizes), step):
        sizes = view.sizes[start : start + step]
        low, high = np.searchsorted(found.classes, [start, start + len(sizes)])
        shares = np.zeros((len(sizes), len(ranked)))
        shares[found.classes[low:high] - start, place[found.values[low:high]]] = found.counts[low:high]
        crossing = np.abs(np.cumsum(shares / sizes[:, None] - whole[ranked], axis=1)).sum(axis=1)
        figures[start : start + step] = crossing / max(1, len(ranked) - 1)
    return figures
