"""How many of the carriers could enter a trial, by a definition of who may."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chevet.cohort import Cohort
from chevet.cohort import cohort as cohorts
from chevet.privacy.disclosure import nothing_large, released_counts
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.store.lake import Lake

USUAL = "age_at_diagnosis_years >= 18 and vital_status = alive"


@dataclass(frozen=True)
class Eligible:
    """Carriers for whom the criteria are met, are not, or cannot be told; None where withheld."""

    criteria: str
    met: int | None
    not_met: int | None
    unknown: int | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def eligible(lake: Lake, cohort: Cohort, carriers: Bits, criteria: str = USUAL) -> Eligible:
    """The carriers among the cohort's patients by these criteria, a definition in the words of cohorts.

    Raises BadInput when the definition cannot be read.
    """
    asked = cohorts.open(lake, cohort.version.study, criteria, cohort.version.number)
    among = carriers & cohort.bits
    met, not_met = bits.count(asked.bits & among), bits.count(asked.truth.false & among)
    cells = {"met": met, "not_met": not_met, "unknown": bits.count(among) - met - not_met}
    if nothing_large(cells):
        return Eligible(str(asked.definition), None, None, None)
    shown = released_counts(cells)
    return Eligible(str(asked.definition), shown["met"], shown["not_met"], shown["unknown"])
