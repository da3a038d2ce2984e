"""The bounds of the lattice hold for every finer node, whatever the table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from chevet.errors import CannotConclude
from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.models import DistinctLDiversity, KAnonymity
from chevet.privacy.anonymity.search import bounds
from chevet.privacy.anonymity.search.bounds import Candidates, least_risk_over
from chevet.privacy.anonymity.search.weighing import Scale
from tests.privacy.anonymity.search.test_lattice import tables


@settings(max_examples=60, deadline=None)
@given(tables())
def test_each_weighed_node_bounds_every_finer_one_from_below(table: CodedTable) -> None:
    models = [KAnonymity(3), DistinctLDiversity("disease", 2)]
    scale = Scale(table, models, [1 / len(table.codes)] * len(table.codes), limit=table.n // 2)
    every = Candidates(scale.losses)
    losses = np.array([scale.weigh(every.node(place)).loss for place in range(len(every))])
    assert (every.bounds <= losses + 1e-12).all()
    for place in range(len(every)):
        node, found = every.node(place), scale.weigh(every.node(place))
        bounded = Candidates(scale.losses)
        if found.penalties is None:
            bounded.forbid_finer(node)
        else:
            bounded.raise_finer(node, found.suppressed / table.n, found.penalties)
            assert bounded.bounds[place] == pytest.approx(losses[place], abs=1e-12)
        assert (bounded.bounds <= losses + 1e-12).all()


def small_lattice() -> Candidates:
    return Candidates([np.array([0.0, 0.1, 0.5]), np.array([0.0, 0.5])])


def test_finer_means_no_level_higher_and_includes_the_node_itself() -> None:
    found = small_lattice()
    assert [found.node(place) for place in np.flatnonzero(found.finer((1, 0)))] == [(0, 0), (1, 0)]


def test_a_node_that_is_settled_is_no_longer_in_question_and_others_are() -> None:
    found = small_lattice()
    found.settle((1, 1))
    found.keep_below(np.inf)
    assert [found.node(place) for place in range(len(found))] == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1)]


def test_what_cannot_be_better_than_the_best_is_forgotten() -> None:
    found = small_lattice()
    found.keep_below(0.5)
    assert [found.node(place) for place in range(len(found))] == [(0, 0), (1, 0)]
    assert found.bounds.tolist() == [0.0, 0.1]


def test_a_bound_once_raised_is_not_lowered_by_a_weaker_one() -> None:
    found = small_lattice()
    found.raise_finer((2, 0), 0.3, [np.zeros(3), np.zeros(2)])
    found.raise_finer((1, 0), 0.1, [np.zeros(3), np.zeros(2)])
    assert found.bounds[found.finer((2, 0))].tolist() == [0.3, 0.4, 0.8]


def test_a_lattice_too_large_to_list_is_refused_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_NODES", 5)
    with pytest.raises(CannotConclude, match="allow 6 combinations"):
        small_lattice()


def test_the_floor_of_the_average_risk_lets_the_smallest_classes_be_suppressed_whole() -> None:
    sizes = np.array([2, 8, 2, 4])
    assert least_risk_over(sizes, 0, 0.5) == pytest.approx(np.log(4 / 16 / 0.5))
    assert least_risk_over(sizes, 5, 0.5) == pytest.approx(np.log(2 / 12 / 0.5))
    assert least_risk_over(sizes, 16, 0.5) == -np.inf
    assert least_risk_over(sizes, 0, 0.0) == np.inf
