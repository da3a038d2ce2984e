"""The one door from what a laboratory found to what each finding means by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chevet.genomics import burden, clonality, contradictions, copy_number, fusions, oncogenicity, polymorphisms, roles
from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import CALLED, with_classes
from chevet.genomics.finding import Finding


def judge(
    alterations: Iterable[Alteration],
    tumour_code: str = "",
    *,
    purity: float | None = None,
    site_hotspots: oncogenicity.Residues = frozenset(),
) -> tuple[Finding, ...]:
    """Each alteration with what it means, in the order given.

    tumour_code    OncoTree code of the tumour, empty when it could not be placed
    purity         share of tumour cells in the sample, when the laboratory says it
    site_hotspots  what `hotspots.read_cancerhotspots` read from a file of the site
    """
    found = tuple(_judge(with_classes(change), purity, site_hotspots, tumour_code) for change in alterations)
    flags = contradictions.with_flags(found, tumour_code)
    if burden.is_hypermutated(found):
        for place, one in enumerate(found):
            if one.alteration.type == "variant" and one.drives:
                flags[place] = (*flags.get(place, ()), "hypermutated")
    return tuple(
        replace(one, flags=(*one.flags, *flags[place])) if place in flags else one for place, one in enumerate(found)
    )


def _judge(change: Alteration, purity: float | None, site_hotspots: oncogenicity.Residues, tumour_code: str) -> Finding:
    if change.type == "variant":
        return _of_variant(change, purity, site_hotspots, tumour_code)
    if change.type in ("amplification", "deletion", "gain", "loss"):
        verdict, direction, criteria = copy_number.verdict_of(change)
        flags = ("broad_copy_number",) if "broad" in change.classes else ()
        return Finding(change, verdict, 0, criteria, direction, flags=flags)
    if change.type == "fusion":
        found = fusions.judge(change)
        named = change if found.driver in ("", change.gene) else replace(change, gene=found.driver)
        return Finding(named, found.verdict, 0, found.criteria, found.direction, flags=found.flags)
    return Finding(change)


def _of_variant(
    change: Alteration, purity: float | None, site_hotspots: oncogenicity.Residues, tumour_code: str
) -> Finding:
    criteria = oncogenicity.criteria_of(change, site_hotspots, tumour_code)
    missing = oncogenicity.not_judged(change, tumour_code)
    points = sum(one.points for one in criteria)
    verdict = oncogenicity.verdict_of(points)
    if polymorphisms.polymorphism_of(change) is not None:
        return Finding(change, verdict, points, criteria, polymorphism=True, not_judged=missing)
    direction = oncogenicity.direction_of(change, verdict)
    subclonal = clonality.is_subclonal(change, purity)
    found = Finding(change, verdict, points, criteria, direction, subclonal=subclonal, not_judged=missing)
    return _called(replace(found, flags=_flags(found)))


def _called(found: Finding) -> Finding:
    """As the laboratory judges it, where our tables leave it open: it has read what they do not hold."""
    if CALLED not in found.alteration.classes or found.verdict != "uncertain":
        return found
    direction = oncogenicity.direction_of(found.alteration, "likely_oncogenic")
    called = replace(found, verdict="likely_oncogenic", direction=direction)
    return replace(called, flags=(*_flags(called), "called_by_laboratory"))


def _flags(found: Finding) -> tuple[str, ...]:
    change = found.alteration
    flags = ["subclonal"] if found.subclonal else []
    if found.drives and change.vaf is not None and change.vaf < clonality.LOW_SHARE:
        flags.append("low_vaf")
    if found.drives and roles.is_inherited(change.gene) and clonality.may_be_inherited(change):
        flags.append("germline_suspected")
    if (
        found.direction != "gain"
        and "truncating" in change.classes
        and any(one.code == "OM2" for one in found.criteria)
    ):
        flags.append("late_truncation")
    return tuple(flags)
