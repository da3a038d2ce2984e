"""How sure it is that a small variant drives a tumour: the points of ClinGen, CGC and VICC (Horak 2022).

Source: Horak et al., Genet Med 2022, PMID:35101336. Judged here, from tables that work without a network:

    OVS1 (8)   a stop, frameshift, splice-site or start change in a suppressor whose loss drives tumours
    OS1 (4)    this very change is established       OS2 (4)   its effect was measured
    OS3 (4)    a frequent hotspot and change         OM3 (2)   a frequent change of a rarer hotspot
    OP3 (1)    a rare change of a hotspot
    OM1 (2)    in a critical domain                  OM2 (2)   longer or shorter in frame in a driver, or no stop
    OM4 (2)    another change of the residue is oncogenic
    OP4 (1)    absent from the population, when the file says how frequent it is there
    SBVS1 (-8) more than 5 % of a population, or a known polymorphism     SBS1 (-4)   more than 1 %
    SBS2 (-4)  shown to do nothing                   SBP2 (-1) synonymous, and not said to touch splicing
    OP1 (1), SBP1 (-1)  every program that the file names says harm, or none: two at least, for a change of one residue
    OP2 (1)    in a tumour that this gene alone causes

What the file does not say is not judged, and worth no point: `not_judged` names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

from chevet.genomics import domains, facts, hotspots, known_variants, polymorphisms, roles
from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import codons
from chevet.genomics.finding import Criterion, Direction, Verdict
from chevet.genomics.known_variants import Known
from chevet.genomics.predictions import SPLICING, agreed
from chevet.words import oncotree, proteins

SOURCE = "PMID:35101336"
POINTS = {
    "OVS1": 8, "OS1": 4, "OS2": 4, "OS3": 4, "OM1": 2, "OM2": 2, "OM3": 2, "OM4": 2,
    "OP1": 1, "OP2": 1, "OP3": 1, "OP4": 1, "SBVS1": -8, "SBS1": -4, "SBS2": -4, "SBP1": -1, "SBP2": -1,
}  # fmt: skip
Residues: TypeAlias = frozenset[tuple[str, str]]
_HOTSPOT = {"strong": "OS3", "moderate": "OM3", "supporting": "OP3"}
# A stop after the last codon that makes the messenger decay still loses a tenth of the protein: PVS1 as refined for
# such variants (PMID:30192042).
_SHARE_THAT_MATTERS = 0.1
# Classes of changes that leave the frame and change the length.
_IN_FRAME = frozenset({"in_frame", "exon_14_skipping", "exon_2_7_deletion", "vIII", "itd"})
# Where a stop in the last exon is known to matter, or not to: last codon of the part that must be there.
_NEEDED_TO = {"BRCA1": 1853, "BRCA2": 3309, "PTEN": 374, "TP53": 356, "APC": 2843, "CDKN2A": 135, "VHL": 204}


def verdict_of(points: int) -> Verdict:
    """The class of a sum of points.

    >>> [verdict_of(points) for points in (10, 9, 5, -1, -7)]
    ['oncogenic', 'likely_oncogenic', 'uncertain', 'likely_benign', 'benign']
    """
    if points >= 10:
        return "oncogenic"
    if points >= 6:
        return "likely_oncogenic"
    if points >= 0:
        return "uncertain"
    return "likely_benign" if points >= -6 else "benign"


def criteria_of(
    change: Alteration, site_hotspots: Residues = frozenset(), tumour_code: str = ""
) -> tuple[Criterion, ...]:
    """Every criterion that this variant meets, those of a polymorphism alone when it is one.

    tumour_code      OncoTree code of the tumour, for OP2
    site_hotspots    gene and residue of the hotspots that a site has read from a file, besides ours
    """
    common = polymorphisms.polymorphism_of(change)
    if common is not None:
        return (_criterion("SBVS1", common.rs, common.source),)
    known = known_variants.known_of(change)
    found = [*_criteria(change, known, site_hotspots), *_predicted(change, known), *_of_tumour(change, tumour_code)]
    return tuple(found)


def not_judged(change: Alteration, tumour_code: str) -> tuple[tuple[str, str], ...]:
    """The criteria that nothing here could answer, and which fact was missing: prediction, population or tumour."""
    missing = []
    if _is_substitution(change) and agreed(change.predictions) is None:
        missing += [("OP1", "prediction"), ("SBP1", "prediction")]
    if oncotree.get(tumour_code) is None:
        missing.append(("OP2", "tumour"))
    if change.population_frequency is None and polymorphisms.polymorphism_of(change) is None:
        missing += [("OP4", "population"), ("SBVS1", "population"), ("SBS1", "population")]
    return tuple(missing)


def _predicted(change: Alteration, known: Known | None) -> Iterator[Criterion]:
    """OP1 or SBP1, once, whatever the number of programs: they rest on the same data."""
    said = agreed(change.predictions) if _is_substitution(change) else None
    if said == "harmful" and (known is None or known.verdict not in ("benign", "likely_benign")):
        yield _criterion("OP1", _programs(change), SOURCE)
    elif said == "harmless" and (SPLICING, "harmful") not in change.predictions:
        yield _criterion("SBP1", _programs(change), SOURCE)


def _programs(change: Alteration) -> str:
    return ", ".join(name for name, _ in change.predictions)


def _of_tumour(change: Alteration, tumour_code: str) -> Iterator[Criterion]:
    if change.origin == "germline" or _is_synonymous(change):
        return
    for row in facts.rows("single_causes.tsv"):
        is_its = row["gene"] == change.gene and row["what"] in ("", change.protein_change)
        if is_its and tumour_code in _under(row["tumour"]):
            yield _criterion("OP2", f"{change.gene}: {row['tumour']}", row["source"])


@cache
def _under(code: str) -> frozenset[str]:
    return oncotree.descendants(code) | {code}


def _is_substitution(change: Alteration) -> bool:
    """Whether one amino acid stands for another."""
    residue = proteins.residue(change.protein_change)
    return residue is not None and not _is_synonymous(change) and "truncating" not in change.classes


def direction_of(change: Alteration, verdict: Verdict) -> Direction:
    """Whether the protein does more or less because of the variant; unknown for one that is not thought to drive."""
    known = known_variants.known_of(change)
    if known is not None and known.direction != "unknown":
        return known.direction
    if verdict not in ("oncogenic", "likely_oncogenic"):
        return "unknown"
    role = roles.role_of(change.gene)
    if role is None:
        return "unknown"
    if "truncating" in change.classes:
        return "loss" if role.suppresses else "unknown"
    return "gain" if role.role == "oncogene" else "loss" if role.role == "suppressor" else "unknown"


def _criterion(code: str, why: str, source: str) -> Criterion:
    return Criterion(code, POINTS[code], why, source)


def _criteria(change: Alteration, known: Known | None, site_hotspots: Residues) -> Iterator[Criterion]:
    if known is not None and known.verdict in ("benign", "likely_benign"):
        yield _criterion("SBS2", _named(change, known.what), known.source)
        yield from _of_population(change)
        return
    if known is None:
        yield from _of_null(change)
    else:
        yield from _of_known(change, known)
    hotspot = hotspots.hotspot_of(change.gene, change.protein_change)
    is_established = known is not None and not known.is_residue
    frequent = False
    if hotspot is not None:
        code = _HOTSPOT[hotspot.strength(change.protein_change or "")]
        frequent = code != "OP3"
        same = hotspot.changes.get((change.protein_change or "")[-1:], 0)
        yield _criterion(code, f"{_named(change, hotspot.residue)}: {hotspot.tumours} ({same})", "TCGA")
    elif (change.gene, proteins.residue(change.protein_change)) in site_hotspots and _is_altered(change):
        frequent = True
        yield _criterion("OM3", _named(change, change.protein_change or ""), "cancerhotspots.org")
    yield from _of_place(change, is_established=is_established, frequent=frequent)
    yield from _of_length(change)
    yield from _of_population(change)
    if known is None and _is_synonymous(change) and (SPLICING, "harmful") not in change.predictions:
        yield _criterion("SBP2", _named(change, change.protein_change or ""), SOURCE)


def _of_known(change: Alteration, known: Known) -> Iterator[Criterion]:
    if not known.is_residue:
        yield _criterion("OS1", _named(change, known.what), known.source)
    if known.basis == "functional":
        yield _criterion("OS2", _named(change, known.what), known.source)
    if known.direction == "loss":
        yield from _of_null(change)


def _of_null(change: Alteration) -> Iterator[Criterion]:
    role = roles.role_of(change.gene)
    if "truncating" not in change.classes or role is None or not role.clear:
        return
    if _loses_enough(change):
        yield _criterion("OVS1", _named(change, change.protein_change or change.cdna or ""), role.source)
    else:
        yield _criterion("OM2", _named(change, change.protein_change or ""), "PMID:30192042")


def _loses_enough(change: Alteration) -> bool:
    """Whether the messenger decays, or a tenth of the protein or a needed part of it is lost."""
    ending, places = roles.ending_of(change.gene), codons(change.protein_change)
    if places is None or places[0] == 1:
        return True
    if change.gene in _NEEDED_TO:
        return places[0] <= _NEEDED_TO[change.gene]
    if ending is None or places[0] <= ending.last_decaying_codon:
        return True
    return (ending.amino_acids - places[0]) / ending.amino_acids >= _SHARE_THAT_MATTERS


def _of_place(change: Alteration, *, is_established: bool, frequent: bool) -> Iterator[Criterion]:
    """OM1, else OM4; neither beside a frequent hotspot, and OM4 not beside OS1."""
    if frequent or not _is_altered(change):
        return
    domain = domains.domain_of(change)
    if domain is not None:
        yield _criterion("OM1", f"{change.gene} {domain.name} ({domain.first}-{domain.last})", domain.source)
        return
    other = known_variants.others_of(change) if not is_established else None
    if other is not None:
        yield _criterion("OM4", _named(change, other.what), other.source)


def _of_length(change: Alteration) -> Iterator[Criterion]:
    role = roles.role_of(change.gene)
    if role is None:
        return
    in_frame = bool(change.classes & _IN_FRAME) or change.consequence in ("In_Frame_Del", "In_Frame_Ins")
    no_stop = change.consequence == "Nonstop_Mutation" or "ext" in (change.protein_change or "")
    if in_frame or (role.suppresses and no_stop):
        yield _criterion("OM2", _named(change, change.protein_change or ""), role.source)


def _of_population(change: Alteration) -> Iterator[Criterion]:
    share = change.population_frequency
    if share is None:
        return
    if share > 0.05:
        yield _criterion("SBVS1", f"{share:.3g}", SOURCE)
    elif share > 0.01:
        yield _criterion("SBS1", f"{share:.3g}", SOURCE)
    elif share <= 0.00001:
        yield _criterion("OP4", f"{share:.3g}", SOURCE)


def _is_altered(change: Alteration) -> bool:
    """Whether amino acids are changed without the rest being lost."""
    if "truncating" in change.classes or _is_synonymous(change):
        return False
    return codons(change.protein_change) is not None or known_variants.residue_alone(change) is not None


def _is_synonymous(change: Alteration) -> bool:
    protein = change.protein_change or ""
    if protein.endswith("="):
        return True
    residue = proteins.residue(protein)
    if residue is not None and residue[2] == protein[-1]:
        return True
    return change.consequence == "Silent" and not protein


def _named(change: Alteration, what: str) -> str:
    return f"{change.gene} {what}".strip()
