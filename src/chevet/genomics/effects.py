"""What a change does to the protein, read from its name: the class of the MAF format."""

from __future__ import annotations

import re

from chevet.genomics.alteration import Alteration

_SUBSTITUTION = re.compile(r"p\.([A-Z*])(\d+)([A-Z*=])")
_CODING = re.compile(r"c\.(-|\*)?(\d+)([+-]\d+)?(?:_(-|\*)?(\d+)([+-]\d+)?)?(.*)")


def consequence_of(change: Alteration) -> str | None:
    """The MAF class that the protein change or the cDNA means; None when neither says it.

    >>> consequence_of(Alteration("variant", protein_change="p.R213*"))
    'Nonsense_Mutation'
    >>> consequence_of(Alteration("variant", cdna="c.3028+1G>T"))
    'Splice_Site'
    """
    return _of_protein(change) or _of_coding(change.cdna or "")


def _of_protein(change: Alteration) -> str | None:
    protein = change.protein_change or ""
    found = _SUBSTITUTION.fullmatch(protein)
    if found is not None:
        return _of_substitution(found[1], found[2], found[3])
    if protein.endswith("_splice"):
        return "Splice_Site"
    if protein.startswith("p.M1") and protein[4:5] in ("?", "e"):
        return "Translation_Start_Site"
    if "ext" in protein:
        return "Nonstop_Mutation"
    if "fs" in protein:
        added = _bases_added(change)
        return None if added is None else "Frame_Shift_Ins" if added > 0 else "Frame_Shift_Del"
    if re.search(r"(?:ins|delins)[A-Z]*\*", protein):
        return "Nonsense_Mutation"
    return _in_frame(protein)


def _of_substitution(before: str, place: str, after: str) -> str:
    if after in ("=", before):
        return "Silent"
    if before == "*":
        return "Nonstop_Mutation"
    if place == "1":
        return "Translation_Start_Site"
    return "Nonsense_Mutation" if after == "*" else "Missense_Mutation"


def _in_frame(protein: str) -> str | None:
    found = re.fullmatch(r"p\.[A-Z](\d+)(?:_[A-Z](\d+))?(delins|del|dup|ins)([A-Z]*|\d+)", protein)
    if found is None:
        return "Silent" if protein == "p.=" else None
    if found[3] != "delins":
        return "In_Frame_Del" if found[3] == "del" else "In_Frame_Ins"
    more = len(found[4]) - (int(found[2] or found[1]) - int(found[1]) + 1)
    return "In_Frame_Ins" if more > 0 else "In_Frame_Del" if more < 0 else "Missense_Mutation"


def _of_coding(cdna: str) -> str | None:
    found = _CODING.fullmatch(cdna)
    if found is None:
        return None
    offsets = [int(text) for text in (found[3], found[6]) if text]
    across = len(offsets) == 1 and found[5] is not None  # from an intron into an exon, or the other way
    if across or any(abs(offset) <= 2 for offset in offsets) or (len(offsets) == 2 and offsets[0] < 0 < offsets[1]):
        return "Splice_Site"
    if offsets:
        return "Intron"
    if found[1]:
        return "5'UTR" if found[1] == "-" else "3'UTR"
    added = _added(found)
    if added is None:
        return None
    if added % 3:
        return "Frame_Shift_Ins" if added > 0 else "Frame_Shift_Del"
    return "In_Frame_Ins" if added > 0 else "In_Frame_Del" if added < 0 else None


def _bases_added(change: Alteration) -> int | None:
    """How many bases a change adds, below 0 when it takes some away; None when nothing tells."""
    if change.genomic is not None:
        return len(change.genomic.alt.strip("-.")) - len(change.genomic.ref.strip("-.")) or None
    found = _CODING.fullmatch(change.cdna or "")
    return _added(found) if found else None


def _added(found: re.Match[str]) -> int | None:
    """Bases added by a coding change; None for a substitution, or when its length is not said."""
    what = re.fullmatch(r"(delins|del|dup|ins)([ACGT]*)", found[7])
    if what is None:
        return None
    places = int(found[5] or found[2]) - int(found[2]) + 1
    if what[1] == "del":
        return -places
    if what[1] == "dup":
        return places
    if not what[2]:
        return None
    return len(what[2]) - (places if what[1] == "delins" else 0)
