"""One node weighed: who is suppressed, what is lost, and what it says of finer nodes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.models import (
    AverageRisk,
    DistinctLDiversity,
    EntropyLDiversity,
    KAnonymity,
    KMap,
    Model,
    Population,
    RecursiveLDiversity,
    TCloseness,
)
from chevet.privacy.anonymity.search.lattice import search_optimal
from chevet.privacy.anonymity.search.weighing import Scale
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from tests.privacy.anonymity.search.test_lattice import tables


def people(*places: tuple[str, int, int]) -> CodedTable:
    """Per place, so many with an early and so many with a late tumour; places ab and cd make two groups."""
    place = Hierarchy.from_rows("place", [("a", "ab", "*"), ("b", "ab", "*"), ("c", "cd", "*"), ("d", "cd", "*")])
    leaves = [leaf for leaf, early, late in places for _ in range(early + late)]
    stages = [stage for _, early, late in places for stage in [0] * early + [1] * late]
    return CodedTable(
        (place,), (place.encode(leaves),), {"stage": np.array(stages, dtype=np.int32)}, {"stage": ("early", "late")}
    )


def test_rows_of_small_classes_are_suppressed_and_each_counts_as_wholly_lost() -> None:
    table = people(("a", 3, 3), ("b", 1, 0), ("c", 2, 1))
    found = Scale(table, [KAnonymity(3)], [1.0], limit=1).weigh((0,))
    assert found.suppressed == 1
    assert found.loss == pytest.approx(1 / 10)
    assert (
        Scale(table, [KAnonymity(3)], [1.0], limit=1).release((0,)).suppressed.tolist()
        == [False] * 6 + [True] + [False] * 3
    )


def test_generalised_rows_lose_by_the_leaves_they_cannot_be_told_from() -> None:
    table = people(("a", 3, 3), ("b", 1, 0), ("c", 2, 1))
    assert Scale(table, [KAnonymity(3)], [1.0], limit=0).weigh((1,)).loss == pytest.approx(1 / 3)


def test_a_node_above_the_limit_forbids_all_below_it() -> None:
    found = Scale(people(("a", 3, 3), ("b", 1, 0)), [KAnonymity(3)], [1.0], limit=0).weigh((0,))
    assert found.suppressed == 1
    assert found.penalties is None
    assert found.loss == np.inf


@pytest.mark.parametrize(
    "model",
    [EntropyLDiversity("stage", 1.99), RecursiveLDiversity("stage", 1.2, 2), TCloseness("stage", 0.05)],
    ids=lambda model: model.name,
)
def test_a_model_that_joining_may_break_says_nothing_of_finer_nodes(model: Model) -> None:
    table = people(("a", 10, 10), ("b", 0, 4), ("c", 10, 10), ("d", 4, 0))
    joined = Scale(table, [model], [1.0], limit=8).weigh((1,))
    assert joined.loss == np.inf
    assert joined.suppressed == 0
    found = search_optimal(table, [model], 8 / 48)
    assert found.levels == (0,)
    assert found.loss == pytest.approx(8 / 48)


def test_a_model_that_joining_never_breaks_suppresses_below_what_it_suppresses_here() -> None:
    table = people(("a", 3, 3), ("b", 2, 0), ("c", 5, 0))
    scale = Scale(table, [DistinctLDiversity("stage", 2)], [1.0], limit=7)
    assert [scale.weigh((level,)).suppressed for level in (0, 1, 2)] == [7, 5, 0]


def test_a_model_of_a_population_is_weighed_on_the_nodes_shown() -> None:
    table = people(("a", 1, 0), ("b", 1, 0), ("c", 1, 0))
    population = Population(people(("a", 3, 2), ("b", 0, 1), ("c", 1, 1), ("d", 2, 0)))
    scale = Scale(table, [KMap(4, population)], [1.0], limit=3)
    assert [scale.weigh((level,)).suppressed for level in (0, 1, 2)] == [2, 0, 0]


def test_a_model_of_the_whole_table_is_asked_of_what_is_left_after_suppression() -> None:
    table = people(("a", 3, 3), ("b", 1, 0), ("c", 2, 1))
    models: list[Model] = [KAnonymity(3), AverageRisk(2 / 9)]
    assert Scale(table, models, [1.0], limit=1).weigh((0,)).loss == pytest.approx(1 / 10)
    assert Scale(table, [*models, AverageRisk(0.2)], [1.0], limit=1).weigh((0,)).loss == np.inf


@settings(max_examples=80, deadline=None)
@given(tables(), st.integers(1, 3), st.integers(0, 20))
def test_the_average_risk_of_no_finer_release_is_below_the_floor_stated_for_it(
    table: CodedTable, k: int, limit: int
) -> None:
    risk_at_most = 0.3
    scale = Scale(table, [KAnonymity(k), AverageRisk(risk_at_most)], [1 / len(table.codes)] * len(table.codes), limit)
    every = list(itertools.product(*(range(h.levels) for h in table.hierarchies)))
    found = {node: scale.weigh(node) for node in every}
    for node, finer in itertools.product(every, every):
        if all(a >= b for a, b in zip(node, finer, strict=True)) and found[finer].suppressed <= limit:
            assert found[node].floor_over <= found[finer].risk_over + 1e-12
