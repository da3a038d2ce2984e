"""Counts, sums and means with noise drawn for the question: paid for from the study's allowance, once, and kept.

The answer is kept under the words of the question, in their one order: whoever asks the same again gets the same
numbers, and nothing more is spent. The same patients in other words cost as much again. Were answers
kept under the patients that they count, then seeing the same numbers, or paying nothing, would tell that two
questions count the same ones, exactly and for ever.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from chevet.cohort.index import CohortIndex
from chevet.cohort.nodes import Definition
from chevet.cohort.truth import ThreeValued
from chevet.errors import BadInput, Refused
from chevet.privacy.noise import sums
from chevet.privacy.noise.accounting import PER_HISTOGRAM, in_nano
from chevet.privacy.noise.budget import Budget
from chevet.privacy.noise.cube import Axis, Cube
from chevet.privacy.noise.process import ToNoise, draw
from chevet.privacy.noise.sums import Bounds, Totals
from chevet.room.questions.axes import codes_of
from chevet.room.questions.canonical import canonical
from chevet.room.questions.numbers import Breakdown, FactCounts, Number
from chevet.room.refusals import LimitReached
from chevet.store import bits
from chevet.store.ledger import make_private, replace_file

Counts: TypeAlias = npt.NDArray[np.int64]
SCALE = 100.0
RHO = PER_HISTOGRAM / (2 * SCALE**2)  # of one question: a histogram, of which one person can move two cells; or totals


class FromNoise:
    """One histogram, or the totals of one field, per question.

    Values by which a histogram splits are the cube's: names that may be said.

    paid   billionths of rho that were spent on what was asked of this source
    """

    mode = "noise"
    pays_for_each = True

    def __init__(
        self, index: CohortIndex, truth_of: Callable[[Definition], ThreeValued], cube: Cube, budget: Budget,
        project: str, folder: Path,
    ) -> None:  # fmt: skip
        self._index = index
        self._truth_of = truth_of
        self._cube = cube
        self._budget = budget
        self._project = project
        self._folder = folder
        self.paid = 0

    @property
    def n(self) -> int:
        return self._index.n_patients

    def axis(self, name: str) -> Axis:
        """The values by which a field is counted."""
        if name not in self._cube.axes:
            raise BadInput(
                f"patients are not counted by {name}", next_act="Use one of: " + ", ".join(sorted(self._cube.axes))
            )
        return self._cube.axes[name]

    def has(self, name: str) -> bool:
        """Whether patients are counted by this field."""
        return name in self._cube.axes

    def fact_names(self, kind: str) -> tuple[str, ...]:
        """None: each would be a question of its own."""
        return ()

    def states(self, definition: Definition) -> tuple[Number, Number, Number]:
        """For how many patients the definition is true, false, unknown."""
        truth = self._truth_of(definition)
        counts = np.array([bits.count(truth.true), bits.count(truth.false), bits.count(truth.unknown(self.n))])
        shown = self._noised(counts, "states", definition)
        true, false, unknown = (shown.number(i) for i in range(3))
        return true, false, unknown

    def by(self, definition: Definition, fields: Sequence[str]) -> Breakdown:
        """Those for whom the definition is true, by the values of these fields."""
        axes = tuple(map(self.axis, fields))
        shape = tuple(len(axis.labels) for axis in axes)
        place = np.zeros(self.n, dtype=np.int64)
        for axis, size in zip(axes, shape, strict=True):
            place = place * size + codes_of(self._index, axis)
        rows = bits.positions(self._truth_of(definition).true, self.n)
        counts = np.bincount(place[rows], minlength=int(np.prod(shape))).reshape(shape)
        return self._noised(counts, "by " + ",".join(fields), definition, axes)

    def totals(self, definition: Definition, field: str, bounds: Bounds) -> Totals:
        """The sum of a field over those for whom the definition is true, and in how many it is recorded.

        A sum and a mean between the same bounds are one question. Of several tumours or samples the first counts.
        """
        rows = bits.positions(self._truth_of(definition).true, self.n)
        values = np.asarray(self._index.number(field), dtype=np.float64)[rows]
        asked = sums.to_noise(values, bounds, RHO)
        what = f"totals {field} {bounds.low!r} {bounds.high!r} in {sums.STEPS} steps"
        steps, weighted = self._kept(what, definition, asked).tolist()
        return Totals(steps, weighted, asked.scale, bounds)

    def facts(self, definition: Definition, kind: str, names: Sequence[str]) -> FactCounts:
        """Not in this mode."""
        raise BadInput(
            "with fresh noise one may count, make tables, and ask for sums and means",
            next_act="Ask the cube: --mode cube",
        )

    def _noised(self, counts: Counts, what: str, definition: Definition, axes: tuple[Axis, ...] = ()) -> Breakdown:
        values = self._kept(what, definition, ToNoise(counts, PER_HISTOGRAM, SCALE))
        return Breakdown(axes, values.astype(np.float64), np.full(counts.shape, SCALE**2))

    def _kept(self, what: str, definition: Definition, asked: ToNoise) -> Counts:
        name = hashlib.sha256(f"{what}\0{canonical(definition)}".encode()).hexdigest()
        return self._once(name, asked, what)

    def _once(self, name: str, asked: ToNoise, what: str) -> Counts:
        """The numbers kept under this name; drawn, paid for before, and kept, when there are none."""
        make_private(self._folder)
        kept = self._folder / f"{name}.json"
        lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                self._pay(what)
                (noised,) = draw([asked]).tables
                replace_file(kept, json.dumps(noised.reshape(-1).tolist()).encode())
            return np.array(json.loads(kept.read_bytes()), dtype=np.int64).reshape(asked.counts.shape)
        finally:
            os.close(lock)

    def _pay(self, what: str) -> None:
        try:
            self._budget.spend(RHO, what=what, project=self._project)
        except Refused as spent:
            raise LimitReached(spent.message, next_act=spent.next_act) from None
        self.paid += in_nano(RHO)
