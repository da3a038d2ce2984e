"""Tests of two-by-two tables equal R's."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from chevet.cohort.association import Side, false_discovery_rates, fisher_exact, log2_odds_ratio, wilson_interval

REFERENCE = Path(__file__).parents[1] / "reference" / "association" / "r_fisher.csv"


def test_fisher_and_false_discovery_rates_equal_those_of_r() -> None:
    with REFERENCE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cells = [[int(row[name]) for row in rows] for name in "abcd"]
    p = fisher_exact(*cells)
    np.testing.assert_allclose(p, [float(row["p"]) for row in rows], atol=1e-9, rtol=0)
    np.testing.assert_allclose(false_discovery_rates(p), [float(row["q"]) for row in rows], atol=1e-9, rtol=0)


def test_the_one_sided_tests_share_the_observed_table() -> None:
    less, greater = (fisher_exact([7], [3], [2], [9], side)[0] for side in ("less", "greater"))
    assert less + greater > 1
    assert greater < 0.05


def test_an_empty_cell_is_corrected_and_said() -> None:
    ratio, corrected = log2_odds_ratio([0], [10], [10], [80])
    assert np.isfinite(ratio).all()
    assert corrected.tolist() == [True]


def test_a_share_of_nobody_has_no_interval() -> None:
    low, high = wilson_interval([0], [0])
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_negative_counts_are_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        fisher_exact([-1], [1], [1], [1])


@pytest.mark.parametrize("side", ["two-sided", "less", "greater"])
def test_tables_of_a_million_people_equal_scipys(side: Side) -> None:
    tables = [(3_000, 47_000, 2_900, 947_100), (10, 0, 400_000, 600_000), (500, 499_500, 520, 499_480)]
    expected = [stats.fisher_exact([[a, b], [c, d]], alternative=side).pvalue for a, b, c, d in tables]
    np.testing.assert_allclose(fisher_exact(*zip(*tables, strict=True), side), expected, atol=1e-8, rtol=1e-7)


def test_no_tables_have_no_p() -> None:
    assert fisher_exact([], [], [], []).size == 0
