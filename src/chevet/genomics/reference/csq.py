"""The consequence that `bcftools csq` gives: a second reading of the same changes, on every transcript of a GFF3.

It runs in a process of its own, since it keeps what it read between calls. Each change is read alone, whatever other
changes lie on the same copy of the gene.
Source: Danecek and McCarthy, Bioinformatics 2017, PMID:28205675.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from chevet.errors import Fault
from chevet.genomics.alteration import Genomic
from chevet.genomics.calling import fewest_bases
from chevet.genomics.reference.sources import opened
from chevet.genomics.transcript import plain_chromosome

_PROGRAM = "import sys, pysam.bcftools; pysam.bcftools.csq(*sys.argv[1:], catch_stdout=False)"
_SECONDS = 600
# The class of a frameshift is told by its bases.
_GRAVEST_FIRST = (
    ("splice_acceptor", "Splice_Site"), ("splice_donor", "Splice_Site"), ("start_lost", "Translation_Start_Site"),
    ("frameshift", ""), ("stop_gained", "Nonsense_Mutation"), ("stop_lost", "Nonstop_Mutation"),
    ("inframe_deletion", "In_Frame_Del"), ("inframe_insertion", "In_Frame_Ins"), ("missense", "Missense_Mutation"),
    ("synonymous", "Silent"), ("stop_retained", "Silent"), ("start_retained", "Silent"),
    ("splice_region", "Splice_Region"), ("5_prime_utr", "5'UTR"), ("3_prime_utr", "3'UTR"), ("non_coding", "RNA"),
    ("intron", "Intron"),
)  # fmt: skip


@dataclass(frozen=True)
class Consequence:
    """What bcftools says of a change on one transcript: its own words, and the MAF class that they mean."""

    gene: str
    transcript: str
    words: str
    consequence: str | None


def consequences(changes: Sequence[Genomic], fasta: Path, gff3: Path) -> list[tuple[Consequence, ...]]:
    """For each change, what it is on each transcript; nothing where its bases are not those of the genome.

    Raises Fault when bcftools fails or takes more than ten minutes.
    """
    genome = opened(fasta)
    names = {plain_chromosome(name): name for name in genome.references}
    rows = []
    for number, change in enumerate(changes):
        name = names.get(plain_chromosome(change.chromosome))
        anchored = _anchored(change, genome, name) if name is not None else None
        if anchored is not None:
            rows.append(
                (
                    genome.references.index(name),
                    anchored[0],
                    f"{name}\t{anchored[0]}\t{number}\t{anchored[1]}\t{anchored[2]}",
                )
            )
    found: list[tuple[Consequence, ...]] = [()] * len(changes)
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked.vcf", Path(folder) / "answered.vcf"
        asked.write_text(_head(genome) + "".join(f"{row[2]}\t.\t.\t.\n" for row in sorted(rows)), "utf-8")
        _run(fasta, gff3, asked, answered)
        for line in answered.read_text("utf-8").splitlines():
            if not line.startswith("#"):
                cells = line.split("\t")
                found[int(cells[2])] = tuple(_read(cells[7], len(cells[4]) - len(cells[3])))
    return found


def _anchored(change: Genomic, genome: pysam.FastaFile, name: str) -> tuple[int, str, str] | None:
    """The change as VCF writes it, with a base before what is put in or taken out; None when its bases do not fit."""
    bases = fewest_bases(change)
    if bases is None or bases[0] < 2:
        return None
    start, ref, alt = bases
    if genome.fetch(name, start - 1, start - 1 + len(ref)).upper() != ref:
        return None
    if ref and alt:
        return start, ref, alt
    before = genome.fetch(name, start - 2, start - 1).upper()
    return (start - 1, before + ref, before + alt) if before in "ACGT" else None


def _head(genome: pysam.FastaFile) -> str:
    contigs = zip(genome.references, genome.lengths, strict=True)
    lines = ["##fileformat=VCFv4.2", *(f"##contig=<ID={name},length={length}>" for name, length in contigs)]
    return "\n".join([*lines, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO", ""])


def _run(fasta: Path, gff3: Path, asked: Path, answered: Path) -> None:
    words = ["-l", "-f", str(fasta), "-g", str(gff3), "-Ov", "-o", str(answered), str(asked)]
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *words], capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode or not answered.exists():
        raise Fault(
            "bcftools csq did not answer on this reference",
            next_act="Check that the GFF3 is that of the genome, in the form of Ensembl, then add the reference again.",
        )


def _read(info: str, longer: int) -> list[Consequence]:
    """Each transcript's part of a BCSQ field; one that points to another row says nothing of its own."""
    found = []
    for field in info.split(";"):
        for part in field.removeprefix("BCSQ=").split(",") if field.startswith("BCSQ=") else ():
            cells = part.split("|")
            if len(cells) >= 3 and not part.startswith("@"):
                found.append(Consequence(cells[1], cells[2], cells[0], _maf_class(cells[0].lstrip("*"), longer)))
    return found


def _maf_class(words: str, longer: int) -> str | None:
    """The MAF class of the gravest of bcftools' words that has one."""
    several = set(words.split("&"))
    for word, known in _GRAVEST_FIRST:
        if word in several:
            return known or ("Frame_Shift_Ins" if longer > 0 else "Frame_Shift_Del")
    return None
