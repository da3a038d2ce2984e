"""A genome of one chromosome with a gene of two exons on either strand, as the files that a site has."""

from __future__ import annotations

from pathlib import Path

from chevet.genomics.coding import reverse_complement

GENE = "ATGAAAGTTCTG" + "GTAAGTCCTTGACTTTTCAG" + "CGTGCAGAATGGTAA"
CODING = "ATGAAAGTTCTGCGTGCAGAATGGTAA"
SPACE = "ACGTTTGACC" * 10
CHROMOSOME = SPACE + GENE + SPACE + reverse_complement(GENE) + SPACE
SECOND = len(SPACE + GENE + SPACE)


def write_fasta(folder: Path) -> Path:
    file = folder / "genome.fa"
    lines = [CHROMOSOME[i : i + 60] for i in range(0, len(CHROMOSOME), 60)]
    file.write_text("\n".join([">chr1", *lines, ""]))
    return file


def write_gff3(folder: Path) -> Path:
    rows = ["##gff-version 3"]
    for gene, strand, exons in _genes():
        first, last = min(a for a, _ in exons), max(b for _, b in exons)
        rows.append(_row("gene", first, last, strand, f"ID=gene:G_{gene};Name={gene};biotype=protein_coding"))
        said = f"ID=transcript:T_{gene};Parent=gene:G_{gene};biotype=protein_coding"
        rows.append(_row("mRNA", first, last, strand, said))
        done = 0
        for a, b in exons:
            rows.append(_row("exon", a, b, strand, f"Parent=transcript:T_{gene}"))
            rows.append(_row("CDS", a, b, strand, f"ID=CDS:P_{gene};Parent=transcript:T_{gene}", str(-done % 3)))
            done += b - a + 1
    # a segment that begins nowhere: left out
    rows.append(_row("gene", 10, 18, "+", "ID=gene:G_ODD;Name=ODD;biotype=protein_coding"))
    rows.append(_row("mRNA", 10, 18, "+", "ID=transcript:T_ODD;Parent=gene:G_ODD;biotype=protein_coding"))
    rows.append(_row("exon", 10, 18, "+", "Parent=transcript:T_ODD"))
    rows.append(_row("CDS", 10, 18, "+", "ID=CDS:P_ODD;Parent=transcript:T_ODD", "0"))
    file = folder / "genes.gff3"
    file.write_text("\n".join([*rows, ""]))
    return file


def write_table(folder: Path) -> Path:
    rows = ["gene.id\tgene.name\tcds.id\tchr\tchr.coding.start\tchr.coding.end\tcds.start\tcds.end\tlength\tstrand"]
    for gene, strand, exons in _genes():
        done = 0
        for a, b in exons:
            size = b - a + 1
            number = "-1" if strand == "-" else "1"
            rows.append(f"G\t{gene}\tT_{gene}\t1\t{a}\t{b}\t{done + 1}\t{done + size}\t27\t{number}")
            done += size
    file = folder / "segments.tsv"
    file.write_text("\n".join([*rows, ""]))
    return file


def _genes() -> list[tuple[str, str, list[tuple[int, int]]]]:
    start = SECOND + len(GENE)
    return [
        ("FIRST", "+", [(101, 112), (133, 147)]),
        ("OTHER", "-", [(start - 11, start), (start - 46, start - 32)]),
    ]


def _row(kind: str, first: int, last: int, strand: str, said: str, phase: str = ".") -> str:
    return "\t".join(("chr1", "us", kind, str(first), str(last), ".", strand, phase, said))
