"""A stretch that changes too often is found; in neutral genes p is uniform."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from chevet.targets.shape.clusters import WIDEST, clusters
from chevet.targets.shape.unevenness import Unevenness
from tests.targets.shape.made_changes import changes, drawn, even, missense, neutral, scattered, weighed

EVEN = Unevenness(np.inf, True)
LENGTH = 300
GENES = tuple(f"G{number:03d}" for number in range(250))


@pytest.mark.parametrize("concentration", [np.inf, 0.5])
def test_p_is_uniform_on_neutral_genes(concentration: float) -> None:
    rng = np.random.default_rng(1)
    mutability = weighed(GENES, LENGTH, rng)
    told = clusters(drawn(mutability, 40, rng, concentration), mutability, Unevenness(concentration, True), seed=2)
    assert stats.kstest(told.p, "uniform").pvalue > 0.01


@pytest.mark.parametrize("each", [6, 40])
def test_where_every_residue_is_alike_ties_make_p_larger_and_never_smaller(each: int) -> None:
    found = neutral(250, each, LENGTH, 400, np.random.default_rng(1))
    told = clusters(found, even(found.genes, LENGTH), EVEN, seed=2)
    assert stats.kstest(told.p, "uniform", alternative="greater").pvalue > 0.01


def test_a_planted_stretch_is_found_where_it_is_and_nothing_else() -> None:
    rng = np.random.default_rng(3)
    rows = [row for gene in range(20) for row in scattered(f"G{gene}", LENGTH, range(30), rng)]
    planted = rng.integers(100, 116, 15)
    rows += [
        row
        for number, place in enumerate(planted)
        for row in missense("G7", int(place), range(40 + number, 41 + number))
    ]
    found = changes(rows, 60)
    told = clusters(found, even(found.genes, LENGTH), EVEN, seed=4)
    (row,) = np.flatnonzero(told.q < 0.1)
    assert found.genes[told.gene[row]] == "G7"
    assert 95 <= told.first[row] <= 105
    assert 110 <= told.last[row] <= 120
    assert told.patients[row] == told.within[row] >= 14


def test_the_densest_stretch_is_that_of_trying_all() -> None:
    """Over every pair of changed residues, the ratio that Kulldorff's formula gives."""
    rng = np.random.default_rng(5)
    found = changes(scattered("A", 60, range(25), rng), 25)
    told = clusters(found, even(("A",), 60), EVEN, seed=1)
    residues = sorted(found.residue.tolist())
    n, best = len(residues), (0.0, 0, 0)
    for first, last in itertools.combinations_with_replacement(sorted(set(residues)), 2):
        k = sum(first <= one <= last for one in residues)
        share = (last - first + 1) / 60
        if share <= WIDEST and k > n * share:
            ratio = k * np.log(k / (n * share)) + ((n - k) * np.log((n - k) / (n * (1 - share))) if k < n else 0)
            best = max(best, (float(ratio), -first, -last))
    assert (int(told.first[0]), int(told.last[0])) == (-best[1], -best[2])


def test_the_same_seed_gives_the_same_p() -> None:
    found = neutral(5, 20, LENGTH, 50, np.random.default_rng(6))
    one, other = (clusters(found, even(found.genes, LENGTH), EVEN, seed=9).p for _ in range(2))
    assert one.tolist() == other.tolist()


def test_a_gene_with_four_changes_is_not_asked() -> None:
    found = changes(missense("A", 12, range(4)) + missense("B", 12, range(5)), 5)
    told = clusters(found, even(("A", "B"), LENGTH), EVEN, seed=1)
    assert told.gene.tolist() == [1]


def test_p_of_a_very_dense_stretch_is_far_below_one_in_the_draws() -> None:
    rows = missense("A", 12, range(40)) + scattered("A", LENGTH, range(40, 60), np.random.default_rng(7))
    assert clusters(changes(rows, 60), even(("A",), LENGTH), EVEN, seed=1).p[0] < 1e-12
