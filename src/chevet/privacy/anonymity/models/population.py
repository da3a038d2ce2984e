"""Models that look beyond the table: at the population its people were drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from chevet.errors import BadInput
from chevet.privacy.anonymity.classes import Integers, class_of
from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.models.crowd import Crowd, Matching
from chevet.privacy.anonymity.models.view import Counts, Flags, Found, View
from chevet.privacy.risk.uniqueness import Estimator, population_uniques

Figures = npt.NDArray[np.float64]

# Classes looked for in one go where those found already tell which others matter.
AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Population:
    """Everybody, or how many there are of each kind.

    table    the quasi-identifiers, on the same hierarchies as the release, the released people among them
    counts   (rows,) people that each row stands for; None: one each
    """

    table: CodedTable
    counts: Counts | None = None
    _holding: WeakKeyDictionary[CodedTable, bool] = field(default_factory=WeakKeyDictionary, init=False, repr=False)

    @property
    def people(self) -> int:
        return self.table.n if self.counts is None else int(self.counts.sum())

    @cached_property
    def crowd(self) -> Crowd:
        """Its kinds of people, made at the first count."""
        return Crowd.of(self.table.hierarchies, self.table.codes, self.counts)

    def matching(self, view: View) -> Matching:
        """The people of the population whom each class of the release could be speaking of.

        Levels may be mixed; somebody may then be of several classes.
        """
        self._check(view.table)
        return self.crowd.matching(view.nodes)

    def looking_like(self, view: View, classes: Integers) -> Counts:
        """The people whom each of these classes of the release could be speaking of."""
        if view.matching is not None:
            return view.matching[classes]
        self._check(view.table)
        return self.crowd.matching([nodes[classes] for nodes in view.nodes]).of_class

    def holds(self, table: CodedTable) -> bool:
        """Whether the people of a table are all of the population: then no class matches fewer people than it has."""
        self._check(table)
        if table not in self._holding:
            crowd = self.crowd
            columns = [np.concatenate([a, b]) for a, b in zip(crowd.codes, table.codes, strict=True)]
            kind = class_of(columns, [h.n_leaves for h in table.hierarchies])
            there = np.bincount(kind[: len(crowd.people)], crowd.people, minlength=len(kind))
            released = np.bincount(kind[len(crowd.people) :], minlength=len(kind))
            self._holding[table] = bool((there >= released).all())
        return self._holding[table]

    def _check(self, table: CodedTable) -> None:
        """Raise BadInput unless a table is coded on the same hierarchies."""
        if self.table.names != table.names or any(
            a is not b and a.labels != b.labels for a, b in zip(self.table.hierarchies, table.hierarchies, strict=True)
        ):
            raise BadInput(
                "the population is not coded on the hierarchies of the release",
                next_act="Give the population the same quasi-identifiers, coded on the same hierarchies.",
            )


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
        broken = np.zeros(len(view.sizes), dtype=np.bool_)
        asked = np.flatnonzero(self._may_match_fewer(view, self.k))
        broken[asked] = self.population.looking_like(view, asked) < self.k
        return broken

    def holds(self, view: View) -> Found:
        """The figure is that of the class that matches fewest; small classes are looked at first."""
        least: int | None = None
        for asked in np.array_split(np.argsort(view.sizes, kind="stable"), len(view.sizes) // AT_ONCE + 1):
            if least is not None:
                asked = asked[self._may_match_fewer(view, least)[asked]]
            matching = self.population.looking_like(view, asked)
            if len(matching):
                found = int(matching.min())
                least = found if least is None else min(least, found)
        return Found(least is None or least >= self.k, float(least or 0), self.k)

    def _may_match_fewer(self, view: View, than: int) -> Flags:
        """(classes,) False where a class has as many people itself, all of them of the population."""
        found: Flags = (view.sizes < than) | (not self.population.holds(view.table))
        return found


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
        return self._shares(view, self.population.looking_like(view, np.arange(len(view.sizes))))

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
