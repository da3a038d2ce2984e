"""The chances of finding a person again in a release, and which facts about somebody single them out.

Three attackers (El Emam and Dankar, J Am Med Inform Assoc 2008; El Emam, Guide to the De-Identification of
Personal Health Information, 2013):

- the prosecutor knows that the person is in the table, and guesses among those who look alike there;
- the journalist knows only that they are of the population, and guesses among all who look alike in it;
- the marketer matches everybody, and is content with the share that comes out right.

Suppressed rows match nobody; shares are of all people of the table unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from chevet.errors import BadInput
from chevet.privacy.anonymity.classes import class_of, class_sizes
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.models.population import Population
from chevet.privacy.anonymity.models.view import View, as_shown
from chevet.privacy.risk.uniqueness import Uniques, population_uniques

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]

# The hypergeometric function overflows for large classes; there its series is short.
SHORT, TERMS = 30, 100


@dataclass(frozen=True)
class Chances:
    """Of one attacker, 0 to 1; `highest` and `average` are of the people who are in a class.

    highest   for the person easiest to find
    average   over people
    above     share of them for whom it exceeds the threshold
    """

    highest: float
    average: float
    above: float


@dataclass(frozen=True)
class Known:
    """Somebody knows these columns of a person: how many people that leaves alone.

    unique     people alone of their kind among all released
    below      people in classes of fewer than k
    smallest   size of the smallest class; 0 when nobody is released
    """

    columns: tuple[str, ...]
    unique: int
    below: int
    smallest: int


@dataclass(frozen=True)
class Reidentification:
    """What `reidentification` measured.

    journalist        None when nothing is known of the population
    journalist_from   a population table, an estimate from the population's size, or nothing
    marketer          expected share of right matches; the prosecutor's average when nothing is known of the population
    unique            share of rows alone of their kind in the table
    population        the estimate of people alone of their kind in the population; None without its size
    known             per combination of columns known to the attacker, those that single out most people first
    """

    people: int
    suppressed: int
    threshold: float
    prosecutor: Chances
    journalist: Chances | None
    journalist_from: Literal["table", "estimate", "nothing"]
    marketer: float
    unique: float
    population: Uniques | None
    known: tuple[Known, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def reidentification(
    released: Released,
    *,
    threshold: float = 0.2,
    population: Population | None = None,
    population_size: int | None = None,
    known_up_to: int = 3,
    k: int = 5,
) -> Reidentification:
    """The chances of re-identification that a release leaves. The table itself is its release at level 0.

    threshold         a chance above this is counted as too high (0.2: one in five)
    population        everybody; otherwise `population_size` people, of whom the table is taken to be a random sample
    known_up_to, k    columns that somebody may know at once, and the class size below which a person counts as
                      exposed (`Known`)
    """
    view = View.of(released)
    matching: Floats | None = None
    if population is not None:
        matching = np.maximum(population.matching(view).of_class, view.sizes).astype(np.float64)
    elif population_size is not None:
        if population_size < view.people:
            raise BadInput(
                f"a population of {population_size} is smaller than the {view.people} people released",
                next_act="Give the number of people that the table was drawn from.",
            )
        matching = 1.0 / estimated_risk(view.sizes, view.people / population_size)
    prosecutor = _chances(view.sizes, 1.0 / view.sizes, threshold)
    journalist = None if matching is None else _chances(view.sizes, 1.0 / matching, threshold)
    return Reidentification(
        people=released.table.n,
        suppressed=int(released.suppressed.sum()),
        threshold=threshold,
        prosecutor=prosecutor,
        journalist=journalist,
        journalist_from="table" if population else "estimate" if population_size else "nothing",
        marketer=(journalist or prosecutor).average,
        unique=int((view.sizes == 1).sum()) / max(1, released.table.n),
        population=population_uniques(view.sizes, population_size) if population_size else None,
        known=tuple(singled_out(released, up_to=known_up_to, k=k)),
    )


def estimated_risk(sizes: Integers, fraction: float) -> Floats:
    """(classes,) expected 1 / (people of the population who look alike), for classes of a random sample.

    The population's class, given f people of it in a sample of this fraction p, is taken as negative binomial:
    p / f 2F1(1, 1; f + 1; 1 - p). Source: Benedetti and Franconi, 1998 (mu-Argus), by Euler's transformation.

    >>> estimated_risk(np.array([1, 4]), 1.0).tolist()
    [1.0, 0.25]
    """
    size, back = np.unique(sizes, return_inverse=True)
    short = size[size <= SHORT].astype(np.float64)
    long = size[size > SHORT].astype(np.float64)
    sums, term = np.ones(len(long)), np.ones(len(long))
    for n in range(TERMS if len(long) else 0):
        term *= (1.0 - fraction) * (n + 1) / (long + 1 + n)
        sums += term
    series = np.concatenate([special.hyp2f1(1.0, 1.0, short + 1.0, 1.0 - fraction), sums])
    risk: Floats = fraction / size * series
    return risk[back]


def singled_out(released: Released, *, up_to: int = 3, k: int = 5) -> list[Known]:
    """For every combination of at most `up_to` quasi-identifiers, how many people it leaves alone, most first.

    Nobody is named: these are counts of rows.
    """
    released = as_shown(released)
    columns, widths = _compact(released)
    names = released.table.names
    found = []
    for many in range(1, min(up_to, len(names)) + 1):
        for places in combinations(range(len(names)), many):
            sizes = class_sizes(class_of([columns[p] for p in places], [widths[p] for p in places]))
            unique, below = int((sizes == 1).sum()), int(sizes[sizes < k].sum())
            found.append(Known(tuple(names[p] for p in places), unique, below, int(sizes.min(initial=released.table.n))
                               if len(sizes) else 0))  # fmt: skip
    return sorted(found, key=lambda known: (-known.unique, -known.below, len(known.columns), known.columns))


def _compact(released: Released) -> tuple[list[npt.NDArray[np.int32]], list[int]]:
    """The columns of the rows that are shown, renumbered to the nodes that occur, and how many those are."""
    columns, widths = [], []
    for nodes in released.nodes:
        used, column = np.unique(nodes[~released.suppressed], return_inverse=True)
        columns.append(column.astype(np.int32))
        widths.append(max(1, len(used)))
    return columns, widths


def _chances(sizes: Integers, risk: Floats, threshold: float) -> Chances:
    people = max(1, int(sizes.sum()))
    return Chances(
        highest=float(risk.max(initial=0.0)),
        average=float((sizes * risk).sum()) / people,
        above=int(sizes[risk > threshold].sum()) / people,
    )


def most_telling(known: Sequence[Known], most: int = 10) -> list[Known]:
    """The combinations worth telling: those that single somebody out and hold no smaller one that does as much."""
    kept: list[Known] = []
    for one in sorted(known, key=lambda found: (len(found.columns), -found.unique, found.columns)):
        smaller = [other.unique for other in kept if set(other.columns) < set(one.columns)]
        if one.unique > max(smaller, default=0):
            kept.append(one)
    return sorted(kept, key=lambda found: (-found.unique, len(found.columns)))[:most]
