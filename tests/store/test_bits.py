"""The packed kernels against plain sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.store import bits as b

sizes = st.integers(0, 300)


def members(data: st.DataObject, n: int) -> set[int]:
    return data.draw(st.sets(st.integers(0, n - 1))) if n else set()


def packed(chosen: set[int], n: int) -> b.Bits:
    return b.from_positions(np.array(sorted(chosen), dtype=np.int64), n)


@given(st.data(), sizes)
def test_packing_and_unpacking_give_the_set_back(data: st.DataObject, n: int) -> None:
    chosen = members(data, n)
    bits = packed(chosen, n)
    assert bits.shape == (b.words_for(n),)
    assert set(b.positions(bits, n).tolist()) == chosen
    assert b.count(bits) == len(chosen)
    assert (b.pack(b.unpack(bits, n)) == bits).all()


@given(st.data(), sizes)
def test_bit_i_of_word_w_is_position_64_w_plus_i(data: st.DataObject, n: int) -> None:
    chosen = members(data, n)
    words = packed(chosen, n).tolist()
    assert words == [sum(1 << (p - 64 * w) for p in chosen if p // 64 == w) for w in range(b.words_for(n))]


@given(st.data(), sizes)
def test_set_algebra_is_pythons(data: st.DataObject, n: int) -> None:
    one, two = members(data, n), members(data, n)
    x, y = packed(one, n), packed(two, n)
    assert set(b.positions(x & y, n).tolist()) == one & two
    assert set(b.positions(x | y, n).tolist()) == one | two
    assert set(b.positions(b.full(n) & ~x, n).tolist()) == set(range(n)) - one


@given(st.data(), st.integers(1, 300), st.integers(0, 6))
def test_rows_from_pairs_puts_each_pair_in_its_row_and_repeats_change_nothing(
    data: st.DataObject, n: int, n_rows: int
) -> None:
    pair = st.tuples(st.integers(-1, n_rows - 1), st.integers(0, n - 1))
    pairs = data.draw(st.lists(pair, max_size=200))
    rows = np.array([r for r, _ in pairs], dtype=np.int32)
    cols = np.array([p for _, p in pairs], dtype=np.int32)
    matrix = b.rows_from_pairs(rows, cols, n_rows, n)
    expected = [packed({p for r, p in pairs if r == row}, n) for row in range(n_rows)]
    assert matrix.shape == (n_rows, b.words_for(n))
    assert all((matrix[i] == expected[i]).all() for i in range(n_rows))


def test_rows_from_pairs_agrees_with_plain_arrays_over_several_blocks() -> None:
    random = np.random.default_rng(3)
    rows, cols = random.integers(0, 11, 600_000), random.integers(0, 50_000, 600_000)
    naive = np.zeros((11, 50_000), dtype=np.bool_)
    naive[rows, cols] = True
    assert (b.rows_from_pairs(rows, cols, 11, 50_000) == b.pack(naive)).all()


@given(st.integers(0, 5), st.integers(1, 900), st.booleans(), st.integers(0, 2**32 - 1))
def test_pairwise_counts_are_those_of_a_matrix_product(k: int, n: int, masked: bool, seed: int) -> None:
    random = np.random.default_rng(seed)
    naive = random.random((k, n)) < 0.3
    chosen = random.random(n) < 0.5 if masked else np.ones(n, dtype=np.bool_)
    counted = (naive & chosen).astype(np.int64)
    mask = b.pack(chosen) if masked else None
    assert (b.pairwise_counts(b.pack(naive), mask) == counted @ counted.T).all()
    assert (b.count_rows(b.pack(naive), mask) == counted.sum(axis=1)).all()


def test_pairwise_counts_agree_over_several_blocks() -> None:
    naive = np.random.default_rng(5).random((4, 1_200_000)) < 0.01
    counted = naive.astype(np.float64)
    assert (b.pairwise_counts(b.pack(naive)) == counted @ counted.T).all()


def test_positions_outside_the_set_are_refused() -> None:
    for wrong in (-1, 10):
        with pytest.raises(IndexError):
            b.from_positions(np.array([wrong]), 10)
        with pytest.raises(IndexError):
            b.rows_from_pairs(np.array([0]), np.array([wrong]), 1, 10)
    with pytest.raises(IndexError):
        b.rows_from_pairs(np.array([1]), np.array([0]), 1, 10)


def test_a_saved_matrix_comes_back_memory_mapped_and_read_only(tmp_path: Path) -> None:
    matrix = b.pack(np.random.default_rng(1).random((3, 130)) < 0.5)
    b.save(tmp_path / "genes.npy", matrix)
    loaded = b.load(tmp_path / "genes.npy")
    assert isinstance(loaded.base, np.memmap)
    assert (loaded == matrix).all()
    assert not loaded.flags.writeable


def test_arrays_of_python_objects_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pickle"):
        b.save(tmp_path / "x.npy", np.array([{}], dtype=object))
