"""Names under which rules ask for a change: exon 19 deletion, exon 14 skipping, tandem duplication, truncating ...

They follow from the protein change, the cDNA, the place in the genome or the words of the source, whichever is there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration, Genomic

# The class of a variant that the laboratory calls pathogenic, or oncogenic.
CALLED = "called_pathogenic"
# EGFR: exon 19 and 20 of the kinase domain. ERBB2: exon 20 is codons 769 to 835 of NM_004448, all known insertions
# lie in 770 to 785 (PMID:22908275).
_ERBB2_EXON_20 = range(769, 836)
# MET exon 14 is 981 to 1028 of NM_001127500 and 963 to 1010 of NM_000245, which most laboratories count by.
_MET_NUMBERING = {"long": (2942, 3082), "short": (2888, 3028)}
_MET_SITES = {"GRCh37": ((116411870, 116411902), (116412040, 116412050)),
              "GRCh38": ((116771816, 116771848), (116771986, 116771996))}  # fmt: skip
_TERT_PROMOTER = {"GRCh37": (1295104, 1295300), "GRCh38": (1294989, 1295185)}

_PLACES = re.compile(r"p\.[A-Z*](\d+)(?:_[A-Z*](\d+))?(.*)")
_CDNA = re.compile(r"c\.(-?\d+)([+-]\d+)?(?:_(-?\d+)([+-]\d+)?)?(.*)")


def with_classes(change: Alteration) -> Alteration:
    """The alteration with its classes and, where the source has none, its exon."""
    found = classes_of(change)
    return change if found == change.classes else replace(change, classes=found)


def classes_of(change: Alteration) -> frozenset[str]:
    """Every class of this alteration, those that the source said included.

    >>> sorted(classes_of(Alteration("variant", gene="EGFR", protein_change="p.E746_A750del")))
    ['exon_19', 'exon_19_deletion', 'in_frame']
    >>> sorted(classes_of(Alteration("variant", gene="APC", protein_change="p.R1450*")))
    ['truncating']
    """
    if change.type != "variant":
        return change.classes
    found = set(change.classes)
    found |= _of_protein(change)
    found |= _of_place(change)
    found |= _of_exon(change)
    if _is_truncating(change):
        found.add("truncating")
    if change.gene == "FLT3":
        found |= _of_flt3(change)
    if change.gene == "EGFR" and change.exon is None and "exon_2_7_deletion" in found:
        found.add("vIII")
    return frozenset(found)


def codons(protein_change: str | None) -> tuple[int, int] | None:
    """The first and last codon of a protein change; None when it names none.

    >>> codons("p.E746_A750del"), codons("p.V600E"), codons("p.X1010_splice")
    ((746, 750), (600, 600), (1010, 1010))
    """
    found = _PLACES.match(protein_change or "")
    if found is None:
        return None
    return int(found[1]), int(found[2] or found[1])


def _of_protein(change: Alteration) -> set[str]:
    places = codons(change.protein_change)
    if places is None:
        return set()
    exons = {number for number, first, last in _exons(change.gene) if first <= places[1] and places[0] <= last}
    if change.gene == "ERBB2" and places[0] in _ERBB2_EXON_20:
        exons.add(20)
    found = {f"exon_{number}" for number in exons} if len(exons) <= 2 else set()
    kind = _kind(change.protein_change or "")
    if kind in ("deletion", "insertion"):
        found.add("in_frame")
        found |= {f"exon_{number}_{kind}" for number in exons}
    return found


_BY_CONSEQUENCE = {"In_Frame_Del": "deletion", "In_Frame_Ins": "insertion"}


def _of_exon(change: Alteration) -> set[str]:
    """The exon that the source names, where it names no change of the protein; and what happens in it."""
    if change.exon is None or change.protein_change:
        return set()
    kind = _BY_CONSEQUENCE.get(change.consequence or "")
    return {f"exon_{change.exon}"} | ({f"exon_{change.exon}_{kind}", "in_frame"} if kind else set())


def _kind(protein_change: str) -> str:
    """Whether a change in frame takes amino acids away or adds some; a delins by what is left of its length."""
    if "fs" in protein_change or "*" in protein_change or "splice" in protein_change:
        return ""
    places = codons(protein_change)
    if "delins" in protein_change and places is not None:
        added = len(protein_change.rpartition("delins")[2])
        removed = places[1] - places[0] + 1
        return "insertion" if added > removed else "deletion" if added < removed else ""
    if "del" in protein_change:
        return "deletion"
    return "insertion" if "dup" in protein_change or "ins" in protein_change else ""


def _is_truncating(change: Alteration) -> bool:
    protein = change.protein_change or ""
    if "fs" in protein or re.fullmatch(r"p\.[A-Z]\d+\*", protein) or protein.endswith("_splice"):
        return True
    if not protein and change.cdna and _cuts(change.cdna):
        return True
    return change.consequence in (
        "Nonsense_Mutation", "Frame_Shift_Del", "Frame_Shift_Ins", "Splice_Site", "Translation_Start_Site",
    )  # fmt: skip


def _cuts(cdna: str) -> bool:
    """Whether a coding change hits an essential splice site, or shifts the frame by its length."""
    found = _CDNA.match(cdna)
    if found is None or found[1].startswith("-"):
        return False
    offsets = [int(text) for text in (found[2], found[4]) if text]
    if offsets:
        return any(abs(offset) <= 2 for offset in offsets)
    places = int(found[3] or found[1]) - int(found[1]) + 1
    change = re.fullmatch(r"(delins|del|dup|ins)([ACGT]*)", found[5])
    if change is None:
        return False
    added = len(change[2])
    shift = {"del": places, "dup": places, "ins": added, "delins": added - places}[change[1]]
    return bool(shift % 3) and (added > 0 or change[1] in ("del", "dup"))


def _of_place(change: Alteration) -> set[str]:
    found: set[str] = set()
    if change.gene == "MET" and _skips_exon_14(change):
        found.add("exon_14_skipping")
    if change.gene == "TERT" and _in_tert_promoter(change):
        found.add("promoter")
    return found


def _skips_exon_14(change: Alteration) -> bool:
    """A change of the splice sites of MET exon 14, or of the whole exon."""
    protein = change.protein_change or ""
    if re.fullmatch(r"p\.[XD](?:1010|1028|963|981|982)_splice", protein):
        return True
    # the last codon of the exon is half of the donor site: p.D1010N and its like skip the exon (PMID:25971938)
    if re.fullmatch(r"p\.D(?:1010|1028)[A-Z]", protein):
        return True
    if "del" in protein and (places := codons(protein)) and places[0] <= 982 and places[1] >= 1010:
        return True
    if change.cdna and _met_cdna(change.cdna):
        return True
    return change.genomic is not None and _met_genomic(change.genomic)


def _met_cdna(cdna: str) -> bool:
    found = _CDNA.match(cdna)
    if found is None:
        return False
    ends = [(int(place), int(offset or 0)) for place, offset in ((found[1], found[2]), (found[3], found[4])) if place]
    for first, last in _MET_NUMBERING.values():
        for place, offset in ends:
            if place == first and -40 <= offset < 0:
                return True
            if place == last and 0 <= offset <= 8:
                return True
        if len(ends) == 2 and ends[0][0] <= last <= ends[1][0] and ends[0][0] >= first:
            return True
    return False


def _met_genomic(change: Genomic) -> bool:
    if change.chromosome != "7" or change.build not in _MET_SITES:
        return False
    end = change.position + max(len(change.ref), 1) - 1
    acceptor, donor = _MET_SITES[change.build]
    long_enough = len(change.ref) > 1 or donor[0] <= change.position <= donor[1]
    acceptor_hit = change.position <= acceptor[1] and end >= acceptor[0] and (
        len(change.ref) > len(change.alt) or acceptor[1] - 2 <= change.position
    )  # fmt: skip
    return bool(acceptor_hit or (long_enough and change.position <= donor[1] and end >= donor[0]))


def _in_tert_promoter(change: Alteration) -> bool:
    if change.cdna:
        found = _CDNA.match(change.cdna)
        if found is not None and -260 <= int(found[1]) <= -50:
            return True
    place = change.genomic
    if place is not None and place.chromosome == "5" and place.build in _TERT_PROMOTER:
        first, last = _TERT_PROMOTER[place.build]
        return first <= place.position <= last
    return change.consequence == "5'Flank" and not change.protein_change


def _of_flt3(change: Alteration) -> set[str]:
    """Tandem duplications lie in the juxtamembrane and first kinase domain; D835 and I836 are of the TKD."""
    places = codons(change.protein_change)
    if places is None:
        return set()
    protein = change.protein_change or ""
    if ("dup" in protein or "ins" in protein) and 560 <= places[0] <= 650:
        return {"itd"}
    return {"tkd"} if 829 <= places[0] <= 856 and "fs" not in protein and "*" not in protein else set()


@cache
def _exons(gene: str) -> tuple[tuple[int, int, int], ...]:
    """Number, first and last codon of each exon of a gene of the table; nothing for other genes."""
    return tuple(
        (int(row["exon"]), int(row["first_codon"]), int(row["last_codon"]))
        for row in facts.rows("exons.tsv")
        if row["gene"] == gene
    )
