"""People alone of their kind in the population: formulas worked by hand, and samples of populations that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.privacy.risk.uniqueness import Uniques, population_uniques


def sizes_in(kinds: np.ndarray) -> np.ndarray:
    counts = np.bincount(kinds)
    return counts[counts > 0]


def sample_of(kinds: np.ndarray, people: int) -> np.ndarray:
    return sizes_in(np.random.default_rng(1).choice(kinds, people, replace=False))


def test_zayatz_by_hand() -> None:
    # four of eight people, in classes of 1, 1 and 2. One member of a class of 1 is drawn with chance 1/2, exactly one
    # of a class of 2 with 2 C(6, 3) / C(8, 4) = 4/7: a sample unique is a population unique with chance 1 / (1 + 4/7).
    assert population_uniques(np.array([1, 1, 2]), 8, "zayatz").people == pytest.approx(2 * 7 / 11 / 0.5, abs=1e-12)


def test_a_sample_that_is_the_population_is_counted() -> None:
    for estimator in ("zayatz", "snb", "dankar"):
        assert population_uniques(np.array([1, 1, 1, 2, 5]), 10, estimator).people == pytest.approx(3)  # type: ignore[arg-type]


def test_a_sample_without_uniques_speaks_of_a_population_without() -> None:
    assert population_uniques(np.array([2, 3]), 50) == Uniques(0.0, 0.0, "dankar")


def test_a_population_smaller_than_its_sample_is_refused() -> None:
    with pytest.raises(BadInput, match="smaller than its sample of 5"):
        population_uniques(np.array([2, 3]), 4)


def test_snb_finds_the_uniques_of_its_own_populations() -> None:
    draw = np.random.default_rng(3)
    in_class = 1 + draw.negative_binomial(0.5, 0.2, size=20_000)
    kinds = np.repeat(np.arange(20_000), in_class)
    true = int((in_class == 1).sum())
    for fraction in (0.5, 0.8):
        found = population_uniques(sample_of(kinds, int(fraction * len(kinds))), len(kinds), "snb")
        assert found.by == "snb"
        assert found.people == pytest.approx(true, rel=0.1)


def test_pitman_finds_the_uniques_of_its_own_populations() -> None:
    """Pitman's urn: the n-th person starts a class with chance (theta + classes alpha) / (theta + n)."""
    draw, theta, alpha, people = np.random.default_rng(4), 50.0, 0.6, 20_000
    kinds, classes, seats = np.zeros(people, dtype=np.int64), 1, [1]
    for n in range(1, people):
        if draw.random() * (theta + n) < theta + classes * alpha:
            kinds[n] = classes
            classes += 1
            seats.append(1)
        else:
            while True:  # by rejection: an earlier person's class, less alpha
                kind = kinds[draw.integers(n)]
                if draw.random() * seats[kind] < seats[kind] - alpha:
                    break
            kinds[n] = kind
            seats[kind] += 1
    true = int((np.array(seats) == 1).sum())
    found = population_uniques(sample_of(kinds, people // 20), people, "pitman")
    assert found.by == "pitman"
    assert found.people == pytest.approx(true, rel=0.15)


def test_dankar_takes_pitman_for_small_samples_and_the_lower_of_the_others_for_large_ones() -> None:
    draw = np.random.default_rng(5)
    kinds = draw.choice(3000, 10_000, p=draw.dirichlet(np.full(3000, 0.5)))
    small, large = sample_of(kinds, 1000), sample_of(kinds, 4000)
    assert population_uniques(small, 10_000) == population_uniques(small, 10_000, "pitman")
    others = [population_uniques(large, 10_000, by) for by in ("zayatz", "snb")]
    assert population_uniques(large, 10_000) == min(others, key=lambda found: found.people)


def test_where_a_model_cannot_be_fitted_zayatz_stands_in_and_is_named() -> None:
    assert population_uniques(np.ones(30, dtype=np.int64), 1000, "pitman").by == "zayatz"
    assert population_uniques(np.ones(1, dtype=np.int64), 1000, "dankar").by == "zayatz"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(0, 100_000),
    st.sampled_from(["zayatz", "snb", "pitman", "dankar"]),
)  # fmt: skip
def test_every_estimate_lies_between_nobody_and_everybody(sizes: list[int], more: int, estimator: str) -> None:
    population = sum(sizes) + more
    found = population_uniques(np.array(sizes), population, estimator)  # type: ignore[arg-type]
    assert 0 <= found.people <= population * (1 + 1e-9)
    assert found.share == pytest.approx(found.people / population)
