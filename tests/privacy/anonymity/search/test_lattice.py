"""The exact search: equal to trying every combination of levels, and its bounds never above the truth."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput, CannotConclude
from chevet.privacy.anonymity.classes import classes_of
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import (
    AverageRisk,
    ClassModel,
    DistinctLDiversity,
    EntropyLDiversity,
    HighestRisk,
    KAnonymity,
    Model,
    RecursiveLDiversity,
    TCloseness,
    View,
    attributes_of,
)
from chevet.privacy.anonymity.search.lattice import Standing, search_optimal
from chevet.privacy.hierarchies.hierarchy import Hierarchy

DISEASES = ("benign", "early", "late")


@st.composite
def hierarchies(draw: st.DrawFn, name: str) -> Hierarchy:
    """Two to six leaves, joined at random at one to three levels; the last one does not always join them all."""
    leaves = draw(st.integers(2, 6))
    columns = [list(range(leaves))]
    for _ in range(draw(st.integers(1, 3))):
        groups = max(columns[-1]) + 1
        joined = draw(st.lists(st.integers(0, groups - 1), min_size=groups, max_size=groups))
        places = {group: place for place, group in enumerate(dict.fromkeys(joined))}
        columns.append([places[joined[node]] for node in columns[-1]])
    return Hierarchy.from_rows(name, [tuple(f"{i}:{c[leaf]}" for i, c in enumerate(columns)) for leaf in range(leaves)])


@st.composite
def tables(draw: st.DrawFn) -> CodedTable:
    made = tuple(draw(hierarchies(f"attribute {i}")) for i in range(draw(st.integers(1, 3))))
    n = draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    codes = tuple((h.n_leaves * random.random(n) ** 2).astype(np.int32) for h in made)
    sensitive = {"disease": random.integers(0, 3, n, dtype=np.int32)}
    return CodedTable(made, codes, sensitive, {"disease": DISEASES})


POLICIES = st.sampled_from(
    [
        (KAnonymity(2),),
        (KAnonymity(4),),
        (HighestRisk(0.4),),
        (KAnonymity(2), DistinctLDiversity("disease", 2)),
        (KAnonymity(2), EntropyLDiversity("disease", 1.6)),
        (RecursiveLDiversity("disease", 2.0, 2),),
        (KAnonymity(2), TCloseness("disease", 0.3)),
        (KAnonymity(2), AverageRisk(0.2)),
        (KAnonymity(3), KAnonymity(2), DistinctLDiversity("disease", 2), AverageRisk(0.3)),
    ]
)
SHARES = st.sampled_from([0.0, 0.1, 0.3, 1.0])


def loss_of(released: Released, weights: Sequence[float]) -> float:
    """Row by row, from the nodes shown: nothing shared with the search."""
    total = 0.0
    for row in range(released.table.n):
        if released.suppressed[row]:
            total += 1.0
            continue
        for h, nodes, weight in zip(released.table.hierarchies, released.nodes, weights, strict=True):
            total += weight * float(h.flat_losses[nodes[row]])
    return total / released.table.n


def best_of_all(
    table: CodedTable, models: tuple[Model, ...], at_most: float, weights: Sequence[float]
) -> dict[tuple[int, ...], float]:
    """The loss of every combination of levels that keeps the policy."""
    found = {}
    for levels in itertools.product(*(range(h.levels) for h in table.hierarchies)):
        open_to_all = Released.at_levels(table, levels)
        view = View.of(open_to_all, attributes_of(models))
        broken = np.zeros(len(view.sizes), dtype=np.bool_)
        for model in models:
            if isinstance(model, ClassModel):
                broken |= model.breaking(view)
        released = Released.at_levels(table, levels, broken[classes_of(open_to_all).of])
        kept = View.of(released, attributes_of(models))
        if released.suppressed.mean() <= at_most + 1e-9 and all(model.holds(kept).holds for model in models):
            found[levels] = loss_of(released, weights)
    return found


@settings(max_examples=150, deadline=None)
@given(tables(), POLICIES, SHARES, st.integers(0, 3))
def test_the_optimum_is_that_of_trying_every_combination(
    table: CodedTable, models: tuple[Model, ...], at_most: float, seed: int
) -> None:
    weights = [1 / len(table.codes)] * len(table.codes)
    every = best_of_all(table, models, at_most, weights)
    if not every:
        with pytest.raises(CannotConclude, match="no generalisation"):
            search_optimal(table, models, at_most, seed=seed)
        return
    found = search_optimal(table, models, at_most, seed=seed)
    assert found.loss == pytest.approx(min(every.values()), abs=1e-9)
    assert found.proved
    assert found.bound == found.loss
    assert loss_of(found.released, weights) == pytest.approx(found.loss, abs=1e-9)
    assert every[found.levels] == pytest.approx(found.loss, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(), POLICIES, SHARES, st.integers(1, 6))
def test_a_search_stopped_early_states_a_bound_that_no_release_undercuts(
    table: CodedTable, models: tuple[Model, ...], at_most: float, steps: int
) -> None:
    every = best_of_all(table, models, at_most, [1 / len(table.codes)] * len(table.codes))
    try:
        found = search_optimal(table, models, at_most, steps=steps)
    except CannotConclude:
        return
    assert found.nodes_evaluated <= steps
    assert found.bound <= min(every.values()) + 1e-9
    assert found.bound <= found.loss
    assert found.proved == (found.bound == found.loss)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(2, 5), SHARES)
def test_every_release_is_k_anonymous_and_within_its_suppression(table: CodedTable, k: int, at_most: float) -> None:
    try:
        found = search_optimal(table, [KAnonymity(k)], at_most)
    except CannotConclude:
        return
    assert (classes_of(found.released).sizes >= k).all()
    assert found.released.suppressed.sum() <= at_most * table.n + 1e-9


@settings(max_examples=40, deadline=None)
@given(tables(), st.lists(st.integers(0, 4), min_size=3, max_size=3))
def test_a_weight_counts_in_the_loss_that_is_minimised(table: CodedTable, asked: list[int]) -> None:
    weights = asked[: len(table.codes)]
    if sum(weights) == 0:
        with pytest.raises(BadInput, match="weights"):
            search_optimal(table, [KAnonymity(2)], 0.2, weights=weights)
        return
    shares = [weight / sum(weights) for weight in weights]
    every = best_of_all(table, (KAnonymity(2),), 0.2, shares)
    if every:
        found = search_optimal(table, [KAnonymity(2)], 0.2, weights=weights)
        assert found.loss == pytest.approx(min(every.values()), abs=1e-9)


@pytest.fixture
def registry() -> CodedTable:
    """3,000 made-up people: age in years and decades, commune within departement, sex, stage."""
    random = np.random.default_rng(8)
    age = Hierarchy.from_rows(
        "age", [(str(a), f"from {a // 5 * 5}", f"twenty from {a // 20 * 20}", "*") for a in range(20, 100)]
    )
    place = Hierarchy.from_rows("place", [(f"c{c}", f"d{c // 12}", f"r{c // 48}", "*") for c in range(240)])
    sex = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
    stage = Hierarchy.from_rows("stage", [(s, s.rstrip("AB"), "*") for s in ("I", "IIA", "IIB", "IIIA", "IIIB", "IV")])
    n = 3_000
    codes = (
        np.clip(random.normal(45, 12, n), 0, 79).astype(np.int32),
        (240 * random.random(n) ** 3).astype(np.int32),
        random.integers(0, 2, n, dtype=np.int32),
        random.integers(0, 6, n, dtype=np.int32),
    )
    return CodedTable((age, place, sex, stage), codes)


def test_most_of_a_lattice_is_dismissed_without_being_weighed(registry: CodedTable) -> None:
    weights = [0.25] * 4
    found = search_optimal(registry, [KAnonymity(5)], 0.1)
    every = best_of_all(registry, (KAnonymity(5),), 0.1, weights)
    assert found.loss == pytest.approx(min(every.values()), abs=1e-9)
    assert 5 * found.nodes_evaluated < 4 * 4 * 2 * 3


def test_the_same_question_gives_the_same_release(registry: CodedTable) -> None:
    one, other = (search_optimal(registry, [KAnonymity(5)], 0.1) for _ in range(2))
    assert one.levels == other.levels
    assert one.nodes_evaluated == other.nodes_evaluated
    assert (one.released.suppressed == other.released.suppressed).all()


def test_progress_tells_a_bound_that_rises_and_a_loss_that_falls(registry: CodedTable) -> None:
    told: list[Standing] = []
    found = search_optimal(registry, [KAnonymity(5)], 0.1, progress=told.append)
    assert [standing.loss for standing in told] == sorted((standing.loss for standing in told), reverse=True)
    assert [standing.bound for standing in told] == sorted(standing.bound for standing in told)
    assert told[-1] == Standing(found.nodes_evaluated, 0, found.loss, found.loss)


def test_a_clock_that_runs_out_ends_the_search_with_what_it_has(registry: CodedTable) -> None:
    ticks = itertools.count()
    found = search_optimal(registry, [KAnonymity(5)], 0.1, seconds=4, clock=lambda: float(next(ticks)))
    assert not found.proved
    assert found.bound < found.loss
    assert (classes_of(found.released).sizes >= 5).all()


def test_no_time_at_all_is_told_apart_from_an_impossible_policy(registry: CodedTable) -> None:
    with pytest.raises(CannotConclude, match="in time"):
        search_optimal(registry, [KAnonymity(5)], 0.1, steps=0)
    with pytest.raises(CannotConclude, match="no generalisation of these 3000 rows"):
        search_optimal(registry, [KAnonymity(3_001)], 0.1)


def test_a_table_without_rows_is_refused() -> None:
    sex = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
    with pytest.raises(BadInput, match="without rows"):
        search_optimal(CodedTable((sex,), (np.zeros(0, dtype=np.int32),)), [KAnonymity(2)], 0.1)
