"""Which gene a transcript belongs to, and what its residues are called on the transcript that the field counts on.

The numbers of a change depend on the transcript: V600E of BRAF is V640E on NM_001374258. Rules name a change by the
number that the field uses; `numbering.tsv` holds the transcripts that count otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration

_RESIDUES = re.compile(r"(?<=[A-Z*])\d+(?=[A-Z*_=?]|del|dup|ins|fs|$)|(?<=^p\.)\d+")
_BASES = re.compile(r"(?<=^c\.)\d+|(?<=_)\d+")


@dataclass(frozen=True)
class Numbering:
    """A transcript that counts otherwise: from residue `first` on, the field's number is its own plus `more`."""

    gene: str
    transcript: str
    first: int
    more: int
    counted_on: str
    example: str


def gene_of(accession: str) -> str | None:
    """The gene of a transcript or protein, with or without version; None when it is not of the table.

    >>> gene_of("NM_004333.6"), gene_of("ENST00000275493.2"), gene_of("NM_000000")
    ('BRAF', 'EGFR', None)
    """
    return _genes().get(accession.strip().partition(".")[0])


def is_mane(accession: str) -> bool:
    """Whether this is the MANE Select transcript of its gene, or the protein of it."""
    return accession.strip().partition(".")[0] in _selected()


def numbering_of(transcript: str | None) -> Numbering | None:
    """How this transcript counts, when it does otherwise than the field; None when it does not, or is unknown.

    >>> numbering_of("NM_001374258.1").example, numbering_of("NM_004333.6")
    ('V640E is V600E', None)
    """
    if not transcript:
        return None
    name = transcript.strip()
    table = _numberings()
    if name.startswith("NM_002468."):  # MYD88: only later versions of the record leave a part out
        return table["NM_002468.5"] if int(re.sub(r"\D.*", "", name[10:]) or 0) >= 5 else None
    return table.get(name.partition(".")[0])


def counted_as_usual(change: Alteration) -> Alteration:
    """The change under the numbers that the field uses, and the transcript that bears them; else as it was.

    >>> other = Alteration("variant", gene="BRAF", protein_change="p.V640E", transcript="NM_001374258.1")
    >>> counted_as_usual(other).protein_change, counted_as_usual(other).transcript
    ('p.V600E', 'NM_004333')
    """
    other = numbering_of(change.transcript)
    if other is None or other.gene != change.gene:
        return change
    protein = _moved(change.protein_change, _RESIDUES, other.first, other.more)
    cdna = _moved(change.cdna, _BASES, 3 * other.first - 2, 3 * other.more)
    if (protein, cdna) == (change.protein_change, change.cdna):
        return change
    return replace(change, protein_change=protein, cdna=cdna, transcript=other.counted_on)


def _moved(text: str | None, numbers: re.Pattern[str], first: int, more: int) -> str | None:
    """The text with its places moved; the count behind a frameshift's stop is no place."""
    if text is None:
        return None
    head, star, tail = text.partition("fs")
    return numbers.sub(lambda one: str(int(one[0]) + more) if int(one[0]) >= first else one[0], head) + star + tail


@cache
def _genes() -> dict[str, str]:
    return {row["accession"]: row["gene"] for row in facts.rows("transcripts.tsv")}


@cache
def _selected() -> frozenset[str]:
    return frozenset(row["accession"] for row in facts.rows("transcripts.tsv") if row["mane"] == "yes")


@cache
def _numberings() -> dict[str, Numbering]:
    return {
        row["transcript"]: Numbering(
            row["gene"], row["transcript"], int(row["first"]), int(row["more"]), row["counted_on"], row["example"]
        )
        for row in facts.rows("numbering.tsv")
    }
