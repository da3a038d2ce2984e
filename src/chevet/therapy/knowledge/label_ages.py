"""From which age a label gives its medicine, where it says so: a label for adults is none for a child."""

from __future__ import annotations

from functools import cache

from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Approval

COLUMNS = ("agency", "brand", "tumour", "from_years", "source", "checked")


def lowest_age(approval: Approval, tumour: tuple[str, ...]) -> float | None:
    """Years from which the label gives its medicine in this tumour; None where the table does not say.

    tumour   codes of OncoTree of the statement that bears the approval: the narrowest row that covers them all counts

    Source: `tables/label_ages.tsv`.
    """
    asked = base.tumours_of(tumour)
    rows = [(len(covered), years) for covered, years in _of(approval.agency, approval.brand) if asked <= covered]
    return min(rows)[1] if rows else None


def is_too_young(approval: Approval, tumour: tuple[str, ...], age_years: float | None) -> bool:
    """Whether the patient is younger than the label asks; False where the age, or the label's, is not known."""
    lowest = lowest_age(approval, tumour) if age_years is not None and age_years < _ADULT else None
    return lowest is not None and age_years is not None and age_years < lowest


_ADULT = 18


@cache
def _of(agency: str, brand: str) -> tuple[tuple[frozenset[str], float], ...]:
    return tuple(
        (base.tumours_of(tuple(code.strip() for code in row["tumour"].split(","))), float(row["from_years"]))
        for _, row in base.rows(base.TABLES / "label_ages.tsv", COLUMNS)
        if (row["agency"], row["brand"]) == (agency, brand)
    )
