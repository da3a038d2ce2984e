"""Models that look beyond the table: at the population its people were drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from chevet.errors import BadInput
from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.view import Counts, Flags, Found, View
from chevet.privacy.risk.uniqueness import Estimator, population_uniques

Figures = npt.NDArray[np.float64]


class Matching(NamedTuple):
    """Of a population: (classes,) people whom each class could be speaking of, and people of whom any class could."""

    of_class: Counts
    covered: int


@dataclass(frozen=True, eq=False)
class Population:
    """Everybody, or how many there are of each kind.

    table    the quasi-identifiers, on the same hierarchies as the release, the released people among them
    counts   (rows,) people that each row stands for; None: one each
    """

    table: CodedTable
    counts: Counts | None = None

    @property
    def people(self) -> int:
        return self.table.n if self.counts is None else int(self.counts.sum())

    def matching(self, view: View) -> Matching:
        """The people of the population whom each class of the release could be speaking of.

        Attribute by attribute: classes with the same nodes so far are one group, and every row of the population is
        in each group that its leaves lie in. Levels may be mixed; a row may then be in several.
        """
        if self.table.names != view.table.names or any(
            a.labels != b.labels for a, b in zip(self.table.hierarchies, view.table.hierarchies, strict=True)
        ):
            raise BadInput(
                "the population is not coded on the hierarchies of the release",
                next_act="Give the population the same quasi-identifiers, coded on the same hierarchies.",
            )
        groups, rows = np.zeros(self.table.n, dtype=np.int64), np.arange(self.table.n)
        group_of_class = np.zeros(len(view.sizes), dtype=np.int64)
        for h, nodes, codes in zip(view.table.hierarchies, view.nodes, self.table.codes, strict=True):
            width = len(h.flat_labels)
            known, group_of_class = np.unique(group_of_class * width + nodes, return_inverse=True)
            met = []
            for level in np.unique(np.searchsorted(h.offsets, nodes, side="right") - 1):
                asked = groups * width + h.offsets[level] + h.nodes[level][codes[rows]]
                place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
                hit = known[place] == asked
                met.append((place[hit], rows[hit]))
            groups, rows = (
                (np.concatenate(parts) for parts in zip(*met, strict=True)) if met else (groups[:0], rows[:0])
            )
        weights = np.ones(self.table.n, dtype=np.int64) if self.counts is None else self.counts
        found = np.bincount(groups, weights[rows], minlength=len(view.sizes)).astype(np.int64)
        return Matching(found[group_of_class], int(weights[np.unique(rows)].sum()))


@dataclass(frozen=True, eq=False)
class KMap:
    """Every class could be speaking of at least k people of the population. Monotone.

    Weaker than k-anonymity: it protects those whose being in the table is not known.

    Source: Sweeney, Computational Disclosure Control, 2001; El Emam and Dankar, J Am Med Inform Assoc 2008.
    """

    k: int
    population: Population
    name: ClassVar[str] = "k-map"
    monotone: ClassVar[bool] = True

    def breaking(self, view: View) -> Flags:
        return self.population.matching(view).of_class < self.k

    def holds(self, view: View) -> Found:
        matching = self.population.matching(view).of_class
        return Found(bool((matching >= self.k).all()), float(matching.min()) if len(matching) else 0.0, self.k)


@dataclass(frozen=True, eq=False)
class DeltaPresence:
    """Whoever knows a person of the population can tell with certainty between low and high that they are in the table.

    Per class, the share of the population's people of that kind who are in the table. With `low` above 0, nobody of
    the population may be of a kind that the release does not show; the figure is the share farthest out of bounds.
    Monotone: the share of a joined class lies between those of its parts.

    Source: Nergiz, Atzori and Clifton, SIGMOD 2007.
    """

    low: float
    high: float
    population: Population
    name: ClassVar[str] = "delta-presence"
    monotone: ClassVar[bool] = True

    def figures(self, view: View) -> Figures:
        """(classes,) share of the matching population that is in the table. Raises BadInput where it is above 1."""
        return self._shares(view, self.population.matching(view).of_class)

    def _shares(self, view: View, matching: Counts) -> Figures:
        short = int((matching < view.sizes).sum())
        if short:
            raise BadInput(
                f"{short} classes of the release hold more people than the population has of their kind",
                next_act="Give a population that the released people belong to.",
            )
        return view.sizes / matching

    def breaking(self, view: View) -> Flags:
        figures = self.figures(view)
        broken: Flags = (figures < self.low) | (figures > self.high)
        return broken

    def holds(self, view: View) -> Found:
        matching = self.population.matching(view)
        figures = self._shares(view, matching.of_class)
        if matching.covered < self.population.people:
            figures = np.append(figures, 0.0)
        if not len(figures):
            return Found(True, 0.0, self.high)
        below, above = float(figures.min()), float(figures.max())
        if self.low - below > above - self.high:
            return Found(below >= self.low, below, self.low)
        return Found(above <= self.high, above, self.high)


@dataclass(frozen=True)
class PopulationUniqueness:
    """At most this share of the population is estimated to be alone of its kind.

    A model of the whole table. *Not* monotone: the estimate is of a fitted distribution, which joining may raise.

    population_size   people that the table is a sample of, itself included
    estimator         dankar chooses among the others by the sampling fraction (`risk/uniqueness.py`)
    """

    at_most: float
    population_size: int
    estimator: Estimator = "dankar"
    name: ClassVar[str] = "population-uniqueness"
    monotone: ClassVar[bool] = False

    def holds(self, view: View) -> Found:
        share = population_uniques(view.sizes, self.population_size, self.estimator).share
        return Found(share <= self.at_most, share, self.at_most)
