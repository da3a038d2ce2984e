"""Sets of patients (or samples) as packed bits: one bit each, 64 to a machine word.

`Bits` is a 1-D array of `uint64`; bit `i` of word `w` stands for position `64 * w + i`. A *matrix*
has one such set per row: shape `(rows, words_for(n))`. Bits beyond the last position are always 0,
so that counts and comparisons need no mask. Intersection, union and symmetric difference are
numpy's `&`, `|` and `^`; a complement is `full(n) & ~bits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]
Matrix = npt.NDArray[np.uint64]

WORD = 64
_PAIRS_AT_ONCE = 1 << 18  # keeps the scratch arrays of `rows_from_pairs` in cache
_WORDS_OF_ROWS = 1 << 15  # a block of `row_blocks` is 256 kB
_WORDS_AT_ONCE = 8192  # 50 rows of a block are 3 MB: they stay in cache while every pair is counted


def words_for(n: int) -> int:
    """How many words hold `n` positions.

    >>> words_for(0), words_for(64), words_for(65)
    (0, 1, 2)
    """
    return -(-n // WORD)


def empty(n: int) -> Bits:
    """The set of nobody."""
    return np.zeros(words_for(n), dtype=np.uint64)


def full(n: int) -> Bits:
    """The set of all `n` positions.

    >>> count(full(70))
    70
    """
    bits = np.full(words_for(n), np.iinfo(np.uint64).max, dtype=np.uint64)
    if n % WORD:
        bits[-1] = np.uint64((1 << (n % WORD)) - 1)
    return bits


def pack(members: npt.NDArray[np.bool_]) -> Bits:
    """The set of the positions that are True; a 2-D array gives a matrix, row by row.

    >>> pack(np.array([True, False, True]))
    array([5], dtype=uint64)
    """
    *rows, n = members.shape
    octets = np.zeros((*rows, words_for(n) * 8), dtype=np.uint8)
    octets[..., : -(-n // 8)] = np.packbits(members, axis=-1, bitorder="little")
    return octets.view("<u8").astype(np.uint64, copy=False)


def unpack(bits: Bits, n: int) -> npt.NDArray[np.bool_]:
    """One True or False per position; a matrix gives a 2-D array."""
    octets = np.ascontiguousarray(bits).astype("<u8", copy=False).view(np.uint8)
    return np.unpackbits(octets, axis=-1, count=n, bitorder="little").view(np.bool_)


def positions(bits: Bits, n: int) -> npt.NDArray[np.int64]:
    """The members, in order.

    >>> positions(from_positions(np.array([66, 3]), 70), 70)
    array([ 3, 66])
    """
    return np.flatnonzero(unpack(bits, n))


def from_positions(members: npt.NDArray[np.integer], n: int) -> Bits:
    """The set of these positions; a position given twice is in once. IndexError outside 0..n-1."""
    chosen = np.zeros(n, dtype=np.bool_)
    _check_within(members, n)
    chosen[members] = True
    return pack(chosen)


def count(bits: Bits) -> int:
    """How many positions are in the set."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def count_rows(matrix: Matrix, bits: Bits | None = None) -> npt.NDArray[np.int64]:
    """How many positions each row holds, `(rows,)`; only those also in `bits` when it is given."""
    counts = np.empty(len(matrix), dtype=np.int64)
    for block in row_blocks(matrix):
        rows = matrix[block] if bits is None else matrix[block] & bits
        counts[block] = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
    return counts


def row_blocks(matrix: Matrix) -> Iterator[slice]:
    """The rows in blocks small enough to stay in the processor's cache."""
    step = max(1, _WORDS_OF_ROWS // max(1, matrix.shape[1]))
    return (slice(start, start + step) for start in range(0, len(matrix), step))


def rows_from_pairs(
    row_codes: npt.NDArray[np.integer], col_positions: npt.NDArray[np.integer], n_rows: int, n: int
) -> Matrix:
    """The matrix whose row `r` holds position `p` for every pair `(r, p)`; pairs may repeat.

    row_codes       (pairs,) 0..n_rows-1; a negative code means *no row*, and the pair is left out
    col_positions   (pairs,) 0..n-1

    Works octet by octet: within one bit place every write to an octet is the same `|=`, so a
    repeated index cannot lose a bit and no sorting is needed. Faster when pairs come in position order.
    """
    if len(row_codes) != len(col_positions):
        raise ValueError("one position per row code")
    width = words_for(n) * 8
    octets = np.zeros(n_rows * width, dtype=np.uint8)
    for start in range(0, len(row_codes), _PAIRS_AT_ONCE):
        rows = np.asarray(row_codes[start : start + _PAIRS_AT_ONCE]).astype(np.int64)
        cols = np.asarray(col_positions[start : start + _PAIRS_AT_ONCE]).astype(np.int64)
        if rows.min() < 0:
            cols, rows = cols[rows >= 0], rows[rows >= 0]
        _check_within(rows, n_rows)
        _check_within(cols, n)
        place, bit = rows * width + (cols >> 3), cols & 7
        for k in range(8):
            octets[place[bit == k]] |= np.uint8(1 << k)
    return octets.view("<u8").astype(np.uint64, copy=False).reshape(n_rows, words_for(n))


def pairwise_counts(matrix: Matrix, mask: Bits | None = None) -> npt.NDArray[np.int64]:
    """How many positions each two rows share, `(rows, rows)`, symmetric; the diagonal is `count_rows`.

    mask   only positions in this set are counted
    """
    k, words = matrix.shape
    shared = np.zeros((k, k), dtype=np.int64)
    for start in range(0, words, _WORDS_AT_ONCE):
        block = matrix[:, start : start + _WORDS_AT_ONCE]
        if mask is not None:
            block = block & mask[start : start + _WORDS_AT_ONCE]
        for i in range(k):
            shared[i, i:] += np.bitwise_count(block[i:] & block[i]).sum(axis=1, dtype=np.int64)
    return np.triu(shared) + np.triu(shared, 1).T


def save(path: Path, array: npt.NDArray[Any]) -> None:
    """Write any plain array as `.npy`; arrays of Python objects are not accepted."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def load(path: Path) -> npt.NDArray[Any]:
    """The array at `path`, memory-mapped and read-only: only the pages that are used are read."""
    # A plain array over the same pages: numpy is slower to take rows of its own memory-map class.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _check_within(indices: npt.NDArray[np.integer], size: int) -> None:
    if indices.size and (indices.min() < 0 or indices.max() >= size):
        raise IndexError(f"a position outside 0..{size - 1}")
