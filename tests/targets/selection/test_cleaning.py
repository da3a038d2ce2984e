"""What is left out, in which order, and what is only said."""

from __future__ import annotations

import numpy as np
import pytest

from chevet.errors import BadInput
from chevet.targets.selection.cleaning import cleaned
from chevet.targets.selection.coding_sites import MIS
from chevet.targets.selection.placing import WRONG_BASE, Placed


def placed(*rows: tuple[int, int, int, int]) -> Placed:
    """Missense changes: sample, gene, position, change."""
    sample, gene, position, change = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    n = len(sample)
    return Placed(sample, gene, np.zeros(n, np.int64), position, change, np.full(n, MIS), np.zeros(n, np.int64))


def test_a_repeat_in_one_sample_counts_once_and_in_another_sample_again() -> None:
    clean = cleaned(placed((0, 0, 10, 1), (0, 0, 10, 1), (1, 0, 10, 1)))
    assert (len(clean.placed), clean.left_out["repeated"]) == (2, 1)
    assert clean.warnings["in_several_samples"] == 2


def test_the_fourth_mutation_of_a_gene_in_a_sample_does_not_count() -> None:
    clean = cleaned(placed(*[(0, 0, at, 1) for at in (40, 10, 30, 20)], (0, 1, 5, 1), (1, 0, 50, 1)))
    assert sorted(clean.placed.position.tolist()) == [5, 10, 20, 30, 50]
    assert clean.left_out["too_many_in_gene"] == 1


def test_equal_places_share_their_mean_rank() -> None:
    """Ranks 1, 2, 3.5 and 3.5: none of the last two is among the first three."""
    clean = cleaned(placed((0, 0, 10, 1), (0, 0, 20, 1), (0, 0, 30, 1), (0, 0, 30, 2)))
    assert clean.placed.position.tolist() == [10, 20]


def test_a_sample_with_more_than_the_most_is_left_out() -> None:
    rows = [(0, gene, 10, 1) for gene in range(6)] + [(1, gene, 20, 1) for gene in range(5)]
    clean = cleaned(placed(*rows), most_per_sample=5)
    assert (clean.hypermutators.tolist(), clean.left_out["hypermutator"], len(clean.placed)) == ([0], 6, 5)


def _with_wrong(wrong: int, right: int) -> Placed:
    rows = placed(*[(sample, 0, 100 + 3 * sample, 1) for sample in range(wrong + right)])
    kind = np.array([WRONG_BASE] * wrong + [MIS] * right)
    return Placed(rows.sample, rows.gene, rows.chromosome, rows.position, rows.change, kind, rows.substitution)


def test_a_few_wrong_bases_are_left_out_and_a_tenth_is_another_build() -> None:
    clean = cleaned(_with_wrong(1, 19))
    assert (len(clean.placed), clean.left_out["wrong_base"]) == (19, 1)
    with pytest.raises(BadInput, match="2 of 20 substitutions"):
        cleaned(_with_wrong(2, 18))


def test_neighbours_are_counted_and_stay() -> None:
    clean = cleaned(placed((0, 0, 10, 1), (0, 0, 11, 1), (0, 0, 13, 1), (1, 0, 12, 1)))
    assert (clean.warnings["neighbouring"], len(clean.placed)) == (2, 4)


def test_two_samples_of_one_tumour_are_found_and_others_are_not() -> None:
    twice = [(sample, gene, 10, 1) for sample in (0, 1) for gene in range(6)]
    others = [(2, gene, 50, 1) for gene in range(6)] + [(2, 0, 10, 1), (3, 0, 10, 1)]
    clean = cleaned(placed(*twice, *others))
    assert clean.alike.tolist() == [0, 1]


def test_nothing_is_nothing() -> None:
    nothing = Placed(*[np.zeros(0, dtype=np.int64)] * 7)
    clean = cleaned(nothing)
    assert (len(clean.placed), clean.warnings["alike"]) == (0, 0)
