"""Counts from the index, as they may be said in the checked mode: compared with the past, protected, rounded.

Of each set of patients the rounding is fixed by a secret key: every patient has a number drawn from the
key, a set has the sum of its patients' numbers, and that sum decides up or down. The same people
are rounded the same way, whatever the words of the question and whoever asks.
Source: keys of cells as in Fraser and Wooton, ABS 2005.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chevet.cohort.index import CohortIndex
from chevet.cohort.nodes import Definition
from chevet.cohort.truth import ThreeValued
from chevet.errors import CannotConclude, Refused
from chevet.privacy import tables
from chevet.privacy.disclosure import FLOOR
from chevet.privacy.keys import Key
from chevet.privacy.noise.cube import Axis
from chevet.records.tables import TREATMENT_CLASS
from chevet.room.overlap import Past
from chevet.room.questions.axes import (
    ENTRY,
    EXIT,
    NUMBERS,
    TREATMENTS_SAID,
    Codes,
    axis_of,
    codes_of,
)  # fmt: skip
from chevet.room.questions.knowable import KNOWABLE_FIELDS, Support, support
from chevet.room.questions.numbers import BASE, Breakdown, FactCounts, Floats, Number
from chevet.room.questions.recipe import GENE, GENES, TREATMENT
from chevet.room.refusals import TellsTooMuch, TooManyFacts
from chevet.store import bits
from chevet.store.bits import Bits

CELLS_AT_MOST = 60  # of one question about hidden facts: each is a sum that the past must bear
ROUNDING_VARIANCE = BASE**2 / 6
_TOO_MANY = "Split by a field of fewer values, or ask the cube (--mode cube)."
Keys = npt.NDArray[np.uint64]


class FromIndex:
    """Exact counts, checked and rounded. Everything asked of it is considered by `past`, and is kept there by `ask`."""

    mode = "checked"
    pays_for_each = False

    def __init__(
        self, index: CohortIndex, truth_of: Callable[[Definition], ThreeValued], past: Past, key: Key, version: str
    ) -> None:
        self._index = index
        self._truth_of = truth_of
        self._past = past
        self._key = key
        self._version = version

    @property
    def n(self) -> int:
        return self._index.n_patients

    def axis(self, name: str) -> Axis:
        """The values by which a field is counted: those of the study."""
        if name in NUMBERS or name in (EXIT, ENTRY, TREATMENTS_SAID):
            return axis_of(name)
        if name not in self._index.categories():
            raise CannotConclude(
                f"patients are not counted by {name}",
                next_act="Use one of: " + ", ".join(sorted({*NUMBERS, *self._index.categories()})),
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
        """For how many patients the definition is true, false, unknown."""
        self._past.consider(self._support(definition).sums(count_only=True))
        truth = self._truth_of(definition)
        sets = [truth.true, truth.false, truth.unknown(self.n)]
        shown = self._protected(np.array([bits.count(one) for one in sets]), self._keys_of(sets))
        true, false, unknown = (shown.number(i) for i in range(3))
        return true, false, unknown

    def by(self, definition: Definition, fields: Sequence[str]) -> Breakdown:
        """Those for whom the definition is true, by the values of these fields."""
        axes = tuple(map(self.axis, fields))
        shape = tuple(len(axis.labels) for axis in axes)
        place = np.zeros(self.n, dtype=np.int64)
        for field, size in zip(fields, shape, strict=True):
            place = place * size + self._codes(field)
        unbearable = self._consider_cells(definition, fields, place, shape)
        rows = bits.positions(self._truth_of(definition).true, self.n)
        counts = np.bincount(place[rows], minlength=int(np.prod(shape))).reshape(shape)
        keys = _summed(self._numbers[rows], place[rows], int(np.prod(shape))).reshape(shape)
        shown = self._protected(counts, keys, axes)
        return Breakdown(axes, shown.values, shown.variances, shown.hidden | unbearable, exact=True)  # type: ignore[operator]

    def facts(self, definition: Definition, kind: str, names: Sequence[str]) -> FactCounts:
        """How many of those have each fact, and of how many it is known."""
        self._past.consider(self._support(definition).sums(count_only=False))
        members = self._truth_of(definition).true
        having, known = [], []
        for name in names:
            told, has = self._fact(kind, name)
            having.append(has & told & members)
            known.append(told & members)
        counts = np.array([[bits.count(one) for one in sets] for sets in (having, known)])
        keys = np.stack([self._keys_of(having), self._keys_of(known)])
        values = tables.rounded(counts, keys, BASE).astype(np.float64)
        few_known = counts[1] < FLOOR
        rest = counts[1] - counts[0]
        few = (counts[0] < FLOOR) | ((rest > 0) & (rest < FLOOR)) | few_known
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
        self._past.consider(self._support(definition).sums(count_only=False))
        (told_a, has_a), (told_b, has_b) = self._fact(GENE, a), self._fact(GENE, b)
        whole = told_a & told_b & self._truth_of(definition).true
        sets = [whole & has_a & has_b, whole & has_a & ~has_b, whole & has_b & ~has_a, whole & ~has_a & ~has_b]
        counts = np.array([bits.count(one) for one in sets])
        few = np.full(4, bool((counts < FLOOR).any()))
        values = tables.rounded(counts, self._keys_of(sets), BASE).astype(np.float64)
        shown = Breakdown((), values, np.full(4, ROUNDING_VARIANCE), few, exact=True)
        return shown.number(0), shown.number(1), shown.number(2), shown.number(3)

    def numbers(self, definition: Definition, field: str) -> tuple[Floats, Number]:
        """The values of a number in the cohort, in no order that tells whose they are, and of how many it is known."""
        self._past.consider(self._support(definition).sums(count_only=False))
        numbers = np.asarray(self._index.number(field), dtype=np.float64)
        known = self._truth_of(definition).true & bits.pack(~np.isnan(numbers))
        shown = self._protected(np.array([bits.count(known)]), self._keys_of([known]))
        return np.sort(numbers[bits.unpack(known, self.n)]), shown.number(0)

    # -- what the past must bear

    def _support(self, definition: Definition) -> Support:
        return support(definition, self.n, self._truth_of)

    def _consider_cells(
        self, definition: Definition, fields: Sequence[str], place: npt.NDArray[np.int64], shape: tuple[int, ...]
    ) -> npt.NDArray[np.bool_]:
        """Which cells may not be told since their sums would tell too much; the others are considered.

        Which these are follows from what can be known outside, so that leaving them out tells nothing.
        """
        knowable = all(field in KNOWABLE_FIELDS or field in (EXIT, ENTRY) for field in fields)
        left_out = np.zeros(shape, dtype=np.bool_)
        sums = self._support(definition).sums(count_only=knowable)
        if not sums:
            return left_out
        self._past.consider(sums)
        if not knowable:
            return left_out  # the fields are hidden facts themselves: their values split no support
        flat, hidden = left_out.reshape(-1), []
        for whole in sums:
            parts = self._parts(whole, place)
            if len(parts) > CELLS_AT_MOST:
                raise TooManyFacts(
                    f"a checked question about facts that are not known outside has at most {CELLS_AT_MOST} cells",
                    next_act=_TOO_MANY,
                )
            hidden += self._unbearable(parts)
        flat[hidden] = True
        return left_out

    def _parts(self, whole: Bits, place: npt.NDArray[np.int64]) -> list[tuple[int, Bits]]:
        """The support of each cell, smallest first."""
        rows = bits.positions(whole, self.n)
        cells = np.unique(place[rows])
        found = [(int(cell), bits.from_positions(rows[place[rows] == cell], self.n)) for cell in cells]
        return sorted(found, key=lambda part: (bits.count(part[1]), part[0]))

    def _unbearable(self, parts: list[tuple[int, Bits]]) -> list[int]:
        """Cells to leave out: those that cannot be told, and as many as it takes for their sum to be harmless."""
        left_out, together, told = [], bits.empty(self.n), []
        for cell, one in parts:
            if self._bears(one):
                told.append((cell, one))
            else:
                left_out.append(cell)
                together = together | one
        while left_out and not self._bears(together):
            if not told:
                raise TellsTooMuch("none of these numbers can be told", next_act=_TOO_MANY)
            cell, one = told.pop(0)
            left_out.append(cell)
            together = together | one
        return left_out

    def _bears(self, one: Bits) -> bool:
        try:
            self._past.consider([one])
        except Refused:
            return False
        return True

    # -- counting

    def _codes(self, name: str) -> Codes:
        if name in NUMBERS or name in (EXIT, ENTRY, TREATMENTS_SAID):
            return codes_of(self._index, axis_of(name))
        return self._index.category(name).codes

    def _fact(self, kind: str, name: str) -> tuple[Bits, Bits]:
        """Those of whom it is known, and those who have it."""
        if kind == TREATMENT:
            return self._index.treatment_any_bits, self._index.treatment_class_bits(name)
        return self._index.tested_bits(name), self._index.altered_bits(name)

    def _protected(self, counts: npt.NDArray[np.int64], keys: Keys, axes: tuple[Axis, ...] = ()) -> Breakdown:
        """Small cells and what would give them away hidden, the others rounded; a zero is told as *few*, too."""
        hidden = tables.protect(counts).cells | (counts < FLOOR)
        values = tables.rounded(counts, keys, BASE).astype(np.float64)
        return Breakdown(axes, values, np.full(counts.shape, ROUNDING_VARIANCE), hidden, exact=True)

    @cached_property
    def _numbers(self) -> Keys:
        """(n,) the secret number of each patient."""
        seed = self._key.digest(b"rounding of " + self._version.encode())
        generator = np.random.Generator(np.random.Philox(int.from_bytes(seed[:16], "big")))
        return generator.integers(0, np.iinfo(np.uint64).max, self.n, dtype=np.uint64)

    def _keys_of(self, sets: Sequence[Bits]) -> Keys:
        with np.errstate(over="ignore"):
            return np.array(
                [self._numbers[bits.positions(one, self.n)].sum(dtype=np.uint64) for one in sets], dtype=np.uint64
            )


def _summed(numbers: Keys, place: npt.NDArray[np.int64], cells: int) -> Keys:
    """The sum of the numbers of each cell, modulo 2^64: in two halves, which a float counts exactly."""
    low = np.bincount(place, (numbers & np.uint64(0xFFFFFFFF)).astype(np.float64), cells).astype(np.uint64)
    high = np.bincount(place, (numbers >> np.uint64(32)).astype(np.float64), cells).astype(np.uint64)
    with np.errstate(over="ignore"):
        return np.asarray(low + (high << np.uint64(32)), dtype=np.uint64)
