"""Tails when each gene's number of tumours is held: against the law itself, and Fisher's where tumours are alike."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import brentq

from chevet.cohort.association import fisher_exact
from chevet.targets.relations.both_margins import Chances, Groups, Joint, Margins, tails_given_margins
from chevet.targets.relations.poisson_binomial import Tails
from chevet.targets.relations.tumours import Whole

Floats = npt.NDArray[np.float64]


def _with_sum(burden: Floats, carriers: int) -> Floats:
    """Probabilities that rise with burden and are expected to give so many carriers."""
    scale = brentq(lambda c: float((c * burden / (1 + c * burden)).sum()) - carriers, 1e-9, 1e9)
    return np.asarray(scale * burden / (1 + scale * burden))


def _law(both: Floats, first: Floats, second: Floats, n_first: int, n_second: int) -> Floats:
    """The law of tumours with both, given those with each: every outcome, tumour by tumour."""
    least = min(n_first, n_second)
    found = np.zeros((least + 1, n_first + 1, n_second + 1))
    found[0, 0, 0] = 1.0
    for of_both, of_first, of_second in zip(both, first, second, strict=True):
        after = found * (1 - of_first - of_second + of_both)
        after[:, 1:, :] += found[:, :-1, :] * (of_first - of_both)
        after[:, :, 1:] += found[:, :, :-1] * (of_second - of_both)
        after[1:, 1:, 1:] += found[:-1, :-1, :-1] * of_both
        found = after
    law: Floats = found[:, n_first, n_second]
    return law / law.sum()


def _joint(both: Floats, first: Floats, second: Floats) -> Joint:
    return lambda places: Chances(*(np.tile(of, (len(places), 1)) for of in (both, first, second)))


def _tails(joint: Joint, times: Floats, observed: Whole, first: Whole, second: Whole) -> Tails:
    """The tails of pairs in one stratum."""
    held = Margins(*(of[:, None] for of in (np.full_like(first, int(times.sum())), first, second)))
    return tails_given_margins(joint, Groups(times, np.zeros(len(times), dtype=np.int64)), observed, held)


CASES = [(60, 18, 12, 3.0), (60, 18, 12, 0.7), (60, 30, 30, 1.5), (60, 9, 6, 0.7), (80, 40, 10, 0.7), (80, 20, 20, 0.3)]


@pytest.mark.parametrize("held", [1.0, 0.8], ids=["independent", "rarer together"])
@pytest.mark.parametrize(("tumours", "n_first", "n_second", "spread"), CASES)
def test_tails_are_close_to_every_outcome(
    tumours: int, n_first: int, n_second: int, spread: float, held: float
) -> None:  # fmt: skip
    """Within 5 % of the law, and within 14 % where one number only lies in the tail, down to 1e-21."""
    burden = np.random.default_rng(tumours + n_first).gamma(spread, 1 / spread, tumours)
    first, second = _with_sum(burden, n_first), _with_sum(burden, n_second)
    both = np.maximum(held * first * second, first + second - 1)
    law = _law(both, first, second, n_first, n_second)
    possible = np.flatnonzero(law > 0)
    every = np.ones_like(possible)
    found = _tails(_joint(both, first, second), np.ones(tumours), possible, every * n_first, every * n_second)
    at_most, at_least = np.cumsum(law)[possible], np.cumsum(law[::-1])[::-1][possible]
    np.testing.assert_allclose(found.at_most[1:], at_most[1:], rtol=0.05)
    np.testing.assert_allclose(found.at_least[:-1], at_least[:-1], rtol=0.05)
    np.testing.assert_allclose([found.at_most[0], found.at_least[-1]], [at_most[0], at_least[-1]], rtol=0.14)
    np.testing.assert_allclose(found.mean, (law * np.arange(len(law))).sum(), rtol=0.03)


def test_where_tumours_are_alike_the_law_is_fishers() -> None:
    """Three hundred alike, 90 and 60 carriers: from 5 to 40 with both, within 2 %."""
    observed = np.arange(5, 41)
    every = np.ones_like(observed)
    first, second = np.array([0.3]), np.array([0.2])
    found = _tails(_joint(first * second, first, second), np.array([300.0]), observed, every * 90, every * 60)
    four = observed, 90 - observed, 60 - observed, 150 + observed
    np.testing.assert_allclose(found.at_most, fisher_exact(*four, side="less"), rtol=0.02)
    np.testing.assert_allclose(found.at_least, fisher_exact(*four, side="greater"), rtol=0.02)
    np.testing.assert_allclose(found.mean, 18.0)
    np.testing.assert_allclose(found.variance, 300 * 0.3 * 0.7 * 0.2 * 0.8)


def test_numbers_of_carriers_other_than_expected_are_what_counts() -> None:
    """On panels a gene may have more carriers, among those tested for both, than its frequency makes one expect."""
    first, second = np.array([0.3]), np.array([0.2])
    found = _tails(
        _joint(first * second, first, second), np.array([100.0]), np.array([2]), np.array([40]), np.array([10])
    )
    np.testing.assert_allclose(found.mean, 4.0, rtol=1e-6)
    np.testing.assert_allclose(found.at_most, fisher_exact(2, 38, 8, 52, side="less"), rtol=0.03)


def test_each_stratum_holds_its_own_numbers() -> None:
    """Three strata of forty, thirty and twenty tumours: the law is that of the sum of three laws, each by itself."""
    rng = np.random.default_rng(8)
    held = [(40, 12, 9), (30, 10, 15), (20, 3, 4)]
    first, second, law = [], [], np.ones(1)
    for tumours, n_first, n_second in held:
        burden = rng.gamma(1.0, 1.0, tumours)
        first.append(_with_sum(burden, n_first))
        second.append(_with_sum(burden, n_second))
        law = np.convolve(law, _law(first[-1] * second[-1], first[-1], second[-1], n_first, n_second))
    one, two = np.concatenate(first), np.concatenate(second)
    possible = np.flatnonzero(law > 0)
    margins = Margins(*(np.tile(of, (len(possible), 1)) for of in np.array(held).T))
    groups = Groups(np.ones(90), np.repeat([0, 1, 2], [40, 30, 20]))
    found = tails_given_margins(_joint(one * two, one, two), groups, possible, margins)
    np.testing.assert_allclose(found.at_most[1:], np.cumsum(law)[possible][1:], rtol=0.06)
    np.testing.assert_allclose(found.at_least[:-1], np.cumsum(law[::-1])[::-1][possible][:-1], rtol=0.08)
    numbers = np.arange(len(law))
    variance = (law * numbers**2).sum() - (law * numbers).sum() ** 2
    np.testing.assert_allclose(found.variance, variance, rtol=0.05)


def test_strata_where_a_gene_is_altered_nowhere_or_everywhere_say_nothing() -> None:
    """Twenty tumours that tell, ten without the first gene, five that all have it: the first twenty alone count."""
    first, second = (
        np.r_[np.full(20, 0.4), np.zeros(10), np.ones(5)],
        np.r_[np.full(20, 0.3), np.full(10, 0.5), np.full(5, 0.6)],
    )
    groups = Groups(np.ones(35), np.repeat([0, 1, 2], [20, 10, 5]))
    margins = Margins(*(np.array([of]) for of in ([20, 10, 5], [8, 0, 5], [6, 5, 3])))
    found = tails_given_margins(_joint(first * second, first, second), groups, np.array([1 + 3]), margins)
    np.testing.assert_allclose(found.at_most, fisher_exact(1, 7, 5, 7, side="less"), rtol=0.03)
    np.testing.assert_allclose(found.mean, 8 * 6 / 20 + 3, rtol=1e-5)


def test_where_no_other_number_is_possible_both_tails_are_one() -> None:
    one, half = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    found = _tails(_joint(one * half, one, half), np.array([3.0, 3.0]), np.array([0]), np.array([3]), np.array([0]))
    assert (found.at_most.tolist(), found.at_least.tolist(), found.variance.tolist()) == ([1.0], [1.0], [0.0])
