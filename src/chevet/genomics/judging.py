"""The one door from what a laboratory found to what each finding means by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chevet.genomics import copy_number, fusions, oncogenicity, polymorphisms
from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import with_classes
from chevet.genomics.finding import Finding


def judge(alterations: Iterable[Alteration], tumour_code: str = "") -> tuple[Finding, ...]:
    """Each alteration with what it means, in the order given.

    tumour_code    OncoTree code of the tumour, empty when it could not be placed
    """
    return tuple(_judge(with_classes(change)) for change in alterations)


def _judge(change: Alteration) -> Finding:
    if change.type == "variant":
        return _of_variant(change)
    if change.type in ("amplification", "deletion", "gain", "loss"):
        verdict, direction, criteria = copy_number.verdict_of(change)
        return Finding(change, verdict, 0, criteria, direction)
    if change.type == "fusion":
        found = fusions.judge(change)
        named = change if found.driver in ("", change.gene) else replace(change, gene=found.driver)
        return Finding(named, found.verdict, 0, found.criteria, found.direction, flags=found.flags)
    return Finding(change)


def _of_variant(change: Alteration) -> Finding:
    criteria = oncogenicity.criteria_of(change)
    points = sum(one.points for one in criteria)
    verdict = oncogenicity.verdict_of(points)
    common = polymorphisms.polymorphism_of(change) is not None
    direction = "unknown" if common else oncogenicity.direction_of(change, verdict)
    return Finding(change, verdict, points, criteria, direction, polymorphism=common)
