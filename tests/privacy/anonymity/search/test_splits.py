"""One step down one attribute, and the ways down a hierarchy that it takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.anonymity.search import splits as module
from chevet.privacy.anonymity.search.branches import Branches
from chevet.privacy.anonymity.search.splits import Splits
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from tests.privacy.anonymity.coded_tables import hierarchies

DEATH = Hierarchy.from_rows(
    "death", [("2023-01", "2023", "dead", "*"), ("2023-02", "2023", "dead", "*"), ("alive", "alive", "alive", "*")]
)


def leaves_of(hierarchy: Hierarchy, node: int) -> set[int]:
    level = int(np.searchsorted(hierarchy.offsets, node, side="right")) - 1
    return set(np.flatnonzero(hierarchy.nodes[level] == node - hierarchy.offsets[level]).tolist())


@settings(max_examples=80, deadline=None)
@given(hierarchies())
def test_the_children_of_a_node_hold_its_leaves_between_them(hierarchy: Hierarchy) -> None:
    branches = Branches.of(hierarchy)
    for node in branches.lowest.tolist():
        width, first = int(branches.widths[node]), int(branches.firsts[node])
        children = branches.below[first : first + width].tolist()
        held = [leaves_of(hierarchy, child) for child in children]
        assert width != 1
        assert not children or set().union(*held) == leaves_of(hierarchy, node)
        for leaf in leaves_of(hierarchy, node) if children else ():
            assert leaf in held[branches.places[branches.bases[node] + leaf]]


def test_a_node_with_one_child_is_passed_over() -> None:
    branches = Branches.of(DEATH)
    names = [DEATH.flat_labels[node] for node in branches.lowest]
    assert names == ["2023-01", "2023-02", "alive", "2023", "alive", "2023", "alive", "*"]
    assert [int(node) for node in branches.lowest[[4, 6]]] == [2, 2]


@settings(max_examples=80, deadline=None)
@given(hierarchies(), st.integers(0, 2**32), st.integers(1, 20))
def test_the_common_node_of_a_group_is_the_lowest_that_holds_it(hierarchy: Hierarchy, seed: int, people: int) -> None:
    codes = np.random.default_rng(seed).integers(0, hierarchy.n_leaves, people, dtype=np.int32)
    (found,) = Branches.of(hierarchy).common(codes, np.array([0]))
    holding = [node for node in range(len(hierarchy.flat_labels)) if set(codes.tolist()) <= leaves_of(hierarchy, node)]
    assert found == (holding[0] if holding else -1)


@settings(max_examples=60, deadline=None)
@given(hierarchies(), st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 5))
def test_counting_in_a_table_and_by_sorting_agree(hierarchy: Hierarchy, seed: int, people: int, k: int) -> None:
    branches = Branches.of(hierarchy)
    random = np.random.default_rng(seed)
    codes = random.integers(0, hierarchy.n_leaves, people, dtype=np.int32)
    tops, of = np.unique(branches.top(codes), return_inverse=True)
    with pytest.MonkeyPatch.context() as patch:
        made = []
        for places in (1000, 0):
            patch.setattr(module, "TABLE_PER_ROW", places)
            if not branches.widths[tops].all():
                return
            splits = Splits.count(branches, tops, codes, of, k)
            made.append((splits.cells.tolist(), splits.counts.tolist(), splits.kept.tolist(), splits.left.tolist(),
                         splits.possible.tolist(), splits.cell_of(codes, of).tolist()))  # fmt: skip
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("people", "kept", "left", "possible"),
    [
        ([4, 4, 4], [True, True, True], 0, True),
        ([4, 4, 2, 1], [True, True, False, False], 3, True),
        ([4, 5, 1], [False, True, False], 5, True),
        ([7, 1], [False, False], 8, False),
        ([1, 1, 2], [False, False, False], 4, False),
    ],
)
def test_parts_below_three_are_left_together_or_with_the_smallest(
    people: list[int], kept: list[bool], left: int, possible: bool
) -> None:
    hierarchy = Hierarchy.from_rows("letter", [(letter, "*") for letter in "abcd"[: len(people)]])
    codes = np.repeat(np.arange(len(people), dtype=np.int32), people)
    root = np.array([len(people)], dtype=np.int32)
    splits = Splits.count(Branches.of(hierarchy), root, codes, np.zeros(len(codes), dtype=np.int32), 3)
    assert splits.kept.tolist() == kept
    assert (splits.left.tolist(), splits.possible.tolist()) == ([left], [possible])
