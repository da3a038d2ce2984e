"""A residue that changes too often is found; in neutral genes p is what it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from chevet.targets.shape.hotspots import hotspots
from chevet.targets.shape.unevenness import Unevenness, counted, measured, upper_tail
from tests.targets.shape.made_changes import changes, even, missense, neutral, scattered

EVEN = Unevenness(np.inf, True)
LENGTH = 200


def test_p_is_the_binomial_tail_of_the_genes_own_changes() -> None:
    rows = missense("A", 12, range(6)) + scattered("A", LENGTH, range(6, 30), np.random.default_rng(8))
    found = hotspots(changes(rows, 30), even(("A",), LENGTH), EVEN)
    row = found.residue.tolist().index(12)
    k = int(found.patients[row])
    assert (k, found.changes[row], found.expected[row]) == (6, 30, pytest.approx(30 / LENGTH))
    assert found.p[row] == pytest.approx(stats.binom.sf(k - 1, 30, 1 / LENGTH), rel=1e-9)
    assert (chr(found.acid[row]), found.q[row] < 1e-4) == ("A", True)


def test_the_second_hotspot_is_not_hidden_by_the_first() -> None:
    rows = missense("A", 12, range(300)) + missense("A", 61, range(300, 308))
    rows += scattered("A", LENGTH, range(308, 320), np.random.default_rng(9))
    found = hotspots(changes(rows, 320), even(("A",), LENGTH), EVEN)
    second = found.residue.tolist().index(61)
    assert found.expected[second] == pytest.approx(20 / (LENGTH - 1), rel=0.1)
    assert {12, 61} <= set(found.residue[found.significant()].tolist())


def test_a_hotspot_of_four_patients_leaves_the_others_as_they_are() -> None:
    """What a residue of few patients takes away must not show in the numbers of the others."""
    rows = missense("A", 12, range(4)) + missense("A", 61, range(4, 10))
    found = hotspots(changes(rows, 10), even(("A",), 5000), EVEN)
    assert (found.q < 0.1).all()
    assert found.expected[found.residue.tolist().index(61)] == pytest.approx(10 / 5000)


def test_one_patient_with_two_changes_of_a_residue_is_one() -> None:
    rows = [("P0", "A", "Missense_Mutation", "p.A5T"), *missense("A", 5, range(3))]
    assert hotspots(changes(rows, 3), even(("A",), 50), EVEN).patients.tolist() == [3]


@pytest.mark.parametrize("concentration", [np.inf, 0.5])
def test_p_is_uniform_on_neutral_genes_however_uneven_their_residues(concentration: float) -> None:
    """A count is discrete: between the chance of more, and of as many, p is drawn."""
    rng = np.random.default_rng(4)
    found = neutral(120, 60, LENGTH, 500, rng, concentration, silent=60)
    mutability = even(found.genes, LENGTH)
    told = measured(found, mutability)
    place, patients, gene = counted(found.of_kind(1), mutability)
    k = np.zeros(len(mutability.missense), dtype=np.int64)
    k[place] = patients
    n = np.repeat(np.bincount(gene, patients, minlength=120), LENGTH)
    whole = told.concentration * LENGTH
    at_least, more = (upper_tail(k + step, n, 1 / LENGTH, whole) for step in (0, 1))
    p = rng.uniform(more, at_least)[rng.permutation(len(k))[:5000]]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_neutral_genes_with_uneven_residues_have_no_hotspots() -> None:
    found = neutral(120, 60, LENGTH, 500, np.random.default_rng(5), 0.5, silent=60)
    mutability = even(found.genes, LENGTH)
    assert len(hotspots(found, mutability, measured(found, mutability)).significant()) <= 1
    assert len(hotspots(found, mutability, EVEN).significant()) > 20
