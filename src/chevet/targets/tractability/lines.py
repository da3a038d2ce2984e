"""Whether genes can and may be hit, as lines of evidence.

Tractability has three lines a gene, safety three; each is `not_asked` where its table is not kept.

medicines    medicine_approved, medicine_phase_3, medicine_phase_2, medicine_phase_1, medicine_early (a phase below 1,
             or none said), all `for`; medicine_wrong_way `against`; no_medicine, and medicine_on_another (its
             partner in a fusion or a complex), `neutral`. Effect: the phase, 4 approved.
surface      at_the_surface `for`, not_at_the_surface `neutral`
family       ligandable_family `for`, no_ligandable_family `neutral`; family_unknown `not_concluded`
essential    core_essential `against`, in_both_lists `not_concluded`; nonessential and not_core_essential `neutral`
liabilities  liabilities_known `against`; liabilities_of_the_other_way and no_liability_known `neutral`. Effect: how
             many organs have any.
tissue       vital_tissue_at_risk `against`: the protein is at the surface, where what is aimed at the tumour finds it
             in a vital organ, too; in_vital_tissue and not_in_vital_tissue `neutral`; tissue_unknown `not_concluded`.
             Effect: the highest level in a vital organ.

Nothing of safety ever speaks for a gene: what is not known to harm is not known to be safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chevet.targets.evidence import Line, Part, Source, Standing
from chevet.targets.sources.kinds import Kind
from chevet.targets.tractability.assessment import Assessment, Tractability
from chevet.targets.tractability.harm import Liability
from chevet.targets.tractability.medicines import Medicines, TargetMedicine

# So many medicines of each sort are told one by one; how many there are is told besides.
MOST_MEDICINES = 25
_APPROVED = 4


def lines(made: Tractability) -> list[Line]:
    """Six lines a gene, in the order of the genes."""
    return [line for one in made.genes for line in _of_gene(one, made)]


def _of_gene(one: Assessment, made: Tractability) -> Iterator[Line]:
    yield _medicines(one, made)
    yield _surface(one, made)
    yield _family(one, made)
    yield _essential(one, made)
    yield _liabilities(one, made)
    yield _tissue(one, made)


def _line(
    one: Assessment, part: Part, found: tuple[str, Standing], source: Source | None, detail: dict[str, Any],
    effect: float | None = None, scale: str = "",
) -> Line:  # fmt: skip
    finding, standing = found
    return Line(one.gene, part, finding, standing, effect, scale, source=source, detail=detail)


def _not_asked(one: Assessment, part: Part, finding: str, kind: Kind) -> Line:
    return Line(one.gene, part, finding, "not_asked", detail={"missing": kind})


def _medicines(one: Assessment, made: Tractability) -> Line:
    if one.medicines is None:
        return _not_asked(one, "tractability", "medicines_not_asked", "drugs")
    grade = one.medicines.grade
    found: tuple[str, Standing] = (f"medicine_{grade}", "for")
    if grade == "wrong_way":
        found = ("medicine_wrong_way", "against")
    elif grade in ("none", "on_another"):
        found = ("no_medicine" if grade == "none" else "medicine_on_another", "neutral")
    detail = {
        "role": one.role.role, "role_source": one.role.source, "count": len(one.medicines.all),
        "approved": sum(medicine.step == _APPROVED for medicine in one.medicines.usable),
        "wrong_way": len(one.medicines.wrong_way), "on_another": len(one.medicines.on_another),
        "approved_in": list(one.medicines.approved_in),
        "medicines": [medicine.as_json() for medicine in _first(one.medicines)],
    }  # fmt: skip
    phase = max((float(medicine.step) for medicine in one.medicines.usable), default=None)
    return _line(one, "tractability", found, made.sources["drugs"], detail, phase, "phase" if phase is not None else "")


def _first(known: Medicines) -> tuple[TargetMedicine, ...]:
    """The first of each sort: a crowd of good ones does not hide the wrong ones."""
    return known.usable[:MOST_MEDICINES] + known.wrong_way[:MOST_MEDICINES] + known.on_another[:MOST_MEDICINES]


def _surface(one: Assessment, made: Tractability) -> Line:
    if not made.asked("surface"):
        return _not_asked(one, "tractability", "surface_not_asked", "surface")
    if one.surface is None:
        return _line(one, "tractability", ("not_at_the_surface", "neutral"), made.sources["surface"], {})
    detail = {"protein": one.surface.protein, "evidence": one.surface.evidence, "family": one.surface.family}
    scale = "surface_score" if one.surface.score is not None else ""
    found: tuple[str, Standing] = ("at_the_surface", "for")
    return _line(one, "tractability", found, made.sources["surface"], detail, one.surface.score, scale)


def _family(one: Assessment, made: Tractability) -> Line:
    if one.ligandable:
        told = {family.family: family.told_by for family in one.ligandable}
        source = made.sources[one.ligandable[0].kind]
        return _line(one, "tractability", ("ligandable_family", "for"), source, {"families": told})
    classified = made.sources.get("families") or made.sources.get("domains")
    if classified is None:
        return _not_asked(one, "tractability", "family_not_asked", "families")
    if not one.classified:
        return _line(one, "tractability", ("family_unknown", "not_concluded"), classified, {})
    return _line(one, "tractability", ("no_ligandable_family", "neutral"), classified, {})


_ESSENTIAL: dict[str, tuple[str, Standing]] = {
    "core_essential": ("core_essential", "against"),
    "nonessential": ("nonessential", "neutral"),
    "in_neither": ("not_core_essential", "neutral"),
    "in_both": ("in_both_lists", "not_concluded"),
}


def _essential(one: Assessment, made: Tractability) -> Line:
    if one.essential is None:
        return _not_asked(one, "safety", "essential_not_asked", "essential")
    source = made.sources["nonessential" if one.essential == "nonessential" else "essential"]
    return _line(one, "safety", _ESSENTIAL[one.essential], source, {})


def _liabilities(one: Assessment, made: Tractability) -> Line:
    if one.liabilities is None:
        return _not_asked(one, "safety", "liabilities_not_asked", "liabilities")
    known = one.liabilities
    detail = {
        "direction": one.role.harmful_direction, "expected": [of.as_json() for of in known.expected],
        "opposite": [of.as_json() for of in known.opposite], "assays": known.assays,
    }  # fmt: skip
    source = made.sources["liabilities"]
    if known.expected:
        organs = _organs(known.expected)
        return _line(one, "safety", ("liabilities_known", "against"), source, detail, organs, "organs")
    if known.opposite:
        found: tuple[str, Standing] = ("liabilities_of_the_other_way", "neutral")
        return _line(one, "safety", found, source, detail, _organs(known.opposite), "organs")
    return _line(one, "safety", ("no_liability_known", "neutral"), source, detail)


def _organs(known: tuple[Liability, ...]) -> float:
    return float(len({of.organ for of in known}))


def _tissue(one: Assessment, made: Tractability) -> Line:
    if not made.asked("expression"):
        return _not_asked(one, "safety", "tissue_not_asked", "expression")
    source, tissue = made.sources["expression"], one.normal_tissue
    if tissue is None or not tissue.vital:
        detail = {} if tissue is None else tissue.as_json()
        return _line(one, "safety", ("tissue_unknown", "not_concluded"), source, detail)
    found: tuple[str, Standing] = ("not_in_vital_tissue", "neutral")
    if tissue.vital_medium:
        at_risk = one.surface is not None
        found = ("vital_tissue_at_risk", "against") if at_risk else ("in_vital_tissue", "neutral")
    return _line(one, "safety", found, source, tissue.as_json(), max(tissue.vital.values()), tissue.unit)
