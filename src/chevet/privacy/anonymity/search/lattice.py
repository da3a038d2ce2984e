"""The best full-domain generalisation of a table, proved: one level per attribute, the same for every row.

All combinations of levels stand in a list with a lower bound of what each must lose (`bounds`). Nodes are
weighed on group-by counts (`weighing`), in an order that a forecast chooses (`forecast`); each weighed node
raises the bounds of all finer ones, or forbids them. What cannot lose less than the best release found is
dropped, and once nothing is left, the best is the optimum. Stopped before, the least bound left is stated.

The lattice and its cutting by monotone suppression: Samarati, IEEE TKDE 2001; LeFevre, DeWitt and
Ramakrishnan, SIGMOD 2005 (Incognito). The penalty: Iyengar, KDD 2002; Xu et al., KDD 2006.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from chevet.errors import BadInput, CannotConclude
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import Model
from chevet.privacy.anonymity.search.bounds import Candidates, Levels
from chevet.privacy.anonymity.search.forecast import Forecast, nodes_to_weigh
from chevet.privacy.anonymity.search.weighing import Scale


class Optimum(NamedTuple):
    """The best release found.

    levels            level of each attribute
    loss              mean over rows of the mean penalty of the row's values, a suppressed row counting 1
    bound             no full-domain release that keeps the models loses less
    proved            bound and loss are equal: it is the optimum
    nodes_evaluated   group-bys of the table that this took
    """

    levels: Levels
    released: Released
    loss: float
    bound: float
    proved: bool
    nodes_evaluated: int


class Standing(NamedTuple):
    """How far a search is: nodes weighed, nodes still in question, least loss found and the bound reached."""

    nodes_evaluated: int
    in_question: int
    loss: float
    bound: float


def search_optimal(
    table: CodedTable,
    models: Iterable[Model],
    suppression_at_most: float,
    *,
    weights: Sequence[float] | None = None,
    seconds: float | None = None,
    steps: int | None = None,
    clock: Callable[[], float] = time.process_time,
    progress: Callable[[Standing], None] | None = None,
    seed: int = 0,
) -> Optimum:
    """The full-domain release that loses least, with the proof that none loses less, or the bound reached.

    models                what the release must keep; classes that break one are suppressed. Models of the whole
                          table (average risk, population uniqueness) are checked on what is left: nobody is
                          suppressed to please them.
    suppression_at_most   share of the rows that may be suppressed, 0 to 1
    weights               per attribute, what its penalty counts in the loss; equal if left out
    seconds, steps        stop after so much of the clock's time, or so many nodes weighed
    clock                 CPU time of the process
    seed                  of the samples that choose the order; the optimum does not depend on it, but among
                          releases of equal loss it may choose another

    Pruning is by models that only gain when classes are joined (k-anonymity, highest risk, k-map, distinct
    l-diversity; without suppression every monotone model of classes) and by average risk. With others alone
    every node whose generalisation costs less than the best release must be weighed.

    Raises CannotConclude when no release keeps the models, when none was found in time, or when the lattice is
    too large to be listed; BadInput for a table without rows or weights that are none.
    """
    asked = _Search(table, tuple(models), suppression_at_most, weights, seed)
    started = clock()
    while asked.open and not asked.spent(clock() - started, seconds, steps):
        asked.step(lambda: asked.spent(clock() - started, seconds, steps))
        if progress is not None:
            progress(asked.standing())
    return asked.optimum()


class _Search:
    """The state of one search."""

    def __init__(
        self,
        table: CodedTable,
        models: tuple[Model, ...],
        suppression_at_most: float,
        weights: Sequence[float] | None,
        seed: int,
    ) -> None:
        if table.n == 0:
            raise BadInput("a table without rows cannot be anonymised", next_act="Give a table of people.")
        self.limit = int(np.floor(suppression_at_most * table.n + 1e-9))
        self.scale = Scale(table, models, _shares(weights, len(table.codes)), self.limit)
        self.candidates = Candidates(self.scale.losses)
        self.dismissal, self.success = (Forecast(table.hierarchies, table.codes, self.limit) for _ in range(2))
        self.random = np.random.default_rng(seed)
        self.best, self.levels = np.inf, self._top()
        self.weighed: set[Levels] = set()

    @property
    def open(self) -> bool:
        return len(self.candidates) > 0

    def spent(self, elapsed: float, seconds: float | None, steps: int | None) -> bool:
        return (seconds is not None and elapsed >= seconds) or (steps is not None and len(self.weighed) >= steps)

    def step(self, spent: Callable[[], bool]) -> None:
        """Choose a few nodes and weigh them; the first of all is the coarsest, below which everything lies."""
        chosen = [self._top()]
        if self.weighed:
            chosen = nodes_to_weigh(self.candidates, self.dismissal, self.success, self.best, self.weighed, self.random)
        for node in chosen:
            if not spent():
                self._weigh(node)
        self.candidates.keep_below(self.best)

    def standing(self) -> Standing:
        return Standing(len(self.weighed), len(self.candidates), self.best, self._bound())

    def optimum(self) -> Optimum:
        if not np.isfinite(self.best):
            raise self._nothing_found()
        bound = self._bound()
        released = self.scale.release(self.levels)
        return Optimum(self.levels, released, self.best, bound, bound == self.best, len(self.weighed))

    def _top(self) -> Levels:
        return tuple(h.levels - 1 for h in self.scale.table.hierarchies)

    def _weigh(self, node: Levels) -> None:
        found = self.scale.weigh(node, self.best)
        self.weighed.add(node)
        self.dismissal.learn(node, found.suppressed, found.floor_over)
        if found.by_all is not None:
            self.success.learn(node, found.by_all, found.risk_over)
        if found.penalties is None:
            self.candidates.forbid_finer(node)
            return
        self.candidates.raise_finer(node, found.suppressed / self.scale.n, found.penalties)
        self.candidates.settle(node)
        if found.loss < self.best:
            self.best, self.levels = found.loss, node

    def _bound(self) -> float:
        return float(min(self.best, self.candidates.bounds.min())) if self.open else self.best

    def _nothing_found(self) -> CannotConclude:
        asked = f"{', '.join(model.name for model in self.scale.models)}, at most {self.limit} rows suppressed"
        if self.open:
            return CannotConclude(
                f"no generalisation that keeps the policy ({asked}) was found in time: {len(self.weighed)} combinations"
                f" of levels weighed, {len(self.candidates):,} left",
                next_act="Give the search more time, or ask for the local search.",
            )
        return CannotConclude(
            f"no generalisation of these {self.scale.n} rows keeps the policy ({asked})",
            next_act="Allow more suppression, ask less of the models, or give the hierarchies coarser levels.",
        )


def _shares(weights: Sequence[float] | None, attributes: int) -> list[float]:
    """The weights, made to sum to 1."""
    given = [1.0] * attributes if weights is None else list(weights)
    if len(given) != attributes or min(given) < 0 or sum(given) <= 0:
        raise BadInput(
            f"{len(given)} weights for {attributes} quasi-identifiers, or weights below 0 or all 0",
            next_act="Give each quasi-identifier a weight of 0 or more, at least one above 0.",
        )
    return [weight / sum(given) for weight in given]
