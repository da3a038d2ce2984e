"""Drivers that one tumour cell hardly ever has together: a sign of two clones, of acquired resistance, or of a mix-up.

Source: co-occurrence in TCGA (Sanchez-Vega 2018, doi:10.1016/j.cell.2018.03.035) and the WHO classification of tumours,
which defines entities by one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from chevet.genomics import fusions
from chevet.genomics.finding import Finding
from chevet.words import oncotree, proteins

_RECEPTORS = frozenset({"ALK", "ROS1", "RET", "NTRK1", "NTRK2", "NTRK3", "NRG1", "FGFR2", "FGFR3", "BRAF", "RAF1"})
_KINASE_AGNOSTIC = _RECEPTORS | {"MET", "EGFR", "FGFR1", "PDGFRA", "PDGFRB", "ABL1", "JAK2"}
_BLOOD = frozenset({"HEMATOPOIETIC", "MYELOID", "LYMPH"})
# Sarcomas arise in both, whatever OncoTree puts them under.
_CONNECTIVE = frozenset({"BONE", "SOFT_TISSUE"})


def with_flags(findings: tuple[Finding, ...], tumour_code: str) -> dict[int, tuple[str, ...]]:
    """Flags by the place of the finding: contradicting drivers, and fusions of another kind of tumour."""
    flags: dict[int, tuple[str, ...]] = {}
    for members in _groups(findings):
        if len({name for _, name in members}) > 1:
            for place, _ in members:
                flags[place] = ("contradictory_drivers",)
    for place, one in enumerate(findings):
        if one.drives and one.alteration.type == "fusion" and _is_of_another_tumour(one, tumour_code):
            flags[place] = (*flags.get(place, ()), "fusion_unusual_for_tumour")
    return flags


def _groups(findings: Sequence[Finding]) -> list[list[tuple[int, str]]]:
    """Members of each set of drivers of which a clone has one, as place and name."""
    growth: list[tuple[int, str]] = []
    isocitrate: list[tuple[int, str]] = []
    myeloproliferative: list[tuple[int, str]] = []
    eye: list[tuple[int, str]] = []
    chimeras: list[tuple[int, str]] = []
    for place, one in enumerate(findings):
        if not one.drives or one.subclonal:
            continue
        gene = one.alteration.gene
        if name := _growth_driver(one):
            growth.append((place, name))
        if one.alteration.type == "variant":
            for group, genes in ((isocitrate, ("IDH1", "IDH2")), (myeloproliferative, ("JAK2", "CALR", "MPL")),
                                 (eye, ("GNAQ", "GNA11", "CYSLTR2"))):  # fmt: skip
                if gene in genes and one.direction != "loss":
                    group.append((place, gene))
        if one.alteration.type == "fusion" and one.verdict == "oncogenic":
            chimeras.append((place, "::".join(one.alteration.fusion or ("", gene))))
    return [growth, isocitrate, myeloproliferative, eye, chimeras]


def _growth_driver(one: Finding) -> str:
    """The name under which a driver of RAS signalling excludes the others; empty for what goes along with them."""
    change = one.alteration
    if change.type == "fusion":
        return f"{change.gene} fusion" if change.gene in _RECEPTORS else ""
    if change.type != "variant" or one.direction == "loss":
        return ""
    if change.gene in ("KRAS", "NRAS", "HRAS"):
        return change.gene
    if change.gene == "BRAF" and proteins.residue(change.protein_change) == "p.V600":
        return "BRAF V600"
    kinase = {"exon_18", "exon_19", "exon_20", "exon_21"}
    if change.gene == "EGFR" and change.classes & kinase:
        return "EGFR"
    if change.gene == "ERBB2" and "exon_20_insertion" in change.classes:
        return "ERBB2"
    return "MET exon 14" if "exon_14_skipping" in change.classes else ""


def _is_of_another_tumour(one: Finding, tumour_code: str) -> bool:
    """A known fusion in a tumour in which it is not typical; kinases go by blood or solid only."""
    pair = fusions.known(*(one.alteration.fusion or ("", "")))
    here = oncotree.tissue_of(tumour_code) if tumour_code else None
    if pair is None or here is None or not pair.tumours:
        return False
    there = {tissue for code in pair.tumours if (tissue := oncotree.tissue_of(code)) is not None}
    if here in there or here == "OTHER" or (here in _CONNECTIVE and there & _CONNECTIVE):
        return False
    is_blood, of_blood, of_solid = here in _BLOOD, bool(there & _BLOOD), bool(there - _BLOOD)
    if pair.driver in _KINASE_AGNOSTIC:
        return not (of_blood if is_blood else of_solid)
    return True
