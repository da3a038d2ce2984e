"""Coding sequences from what a site has: a genome (FASTA), and where genes lie (GFF3, or a table of segments)."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pysam

from chevet.errors import BadInput
from chevet.genomics.alteration import Build
from chevet.genomics.builds import build_of_length
from chevet.genomics.coding import reverse_complement
from chevet.genomics.transcript import Transcript, plain_chromosome
from chevet.genomics.transcripts import is_mane

_SEGMENT_COLUMNS = {"gene.name", "cds.id", "chr", "chr.coding.start", "chr.coding.end", "cds.start", "strand"}
_MANE_TAGS = ("MANE_Select", "MANE Select", "Ensembl_canonical")


@dataclass
class Segments:
    """One coding sequence as a file gives it: its segments, in any order."""

    name: str
    gene: str
    chromosome: str
    strand: int
    preferred: bool = False
    places: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Extracted:
    """The transcripts, and how many were left out because they do not run from a start codon to a stop codon."""

    transcripts: tuple[Transcript, ...]
    left_out: int


def extract(build: Build, fasta: Path, segments: Iterable[Segments]) -> Extracted:
    """The coding sequences of these segments. Raises BadInput when the FASTA cannot be read, or nothing fits it."""
    genome = opened(fasta)
    names = {plain_chromosome(name): name for name in genome.references}
    found: list[Transcript] = []
    left_out = 0
    for one in segments:
        name = names.get(plain_chromosome(one.chromosome))
        made = _made(one, build, genome, name) if name is not None else None
        if made is None:
            left_out += 1
        else:
            found.append(made)
    if not found:
        raise BadInput(
            f"{fasta.name}: no coding sequence of the table begins with a start and ends with a stop in this genome",
            next_act="Give the genome and the genes of one build, with the same names of chromosomes.",
        )
    return Extracted(_one_preferred(found), left_out)


def opened(fasta: Path) -> pysam.FastaFile:
    """The genome, read by place. Raises BadInput when it cannot be."""
    try:
        return pysam.FastaFile(str(fasta))
    except (OSError, ValueError):
        raise BadInput(
            f"{fasta.name} cannot be read by place",
            next_act="Give a FASTA, plain or compressed by bgzip, in a folder that holds or takes its index (.fai).",
        ) from None


def build_of(fasta: Path) -> Build:
    """The human build that the lengths of the chromosomes are of; `other` when they are of none, or of two."""
    genome = opened(fasta)
    named = zip(genome.references, genome.lengths, strict=True)
    found = {build for name, length in named if (build := build_of_length(name, length)) is not None}
    return found.pop() if len(found) == 1 else "other"


def gff3_segments(file: Path) -> Iterator[Segments]:
    """The coding segments of each transcript of a GFF3, gzipped or not. Raises BadInput for a file that has none."""
    genes: dict[str, str] = {}
    transcripts: dict[str, tuple[str, bool]] = {}
    found: dict[str, Segments] = {}
    for cells in _rows(file):
        if len(cells) != 9:
            continue
        said = dict(pair.split("=", 1) for pair in cells[8].split(";") if "=" in pair)
        if cells[2] == "CDS":
            _add_segment(found, cells, said, transcripts)
        elif "Parent" not in said and "ID" in said:
            genes[said["ID"]] = unquote(said.get("Name") or said.get("gene") or said["ID"].rpartition(":")[2])
        elif "ID" in said and "Parent" in said:
            gene = genes.get(said["Parent"].split(",")[0], "")
            tagged = any(tag in unquote(said.get("tag", "")) for tag in _MANE_TAGS[:2])
            transcripts[said["ID"]] = gene, tagged
    if not found:
        raise BadInput(f"{file.name} holds no coding segment", next_act="Give a GFF3 with lines of type CDS.")
    yield from found.values()


def _add_segment(
    found: dict[str, Segments], cells: list[str], said: dict[str, str], transcripts: dict[str, tuple[str, bool]]
) -> None:
    for parent in said.get("Parent", "").split(","):
        gene, tagged = transcripts.get(parent, ("", False))
        if not gene or not (cells[3].isdigit() and cells[4].isdigit()):
            continue
        name = unquote(parent.rpartition(":")[2]).removeprefix("rna-")
        one = found.setdefault(
            parent, Segments(name, gene, cells[0], -1 if cells[6] == "-" else 1, tagged or is_mane(name))
        )
        one.places.append((int(cells[3]), int(cells[4])))


def table_segments(file: Path) -> Iterator[Segments]:
    """The coding segments of a tab-separated table: one row a segment, places from 1.

    Columns: gene.name, cds.id, chr, chr.coding.start, chr.coding.end, cds.start, strand (1 or -1); others are not read.
    Raises BadInput when one is missing or a place is no number.
    """
    found: dict[str, Segments] = {}
    rows = _rows(file)
    header = next(rows, [])
    if missing := _SEGMENT_COLUMNS - set(header):
        raise BadInput(
            f"{file.name}: columns are missing: {', '.join(sorted(missing))}",
            next_act="Give a table of coding segments with these columns, apart by tabs.",
        )
    for number, cells in enumerate(rows, start=2):
        row = dict(zip(header, cells, strict=False))
        try:
            place = int(row["chr.coding.start"]), int(row["chr.coding.end"])
            strand = -1 if int(row["strand"]) < 0 else 1
        except (KeyError, ValueError):
            raise BadInput(
                f"{file.name}, row {number}: a place or strand is no whole number", next_act="Mend this row."
            ) from None
        one = found.setdefault(row["cds.id"], Segments(row["cds.id"], row["gene.name"], row["chr"], strand))
        one.places.append(place)
    yield from found.values()


def _rows(file: Path) -> Iterator[list[str]]:
    try:
        with file.open("rb") as raw, gzip.open(raw) if file.suffix == ".gz" else raw as stream:
            lines = (line.decode("utf-8") for line in stream)
            yield from csv.reader(
                (line for line in lines if line.strip() and not line.startswith("#")), delimiter="\t",
                quoting=csv.QUOTE_NONE,
            )  # fmt: skip
    except (OSError, EOFError, UnicodeDecodeError, csv.Error):
        raise BadInput(
            f"{file.name} cannot be read as text", next_act="Give a text file, or one made with gzip."
        ) from None


def _made(one: Segments, build: Build, genome: pysam.FastaFile, name: str) -> Transcript | None:
    """The transcript, when its bases run in whole codons from a start to the one stop."""
    exons = sorted(one.places, reverse=one.strand < 0)
    length = sum(last - first + 1 for first, last in exons)
    if length % 3 or length < 6 or min(first for first, _ in exons) < 1:
        return None
    parts = [genome.fetch(name, first - 1, last).upper() for first, last in exons]
    bases = "".join(parts if one.strand > 0 else [reverse_complement(part) for part in parts])
    made = Transcript(
        one.name, one.gene, build, plain_chromosome(one.chromosome), one.strand, tuple(exons), bases, one.preferred
    )
    complete = len(bases) == length and made.protein.startswith("M") and made.protein.endswith("*")
    return made if complete and made.protein.count("U") <= 10 else None


def _one_preferred(found: list[Transcript]) -> tuple[Transcript, ...]:
    """Of a gene without a marked transcript, the longest is the preferred one."""
    marked = {one.gene for one in found if one.preferred}
    longest: dict[str, Transcript] = {}
    for one in found:
        if one.gene not in marked:
            best = longest.get(one.gene)
            longest[one.gene] = one if best is None or len(one.sequence) > len(best.sequence) else best
    chosen = {one.name for one in longest.values()}
    return tuple(
        one if one.preferred or one.name not in chosen else Transcript(
            one.name, one.gene, one.build, one.chromosome, one.strand, one.exons, one.sequence, True
        )
        for one in found
    )  # fmt: skip
