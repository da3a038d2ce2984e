from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from chevet.privacy.disclosure import FLOOR
from chevet.privacy.tables import bounds, is_dominated, protect, rounded, with_margins

tables = arrays.arrays(
    np.int64,
    st.one_of(st.tuples(st.integers(1, 6)), st.tuples(*[st.integers(1, 4)] * 2), st.tuples(*[st.integers(1, 2)] * 3)),
    elements=st.one_of(st.integers(0, 6), st.integers(0, 40)),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(tables)
def test_no_sum_or_difference_of_what_is_shown_tells_that_a_cell_is_small(table: np.ndarray) -> None:
    found = protect(table)
    low, high = bounds(found)
    if found.hidden.sum() == (found.counts > 0).sum():
        return  # nothing but zeros is shown
    assert (high[found.small] >= FLOOR).all()
    assert (high[found.small] - low[found.small] >= FLOOR - 1e-6).all()


@settings(max_examples=100, deadline=None)
@given(tables)
def test_every_small_number_is_hidden_margins_included_and_every_zero_is_shown(table: np.ndarray) -> None:
    found = protect(table)
    assert np.array_equal(found.counts, with_margins(table))
    assert found.hidden[(found.counts > 0) & (found.counts < FLOOR)].all()
    assert not found.hidden[found.counts == 0].any()


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(np.int64, (2, 2), elements=st.integers(0, 8)))
def test_every_way_to_fill_a_table_of_four_lies_within_the_bounds_and_some_reach_them(table: np.ndarray) -> None:
    """Brute force: the hidden cells are filled in every way that gives the sums shown."""
    found = protect(table)
    if not found.hidden.any():
        return
    tried = np.stack([axis.reshape(-1) for axis in np.indices((17,) * 4)], axis=1).reshape(-1, 2, 2)
    full = np.concatenate([tried, tried.sum(axis=1, keepdims=True)], axis=1)
    full = np.concatenate([full, full.sum(axis=2, keepdims=True)], axis=2)
    fits = np.where(found.hidden, full >= 1, full == found.counts).all(axis=(1, 2))
    low, high = bounds(found)
    for place in map(tuple, np.argwhere(found.hidden).tolist()):
        seen = full[fits][(slice(None), *place)]
        assert low[place] - 1e-6 <= seen.min()
        assert seen.max() <= high[place] + 1e-6


def test_a_table_of_large_cells_is_shown_whole() -> None:
    assert not protect(np.array([[10, 20], [30, 40]])).hidden.any()


def test_a_lone_small_cell_takes_a_box_of_three_others_with_it() -> None:
    found = protect(np.array([[2, 30, 31], [40, 20, 41], [50, 51, 52]]))
    assert int(found.hidden.sum()) == 4
    assert found.hidden[0, 0]


def test_where_no_box_can_be_had_only_zeros_are_shown() -> None:
    found = protect(np.array([[3, 0], [0, 2]]))
    assert np.array_equal(found.hidden, found.counts > 0)


@given(arrays.arrays(np.int64, st.integers(1, 50), elements=st.integers(0, 10_000)), st.integers(0, 2**63))
def test_rounding_gives_one_of_the_two_nearest_multiples_and_the_same_one_again(counts: np.ndarray, seed: int) -> None:
    keys = np.random.default_rng(seed).integers(0, 2**63, len(counts)).astype(np.uint64)
    found = rounded(counts, keys)
    assert (found % 5 == 0).all()
    assert (abs(found - counts) < 5).all()
    assert np.array_equal(found, rounded(counts, keys))


def test_rounding_is_right_on_average() -> None:
    keys = np.arange(200_000, dtype=np.uint64)
    for count in (6, 7, 8, 9):
        assert rounded(np.full(len(keys), count), keys).mean() == pytest.approx(count, abs=0.03)


@pytest.mark.parametrize(
    ("values", "dominated"),
    [([100.0, 1, 1, 1], True), ([50.0, 50, 1, 1], True), ([10.0] * 20, False), ([5.0, 5.0], True), ([], True)],
)
def test_a_sum_that_one_or_two_make_up_is_found(values: list[float], dominated: bool) -> None:
    assert is_dominated(np.array(values)) is dominated
