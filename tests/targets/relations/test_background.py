"""The background of DISCOVER: margins are met, gene and tumour add up, only tested cells count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.targets.relations.background import Background, background
from chevet.targets.relations.tumours import tumours_of
from tests.targets.relations.made import Table, carriers, independent


def _by_patient(fitted: Background, genes: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    found = fitted.probabilities(np.arange(genes))
    return np.asarray(found[:, fitted.tumours.group])


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, Table]:
    """Up to eight genes and twenty tumours, altered and tested at random; rows and columns of one kind are common."""
    genes, patients = draw(st.integers(1, 8)), draw(st.integers(1, 20))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    altered = rng.random((genes, patients)) < rng.choice([0.0, 0.2, 0.5, 0.9, 1.0], (genes, 1))
    panels = rng.random((draw(st.integers(1, 3)), genes)) < 0.7
    tested = panels[rng.integers(0, len(panels), patients)].T
    return altered & tested, tested


@settings(max_examples=150, deadline=None)
@given(tables())
def test_every_gene_and_every_tumour_is_expected_to_be_altered_as_often_as_found(made: tuple[Table, Table]) -> None:
    altered, tested = made
    p = _by_patient(background(carriers(altered, tested)), len(altered))
    np.testing.assert_allclose(p.sum(axis=1), altered.sum(axis=1), atol=1e-6)
    np.testing.assert_allclose(p.sum(axis=0), altered.sum(axis=0), atol=1e-6)
    assert (p[~tested] == 0).all()
    assert ((p >= 0) & (p <= 1)).all()


def test_tumours_of_one_burden_have_each_gene_with_its_frequency() -> None:
    altered = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]], dtype=bool)
    p = _by_patient(background(carriers(altered)), 3)
    np.testing.assert_allclose(p, [[0.5] * 4, [0.5] * 4, [1.0] * 4], atol=1e-8)


def test_genes_of_one_frequency_have_the_share_of_genes_altered_in_each_tumour() -> None:
    altered = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1], [1, 1, 0, 0]], dtype=bool)
    p = _by_patient(background(carriers(altered)), 4)
    np.testing.assert_allclose(p, np.tile([1.0, 0.5, 0.25, 0.25], (4, 1)), atol=1e-8)


def test_log_odds_are_the_sum_of_a_gene_and_a_tumour() -> None:
    """With the margins, this is all there is to the model: nothing else has a likelihood as large."""
    altered = independent(np.random.default_rng(5), 40, 300, frequency=(1, 6), spread=1.0)
    fitted = background(carriers(altered))
    p = _by_patient(fitted, 40)
    inside = (p > 0) & (p < 1)
    rows, columns = inside.mean(axis=1) > 0.5, inside.mean(axis=0) > 0.5
    p = p[np.ix_(rows, columns)]
    log_odds = np.log(p / (1 - p))
    across = log_odds - log_odds.mean(axis=1, keepdims=True) - log_odds.mean(axis=0, keepdims=True) + log_odds.mean()
    np.testing.assert_allclose(across, 0, atol=1e-7)
    given = fitted.log_odds[fitted.tumours.group][columns]
    np.testing.assert_allclose(log_odds - given, (log_odds - given)[:, :1] + np.zeros_like(log_odds), atol=1e-7)


def test_strata_are_fitted_apart() -> None:
    rng = np.random.default_rng(6)
    altered = independent(rng, 12, 200, frequency=(1, 4), spread=2.0)
    strata = np.repeat([0, 7], 100)
    both, fitted = background(carriers(altered), strata), background(carriers(altered[:, :100]))
    np.testing.assert_allclose(_by_patient(both, 12)[:, :100], _by_patient(fitted, 12), atol=1e-9)


def test_patients_without_a_stratum_are_left_out() -> None:
    altered = np.ones((2, 5), dtype=bool)
    tumours = tumours_of(carriers(altered), np.array([0, -1, 0, 0, -1]))
    assert tumours.group.tolist() == [0, -1, 0, 0, -1]
    assert tumours.times.tolist() == [3]


def test_strata_for_other_patients_are_refused() -> None:
    with pytest.raises(BadInput, match="3 strata were given for 2 patients"):
        tumours_of(carriers(np.ones((2, 2), dtype=bool)), np.zeros(3, dtype=np.int64))
