"""What a break of the genome joins, takes away or adds: fusions, genes lost or gained, exons that are gone.

A gene gives a fusion its beginning where the piece that is kept holds the gene's beginning, and its end where it holds
the end. What cannot be told is handed back with the reason, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from chevet.genomics import copy_number, fusions, roles
from chevet.genomics.alteration import Alteration, AlterationType, Build
from chevet.genomics.coding_sequences import built_in
from chevet.genomics.fusion_names import driver
from chevet.genomics.gene_map import GenePlace, genes_at, genes_within
from chevet.genomics.transcript import Transcript

Kept = Literal["left", "right"]
# Breaks beside a gene that an immune receptor switches on lie up to half a megabase away, as probes of FISH span.
NEAR_RECEPTOR = 500_000
# One copy more or less of a longer stretch says nothing of a single gene (focal: Krijgsman, Biochim Biophys Acta 2014).
FOCAL = 3_000_000


@dataclass(frozen=True)
class Break:
    """One end of a junction: the last base that is kept, and on which side of it the kept piece lies."""

    chromosome: str
    position: int
    keeps: Kept


@dataclass(frozen=True)
class Placed:
    """The findings of one structural row; else why there are none: a key of `not_read.<reason>`, and of which gene."""

    found: tuple[Alteration, ...] = ()
    reason: str = ""
    detail: str = ""


def joined(one: Break, other: Break, build: Build) -> Placed:
    """What two kept pieces make together: a fusion, or a gene without some of its exons.

    >>> joined(Break("2", 42_522_694, "left"), Break("2", 29_447_000, "left"), "GRCh37").found[0].fusion
    ('EML4', 'ALK')
    """
    first, second = genes_at(build, one.chromosome, one.position), genes_at(build, other.chromosome, other.position)
    shared = [gene for gene in first if gene in second]
    if shared and not any(gene.is_receptor for gene in shared):
        low, high = sorted((one, other), key=lambda end: end.position)
        return _within(_foremost(shared), low, high, build)
    switched = _switched_on(one, other, build)
    if switched is not None:
        return switched
    pairs = [pair for a in first for b in second if a.gene != b.gene and (pair := _ordered(a, one, b, other))]
    fusion = _driving(pairs)
    if fusion is not None:
        return Placed((fusion,))
    if pairs:
        return _told("sv_unknown_pair", *first, *second)
    return _told("sv_against_each_other" if first and second else "sv_breaks_gene", *first, *second)


def _foremost(places: Iterable[GenePlace]) -> GenePlace:
    """Of genes that lie over each other, the one that is known to drive; else the longest."""
    return max(places, key=lambda one: (roles.role_of(one.gene) is not None, one.end - one.start))


def _told(reason: str, *places: GenePlace) -> Placed:
    """The reason with the genes known to drive among these; a row that touches none of them touches nothing."""
    known = ", ".join(sorted({one.gene for one in places if roles.role_of(one.gene) is not None}))
    return Placed(reason=reason if known else "sv_no_gene", detail=known)


# -- fusions


def _ordered(a: GenePlace, one: Break, b: GenePlace, other: Break) -> tuple[str, str] | None:
    """The partners, 5' first; None where both give their beginnings, or both their ends."""
    if a.is_receptor or b.is_receptor or _gives_start(a, one) == _gives_start(b, other):
        return None
    return (a.gene, b.gene) if _gives_start(a, one) else (b.gene, a.gene)


def _gives_start(gene: GenePlace, end: Break) -> bool:
    return (gene.strand == "+") == (end.keeps == "left")


def _driving(pairs: Iterable[tuple[str, str]]) -> Alteration | None:
    """Of the pairs that overlapping genes allow, the one that drives or is the other half of one that does."""
    made = [Alteration("fusion", gene=driver(*pair), fusion=pair) for pair in pairs]
    judged = [(found, one) for one in made if (found := fusions.judge(one)).verdict != "uncertain" or found.flags]
    return min(judged, key=lambda each: each[0].verdict == "uncertain")[1] if judged else None


