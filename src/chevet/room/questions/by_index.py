"""Counts from the index, as they may be said in the checked mode: weighed with the past, protected, rounded.

A number is rounded up or down, and the least that is told is drawn between five and nine, by a secret key and the words
of the question: of its definition and of the cell. So nobody sees where the line is, and the same words
always give the same number; that two numbers are alike does not tell that they count the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from chevet.cohort.index import CohortIndex
from chevet.cohort.nodes import Definition
from chevet.cohort.truth import ThreeValued
from chevet.errors import CannotConclude
from chevet.privacy import tables
from chevet.privacy.disclosure import FLOOR
from chevet.privacy.keys import Key
from chevet.privacy.noise.cube import NOT_SAID, Axis
from chevet.records.tables import TREATMENT_CLASS
from chevet.room.account.differences import HIDE_AMONG_LEAST, Fact
from chevet.room.account.overlap import Past
from chevet.room.questions import lifetable
from chevet.room.questions.axes import (
    ENTRY,
    EXIT,
    NUMBERS,
    SHOWN,
    TREATMENTS_SAID,
    Codes,
    axis_of,
    codes_of,
)  # fmt: skip
from chevet.room.questions.bearing import LINES, Bearing, Counts, Enough, YesNo
from chevet.room.questions.canonical import canonical
from chevet.room.questions.facts import Cell, fact_named, fact_of_value
from chevet.room.questions.knowable import KNOWABLE_FIELDS, hidden_of
from chevet.room.questions.lifetable import FollowUp
from chevet.room.questions.numbers import BASE, ROUNDING_VARIANCE, Breakdown, FactCounts, Number
from chevet.room.questions.recipe import GENE, GENES, TREATMENT
from chevet.store import bits
from chevet.store.bits import Bits

FEWEST_WITH_IT = 30  # the floor is one of five numbers from FLOOR on; that of a fact from thirty on
Drawn = npt.NDArray[np.uint64]


class FromIndex:
    """Exact counts, checked and rounded. Everything asked of it is considered by `past`, and is kept there by `ask`."""

    mode = "checked"
    pays_for_each = False

    def __init__(
        self, index: CohortIndex, truth_of: Callable[[Definition], ThreeValued], past: Past, key: Key, version: str
    ) -> None:
        self._index = index
        self._truth_of = truth_of
        self._bearing = Bearing(past, index.n_patients, truth_of, self._is_rare, self._labels_of, self._hide_among)
        self._key = key
        self._version = version

    @property
    def n(self) -> int:
        return self._index.n_patients

    def axis(self, name: str) -> Axis:
        """The values by which a field is counted: those of the study."""
        if name in NUMBERS or name in (EXIT, ENTRY, TREATMENTS_SAID):
            return axis_of(name)
        if name not in SHOWN or name not in self._index.categories():
            raise CannotConclude(
                f"patients are not counted by {name}",
                next_act="Use one of: " + ", ".join(name for name in SHOWN if self.has(name)),
            )
        return Axis(name, tuple(self._index.category(name).labels))

    def has(self, name: str) -> bool:
        """Whether the study says anything of this field."""
        return (name in self._index.categories() or name in NUMBERS or name in (EXIT, ENTRY)) and bool(
            self._codes(name).any()
        )

    def fact_names(self, kind: str) -> tuple[str, ...]:
        """The usual genes that the study knows, or the classes of treatment."""
        return tuple(gene for gene in GENES if gene in self._index.genes) if kind == GENE else TREATMENT_CLASS

    def states(self, definition: Definition) -> tuple[Number, Number, Number]:
        """For how many patients the definition is true, false, unknown: to what can be known outside, for some."""
        cells = ["true", "false", "unknown"]
        found, enough = self._bearing.consider(definition, cells, hidden=0)
        never = found.never
        truth = self._truth_of(definition)
        unknown = truth.unknown(self.n) | never
        counts = np.array([bits.count(one) for one in (truth.true, truth.false & ~never, unknown)])
        draws = self._draws(definition, cells)
        decided = np.array([bits.count(one & found.open) for one in (truth.true, truth.false)])
        few = np.append(
            enough.too_few(enough.surely + decided, draws[:2]), False
        )  # that a fact is not known: the floor
        shown = self._protected(counts, draws, few)
        # Who has the fact and who lacks it are one number: whoever knows one knows the other.
        if not shown.hidden[:2].all() and not self._bearing.may_tell(definition, [self._everybody]):  # type: ignore[index]
            shown.hidden[:2] = True  # type: ignore[index]
        return shown.number(0), shown.number(1), shown.number(2)

    def by(self, definition: Definition, fields: Sequence[str]) -> Breakdown:
        """Those for whom the definition is true, by the values of these fields."""
        axes = tuple(map(self.axis, fields))
        counts, unbearable, cells, enough = self._counted(definition, axes)
        draws = self._draws(definition, cells).reshape(counts.shape)
        shown = self._protected(counts, draws, enough.too_few(counts, draws), axes)
        hidden = np.asarray(shown.hidden | unbearable)  # type: ignore[operator]
        self._hide_differences(definition, axes, hidden)
        return Breakdown(axes, shown.values, shown.variances, hidden, exact=True)

    def follow_up(self, definition: Definition, by: str) -> list[FollowUp | None]:
        """The follow-up of the cohort, or of each value of a field, in intervals long enough to be told."""
        split = [self.axis(by)] if by else []
        exits, unbearable, _, enough = self._counted(definition, (*split, self.axis(EXIT)))
        came, least = None, enough.least
        if self.has(ENTRY):
            came, _, _, of_came = self._counted(definition, (*split, self.axis(ENTRY)))
            least = np.maximum(least, of_came.least.max(axis=-1, keepdims=True))
        found: list[FollowUp | None] = []
        for i, label in enumerate(split[0].labels if split else ("",)):
            place = (i,) if split else ()
            group = self._cell([(split[0], i)]) if split else self._everybody
            told = self._teller(definition, f"{by}={label}", int(least[place].max()), group)
            entries = None if came is None else came[place]
            found.append(None if unbearable[place].any() else lifetable.merged(exits[place], entries, told))
        return found

    def facts(self, definition: Definition, kind: str, names: Sequence[str]) -> FactCounts:
        """How many of those have each fact, and of how many it is known."""
        words = [[f"{state} {kind}={name}" for name in names] for state in ("having", "known")]
        _, enough = self._bearing.consider(definition, [cell for row in words for cell in row], hidden=1)
        members, having, known, rare = self._truth_of(definition).true, [], [], []
        for name in names:
            told, has = self._fact(kind, name)
            having.append(has & told & members)
            known.append(told & members)
            rare.append(self._is_rare(f"{kind}={name}", has))
        counts = np.array([[bits.count(one) for one in sets] for sets in (having, known)])
        draws = np.stack([self._draws(definition, row) for row in words])
        values = tables.rounded(counts, draws, BASE).astype(np.float64)
        few_known = (counts[1] < least_told(draws[1])) | np.array(rare, dtype=np.bool_)
        having, rest = counts[0], counts[1] - counts[0]
        few = few_known | (having < least_told(draws[0])) | (rest < least_told(draws[0]))
        few |= enough.too_few(having, draws[0]) | enough.too_few(rest, draws[0])
        for i in np.flatnonzero(~few).tolist():
            told, has = self._fact(kind, names[i])
            cell = Cell((fact_named(kind, names[i]),), has & told, told, bits.full(self.n))
            few[i] = not self._bearing.may_tell(definition, [cell])
        axis = (Axis(kind, ("", *names)),)
        spread = np.full(len(names), ROUNDING_VARIANCE)
        return FactCounts(
            tuple(names),
            Breakdown(axis, values[0], spread, few, exact=True),
            Breakdown(axis, values[1], spread, few_known, exact=True),
        )

    def pair(self, definition: Definition, a: str, b: str) -> tuple[Number, Number, Number, Number]:
        """In the patients tested for both genes: both altered, only the first, only the second, neither.

        Where one of the four is small none is said: each gene's other pairs tell how many have it.
        """
        cells = [f"{state} {a} {b}" for state in ("both", "first", "second", "neither")]
        _, enough = self._bearing.consider(definition, cells, hidden=2)
        (told_a, has_a), (told_b, has_b) = self._fact(GENE, a), self._fact(GENE, b)
        whole = told_a & told_b & self._truth_of(definition).true
        sets = [whole & has_a & has_b, whole & has_a & ~has_b, whole & has_b & ~has_a, whole & ~has_a & ~has_b]
        counts, draws = np.array([bits.count(one) for one in sets]), self._draws(definition, cells)
        rare = self._is_rare(f"{GENE}={a}", has_a) or self._is_rare(f"{GENE}={b}", has_b)
        small = (counts < least_told(draws)) | enough.too_few(counts, draws)
        hide = rare or bool(small.any())
        if not hide:
            facts = [
                (fact_named(GENE, a, holds=with_a), fact_named(GENE, b, holds=with_b))
                for with_a, with_b in ((True, True), (True, False), (False, True), (False, False))
            ]
            told, everybody = told_a & told_b, bits.full(self.n)
            four = [Cell(two, one, told, everybody) for two, one in zip(facts, sets, strict=True)]
            hide = not self._bearing.may_tell(definition, four)
        few = np.full(4, hide)
        values = tables.rounded(counts, draws, BASE).astype(np.float64)
        shown = Breakdown((), values, np.full(4, ROUNDING_VARIANCE), few, exact=True)
        return shown.number(0), shown.number(1), shown.number(2), shown.number(3)

    # -- differences of what is told

    @property
    def _everybody(self) -> Cell:
        everybody = bits.full(self.n)
        return Cell((), everybody, everybody, everybody)

    def _hide_among(self, things: frozenset[str]) -> int:
        """Among how many people everybody must hide in the numbers of these things; exactly, the key knows."""
        return HIDE_AMONG_LEAST + int(self._drawn("hide among", [" ".join(sorted(things))])[0] % LINES)

    def _labels_of(self, field: str) -> tuple[str, ...]:
        return tuple(self._index.category(field).labels) if field in self._index.categories() else ()

    def _hide_differences(self, definition: Definition, axes: Sequence[Axis], hidden: YesNo) -> None:
        """Hide the cells that, with all others told of the same things, would single a few people out.

        One after the other as they stand in the table, whatever their numbers.
        """
        if hidden_of(definition) is None and all(axis.name in KNOWABLE_FIELDS for axis in axes):
            return
        for place in map(tuple, np.argwhere(~hidden)):
            cell = self._cell(list(zip(axes, map(int, place), strict=True)))
            hidden[place] = not self._bearing.may_tell(definition, [cell])

    def _cell(self, values: Sequence[tuple[Axis, int]], *more: tuple[Axis, Sequence[int]]) -> Cell:
        """Who has these values of fields, each by its place on its axis; of `more`, one of several."""
        members, known, place = (bits.full(self.n) for _ in range(3))
        facts: list[Fact] = []
        for axis, places in [*((axis, [i]) for axis, i in values), *more]:
            codes = self._codes(axis.name)
            here = bits.pack(np.isin(codes, places))
            members = members & here
            if axis.name in KNOWABLE_FIELDS:
                place, known = place & here, known & here
                continue
            known = known & bits.pack(codes != axis.labels.index(NOT_SAID))
            fact = fact_of_value(axis, *(axis.labels[i] for i in places))
            facts += [] if fact is None else [fact]
        return Cell(tuple(facts), members, known, place)

    # -- counting

    def _counted(self, definition: Definition, axes: Sequence[Axis]) -> tuple[Counts, YesNo, list[str], Enough]:
        """Patients per cell, the cells not to be told as sums would tell too much, the words, and how many are enough.

        Which these are follows from what can be known outside, so that leaving them out tells nothing. The others
        are considered.
        """
        shape = tuple(len(axis.labels) for axis in axes)
        known = [axis.name in KNOWABLE_FIELDS for axis in axes]
        place, apart = (np.zeros(self.n, dtype=np.int64) for _ in range(2))
        for axis, size, knowable in zip(axes, shape, known, strict=True):
            codes = self._codes(axis.name)
            place = place * size + codes
            apart = apart * size + (codes if knowable else 0)
        hidden = [axis for axis, knowable in zip(axes, known, strict=True) if not knowable]
        left_out, enough = self._bearing.unbearable_places(
            definition, _words(hidden), apart, int(np.prod(shape)), hidden=len(hidden)
        )
        rows = bits.positions(self._truth_of(definition).true, self.n)
        counts = np.bincount(place[rows], minlength=int(np.prod(shape))).reshape(shape)
        stand = _apart_of(shape, known)
        return counts, np.isin(stand, left_out), _words(axes), enough.at(stand)

    def _codes(self, name: str) -> Codes:
        if name in NUMBERS or name in (EXIT, ENTRY, TREATMENTS_SAID):
            return codes_of(self._index, axis_of(name))
        return self._index.category(name).codes

    def _fact(self, kind: str, name: str) -> tuple[Bits, Bits]:
        """Those of whom it is known, and those who have it."""
        if kind == TREATMENT:
            return self._index.treatment_any_bits, self._index.treatment_class_bits(name)
        if name not in self._index.genes:
            return bits.empty(self.n), bits.empty(self.n)
        return self._index.tested_bits(name), self._index.altered_bits(name)

    def _is_rare(self, words: str, having: Bits) -> bool:
        """Whether too few patients of the study have a fact; where the line is, the key knows."""
        return bits.count(having) < FEWEST_WITH_IT + int(self._drawn("fewest", [words])[0] % LINES)

    def _protected(self, counts: Counts, draws: Drawn, few: YesNo, axes: tuple[Axis, ...] = ()) -> Breakdown:
        """Small cells and what would give them away hidden, the others rounded; a zero is told as *few*, too."""
        small = few | (counts < least_told(draws))
        hidden = small | tables.protect(np.where(small, np.minimum(counts, FLOOR - 1), counts)).cells
        values = tables.rounded(counts, draws, BASE).astype(np.float64)
        return Breakdown(axes, values, np.full(counts.shape, ROUNDING_VARIANCE), hidden, exact=True)

    def _teller(self, definition: Definition, group: str, least: int, people: Cell) -> lifetable.Told:
        """How a number of a curve is told.

        people   whom the curve is of, and what they are counted by besides
        """

        ended: set[str] = set()

        def told(kind: str, start: int, end: int, count: int) -> int | None:
            draw = self._draws(definition, [f"{group}: {kind} {start} {end}"])
            number = np.array([count])
            line = max(least_told(draw)[0], least + draw[0] % LINES)
            if kind in ended or count < line:
                return None
            if not self._bearing.may_tell(definition, cells(kind, start, end)):
                ended.add(kind)  # of those who are left, fewer are left with every longer stretch
                return None
            return int(tables.rounded(number, draw, BASE)[0])

        def cells(kind: str, start: int, end: int) -> list[Cell]:
            places = lifetable.places(kind, start, end, len(self.axis(EXIT).labels))
            if places is None:
                return []
            one = self._cell([], (self.axis(places[0]), places[1]))
            return [
                Cell((*people.facts, *one.facts), people.members & one.members, people.known & one.known, people.place)
            ]

        return told

    def _draws(self, definition: Definition, cells: Sequence[str]) -> Drawn:
        """(cells,) a number drawn for each cell by the secret key, from words alone."""
        return self._drawn(canonical(definition), cells)

    def _drawn(self, of: str, cells: Sequence[str]) -> Drawn:
        digests = self._key.digests("rounding of answers", (self._version, of), cells)
        return np.array([int.from_bytes(digest[:8], "big") for digest in digests], dtype=np.uint64)


def least_told(draws: Drawn) -> Counts:
    """The least number of people that is told, cell by cell: an exact one would be a scale for whoever adds one person.

    >>> least_told(np.arange(7, dtype=np.uint64)).tolist()
    [5, 6, 7, 8, 9, 5, 6]
    """
    return FLOOR + (draws % np.uint64(LINES)).astype(np.int64)


def _words(axes: Sequence[Axis]) -> list[str]:
    """The words of each cell, in order: the same ones whatever the order of the fields."""
    named = ([f"{axis.name}={label}" for label in axis.labels] for axis in axes)
    return [" ".join(sorted(cell)) for cell in product(*named)]


def _apart_of(shape: tuple[int, ...], known: Sequence[bool]) -> Counts:
    """For each cell of a table where its people stand by the fields that can be known."""
    found = np.zeros(shape, dtype=np.int64)
    for index, size, knowable in zip(np.indices(shape), shape, known, strict=True):
        found = found * size + (index if knowable else 0)
    return found
