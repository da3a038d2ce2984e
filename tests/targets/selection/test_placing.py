"""Mutations on genes: every kind of change, on both strands, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet.targets.selection.coding_sites import MIS, NEITHER, NON, SPL, SYN
from chevet.targets.selection.mutations import Mutations
from chevet.targets.selection.placing import INDEL, WRONG_BASE, Placed, Placing
from tests.targets.made_genome import OTHER, Genome, genome_of, write_table

FLANK = "CCCCCCCCCC"
INTRON = "GTAAGTCCCCCCCCCCCCAG"
# Forward: coding at 11-16 and 37-39. Reverse (the same gene backwards): 50-52 and 73-78.
FORWARD = FLANK + "ATGAAA" + INTRON + "TAA" + FLANK


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    backward = FORWARD.translate(OTHER)[::-1]
    at = len(FORWARD)
    places = [(at + 50 - last, at + 50 - first) for first, last in ((11, 16), (37, 39))]
    return genome_of(tmp_path, FORWARD + backward, [("FWD", 1, [(11, 16), (37, 39)]), ("REV", -1, places)])


def _placed(genome: Genome, folder: Path, *changes: tuple[int, str, str]) -> tuple[Placing, Placed]:
    placing = Placing(genome.sites, "GRCh38")
    file = write_table(folder / "m.tsv", [("S1", "chr1", *change) for change in changes])
    return placing, placing.placed(Mutations("m.tsv", file).pieces())


@pytest.mark.parametrize(
    ("position", "ref", "alt", "kind"),
    [
        (16, "A", "G", SYN), (16, "A", "C", MIS), (14, "A", "T", NON), (17, "G", "A", SPL), (21, "G", "T", SPL),
        (37, "T", "A", NEITHER), (16, "C", "T", WRONG_BASE), (13, "GA", "G", INDEL), (16, "-", "T", INDEL),
        (15, "AA", "GG", INDEL), (17, "GT", "-", INDEL),
    ],
)  # fmt: skip
def test_a_change_and_its_mirror_on_the_other_strand_are_of_one_kind(
    genome: Genome, tmp_path: Path, position: int, ref: str, alt: str, kind: int
) -> None:
    last = position + (len(ref) if ref != "-" else 1) - 1
    mirrored = len(FORWARD) + 50 - last if kind != INDEL or len(ref) == len(alt) else None
    changes = [(position, ref, alt)]
    if mirrored is not None:
        changes.append((mirrored, ref.translate(OTHER)[::-1], alt.translate(OTHER)[::-1]))
    _, placed = _placed(genome, tmp_path, *changes)
    assert placed.kind.tolist() == [kind] * len(changes)
    assert placed.gene.tolist() == [0, 1][: len(changes)]


def test_the_context_is_that_of_the_coding_strand(genome: Genome, tmp_path: Path) -> None:
    _, placed = _placed(genome, tmp_path, (15, "A", "C"), (len(FORWARD) + 35, "T", "G"))
    assert placed.substitution.tolist() == [0, 0]  # AAA > ACA


def test_a_deletion_over_the_edge_of_an_exon_counts_once_and_its_anchor_does_not(
    genome: Genome, tmp_path: Path
) -> None:
    _, placed = _placed(genome, tmp_path, (14, "AAAGTAA", "A"), (10, "CA", "C"), (9, "CC", "C"))
    assert placed.position.tolist() == [14, 10]


def test_what_lies_outside_genes_is_counted_and_unknown_chromosomes_too(genome: Genome, tmp_path: Path) -> None:
    placing = Placing(genome.sites, "GRCh38")
    file = write_table(tmp_path / "m.tsv", [("S1", "1", 2, "C", "T"), ("S1", "GL0001", 11, "A", "T")])
    assert len(placing.placed(Mutations("m.tsv", file).pieces())) == 0
    assert placing.counts["outside"] == 2


def test_a_change_in_two_genes_counts_in_both(tmp_path: Path) -> None:
    genome = genome_of(tmp_path, FLANK + "ATGAAATAA" + FLANK, [("A", 1, [(11, 19)]), ("B", 1, [(11, 19)])])
    _, placed = _placed(genome, tmp_path, (16, "A", "G"))
    assert placed.gene.tolist() == [0, 1]


def test_rows_that_cannot_be_used_are_counted_by_their_reason(genome: Genome, tmp_path: Path) -> None:
    maf = tmp_path / "m.maf"
    head = ("Hugo_Symbol", "NCBI_Build", "Chromosome", "Start_Position", "Reference_Allele", "Tumor_Seq_Allele1",
            "Tumor_Seq_Allele2", "Tumor_Sample_Barcode", "Mutation_Status")  # fmt: skip
    rows = [
        ("FWD", "GRCh38", "1", "16", "A", "A", "G", "S1", "Somatic"),
        ("FWD", "GRCh38", "1", "16", "A", "G", "A", "S2", ""),
        ("FWD", "hg19", "1", "16", "A", "A", "G", "S1", ""),
        ("FWD", "", "1", "16", "A", "A", "G", "S3", "Germline"),
        ("FWD", "", "1", "16", "A", "A", "A", "S3", ""),
        ("FWD", "", "1", "here", "A", "A", "G", "S3", ""),
        ("FWD", "", "1", "16", "A", "A", "<DEL>", "S3", ""),
        ("LOST", "", "2", "16", "A", "A", "G", "S3", ""),
    ]
    maf.write_text("#version 2.4\n" + "\n".join("\t".join(row) for row in (head, *rows, ("short",))) + "\n")
    mutations, placing = Mutations("m.maf", maf), Placing(genome.sites, "GRCh38")
    placed = placing.placed(mutations.pieces())
    assert (len(placed), mutations.crooked, dict(placing.absent)) == (2, 1, {"LOST": 1})
    assert dict(placing.counts) == {
        "read": 8, "unreadable": 2, "no_change": 1, "germline": 1, "other_build": 1, "outside": 1
    }  # fmt: skip
