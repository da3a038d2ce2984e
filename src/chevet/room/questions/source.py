"""What every way of counting offers, so that one set of answers is made from any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chevet.cohort.nodes import Definition
from chevet.privacy.noise.cube import Axis
from chevet.room.questions.numbers import Breakdown, FactCounts, Number


class Source(Protocol):
    """Counts of patients: read from a cube, noised afresh, or checked and rounded."""

    @property
    def mode(self) -> str:
        """cube, noise or checked."""

    @property
    def pays_for_each(self) -> bool:
        """Whether each call spends something that is not given back: then sums are made of what was got."""

    @property
    def n(self) -> int:
        """How many patients the study has: no secret."""

    def axis(self, name: str) -> Axis:
        """The values by which a field is counted. CannotConclude when it is not."""

    def has(self, name: str) -> bool:
        """Whether patients are counted by this field."""

    def fact_names(self, kind: str) -> tuple[str, ...]:
        """The genes, or the classes of treatment, that are counted."""

    def states(self, definition: Definition) -> tuple[Number, Number, Number]:
        """For how many patients the definition is true, false, unknown."""

    def by(self, definition: Definition, fields: Sequence[str]) -> Breakdown:
        """Those for whom the definition is true, by the values of these fields."""

    def facts(self, definition: Definition, kind: str, names: Sequence[str]) -> FactCounts:
        """How many of those have each fact, and of how many it is known."""
