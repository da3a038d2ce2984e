"""Everybody whom a class could be speaking of, counted in two ways and, beside them, one person at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import CannotConclude
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import DeltaPresence, KAnonymity, KMap, Model, Population, View
from chevet.privacy.anonymity.models import crowd as counting
from chevet.privacy.anonymity.models.crowd import Crowd
from chevet.privacy.anonymity.models.population import AT_ONCE
from chevet.privacy.anonymity.search.recoding import recode_locally
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from tests.privacy.anonymity.coded_tables import coded_tables


def matches(table: CodedTable, nodes: tuple[int, ...], row: int) -> bool:
    """Whether each node holds the row's leaf: read off the hierarchy, level by level."""
    for hierarchy, codes, node in zip(table.hierarchies, table.codes, nodes, strict=True):
        level = max(level for level, start in enumerate(hierarchy.offsets) if start <= node)
        if hierarchy.nodes[level][codes[row]] != node - hierarchy.offsets[level]:
            return False
    return True


def one_at_a_time(table: CodedTable, weights: list[int], boxes: list[tuple[int, ...]]) -> tuple[list[int], int]:
    hits = [[matches(table, nodes, row) for row in range(table.n)] for nodes in boxes]
    of_class = [sum(weight for weight, hit in zip(weights, line, strict=True) if hit) for line in hits]
    return of_class, sum(weight for row, weight in enumerate(weights) if any(line[row] for line in hits))


@settings(max_examples=120, deadline=None)
@given(coded_tables(), st.data(), st.sampled_from([0, 2, 4096]), st.sampled_from([0, 250]))
def test_everybody_is_counted_as_one_at_a_time(
    table: CodedTable, data: st.DataObject, few: int, kinds_per_class: int
) -> None:
    weights = data.draw(st.lists(st.integers(0, 9), min_size=table.n, max_size=table.n))
    node = st.tuples(*(st.integers(0, len(h.flat_labels) - 1) for h in table.hierarchies))
    boxes = data.draw(st.lists(node, min_size=1, max_size=12))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(counting, "KINDS_PER_CLASS", kinds_per_class)
        found = Crowd.of(table.hierarchies, table.codes, np.array(weights), few).matching(
            [np.array(column, dtype=np.int32) for column in zip(*boxes, strict=True)]
        )
    assert (found.of_class.tolist(), found.covered) == one_at_a_time(table, weights, boxes)


def test_people_beyond_one_word_of_bits_are_all_counted() -> None:
    random = np.random.default_rng(4)
    table = crowd_of(random, 3000)
    everybody = Crowd.of(table.hierarchies, table.codes, few=5)
    boxes = [tuple(int(random.integers(len(h.flat_labels))) for h in table.hierarchies) for _ in range(40)]
    found = everybody.matching([np.array(column, dtype=np.int32) for column in zip(*boxes, strict=True)])
    assert (found.of_class.tolist(), found.covered) == one_at_a_time(table, [1] * table.n, boxes)


def test_a_population_of_nobody_matches_nothing() -> None:
    table = crowd_of(np.random.default_rng(1), 5)
    nobody = Crowd.of(table.hierarchies, [codes[:0] for codes in table.codes])
    found = nobody.matching([np.zeros(2, dtype=np.int32)] * len(table.codes))
    assert (found.of_class.tolist(), found.covered) == ([0, 0], 0)


@settings(max_examples=80, deadline=None)
@given(coded_tables(), st.data(), st.integers(1, 6))
def test_small_classes_tell_enough_for_k_map(table: CodedTable, data: st.DataObject, k: int) -> None:
    """The population need not hold the table: then every class is looked for."""
    rows = data.draw(st.lists(st.integers(0, table.n - 1), min_size=1, max_size=2 * table.n))
    if data.draw(st.booleans()):
        rows = [*rows, *range(table.n)]
    population = Population(CodedTable(table.hierarchies, tuple(codes[rows] for codes in table.codes)))
    levels = tuple(data.draw(st.integers(0, h.levels - 1)) for h in table.hierarchies)
    view = View.of(Released.at_levels(table, levels))
    of_class, _ = one_at_a_time(
        population.table, [1] * len(rows), list(zip(*(n.tolist() for n in view.nodes), strict=True))
    )
    model = KMap(k, population)
    assert model.breaking(view).tolist() == [people < k for people in of_class]
    assert model.holds(view).figure == min(of_class)
    leaves = list(zip(*(codes.tolist() for codes in population.table.codes), strict=True))
    ours = list(zip(*(codes.tolist() for codes in table.codes), strict=True))
    assert population.holds(table) == all(leaves.count(leaf) >= ours.count(leaf) for leaf in ours)


def test_the_class_that_matches_fewest_is_found_among_many() -> None:
    random = np.random.default_rng(2)
    table = crowd_of(random, 3 * AT_ONCE)
    population = Population(CodedTable(table.hierarchies, tuple(np.tile(codes, 2) for codes in table.codes)))
    view = View.of(Released.at_levels(table, (0,) * len(table.codes)))
    assert len(view.sizes) > AT_ONCE
    assert KMap(2, population).holds(view).figure == 2 * view.sizes.min()


@settings(max_examples=60, deadline=None)
@given(coded_tables(), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2**32))
def test_carried_down_the_splits_a_population_decides_as_it_does_when_searched(
    table: CodedTable, k: int, times: int, seed: int
) -> None:
    more = np.random.default_rng(seed).integers(0, table.n, times * table.n)
    rows = np.concatenate([np.arange(table.n), more])
    everybody = CodedTable(table.hierarchies, tuple(codes[rows] for codes in table.codes))
    models: list[KMap | DeltaPresence] = [
        KMap(k, Population(everybody)),
        DeltaPresence(0.0, 0.7, Population(everybody)),
    ]
    for model in models:
        for others in ([], [KAnonymity(2)]):
            carried, searched = (released(table, [*others, model]), released(table, [*others, model, beside(model)]))
            assert carried == searched


def beside(model: KMap | DeltaPresence) -> KMap:
    """A promise that always holds, of another population: with two, neither is carried."""
    return KMap(0, Population(model.population.table))


def released(table: CodedTable, models: list[Model]) -> list[list[int]] | str:
    try:
        return [nodes.tolist() for nodes in recode_locally(table, models).nodes]
    except CannotConclude:
        return "nothing"


def crowd_of(random: np.random.Generator, n: int) -> CodedTable:
    hierarchies = tuple(
        Hierarchy.from_rows(name, [(f"{leaf}", f"{leaf // 3}x", f"{leaf // 9}y", "*") for leaf in range(27)])
        for name in ("age", "place", "stage")
    )
    return CodedTable(hierarchies, tuple(random.integers(0, 27, n).astype(np.int32) for _ in hierarchies))
