"""Expected shares of residues, with a reference and without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chevet.targets.selection.rates import substitution
from chevet.targets.shape.mutability import even, of_reference, renumbered
from tests.targets.made_genome import Genome, genome_of, random_genome
from tests.targets.shape.made_changes import MISSENSE, changes

EVERY_RATE_ALIKE = np.ones(192)


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return random_genome(tmp_path_factory.mktemp("genome"), genes=4, codons=30, seed=3)


def test_without_a_reference_a_gene_is_as_long_as_its_last_change_rounded_up() -> None:
    found = even(changes([("P0", "A", MISSENSE, "p.V61E"), ("P1", "PTEN", MISSENSE, "p.R130Q")], 2))
    assert dict(zip(found.genes, zip(found.length.tolist(), found.known.tolist(), strict=True), strict=True)) == {
        "A": (100, False), "PTEN": (403, True),
    }  # fmt: skip


def test_a_lost_stop_lies_behind_the_last_amino_acid() -> None:
    found = even(changes([("P0", "PTEN", "Nonstop_Mutation", "p.*404Lext*?")], 1))
    assert (found.length.tolist(), found.known.tolist()) == ([403], [True])


def test_a_change_beyond_the_known_end_of_a_protein_is_of_another_transcript() -> None:
    found = even(changes([("P0", "PTEN", MISSENSE, "p.R500Q")], 1))
    assert (found.length.tolist(), found.known.tolist()) == ([500], [False])


def test_shares_of_missense_changes_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    """ATG GCA TAA: of ATG all nine substitutions change the amino acid, of GCA six (GCN is alanine)."""
    genome = genome_of(tmp_path, "A" * 20 + "ATGGCATAA" + "A" * 20, [("A", 1, [(21, 29)])])
    found = of_reference(genome.sites, EVERY_RATE_ALIKE, ("A",))
    assert found.missense.tolist() == pytest.approx([9 / 15, 6 / 15])
    assert found.synonymous.tolist() == pytest.approx([0, 1])


def test_a_rate_weighs_the_residues_that_it_changes(tmp_path: Path) -> None:
    """With T between A and G changed into C ten times as often, ATG has 18 of 24 parts."""
    genome = genome_of(tmp_path, "A" * 20 + "ATGGCATAA" + "A" * 20, [("A", 1, [(21, 29)])])
    rates = EVERY_RATE_ALIKE.copy()
    rates[substitution(16 * 0 + 4 * 3 + 2, 1)] = 10
    assert of_reference(genome.sites, rates, ("A",)).missense.tolist() == pytest.approx([18 / 24, 6 / 24])


def test_a_gene_on_the_other_strand_has_the_same_shares(tmp_path: Path) -> None:
    forward = genome_of(tmp_path, "A" * 20 + "ATGGCATAA" + "A" * 20, [("A", 1, [(21, 29)])])
    (tmp_path / "b").mkdir()
    backward = genome_of(tmp_path / "b", "T" * 20 + "TTATGCCAT" + "T" * 20, [("A", -1, [(21, 29)])])
    one, other = (of_reference(each.sites, EVERY_RATE_ALIKE, ("A",)).missense for each in (forward, backward))
    assert one.tolist() == pytest.approx(other.tolist())


def test_a_gene_that_the_reference_lacks_has_no_residues(genome: Genome) -> None:
    found = of_reference(genome.sites, EVERY_RATE_ALIKE, ("G0", "elsewhere"))
    assert (found.length.tolist(), found.known.tolist()) == ([29, 0], [True, False])


@pytest.mark.parametrize("gene", ["G0", "G1"])
def test_the_base_of_a_change_says_its_residue(genome: Genome, gene: str) -> None:
    """G1 lies on the other strand: its first exon in the genome is its last one."""
    number = genome.sites.genes.index(gene)
    rows = np.flatnonzero((genome.sites.gene == number) & ~genome.sites.splice)
    bases = np.concatenate([np.arange(genome.sites.first[row], genome.sites.last[row] + 1) for row in rows])
    forward = genome.sites.strand[rows[0]] > 0
    found = changes([(f"P{base}", gene, MISSENSE, "p.A1V") for base in range(len(bases))], len(bases))
    placed = replace(found, place=bases[found.patient])
    expected = np.arange(len(bases)) // 3 + 1
    residues = renumbered(placed, genome.sites).residue
    assert residues[np.argsort(found.patient)].tolist() == (expected if forward else expected[::-1]).tolist()


def test_a_base_outside_the_coding_sequence_has_no_residue(genome: Genome) -> None:
    found = replace(changes([("P0", "G0", MISSENSE, "p.A1V")], 1), place=np.array([3]))
    assert renumbered(found, genome.sites).residue.tolist() == [0]
