"""Made-up genomes and neutral mutations for tests of selection; random sequence, nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chevet.genomics.reference.sources import table_segments
from chevet.targets.selection.coding_sites import CodingSites, coding_sites

HEADER = "gene.id\tgene.name\tcds.id\tchr\tchr.coding.start\tchr.coding.end\tcds.start\tcds.end\tlength\tstrand"
OTHER = str.maketrans("ACGT", "TGCA")
Row = tuple[str, str, int, str, str]


@dataclass(frozen=True)
class Genome:
    """A genome of one chromosome on disk, and its coding sites."""

    fasta: Path
    cds_table: Path
    bases: str
    sites: CodingSites


def genome_of(folder: Path, bases: str, segments: list[tuple[str, int, list[tuple[int, int]]]]) -> Genome:
    """A genome with these bases on chromosome 1; segments are a gene, its strand and its places from 1."""
    fasta, table = folder / "genome.fa", folder / "cds.tsv"
    fasta.write_text(f">1\n{bases}\n")
    lines = [HEADER]
    for gene, strand, places in segments:
        lines += [f"{gene}\t{gene}\t{gene}-T\t1\t{a}\t{b}\t1\t{b - a + 1}\t0\t{strand}" for a, b in places]
    table.write_text("\n".join(lines) + "\n")
    return Genome(fasta, table, bases, coding_sites(fasta, table_segments(table)))


def random_genome(folder: Path, genes: int, codons: int, seed: int) -> Genome:
    """Genes G0, G1 ... of two exons each, every other one on the reverse strand."""
    rng = np.random.default_rng(seed)
    inner = [a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT" if a + b + c not in ("TAA", "TAG", "TGA")]
    parts, segments, at = ["A" * 50], [], 50
    half = 3 * codons // 2
    for number in range(genes):
        sequence = "ATG" + "".join(rng.choice(inner, codons - 2)) + "TAA"
        strand = 1 if number % 2 == 0 else -1
        forward = sequence if strand > 0 else sequence.translate(OTHER)[::-1]
        gap, after = ("".join(rng.choice(list("ACGT"), 40)) for _ in range(2))
        parts += [forward[:half], gap, forward[half:], after]
        second = at + half + 40
        segments.append((f"G{number}", strand, [(at + 1, at + half), (second + 1, second + len(forward) - half)]))
        at = second + len(forward) - half + 40
    return genome_of(folder, "".join(parts), segments)


def neutral(genome: Genome, samples: list[str], each: int, rng: np.random.Generator) -> list[Row]:
    """Mutations anywhere in the genome, transitions three times as often; without regard to what they do."""
    transition = {"A": "G", "G": "A", "C": "T", "T": "C"}
    rows = []
    for sample in samples:
        for at in rng.integers(60, len(genome.bases) - 60, each).tolist():
            ref = genome.bases[at]
            others = [base for base in "ACGT" if base not in (ref, transition[ref])]
            alt = transition[ref] if rng.random() < 0.6 else others[int(rng.integers(2))]
            rows.append((sample, "1", at + 1, ref, alt))
    return rows


def planted(genome: Genome, gene: str, samples: list[str], rng: np.random.Generator) -> list[Row]:
    """One missense mutation of this gene in each sample, each at another place."""
    sites = genome.sites
    of_gene = np.flatnonzero((sites.gene == sites.genes.index(gene)) & ~sites.splice)
    rows: list[Row] = []
    for sample in samples:
        while True:
            interval = int(rng.choice(of_gene))
            at = int(rng.integers(sites.first[interval], sites.last[interval] + 1))
            site = int(sites.start[interval]) + at - int(sites.first[interval])
            new = int(rng.integers(4))
            if (sites.effect[site] >> (2 * new)) & 3 == 1:
                base = "ACGT"[new] if sites.strand[interval] > 0 else "ACGT"[3 - new]
                rows.append((sample, "1", at, genome.bases[at - 1], base))
                break
    return rows


def write_table(path: Path, rows: list[Row]) -> Path:
    lines = ["sampleID\tchr\tpos\tref\talt", *("\t".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path
