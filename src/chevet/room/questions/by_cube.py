"""Counts read from the cube: no record is opened, nothing is spent, and the same question has one answer.

Every count is a weighted sum over the cells of one or two tables: of people by fields, and of a fact by fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chevet.cohort.nodes import Definition, Everyone, Tested
from chevet.privacy.noise.consistency import Numbers
from chevet.privacy.noise.cube import NOT_SAID, Axis, Cube
from chevet.room.questions.axes import PANELS, TREATMENTS_SAID
from chevet.room.questions.numbers import Breakdown, FactCounts, Number
from chevet.room.questions.recipe import GENE
from chevet.room.questions.truth import FALSE, TRUE, UNKNOWN, Truths, beyond, fact_of, field_of, kleene, on_axis

Fact = tuple[str, str]
STATES = (TRUE, FALSE, UNKNOWN)


@dataclass(frozen=True)
class _Sum:
    """A weighted sum over a table: `weights` has the shape of the fields; `row` is the fact's, when there is one."""

    fields: tuple[str, ...]
    weights: Numbers
    facts: str = ""
    row: int = 0


@dataclass(frozen=True)
class FromCube:
    """Answers from a cube. What it cannot express raises CannotConclude, and says what can."""

    cube: Cube
    mode: str = "cube"
    pays_for_each: bool = False

    @property
    def n(self) -> int:
        return self.cube.n

    def axis(self, name: str) -> Axis:
        """The values by which the cube counts a field. CannotConclude when it does not."""
        if name not in self.cube.axes:
            raise beyond(f"it does not count by {name}")
        return self.cube.axes[name]

    def has(self, name: str) -> bool:
        """Whether the cube counts by this field."""
        return name in self.cube.axes

    def fact_names(self, kind: str) -> tuple[str, ...]:
        """The facts of this kind that it counts."""
        return self.cube.facts.get(kind, ())

    def states(self, definition: Definition) -> tuple[Number, Number, Number]:
        """For how many patients the definition is true, false, unknown."""
        true, false, unknown = (self._added(list(self._sums(definition, (), state))) for state in STATES)
        return true.number(), false.number(), unknown.number()

    def by(self, definition: Definition, fields: Sequence[str]) -> Breakdown:
        """Those for whom the definition is true, by the values of these fields."""
        return self._added(list(self._sums(definition, tuple(fields), TRUE)), tuple(fields))

    def facts(self, definition: Definition, kind: str, names: Sequence[str]) -> FactCounts:
        """How many have each fact, among those for whom the definition is true, and of how many it is known."""
        fields = tuple(self._fields(definition, None))
        true = (np.broadcast_to(self._truths(definition, fields, None), self._shape(fields)) == TRUE).astype(np.float64)
        rows = [self._row(kind, name) for name in names]
        having = [self._added([_Sum(fields, true, kind, row)]) for row in rows]
        known = [self._added([self._known(kind, name, fields, true, 0 * true)]) for name in names]
        return FactCounts(tuple(names), _stacked(kind, names, having), _stacked(kind, names, known))

    # -- a question as sums over tables

    def _sums(self, definition: Definition, extra: tuple[str, ...], state: np.int8) -> Iterator[_Sum]:
        facts = {fact for leaf in definition.leaves() if (fact := fact_of(leaf)) is not None}
        if len(facts) > 1:
            raise beyond("it counts one gene or one class of treatment at a time")
        fact = next(iter(facts), None)
        fields = tuple(name for name in self._fields(definition, fact) if name not in extra) + extra
        shape = self._shape(fields)
        truths = self._truths(definition, fields, fact)
        if fact is None:
            yield _Sum(fields, (np.broadcast_to(truths, shape) == state).astype(np.float64))
            return
        having, lacking, untold = (np.broadcast_to(truths, (3, *shape)) == state).astype(np.float64)
        yield _Sum(fields, having - lacking, fact[0], self._row(*fact))
        yield self._known(*fact, fields, lacking, untold)

    def _known(self, kind: str, name: str, fields: tuple[str, ...], known: Numbers, unknown: Numbers) -> _Sum:
        """`known` weighs those of whom it is known whether they have the fact, `unknown` the others."""
        axis = PANELS if kind == GENE else TREATMENTS_SAID
        told = [label != NOT_SAID and (kind != GENE or name in self._panels[label]) for label in self.axis(axis).labels]
        weights = np.stack([known if yes else unknown for yes in told])
        return _Sum((axis, *fields), weights)

    def _added(self, sums: Sequence[_Sum], kept: tuple[str, ...] = ()) -> Breakdown:
        """The sums, with the last fields (`kept`) left apart."""
        shape = self._shape(kept)
        values, variances = np.zeros(shape), np.zeros(shape)
        for one in sums:
            counts = self._counts(one)
            values += (one.weights * counts).sum(axis=tuple(range(counts.ndim - len(kept))))
            variances += self._variances(one, len(kept))
        return Breakdown(tuple(map(self.axis, kept)), values, variances)

    def _variances(self, one: _Sum, kept: int) -> Numbers:
        """Alike for every value of the fields kept whose cells are weighed alike: the noise of all cells is alike."""
        shape = one.weights.shape[one.weights.ndim - kept :]
        found, known = np.zeros(shape), {}
        for place in np.ndindex(shape):
            here = one.weights[(..., *place)]
            key = here.tobytes()
            if key not in known:
                only = np.zeros_like(one.weights)
                only[(..., *place)] = here
                known[key] = self.cube.variance_of_sum(only, one.fields, one.facts)
            found[place] = known[key]
        return found

    def _counts(self, one: _Sum) -> Numbers:
        found = self.cube.counts(one.fields, one.facts)
        if found is None:
            what = ", ".join(one.fields) + (f" and {one.facts}" if one.facts else "")
            raise beyond(f"it holds no table by {what} together")
        return found[one.row] if one.facts else found

    # -- truth

    def _fields(self, definition: Definition, fact: Fact | None) -> list[str]:
        """The fields that decide the definition, besides the fact."""
        names = {
            field_of(leaf)
            for leaf in definition.leaves()
            if not isinstance(leaf, Everyone) and (fact is None or fact_of(leaf) is None) and not _same_gene(leaf, fact)
        }
        for name in names:
            self.axis(name)
        return sorted(names)

    def _shape(self, fields: Sequence[str]) -> tuple[int, ...]:
        return tuple(len(self.axis(field).labels) for field in fields)

    def _truths(self, definition: Definition, fields: Sequence[str], fact: Fact | None) -> Truths:
        """Broadcastable over the states of the fact (has it, lacks it, not known), if any, and the fields."""
        lead = [] if fact is None else [1]

        def leaf(one: Definition) -> Truths:
            if fact is not None and (fact_of(one) == fact or _same_gene(one, fact)):
                of_state = (TRUE, TRUE, FALSE) if isinstance(one, Tested) else (TRUE, FALSE, UNKNOWN)
                return np.array(of_state, dtype=np.int8).reshape(3, *[1] * len(fields))
            axis = self.axis(field_of(one))
            shape = [*lead, *(len(axis.labels) if field == axis.name else 1 for field in fields)]
            return on_axis(one, axis, self._panels).reshape(shape)

        return kleene(definition, leaf)

    def _row(self, kind: str, name: str) -> int:
        if name not in self.fact_names(kind):
            raise beyond(f"it does not count {name}")
        return self.fact_names(kind).index(name)

    @property
    def _panels(self) -> Mapping[str, Sequence[str]]:
        panels: Mapping[str, Sequence[str]] = self.cube.about["panels"]
        return panels


def _stacked(kind: str, names: Sequence[str], parts: Sequence[Breakdown]) -> Breakdown:
    values = np.array([float(part.values) for part in parts])
    return Breakdown((Axis(kind, (NOT_SAID, *names)),), values, np.array([float(part.variances) for part in parts]))


def _same_gene(leaf: Definition, fact: Fact | None) -> bool:
    """Whether a leaf asks if the very gene of the fact was tested: its states tell."""
    return isinstance(leaf, Tested) and leaf.kind == "variant" and fact == (GENE, leaf.gene)
