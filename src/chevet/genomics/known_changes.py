"""Well-known changes understood without a reference: from a place in the genome, or a cDNA alone, to gene and protein.

The table holds where the changes that rules and hotspots name lie, in both builds. What a file says is never replaced;
only what it leaves out is filled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration, Build, Genomic
from chevet.genomics.classes import with_classes
from chevet.genomics.effects import consequence_of
from chevet.genomics.transcripts import counted_as_usual, gene_of

_BUILDS: tuple[tuple[Build, str], ...] = (("GRCh37", "grch37"), ("GRCh38", "grch38"))
# Genes of which rules ask for changes outside of the protein, recognised by their place.
_BY_PLACE = {"7": ("MET", "exon_14_skipping"), "5": ("TERT", "promoter")}
_Key = tuple[str, str, int, str, str]


@dataclass(frozen=True)
class KnownChange:
    """A row of the table; `protein_change` is None for a promoter."""

    gene: str
    transcript: str
    protein_change: str | None
    cdna: str
    source: str


def annotate(alterations: tuple[Alteration, ...]) -> tuple[Alteration, ...]:
    """The alterations, in their order, with what is known of their place or cDNA: gene, protein change, class.

    >>> place = Genomic("GRCh38", "7", 140753336, "A", "T")
    >>> found = annotate((Alteration("variant", genomic=place),))[0]
    >>> found.gene, found.protein_change, found.cdna, found.consequence
    ('BRAF', 'p.V600E', 'c.1799T>A', 'Missense_Mutation')
    """
    return tuple(_annotated(change) if change.type == "variant" else change for change in alterations)


def known_at(place: Genomic, *, gene: str = "") -> KnownChange | None:
    """The known change at this place of its build; of `gene` when one is given."""
    key = _key(place.build, place.chromosome, place.position, place.ref, place.alt)
    found = _by_place().get(key) if key else None
    return found if found is not None and gene in ("", found.gene) else None


def known_as(gene: str, cdna: str) -> KnownChange | None:
    """The known change of a gene that has this cDNA, on the transcript that the field counts on.

    >>> known_as("EGFR", "c.2573T>G").protein_change, known_as("BRAF", "c.1798_1799delGTinsAA").protein_change
    ('p.L858R', 'p.V600K')
    """
    return _by_cdna().get((gene, plain_cdna(cdna)))


def plain_cdna(cdna: str) -> str:
    """The cDNA without the bases that it removes or doubles, and two or more bases replaced as a delins.

    >>> plain_cdna("c.2235_2249del15"), plain_cdna("c.1798_1799GT>AA"), plain_cdna("c.5266dupC")
    ('c.2235_2249del', 'c.1798_1799delinsAA', 'c.5266dup')
    """
    text = "".join(cdna.split())
    text = re.sub(r"(\d)([ACGT]{2,}|)>([ACGT]{2,})$", r"\1delins\3", text)
    text = re.sub(r"del(?:[ACGT]+|\d+)ins", "delins", text)
    return re.sub(r"(?<!ns)(del|dup)(?:[ACGT]+|\d+)$", r"\1", text)


def _annotated(change: Alteration) -> Alteration:
    if not change.gene and change.transcript:
        change = replace(change, gene=gene_of(change.transcript) or "")
    change = counted_as_usual(change)
    known = None
    if change.genomic is not None:
        known = known_at(change.genomic, gene=change.gene)
    if known is None and change.gene and change.cdna and not change.protein_change:
        known = known_as(change.gene, change.cdna)
    if known is not None:
        change = _filled(change, known)
    elif change.genomic is not None and not change.gene:
        change = _by_region(change)
    if change.consequence is None:
        change = replace(change, consequence=consequence_of(change))
    return with_classes(change)


def _filled(change: Alteration, known: KnownChange) -> Alteration:
    """What the file left out; a protein change of its own is kept with its own cDNA and transcript."""
    if change.protein_change and change.protein_change != known.protein_change:
        return replace(change, gene=known.gene)
    return replace(
        change, gene=known.gene, protein_change=known.protein_change, cdna=change.cdna or known.cdna,
        transcript=change.transcript or known.transcript,
        consequence=change.consequence or ("5'Flank" if known.cdna.startswith("c.-") else None),
    )  # fmt: skip


def _by_region(change: Alteration) -> Alteration:
    """The gene of a change outside of the protein that rules ask for: MET exon 14 skipped, the TERT promoter."""
    place = change.genomic
    gene, asked = _BY_PLACE.get(place.chromosome.removeprefix("chr") if place else "", ("", ""))
    if not gene:
        return change
    named = with_classes(replace(change, gene=gene))
    return named if asked in named.classes else change


def _key(build: str, chromosome: str, position: int, ref: str, alt: str) -> _Key | None:
    """The change as fewest bases, whatever was written around it; None for what is no change of bases."""
    before, after = (text.upper().replace("-", "").replace(".", "") for text in (ref, alt))
    if not set(before + after) <= set("ACGT") or before == after:
        return None
    # MAF writes an insertion behind the base whose place it gives, VCF repeats that base
    start = position + 1 if not before else position
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    while before and after and before[0] == after[0]:
        before, after, start = before[1:], after[1:], start + 1
    return build, chromosome.removeprefix("chr"), start, before, after


@cache
def _by_place() -> dict[_Key, KnownChange]:
    found: dict[_Key, KnownChange] = {}
    for row in facts.rows("known_changes.tsv"):
        known = _known(row)
        for build, column in _BUILDS:
            ref, alt = row["ref"], row["alt"]
            for slide in range(int(row["slides"]) + 1):
                found[build, row["chromosome"], int(row[column]) + slide, ref, alt] = known
                ref, alt = ref[1:] + ref[:1], alt[1:] + alt[:1]
    return found


@cache
def _by_cdna() -> dict[tuple[str, str], KnownChange]:
    return {(row["gene"], plain_cdna(row["cdna"])): _known(row) for row in facts.rows("known_changes.tsv")}


def _known(row: dict[str, str]) -> KnownChange:
    return KnownChange(row["gene"], row["transcript"], row["protein_change"] or None, row["cdna"], row["source"])