def _switched_on(one: Break, other: Break, build: Build) -> Placed | None:
    """A gene beside an immune receptor's; None where no receptor takes part."""
    first, second = (_receptor(end, build) for end in (one, other))
    if first and second:
        return Placed(reason="sv_receptors")
    if not first and not second:
        return None
    receptor, far = (first, other) if first else (second, one)
    near = [
        place
        for place in genes_at(build, far.chromosome, far.position - NEAR_RECEPTOR, far.position + NEAR_RECEPTOR)
        if place.gene in fusions.SWITCHED_ON
    ]
    if not near:
        return _told("sv_breaks_gene", *genes_at(build, far.chromosome, far.position))
    nearest = min(near, key=lambda place: max(place.start - far.position, far.position - place.end, 0))
    return Placed((Alteration("fusion", gene=nearest.gene, fusion=(receptor, nearest.gene)),))


def _receptor(end: Break, build: Build) -> str:
    return next((one.gene for one in genes_at(build, end.chromosome, end.position) if one.is_receptor), "")


# -- within one gene


def _within(gene: GenePlace, low: Break, high: Break, build: Build) -> Placed:
    """A gene whose exons between two places are gone; what else happens inside one gene is not read."""
    if (low.keeps, high.keeps) != ("left", "right"):
        return _told("sv_within_gene", gene)
    transcript = next(iter(built_in(build).of(gene.gene)), None) if build != "other" else None
    if transcript is None:
        return _told("sv_within_gene", gene)
    bases = _coding_bases(transcript, low.position + 1, high.position - 1)
    if bases is None:
        return _told("sv_in_intron", gene)
    if bases[0] == 1:
        return _told("sv_breaks_gene", gene)
    change = f"c.{bases[0]}_{bases[1]}del"
    return Placed((Alteration("variant", gene=gene.gene, cdna=change, transcript=transcript.name),))


def _coding_bases(transcript: Transcript, first: int, last: int) -> tuple[int, int] | None:
    """The first and last coding base, from 1, of a stretch of the genome; None where it holds none."""
    inside: list[int] = []
    passed = 0
    for low, high in transcript.exons:
        start, end = max(low, first), min(high, last)
        if start <= end:
            ends = (start - low, end - low) if transcript.strand > 0 else (high - end, high - start)
            inside += [passed + 1 + one for one in ends]
        passed += high - low + 1
    return (min(inside), max(inside)) if inside else None


# -- copies


def copies_changed(
    kind: Literal["loss", "gain"],
    chromosome: str,
    start: int,
    end: int,
    build: Build,
    *,
    copies: float | None = None,
    homozygous: bool = False,
) -> Placed:
    """The driver genes of a stretch that is lost or doubled.

    copies       in the tumour's cells, where the row says them; homozygous: both chromosomes lack the stretch

    Without either, a loss or a gain is of one copy.
    """
    called: AlterationType | None = kind
    if copies is not None:
        called = copy_number.call(copy_number.Segment(chromosome, start, end, copies), None)
    elif kind == "loss" and homozygous:
        called = "deletion"
    if called is None:
        return Placed(reason="sv_no_gene")
    length = end - start + 1
    if called in ("loss", "gain") and length > FOCAL:
        return Placed(reason="sv_broad")
    classes = frozenset({"focal" if length <= FOCAL else "broad"})
    found = tuple(
        Alteration(called, gene=gene, copy_number=copies, classes=classes)
        for gene in _touched(called, chromosome, start, end, build)
    )
    return Placed(found) if found else _told("sv_breaks_gene", *genes_at(build, chromosome, start, end))


def _touched(called: str, chromosome: str, start: int, end: int, build: Build) -> Iterator[str]:
    """Driver genes that lie inside; for what no copy is left of, also those that lose a part."""
    reach = genes_at if called == "deletion" else genes_within
    for place in reach(build, chromosome, start, end):
        if roles.role_of(place.gene) is not None:
            yield place.gene
