"""Group-by on coded columns: the classes, their sizes and the counts of values in them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.privacy.anonymity.classes import class_of, class_sizes, classes_of, histogram, with_rows
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.hierarchies.hierarchy import Hierarchy


def columns_of(rows: list[tuple[int, ...]]) -> list[np.ndarray]:
    return [np.array(column, dtype=np.int32) for column in zip(*rows, strict=True)]


def numbered_by_hand(rows: list[tuple[int, ...]]) -> list[int]:
    places = {row: place for place, row in enumerate(sorted(set(rows)))}
    return [places[row] for row in rows]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], list[int]]:
    sizes = draw(st.lists(st.sampled_from([1, 2, 3, 200, 40_000, 2**31 - 1]), min_size=1, max_size=6))
    row = st.tuples(*(st.integers(0, size - 1) if size < 4 else st.sampled_from([0, 1, size - 1]) for size in sizes))
    return draw(st.lists(row, min_size=1, max_size=40)), sizes


@given(tables())
def test_classes_are_the_distinct_rows_in_their_order(table: tuple[list[tuple[int, ...]], list[int]]) -> None:
    rows, sizes = table
    assert class_of(columns_of(rows), sizes).tolist() == numbered_by_hand(rows)


@pytest.mark.parametrize("sizes", [(7, 9, 3), (7, 9, 2**31 - 1), (2**31 - 1, 2**31 - 1, 2**31 - 1)])
def test_table_sort_and_stages_number_thousands_of_rows_alike(sizes: tuple[int, ...]) -> None:
    random = np.random.default_rng(3)
    columns = [random.integers(0, size, 5_000, dtype=np.int32) for size in (7, 9, 3)]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert class_of(columns, sizes).tolist() == numbered_by_hand(rows)


def test_a_first_stage_with_many_classes_does_not_overflow_the_second() -> None:
    huge = 2**31 - 1
    random = np.random.default_rng(4)
    columns = [random.integers(0, huge, 300, dtype=np.int32) for _ in range(4)]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert class_of(columns, [huge] * 4).tolist() == numbered_by_hand(rows)


def test_no_rows_have_no_classes() -> None:
    none = np.zeros(0, dtype=np.int32)
    assert class_of([none], [3]).tolist() == []
    assert class_sizes(none).tolist() == []


def test_sorted_keys_come_with_their_rows_whether_or_not_both_fit_one_number() -> None:
    keys = np.array([5, 1, 5, 0], dtype=np.uint64)
    for possible in (6, 2**63):
        ordered, rows = with_rows(keys, possible)
        assert ordered.tolist() == [0, 1, 5, 5]
        assert keys[rows].tolist() == ordered.tolist()
        assert sorted(rows.tolist()) == [0, 1, 2, 3]


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 3)), max_size=60))
def test_histograms_count_each_value_in_each_class_and_no_suppressed_row(pairs: list[tuple[int, int]]) -> None:
    classes = np.array([c for c, _ in pairs], dtype=np.int32)
    values = np.array([v for _, v in pairs], dtype=np.int32)
    found = histogram(classes, values, 4)
    by_hand = sorted(Counter(pair for pair in pairs if pair[0] >= 0).items())
    assert list(zip(found.classes.tolist(), found.values.tolist(), strict=True)) == [pair for pair, _ in by_hand]
    assert found.counts.tolist() == [count for _, count in by_hand]


def small_table() -> CodedTable:
    sex = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
    place = Hierarchy.from_rows("place", [("a", "north", "*"), ("b", "north", "*"), ("c", "south", "*")])
    codes = (np.array([0, 0, 1, 1, 0], dtype=np.int32), np.array([0, 1, 2, 2, 0], dtype=np.int32))
    return CodedTable((sex, place), codes)


def test_a_release_at_one_level_each_has_the_classes_of_its_labels() -> None:
    found = classes_of(Released.at_levels(small_table(), (0, 1)))
    assert found.of.tolist() == [0, 0, 1, 1, 0]
    assert found.sizes.tolist() == [3, 2]


def test_a_suppressed_row_lies_in_no_class() -> None:
    suppressed = np.array([False, True, False, False, False])
    found = classes_of(Released.at_levels(small_table(), (0, 0), suppressed))
    assert found.of.tolist() == [0, -1, 1, 1, 0]
    assert found.sizes.tolist() == [2, 2]


def test_a_release_that_suppresses_everybody_has_no_class() -> None:
    found = classes_of(Released.at_levels(small_table(), (0, 0), np.ones(5, dtype=np.bool_)))
    assert found.of.tolist() == [-1] * 5
    assert found.sizes.tolist() == []


def test_rows_shown_at_different_levels_are_different_classes() -> None:
    table = small_table()
    place = table.hierarchies[1]
    fine, coarse = (Released.at_levels(table, (1, level)).nodes[1] for level in (0, 1))
    mixed = np.array([coarse[0], coarse[1], fine[2], fine[3], fine[4]], dtype=np.int32)
    released = Released(table, (Released.at_levels(table, (1, 0)).nodes[0], mixed), np.zeros(5, dtype=np.bool_))
    assert classes_of(released).of.tolist() == [2, 2, 1, 1, 0]
    assert [place.flat_labels[node] for node in mixed.tolist()] == ["north", "north", "c", "c", "a"]


@pytest.mark.parametrize("whole_number", [np.int32, np.int64, np.uint8, np.uint64])
def test_numbers_beyond_what_a_fraction_can_tell_apart_stay_apart(whole_number: type) -> None:
    huge = 2**31 - 1
    columns = [np.array([huge - 1, huge - 1], dtype=np.int32), np.array([0, 1], dtype=whole_number)]
    assert class_of(columns, [huge, huge]).tolist() == [0, 1]
