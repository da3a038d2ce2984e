"""Pairs of genes: against every outcome, on panels, on independent genes, with a pair that excludes itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from chevet.cohort.association import fisher_exact
from chevet.targets.relations.background import background
from chevet.targets.relations.overlap import Burden
from chevet.targets.relations.pairs import Pairs, pairs_of, ratio_interval
from tests.targets.relations.made import Floats, Table, carriers, independent, uniform


def _pairs(altered: Table, rows: list[int], *, tested: Table | None = None, burden: Burden = "expected") -> Pairs:
    made = carriers(altered, tested)
    return pairs_of(made, np.array(rows), background(made), burden)


def test_tumours_of_one_burden_by_hand() -> None:
    """Four tumours with one of two genes each: p is a half, both a quarter; none of four is 0.75 ** 4."""
    altered = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], dtype=bool)
    found = _pairs(altered, [0, 1])
    assert (found.both[0], found.only_a[0], found.only_b[0], found.neither[0], found.tested[0]) == (0, 2, 2, 0, 4)
    assert found.expected[0] == pytest.approx(1.0, abs=1e-8)
    assert found.at_most[0] == pytest.approx(0.75**4, abs=1e-8)
    assert found.at_least[0] == pytest.approx(1.0)
    assert found.p[0] == pytest.approx(2 * 0.75**4, abs=1e-7)


def test_as_published_both_tails_are_the_sum_over_every_outcome_of_ten_tumours() -> None:
    altered = independent(np.random.default_rng(11), 9, 10, frequency=(3, 5), spread=2.0)
    found = _pairs(altered, list(range(9)))
    group = background(carriers(altered)).tumours.group
    for pair in range(0, len(found.a), 5):
        q = found.overlap.chances(np.array([pair])).both[0][group]
        at_most = at_least = 0.0
        for outcome in itertools.product((0, 1), repeat=10):
            probability = float(np.prod(np.where(outcome, q, 1 - q)))
            at_most += probability * (sum(outcome) <= found.both[pair])
            at_least += probability * (sum(outcome) >= found.both[pair])
        assert found.at_most[pair] == pytest.approx(at_most, abs=1e-9)
        assert found.at_least[pair] == pytest.approx(at_least, abs=1e-9)


def test_tumours_of_one_burden_and_genes_alike_give_fishers_test() -> None:
    """Forty tumours with six of twelve genes each, every gene in twenty: chance alone chose, as Fisher has it."""
    rng = np.random.default_rng(12)
    half = np.stack([rng.permutation(np.repeat([True, False], 6)) for _ in range(20)], axis=1)
    altered = np.concatenate([half, ~half], axis=1)
    found = _pairs(altered, list(range(12)), burden="given")
    four = found.both, found.only_a, found.only_b, found.neither
    assert found.expected == pytest.approx(np.full(66, 40 * 6 * 5 / (12 * 11)), abs=1e-6)
    # With the sum of each tumour held besides, two of six are drawn a little less often than by Fisher: 9.09, not 10.
    np.testing.assert_array_less(fisher_exact(*four, side="less"), found.at_most + 1e-9)


def test_a_pair_counts_the_tumours_tested_for_both() -> None:
    altered = np.array([[1, 1, 0, 1, 0, 1], [1, 0, 1, 1, 1, 1]], dtype=bool)
    tested = np.array([[1, 1, 1, 1, 0, 0], [1, 0, 1, 1, 1, 1]], dtype=bool)
    found = _pairs(altered, [0, 1], tested=tested)
    assert (found.tested[0], found.both[0], found.only_a[0], found.only_b[0], found.neither[0]) == (3, 2, 0, 1, 0)


def test_two_genes_of_panels_without_a_common_tumour_are_not_tested() -> None:
    altered = np.array([[1, 0, 0, 0], [0, 0, 1, 0]], dtype=bool)
    tested = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], dtype=bool)
    found = _pairs(altered, [0, 1], tested=tested)
    assert (int(found.tested[0]), bool(found.open[0]), float(found.p[0])) == (0, False, 1.0)


def _shares(altered: Table, burden: Burden, rng: np.random.Generator) -> tuple[float, float]:
    """How many pairs of the forty commonest genes have a one-sided p below 0.05: exclusive, together."""
    common = np.argsort(-altered.sum(axis=1))[:40]
    found = _pairs(altered, common.tolist(), burden=burden)
    p = uniform(found.at_most, found.at_least, rng)
    return float((p < 0.05).mean()), float((p > 0.95).mean())


def test_independent_genes_are_found_together_by_fisher_and_not_here() -> None:
    rng = np.random.default_rng(21)
    altered = independent(rng, 600, 400, frequency=(0.5, 20), spread=1.0)
    common = np.argsort(-altered.sum(axis=1))[:40]
    found = _pairs(altered, common.tolist(), burden="given")
    naive = fisher_exact(found.both, found.only_a, found.only_b, found.neither, side="greater")
    assert (naive < 0.05).mean() > 0.3
    exclusive, together = _shares(altered, "given", rng)
    assert 0.02 < exclusive < 0.075
    assert 0.02 < together < 0.085


def test_on_a_small_panel_independent_genes_exclude_each_other_unless_burden_is_given() -> None:
    rng = np.random.default_rng(22)
    shares: dict[Burden, list[float]] = {"given": [], "expected": []}
    for _ in range(3):
        altered = independent(rng, 40, 2_000, frequency=(2, 25), spread=1.5)
        for burden, told in shares.items():
            told.append(_shares(altered, burden, rng)[0])
    assert np.mean(shares["expected"]) > 0.12
    assert 0.02 < np.mean(shares["given"]) < 0.07


def test_a_pair_that_excludes_itself_is_the_surest_and_exclusive() -> None:
    rng = np.random.default_rng(23)
    altered = independent(rng, 60, 800, frequency=(2, 25), spread=1.5)
    one, other = np.argsort(-altered.sum(axis=1))[2:4]
    altered[other] &= ~altered[one]
    found = _pairs(altered, list(range(60)), burden="given")
    surest = int(np.argmin(found.p))
    assert {int(found.a[surest]), int(found.b[surest])} == {int(one), int(other)}
    assert found.p[surest] < 1e-4
    assert found.high[surest] < 1


def test_a_pair_that_goes_together_is_the_surest_and_together() -> None:
    rng = np.random.default_rng(24)
    altered = independent(rng, 60, 800, frequency=(2, 25), spread=1.5)
    one, other = np.argsort(-altered.sum(axis=1))[2:4]
    altered[other] |= altered[one] & (rng.random(800) < 0.5)
    found = _pairs(altered, list(range(60)), burden="given")
    surest = int(np.argmin(found.p))
    assert {int(found.a[surest]), int(found.b[surest])} == {int(one), int(other)}
    assert found.low[surest] > 1


def _interval_of_shares(observed: int, tested: int) -> tuple[Floats, Floats]:
    low, high = ratio_interval(np.array([observed]), np.array([tested]), np.array([float(tested)]))
    return low, high


def test_the_interval_is_clopper_and_pearsons() -> None:
    """R 4.2: binom.test(7, 20)$conf.int is 0.1539092 to 0.5921885, and binom.test(0, 20)$conf.int 0 to 0.1684335."""
    low, high = _interval_of_shares(7, 20)
    assert (low[0], high[0]) == pytest.approx((0.1539092, 0.5921885), abs=1e-7)
    low, high = _interval_of_shares(0, 20)
    assert (low[0], high[0]) == pytest.approx((0.0, 0.1684335), abs=1e-7)
    low, high = _interval_of_shares(20, 20)
    assert (low[0], high[0]) == pytest.approx((1 - 0.1684335, 1.0), abs=1e-7)
