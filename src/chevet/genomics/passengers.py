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
FLAG, FLAG_IF = "passenger_of_hypermutation", "passenger_if_hypermutated"


def set_aside(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, with losses of function in a hypermutated tumour made uncertain unless they were inherited.

    Where nobody said whether the tumour is one, they count and are flagged: what a test may still take away is told.
    """
    every = tuple(findings)
    many = is_hypermutated(every)
    if many is False:
        return every
    change = _uncertain if many else _flagged
    return tuple(change(one) if _may_be_passenger(one) else one for one in every)


def is_hypermutated(findings: Iterable[Finding]) -> bool | None:
    """Whether microsatellites, repair, burden or a POLE driver say so; None where what was told leaves it open.

    A burden that is only called high may be that of a smoker; a low one, or stable microsatellites, rule it out.
    """
    every = tuple(findings)
    told = {(one.alteration.name, one.alteration.value) for one in every}
    burdens = [value for name, value in told if name == "tmb" and isinstance(value, (int, float))]
    if told & {("msi", "high"), ("mmr", "deficient")} or any(one >= 2 * _MANY_PER_MEGABASE for one in burdens):
        return True
    if any(_spoils_proofreading(one) for one in every):
        return True
    if ("tmb", "low") in told or any(one < _MANY_PER_MEGABASE for one in burdens):
        return False
    is_stable = bool(told & {("msi", "stable"), ("msi", "low"), ("mmr", "proficient")})
    return False if is_stable and ("tmb", "high") not in told else None


def _spoils_proofreading(one: Finding) -> bool:
    """A driving substitution of POLE: its product copies on, and no longer corrects."""
    change = one.alteration
    return change.gene == "POLE" and change.type == "variant" and one.drives and "truncating" not in change.classes


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


def _flagged(one: Finding) -> Finding:
    """A frameshift, which unstable repeats make by the dozen, with what would take it away."""
    shifts = "fs" in (one.alteration.protein_change or "") or (one.alteration.consequence or "").startswith(
        "Frame_Shift"
    )
    return replace(one, flags=(*one.flags, FLAG_IF)) if shifts else one
