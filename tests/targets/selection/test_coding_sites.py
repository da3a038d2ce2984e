"""Coding sites, counted by hand on genes of three codons."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chevet.errors import BadInput
from chevet.genomics.reference.sources import Segments
from chevet.targets.selection.coding_sites import coding_sites
from tests.targets.made_genome import OTHER, genome_of

FLANK = "CCCCCCCCCC"


def test_a_gene_of_three_codons_by_hand(tmp_path: Path) -> None:
    """ATG: nine missense. AAA: seven missense, one nonsense (TAA), one synonymous (AAG). TAA: two synonymous (TAG,
    TGA), and seven that lose the stop and count nowhere."""
    genome = genome_of(tmp_path, FLANK + "ATGAAATAA" + FLANK, [("A", 1, [(11, 19)])])
    assert genome.sites.sites[0].sum(axis=0).tolist() == [3, 16, 1, 0]
    assert genome.sites.length.tolist() == [9]


def test_the_reverse_strand_has_the_same_sites(tmp_path: Path) -> None:
    coding = "ATGAAATAA"
    (tmp_path / "back").mkdir()
    forward = genome_of(tmp_path, FLANK + coding + FLANK, [("A", 1, [(11, 19)])])
    bases = (FLANK + coding + FLANK).translate(OTHER)[::-1]
    backward = genome_of(tmp_path / "back", bases, [("A", -1, [(11, 19)])])
    np.testing.assert_array_equal(forward.sites.sites, backward.sites.sites)


@pytest.mark.parametrize("strand", [1, -1])
def test_an_intron_has_five_essential_splice_sites(tmp_path: Path, strand: int) -> None:
    intron = "GTAAGTCCCCCCCCCCCCAG"
    bases = FLANK + "ATGAAA" + intron + "TAA" + FLANK
    places = [(11, 16), (37, 39)]
    if strand < 0:
        bases = bases.translate(OTHER)[::-1]
        places = [(len(bases) + 1 - last, len(bases) + 1 - first) for first, last in places]
    sites = genome_of(tmp_path, bases, [("A", strand, places)]).sites
    assert sites.sites[0].sum(axis=0).tolist() == [3, 16, 1, 15]
    offsets = {1: (17, 18, 21, 35, 36)}
    expected = [p if strand > 0 else len(bases) + 1 - p for p in offsets[1]]
    assert sorted(sites.first[sites.splice].tolist()) == sorted(expected)


def test_a_gene_with_an_early_stop_or_half_a_codon_is_left_out_and_named(tmp_path: Path) -> None:
    bases = FLANK + "ATGTAATAA" + FLANK + "ATGAAATAA" + FLANK
    genome = genome_of(tmp_path, bases, [("STOP", 1, [(11, 19)]), ("HALF", 1, [(30, 37)]), ("GOOD", 1, [(30, 38)])])
    assert (genome.sites.genes, genome.sites.left_out) == (("GOOD",), ("HALF", "STOP"))


def test_genes_of_another_genome_are_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no coding segment"):
        genome_of(tmp_path, FLANK * 3, [("A", 1, [(11, 19), (900, 908)])])


def test_of_several_sequences_the_longest_that_can_be_read_counts(tmp_path: Path) -> None:
    bases = FLANK + "ATGAAATAA" + FLANK
    (tmp_path / "genome.fa").write_text(f">1\n{bases}\n")
    several = [Segments("T1", "A", "1", 1, places=[(11, 16)]), Segments("T2", "A", "chr1", 1, places=[(11, 19)])]
    assert coding_sites(tmp_path / "genome.fa", several).length.tolist() == [9]
