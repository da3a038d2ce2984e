"""Who is at risk at each event, and the likelihood made of it, against the definitions written out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from chevet.targets.outcome.cox import curvature, fit, slope
from chevet.targets.outcome.risk_sets import RiskSets

Row = tuple[int, int, bool, int]
people = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 9), st.booleans(), st.integers(0, 2)), min_size=1, max_size=25
)


def arrays(made: list[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Entry (0: from the start), exit, event, stratum."""
    entry = np.array([row[0] if row[0] else -np.inf for row in made])
    return entry, np.array([float(row[1]) for row in made]), np.array([row[2] for row in made]), np.array(
        [row[3] for row in made]
    )  # fmt: skip


def moments_of_events(made: list[Row]) -> list[tuple[int, float, list[int], list[int], int]]:
    """Of each event in turn: stratum, time, who is at risk, who has the event then, and the place among the tied."""
    entry, exit, occurred, stratum = arrays(made)
    happened = occurred & (entry < exit)
    found = []
    for level in np.unique(stratum):
        for time in np.unique(exit[happened & (stratum == level)]):
            here = stratum == level
            at_risk = np.flatnonzero(here & (entry < time) & (time <= exit)).tolist()
            tied = np.flatnonzero(here & happened & (exit == time)).tolist()
            found += [(int(level), float(time), at_risk, tied, place) for place in range(len(tied))]
    return found


def efron(made: list[Row], covariate: np.ndarray, coefficient: float) -> float:
    """The log partial likelihood, as Efron's paper has it."""
    weights, total = np.exp(coefficient * covariate), 0.0
    for _, _, at_risk, tied, place in moments_of_events(made):
        total += coefficient * covariate[tied[place]]
        total -= np.log(weights[at_risk].sum() - place / len(tied) * weights[tied].sum())
    return total


@given(people)
def test_sums_over_those_at_risk_are_those_of_the_definition(made: list[Row]) -> None:
    risk = RiskSets.of(*arrays(made))
    values = np.arange(1.0, len(made) + 1)
    moments = moments_of_events(made)
    expected = [
        values[at_risk].sum() - place / len(tied) * values[tied].sum() for _, _, at_risk, tied, place in moments
    ]
    assert risk.events == len(moments)
    if moments:
        assert risk.at_events(values).tolist() == pytest.approx(expected)
        assert risk.times[risk.time_of].tolist() == [time for _, time, *_ in moments]


@given(people)
def test_sums_over_events_are_the_other_way_round(made: list[Row]) -> None:
    """Whatever is summed over rows and events comes out the same in either order."""
    risk = RiskSets.of(*arrays(made))
    if risk.events:
        rows, events = np.arange(1.0, len(made) + 1), np.arange(2.0, risk.events + 2)
        assert risk.at_events(rows) @ events == pytest.approx(rows @ risk.of_rows(events))


@given(people, st.floats(-1.5, 1.5), st.integers(0, 1000))
def test_likelihood_slope_and_curvature_are_those_of_efron(made: list[Row], coefficient: float, seed: int) -> None:
    covariate = np.random.default_rng(seed).normal(size=len(made))
    risk, at = RiskSets.of(*arrays(made)), np.array([coefficient])
    if not risk.events:
        return
    design = covariate[:, np.newaxis]
    here = slope(risk, design, at)
    # The program leaves a factor out of the weights: differences are the same.
    change = efron(made, covariate, coefficient) - efron(made, covariate, 0.0)
    assert here.log_likelihood - slope(risk, design, np.zeros(1)).log_likelihood == pytest.approx(change, abs=1e-9)
    numeric = approx_fprime(at, lambda b: efron(made, covariate, b[0]), 1e-6)
    assert here.score == pytest.approx(numeric, abs=1e-3, rel=1e-3)
    steeper = slope(risk, design, at + 1e-5).score - slope(risk, design, at - 1e-5).score
    assert curvature(risk, design, here).information[0] == pytest.approx(-steeper / 2e-5, abs=1e-4, rel=1e-4)


def test_times_that_differ_by_rounding_are_one_time() -> None:
    exit = np.array([0.3, 0.1 + 0.2, 1.0])
    risk = RiskSets.of(np.full(3, -np.inf), exit, np.ones(3, dtype=np.bool_), np.zeros(3, dtype=np.int64))
    assert (len(risk.times), risk.fraction.tolist()) == (2, [0.0, 0.5, 0.0])


def test_a_likelihood_without_a_maximum_is_told() -> None:
    exit = np.arange(1.0, 41.0)
    risk = RiskSets.of(np.full(40, -np.inf), exit, np.ones(40, dtype=np.bool_), np.zeros(40, dtype=np.int64))
    assert not fit(risk, (exit <= 20)[:, np.newaxis].astype(float)).reached
    assert fit(risk, (exit % 2)[:, np.newaxis]).reached
