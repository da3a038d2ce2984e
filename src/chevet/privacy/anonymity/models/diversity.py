"""l-diversity: the people of a class do not all share one sensitive value.

Machanavajjhala, Kifer, Gehrke, Venkitasubramaniam, ACM TKDD 2007: three meanings of "well represented",
each stricter in its way. All three are monotone: joining two classes that keep them keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.models.view import Counts, Flags, Found, View

# exp(log 3) is 3 to this many parts: a class of three equal shares has entropy l = 3, not 2.9999999999999996.
ROUNDING = 1e-12

Figures = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DistinctLDiversity:
    """Every class holds at least l different values. Monotone."""

    attribute: str
    l: int  # noqa: E741
    name: ClassVar[str] = "distinct-l-diversity"
    monotone: ClassVar[bool] = True

    def figures(self, view: View) -> Counts:
        """(classes,) different values of the attribute."""
        return np.bincount(view.histograms[self.attribute].classes, minlength=len(view.sizes))

    def breaking(self, view: View) -> Flags:
        return self.figures(view) < self.l

    def holds(self, view: View) -> Found:
        figures = self.figures(view)
        return Found(bool((figures >= self.l).all()), float(figures.min()) if len(figures) else 0.0, self.l)


@dataclass(frozen=True)
class EntropyLDiversity:
    """The entropy of the values of every class is at least log l: as varied as l equally frequent ones.

    l may be a fraction. The figure is exp(entropy) of the least varied class. Monotone: entropy is concave.
    """

    attribute: str
    l: float  # noqa: E741
    name: ClassVar[str] = "entropy-l-diversity"
    monotone: ClassVar[bool] = True

    def figures(self, view: View) -> Figures:
        """(classes,) exp of the (Shannon) entropy."""
        found = view.histograms[self.attribute]
        shares = found.counts / view.sizes[found.classes]
        figures: Figures = np.exp(
            -np.bincount(found.classes, weights=shares * np.log(shares), minlength=len(view.sizes))
        )
        return figures

    def breaking(self, view: View) -> Flags:
        broken: Flags = self.figures(view) < self.l * (1 - ROUNDING)
        return broken

    def holds(self, view: View) -> Found:
        figures = self.figures(view)
        return Found(not self.breaking(view).any(), float(figures.min()) if len(figures) else 0.0, self.l)


@dataclass(frozen=True)
class RecursiveLDiversity:
    """The most frequent value of every class is rarer than c times all but the l - 1 most frequent together.

    With counts r1 >= r2 >= ...: r1 < c (rl + rl+1 + ...). The figure is r1 / (rl + rl+1 + ...) of the worst class,
    infinite where a class has fewer than l values; it must stay below c. Monotone (their lemma of (c,l)-diversity).
    """

    attribute: str
    c: float
    l: int  # noqa: E741
    name: ClassVar[str] = "recursive-l-diversity"
    monotone: ClassVar[bool] = True

    def figures(self, view: View) -> Figures:
        """(classes,) r1 / (rl + rl+1 + ...); infinite with fewer than l values."""
        found = view.histograms[self.attribute]
        order = np.lexsort((-found.counts, found.classes))
        classes, counts = found.classes[order], found.counts[order]
        starts = np.searchsorted(classes, np.arange(len(view.sizes)))
        rank = np.arange(len(classes)) - starts[classes]
        rest = np.bincount(classes, weights=counts * (rank >= self.l - 1), minlength=len(view.sizes))
        with np.errstate(divide="ignore"):
            figures: Figures = counts[rank == 0] / rest
        return figures

    def breaking(self, view: View) -> Flags:
        broken: Flags = self.figures(view) >= self.c
        return broken

    def holds(self, view: View) -> Found:
        figures = self.figures(view)
        return Found(bool((figures < self.c).all()), float(figures.max(initial=0.0)), self.c)
