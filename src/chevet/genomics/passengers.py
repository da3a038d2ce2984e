"""Passengers of a hypermutated tumour: variants that are many because everything is mutated, and lead nowhere.

In a tumour that does not repair its mismatches, short repeats are hit everywhere: a frameshift of BRCA2 there is a
consequence, not a cause, and says nothing of PARP inhibitors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chevet.genomics.finding import Finding

# Genes whose loss makes a tumour hypermutated: there it is the cause.
_CAUSES = frozenset({"MLH1", "MSH2", "MSH6", "PMS2", "EPCAM", "POLE", "POLD1", "MUTYH"})
_MANY_PER_MEGABASE = 10.0
FLAG = "passenger_of_hypermutation"


def set_aside(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, with losses of function in a hypermutated tumour made uncertain unless they were inherited."""
    every = tuple(findings)
    if not is_hypermutated(every):
        return every
    return tuple(_uncertain(one) if _may_be_passenger(one) else one for one in every)


def is_hypermutated(findings: Iterable[Finding]) -> bool:
    """Whether microsatellites, repair, burden or a POLE driver say so."""
    return any(
        (change.name, change.value) in (("msi", "high"), ("mmr", "deficient"), ("tmb", "high"))
        or (change.name == "tmb" and isinstance(change.value, float) and change.value >= 2 * _MANY_PER_MEGABASE)
        or (change.gene == "POLE" and one.drives and one.direction != "loss")
        for one in findings
        for change in (one.alteration,)
    )


def _may_be_passenger(one: Finding) -> bool:
    change = one.alteration
    return (
        change.type == "variant"
        and one.drives
        and one.direction == "loss"
        and "truncating" in change.classes
        and change.origin != "germline"
        and change.gene not in _CAUSES
    )


def _uncertain(one: Finding) -> Finding:
    return replace(one, verdict="uncertain", flags=(*one.flags, FLAG))
