"""How many patients of a cohort carry each gene, by kind of alteration, as it may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chevet.cohort import Cohort
from chevet.cohort.genes import counts
from chevet.cohort.genes_beside import tested_to_tell
from chevet.cohort.index import ALTERED_KINDS
from chevet.privacy.disclosure import FLOOR, is_small, released_count, released_part

KINDS = (*ALTERED_KINDS, "any")
Told = Literal["told", "withheld", "not_tested"]


@dataclass(frozen=True)
class Count:
    """Carriers of one kind of alteration of one gene: a number, withheld, or nobody was tested."""

    told: Told
    patients: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The count for machines."""
        return {"patients": self.patients, "state": self.told}


@dataclass(frozen=True)
class Carried:
    """One gene in a cohort: carriers by kind of alteration (`any` last), and patients tested for it in some way.

    tested   None where it would tell of one to four beside those tested for other genes
    """

    gene: str
    by_kind: Mapping[str, Count]
    tested: int | None

    @property
    def patients(self) -> int | None:
        """Carriers of any alteration; where that is withheld, those of the most frequent kind that is told."""
        told = [one.patients for one in self.by_kind.values() if one.patients is not None]
        found = self.by_kind["any"].patients
        return found if found is not None else max(told, default=None)

    def as_json(self) -> dict[str, Any]:
        """The gene for machines."""
        return {"tested": self.tested, **{kind: one.as_json() for kind, one in self.by_kind.items()}}


def carried(cohort: Cohort) -> tuple[dict[str, Carried], int]:
    """Every gene that at least five patients of the cohort carry in some way, and how many genes fewer do.

    Genes that nobody carries are in neither.
    """
    found = {kind: counts(cohort, cohort.bits, kind, slice(None)) for kind in KINDS}
    altered, tested = ({kind: found[kind][place].tolist() for kind in KINDS} for place in (0, 1))
    classes, _ = tested_to_tell(cohort.index, cohort.bits, KINDS)
    beside = classes["any"][cohort.index.coverage("any")[0]]
    kept, few = {}, 0
    for row, gene in enumerate(cohort.index.genes):
        everyone = altered["any"][row]
        few += is_small(everyone)
        if everyone >= FLOOR:
            here = {kind: (altered[kind][row], tested[kind][row]) for kind in KINDS}
            looked = released_count(here["any"][1]) if beside[row] else None
            kept[gene] = Carried(gene, released_kinds(here), looked)
    return kept, few


def released_kinds(here: Mapping[str, tuple[int, int]]) -> dict[str, Count]:
    """What may be shown of (altered, tested) by kind, `any` among them.

    The number of any alteration is withheld, too, where it would give few patients away: when a kind is withheld, when
    one to four carry something besides one kind, or when one to four carry several kinds at once.
    """
    shown = {kind: _count(*one) for kind, one in here.items()}
    kinds = [here[kind][0] for kind in here if kind != "any" and here[kind][0]]
    everyone = here["any"][0]
    hidden = any(shown[kind].told == "withheld" for kind in shown if kind != "any")
    # Below 0 where the study says of patients that they have a kind for which it does not say that they were tested.
    gaps = [everyone - one for one in kinds] + [sum(kinds) - everyone]
    if hidden or any(is_small(abs(gap)) for gap in gaps):
        shown["any"] = Count("withheld")
    return shown


def _count(altered: int, tested: int) -> Count:
    if tested == 0:
        return Count("not_tested")
    shown = released_part(altered, tested)
    return Count("withheld") if shown is None else Count("told", shown)


def totals(kept: Sequence[Carried]) -> dict[str, int]:
    """How many of these genes had somebody tested, by kind: 0 says that the study did not look for it."""
    return {kind: sum(one.by_kind[kind].told != "not_tested" for one in kept) for kind in KINDS}
