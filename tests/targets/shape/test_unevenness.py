"""How unevenly residues change, and the chance of many changes on one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chevet.targets.shape.unevenness import TYPICAL, Unevenness, measured, upper_tail
from tests.targets.shape.made_changes import even, neutral, weighed

LENGTH = 100


@pytest.mark.parametrize("whole", [0.5, 20.0, np.inf])
@pytest.mark.parametrize(("n", "share"), [(5, 0.4), (60, 0.01), (800, 0.2)])
def test_the_tail_is_that_of_scipy(n: int, share: float, whole: float) -> None:
    k = np.arange(n + 1)
    law = stats.binom(n, share) if np.isinf(whole) else stats.betabinom(n, share * whole, (1 - share) * whole)
    expected = np.array([law.pmf(k[one:]).sum() for one in range(n + 1)])
    assert upper_tail(k, n, share, whole).tolist() == pytest.approx(expected.tolist(), rel=1e-8, abs=1e-14)


def test_a_tail_far_out_keeps_its_digits() -> None:
    """1000 of 1000 changes on a residue with a thousandth: 1e-3000 is no number, 100 of 100 is 1e-300."""
    assert upper_tail([100], 100, 1e-3, np.inf)[0] == pytest.approx(1e-300, rel=1e-9)


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.001, 0.9), st.floats(0.05, 1e4))
def test_a_tail_falls_with_k_and_lies_between_0_and_1(k: int, n: int, share: float, whole: float) -> None:
    one, next_one = upper_tail([k, k + 1], n, share, whole)
    assert 0 <= next_one <= one <= 1


@pytest.mark.parametrize("concentration", [0.05, 0.3, 2.0])
def test_unevenness_is_measured_on_synonymous_changes(concentration: float) -> None:
    rng = np.random.default_rng(1)
    found = neutral(150, 1, LENGTH, 400, rng, concentration, silent=40)
    told = measured(found, even(found.genes, LENGTH))
    assert told.measured
    assert told.concentration == pytest.approx(concentration, rel=0.25)


def test_even_residues_are_found_even() -> None:
    found = neutral(150, 1, LENGTH, 400, np.random.default_rng(2), silent=40)
    assert measured(found, even(found.genes, LENGTH)).concentration > 20


def test_without_synonymous_changes_unevenness_is_taken_from_elsewhere_or_not_told() -> None:
    rng = np.random.default_rng(3)
    found = neutral(20, 30, LENGTH, 400, rng)
    told = [measured(found, one) for one in (even(found.genes, LENGTH), weighed(found.genes, LENGTH, rng))]
    assert told == [Unevenness(TYPICAL, False), Unevenness(np.inf, False)]
