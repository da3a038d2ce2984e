"""Changes understood from a place in the genome, or a cDNA alone: gene, names and class.

Three sources, in this order: the table of well-known changes in both builds, the site's own reference when there is
one, and the coding sequences that come with Chevet. What a file says is never replaced; only what it leaves out is
filled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration, Build, Genomic
from chevet.genomics.calling import Call, calls, fewest_bases, of_cdna
from chevet.genomics.classes import with_classes
from chevet.genomics.coding_sequences import built_in
from chevet.genomics.effects import consequence_of
from chevet.genomics.transcript import Transcripts, plain_chromosome
from chevet.genomics.transcripts import counted_as_usual, gene_of, is_mane

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
    consequence: str | None = None


def annotate(alterations: tuple[Alteration, ...], reference: Transcripts | None = None) -> tuple[Alteration, ...]:
    """The alterations, in their order, with what is known of their place or cDNA: gene, protein change, class.

    reference   the transcripts of the site's own reference, of one build; without one, those that come with Chevet

    >>> place = Genomic("GRCh38", "7", 140753336, "A", "T")
    >>> found = annotate((Alteration("variant", genomic=place),))[0]
    >>> found.gene, found.protein_change, found.cdna, found.consequence
    ('BRAF', 'p.V600E', 'c.1799T>A', 'Missense_Mutation')
    """
    return tuple(_annotated(change, reference) if change.type == "variant" else change for change in alterations)


def known_at(place: Genomic, *, gene: str = "") -> KnownChange | None:
    """The known change at this place of its build; of `gene` when one is given."""
    key = _key(place)
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


def _annotated(change: Alteration, reference: Transcripts | None) -> Alteration:
    if not change.gene and change.transcript:
        change = replace(change, gene=gene_of(change.transcript) or "")
    change = counted_as_usual(change)
    known = _by_genome(change, reference) if change.genomic is not None else None
    if known is None and change.gene and change.cdna and not change.protein_change:
        known = known_as(change.gene, change.cdna) or _by_coding_change(change, reference)
    if known is not None:
        change = _filled(change, known)
    elif change.genomic is not None and not change.gene:
        change = _by_region(change)
    if change.consequence is None:
        change = replace(change, consequence=consequence_of(change))
    return with_classes(change)


def _by_genome(change: Alteration, reference: Transcripts | None) -> KnownChange | None:
    place = change.genomic
    if place is None:
        return None
    known = known_at(place, gene=change.gene)
    if known is not None:
        return known
    for transcripts in (reference, built_in(place.build) if place.build in ("GRCh37", "GRCh38") else None):
        if transcripts is not None:
            for one in calls(place, transcripts):
                if change.gene in ("", one.gene):
                    return _of_call(one)
    return None


def _by_coding_change(change: Alteration, reference: Transcripts | None) -> KnownChange | None:
    """What a cDNA is on the transcript that the field counts on; None when the file says another transcript."""
    cdna = plain_cdna(change.cdna or "")
    said = (change.transcript or "").partition(".")[0]
    for transcripts in (built_in("GRCh38"), reference):
        for one in transcripts.of(change.gene) if transcripts is not None else ():
            if said in ("", one.name.partition(".")[0]) or (is_mane(said) and is_mane(one.name)):
                found = of_cdna(cdna, one)
                if found is not None:
                    return _of_call(found)
    return None


def _of_call(found: Call) -> KnownChange:
    return KnownChange(
        found.gene, found.transcript, found.protein_change, found.cdna, "counted on the coding sequence",
        found.consequence,
    )  # fmt: skip


def _filled(change: Alteration, known: KnownChange) -> Alteration:
    """What the file left out; a protein change of its own is kept with its own cDNA and transcript."""
    if change.protein_change and change.protein_change != known.protein_change:
        return replace(change, gene=known.gene)
    return replace(
        change, gene=known.gene, protein_change=known.protein_change, cdna=change.cdna or known.cdna,
        transcript=change.transcript or known.transcript,
        consequence=change.consequence or known.consequence or ("5'Flank" if known.cdna.startswith("c.-") else None),
    )  # fmt: skip


def _by_region(change: Alteration) -> Alteration:
    """The gene of a change outside of the protein that rules ask for: MET exon 14 skipped, the TERT promoter."""
    place = change.genomic
    gene, asked = _BY_PLACE.get(plain_chromosome(place.chromosome) if place else "", ("", ""))
    if not gene:
        return change
    named = with_classes(replace(change, gene=gene))
    return named if asked in named.classes else change


def _key(place: Genomic) -> _Key | None:
    """The change as fewest bases, whatever was written around it; None for what is no change of bases."""
    bases = fewest_bases(place)
    return None if bases is None else (place.build, plain_chromosome(place.chromosome), *bases)


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
