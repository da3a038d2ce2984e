"""How probable two genes are altered in one tumour, when its number of altered genes is held."""

from __future__ import annotations

import itertools
from math import comb

import numpy as np
import numpy.typing as npt
import pytest

from chevet.targets.relations.background import Background, background
from chevet.targets.relations.both_margins import Margins
from chevet.targets.relations.overlap import Burden, Overlap, number_altered
from tests.targets.relations.made import carriers, independent

Floats = npt.NDArray[np.float64]


def _both(fitted: Background, rows: list[int], burden: Burden) -> Floats:
    """(groups,) probability that both genes are altered."""
    one, p = np.array([1]), fitted.probabilities(np.array(rows))
    margins = Margins(*(np.ones((1, 1), dtype=np.int64),) * 3)
    overlap = Overlap(fitted, p, np.ones_like(p, dtype=bool), np.array([0]), one, margins, burden)
    return overlap.chances(np.array([0])).both[0]


def test_as_published_the_two_probabilities_are_multiplied() -> None:
    fitted = background(carriers(independent(np.random.default_rng(1), 20, 100, frequency=(1, 5), spread=1.0)))
    p = fitted.probabilities(np.array([3, 7]))
    np.testing.assert_array_equal(_both(fitted, [3, 7], "expected"), p[0] * p[1])


def test_among_genes_that_are_alike_two_are_drawn_without_replacement() -> None:
    """Six genes, each altered in two of four tumours of 5, 4, 2 and 1: s (s - 1) / (6 * 5) hold both of a pair."""
    altered = np.zeros((6, 4), dtype=bool)
    for tumour, genes in enumerate(((0, 1, 2, 3, 4), (0, 1, 2, 5), (3, 4), (5,))):
        altered[list(genes), tumour] = True
    fitted = background(carriers(altered))
    found = fitted.tumours.altered
    np.testing.assert_allclose(_both(fitted, [0, 1], "given"), found * (found - 1) / 30, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_given_burden_is_close_to_every_way_to_choose_that_many_genes(seed: int) -> None:
    """Against the sum over all sets of s of twelve genes that differ: within 0.004, and within 6 % where above 0.05."""
    altered = independent(np.random.default_rng(seed), 12, 400, frequency=(2, 8), spread=2.0)
    fitted = background(carriers(altered))
    p = fitted.probabilities(np.arange(12))
    given = _both(fitted, [0, 1], "given")
    for group, found in enumerate(fitted.tumours.altered.tolist()):
        if not 0 < found < 12:
            continue
        odds = p[:, group] / (1 - p[:, group])
        weights = {chosen: np.prod(odds[list(chosen)]) for chosen in itertools.combinations(range(12), found)}
        exact = sum(w for chosen, w in weights.items() if 0 in chosen and 1 in chosen) / sum(weights.values())
        assert abs(given[group] - exact) < (0.06 * exact if exact > 0.05 else 0.004)


def test_a_tumour_with_one_altered_gene_has_no_two() -> None:
    altered = independent(np.random.default_rng(2), 15, 200, frequency=(1, 10), spread=1.0)
    fitted = background(carriers(altered))
    one = fitted.tumours.altered == 1
    assert one.any()
    assert (_both(fitted, [0, 1], "given")[one] == 0).all()
    assert (_both(fitted, [0, 1], "expected")[one] > 0).all()


@pytest.mark.parametrize("burden", ["given", "expected"])
def test_a_group_of_two_is_a_pair(burden: Burden) -> None:
    altered = independent(np.random.default_rng(3), 15, 200, frequency=(1, 6), spread=1.0)
    fitted = background(carriers(altered))
    p = fitted.probabilities(np.array([4, 9]))
    law = number_altered(p, fitted, burden, np.ones_like(p, dtype=bool))
    np.testing.assert_allclose(law.sum(axis=0), 1, atol=1e-12)
    np.testing.assert_allclose(law[2], _both(fitted, [4, 9], burden), atol=1e-12)


def test_a_group_of_genes_that_are_alike_is_hypergeometric() -> None:
    altered = np.zeros((6, 4), dtype=bool)
    for tumour, genes in enumerate(((0, 1, 2, 3, 4), (0, 1, 2, 5), (3, 4), (5,))):
        altered[list(genes), tumour] = True
    fitted = background(carriers(altered))
    law = number_altered(fitted.probabilities(np.arange(3)), fitted, "given", np.ones((3, 4), dtype=bool))
    for group, found in enumerate(fitted.tumours.altered.tolist()):
        exact = [comb(3, m) * comb(3, found - m) / comb(6, found) if m <= found else 0 for m in range(4)]
        np.testing.assert_allclose(law[:, group], exact, atol=1e-9)
