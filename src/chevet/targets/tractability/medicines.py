"""Medicines on a target, the nearest to patients first, and the grade that the best of them gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from chevet.targets.tractability.mechanism import Effect, Fit, effect_of, fit_of
from chevet.targets.tractability.role import KnownRole

Grade = Literal["approved", "phase_3", "phase_2", "phase_1", "early", "wrong_way", "none"]
_APPROVED_PHASE = 4  # trials of phase 4 follow the authorisation
_GRADES: dict[int, Grade] = {4: "approved", 3: "phase_3", 2: "phase_2", 1: "phase_1"}


@dataclass(frozen=True)
class TargetMedicine:
    """One medicine on one target, as the table says.

    action       inhibitor, agonist ...; None when not said
    effect       whether that lowers or raises the work of the target
    fit          whether that is the way that helps against this gene
    phase        of any trial for any disease; None when not said
    approved_in  cancers, in the words of the table
    """

    name: str
    identifier: str | None
    action: str | None
    effect: Effect | None
    fit: Fit
    type: str | None
    phase: int | None
    approved: bool
    approved_in: tuple[str, ...]
    year_first: int | None

    @property
    def step(self) -> int:
        """4 approved, 3 to 1 the phase, 0 for less and for what is not said."""
        return _APPROVED_PHASE if self.approved else (self.phase or 0)

    def as_json(self) -> dict[str, Any]:
        """The medicine for machines."""
        return asdict(self) | {"approved_in": list(self.approved_in)}


@dataclass(frozen=True)
class Medicines:
    """Every medicine on one target, those that go the right way or do not say first, then by phase."""

    all: tuple[TargetMedicine, ...]

    @property
    def usable(self) -> tuple[TargetMedicine, ...]:
        """Without those that go the wrong way."""
        return tuple(one for one in self.all if one.fit != "wrong_way")

    @property
    def wrong_way(self) -> tuple[TargetMedicine, ...]:
        """Those that would help the tumour."""
        return tuple(one for one in self.all if one.fit == "wrong_way")

    @property
    def grade(self) -> Grade:
        """How near to patients the best usable one is; `wrong_way` when there are others only."""
        if self.usable:
            return _GRADES.get(self.usable[0].step, "early")
        return "wrong_way" if self.all else "none"

    @property
    def approved_in(self) -> tuple[str, ...]:
        """Every cancer for which a usable one is approved, as the table says."""
        return tuple(sorted({cancer for one in self.usable for cancer in one.approved_in}))


def medicines_on(rows: Sequence[Mapping[str, Any]], role: KnownRole) -> Medicines:
    """The medicines of a gene's rows in the table of medicines; several rows of one medicine are one."""
    found: dict[tuple[str, str | None], TargetMedicine] = {}
    for row in rows:
        one = _of_row(row, role)
        same = found.get((one.name, one.action))
        if same is None or one.step > same.step:
            found[one.name, one.action] = one
    return Medicines(tuple(sorted(found.values(), key=lambda one: (one.fit == "wrong_way", -one.step, one.name))))


def _of_row(row: Mapping[str, Any], role: KnownRole) -> TargetMedicine:
    effect = effect_of(row["action"])
    approved = bool(row["approved"]) or row["phase"] == _APPROVED_PHASE
    return TargetMedicine(
        row["medicine"], row["identifier"], row["action"], effect, fit_of(role, effect), row["type"], row["phase"],
        approved, tuple(row["approved_in"] or ()), row["year_first"],
    )  # fmt: skip
