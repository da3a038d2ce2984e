"""Which label's rows count for a case: the European and the American ones differ for some medicines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from chevet.therapy.case import Jurisdiction
from chevet.therapy.safety.advice import Said, say


class OfLabel(Protocol):
    """A row of a table of safety."""

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Of the cases that the row is for; empty for all."""


Row = TypeVar("Row", bound=OfLabel)


def in_force(rows: Sequence[Row], here: Jurisdiction | None, *, about: Callable[[Row], str]) -> tuple[Row, ...]:
    """The rows that count here; those of another country's label only where the own label has none about the same.

    here     None where nobody said whose labels count: those of all do
    about    what a row is about: an organ, a class of other medicines
    """
    if here is None:
        return tuple(rows)
    own = {about(row) for row in rows if here in row.jurisdictions}
    return tuple(row for row in rows if not row.jurisdictions or here in row.jurisdictions or about(row) not in own)


def whose_label(row: OfLabel) -> tuple[Said, ...]:
    """Whose label says so, where not all do."""
    if not row.jurisdictions:
        return ()
    return (say("because.label_us" if row.jurisdictions == ("US",) else "because.label_eu"),)
