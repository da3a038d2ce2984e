"""The closed forms of the tests are the maximum of the likelihood; small cases by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from chevet.targets.selection.drivers import combined
from chevet.targets.selection.gene_tests import gene_tests, local_tests


def test_a_gene_as_expected_has_w_one_and_p_one() -> None:
    tests = local_tests(np.array([[10.0, 30.0, 2.0, 1.0]]), np.array([[10.0, 30.0, 2.0, 1.0]]))
    assert [x[0] for x in (tests.w_mis, tests.w_non, tests.w_spl, tests.p_mis, tests.p_trunc, tests.p_sub)] == [
        pytest.approx(1.0)
    ] * 6


def test_local_selection_by_hand() -> None:
    """Twice as many synonymous changes as expected, eight times as many missense: w is 4, and the likelihood ratio is
    that of 10 and 40 out of 50 against one in two."""
    tests = local_tests(np.array([[10.0, 40.0, 0.0, 0.0]]), np.array([[5.0, 5.0, 1e-9, 1e-9]]))
    ratio = 2 * (10 * math.log(0.2 / 0.5) + 40 * math.log(0.8 / 0.5))
    assert tests.w_mis[0] == pytest.approx(4.0)
    assert tests.p_mis[0] == pytest.approx(stats.chi2.sf(ratio, 1), rel=1e-6)


def test_a_class_that_a_gene_cannot_have_has_no_w() -> None:
    tests = local_tests(np.array([[3.0, 4.0, 0.0, 0.0]]), np.array([[2.0, 5.0, 0.0, 0.0]]))
    assert np.isnan(tests.w_spl[0])
    assert tests.p_trunc[0] == 1.0


def _density(counts, expected, mean, theta, log_t, w):  # type: ignore[no-untyped-def]
    t = math.exp(log_t)
    rates = np.array(expected) * t * np.array(w)
    scale = mean / (theta * expected[0])
    prior = (theta - 1) * log_t - t / scale
    return float((np.array(counts) * np.log(rates) - rates).sum()) + prior


@given(
    st.tuples(*[st.integers(1, 40)] * 4),
    st.tuples(*[st.floats(0.3, 30)] * 4),
    st.floats(0.3, 30),
    st.floats(1.2, 20),
)
def test_missense_p_is_that_of_a_likelihood_maximised_by_search(
    counts: tuple[int, ...], expected: tuple[float, ...], mean: float, theta: float
) -> None:
    def best(free: list[int]) -> float:
        def cost(x: np.ndarray) -> float:  # type: ignore[type-arg]
            w = np.ones(4)
            w[free] = np.exp(x[1:])
            return -_density(counts, expected, mean, theta, x[0], w)

        found = optimize.minimize(cost, np.zeros(1 + len(free)), method="BFGS", options={"gtol": 1e-9})
        return -float(found.fun)

    tests = gene_tests(np.array([counts], dtype=float), np.array([expected]), np.array([mean]), theta)
    ratio = 2 * (best([1, 2, 3]) - best([2, 3]))
    assert tests.p_mis[0] == pytest.approx(stats.chi2.sf(max(ratio, 0.0), 1), rel=1e-3, abs=1e-12)


def test_fishers_p_is_the_chi_squared_of_both() -> None:
    p = combined(np.log([0.03, 1e-200]), np.array([0.2, 1e-150]))
    assert p[0] == pytest.approx(stats.combine_pvalues([0.03, 0.2])[1])
    assert p[1] == pytest.approx(math.exp(-350 * math.log(10)) * (1 + 350 * math.log(10)), abs=0)
