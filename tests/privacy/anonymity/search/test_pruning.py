"""Cutting a forest back: never more classes than allowed, never dearer than it must be."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.anonymity.search.forest import Forest
from chevet.privacy.anonymity.search.pruning import prune

# A group that was not split: its people. A group that was: its parts, the last one its residual if it says so.
Plan = tuple[int, list["Plan"], bool]


@st.composite
def plans(draw: st.DrawFn, depth: int = 2) -> Plan:
    if depth == 0 or draw(st.booleans()):
        return draw(st.integers(1, 9)), [], False
    parts = draw(st.lists(plans(depth - 1), min_size=2, max_size=3))
    return sum(size for size, _, _ in parts), parts, draw(st.booleans())


def forest_of(plan: Plan) -> Forest:
    parents, sizes, residual, births, leaves = [-1], [plan[0]], [False], [0, 1], []
    generation = [(0, plan)]
    while generation:
        below = []
        for group, (size, parts, has_residual) in generation:
            leaves += [group] * (0 if parts else size)
            for place, part in enumerate(parts):
                below.append((len(sizes), part))
                parents.append(group)
                sizes.append(part[0])
                residual.append(has_residual and place == len(parts) - 1)
        births.append(len(sizes))
        generation = below
    n = len(sizes)
    return Forest(
        np.array(parents, dtype=np.int32), np.array(sizes), np.zeros((n, 1), dtype=np.int32), np.array(residual),
        tuple(births), np.array(leaves, dtype=np.int32),
    )  # fmt: skip


def lower_below(forest: Forest, seed: int) -> np.ndarray:
    """A penalty per group, a part's below its parent's, a residual's equal to it."""
    drawn = np.random.default_rng(seed).random(forest.n_groups)
    penalty = np.ones(forest.n_groups)
    for group in range(1, forest.n_groups):
        above = penalty[forest.parents[group]]
        penalty[group] = above if forest.residual[group] else above * drawn[group]
    return penalty


def cost(forest: Forest, penalty: np.ndarray, classes: np.ndarray) -> float:
    """What the people pay, those of a joined residual the penalty of the group above it."""
    n = forest.n_groups
    return float(sum(penalty[c if c < n else c - n] for c in classes[forest.of]))


def ways(forest: Forest, group: int) -> Iterator[list[tuple[int, int]]]:
    """Every division of a group: (class, people) pairs, a class being a group or a group's joined residual."""
    yield [(group, int(forest.sizes[group]))]
    children = np.flatnonzero(forest.parents == group)
    if not len(children):
        return
    for choice in itertools.product(*(list(ways(forest, int(child))) for child in children)):
        yield [pair for division in choice for pair in division]
    parts = [int(child) for child in children if not forest.residual[child]]
    for kept in itertools.product([True, False], repeat=len(parts)):
        left = int(forest.sizes[group] - sum(forest.sizes[p] for p, keep in zip(parts, kept, strict=True) if keep))
        if left == 0:
            continue
        for choice in itertools.product(
            *(list(ways(forest, p)) for p, keep in zip(parts, kept, strict=True) if keep)
        ):  # fmt: skip
            yield [(forest.n_groups + group, left), *(pair for division in choice for pair in division)]


@settings(max_examples=150, deadline=None)
@given(plans(), st.integers(0, 2**32), st.integers(1, 12))
def test_it_leaves_at_most_the_classes_allowed_and_no_cut_with_as_few_is_cheaper(
    plan: Plan, seed: int, at_most: int
) -> None:
    forest = forest_of(plan)
    penalty = lower_below(forest, seed)
    classes = prune(forest, penalty, at_most)
    assert (classes[forest.of] >= 0).all()
    left = len(set(classes[forest.of].tolist()))
    assert left <= at_most
    ours = cost(forest, penalty, classes)
    n = forest.n_groups
    priced = [(len(way), sum(people * penalty[c if c < n else c - n] for c, people in way)) for way in ways(forest, 0)]
    assert ours <= min(paid for used, paid in priced if used <= left) + 1e-3 * plan[0]


def test_more_classes_allowed_never_cost_more() -> None:
    forest = forest_of((12, [(6, [(3, [], False), (3, [], False)], False), (4, [], False), (2, [], False)], True))
    penalty = lower_below(forest, 3)
    costs = [cost(forest, penalty, prune(forest, penalty, at_most)) for at_most in range(1, 6)]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] == pytest.approx(12.0)


def test_a_part_that_gains_little_is_left_with_the_residual() -> None:
    forest = forest_of((12, [(6, [], False), (4, [], False), (2, [], False)], True))
    penalty = np.array([1.0, 0.1, 0.9, 1.0])
    assert prune(forest, penalty, 3).tolist() == [-1, 1, 2, 3]
    assert prune(forest, penalty, 2).tolist() == [-1, 1, 4, 4]
