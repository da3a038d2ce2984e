"""Equivalence classes: which rows of a release cannot be told apart by their quasi-identifiers.

Everything is a group-by on integers. Several columns become one number per row (mixed radix), and
those numbers are counted in a table where they are few, or sorted together with their row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.coded import Released
from chevet.privacy.hierarchies.hierarchy import Codes

Keys = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.integer[Any]]

# Up to this many possible combinations (or 4 per row) are counted in a table instead of sorted.
TABLE_CELLS = 1 << 16


class Classes(NamedTuple):
    """Which class each row lies in, and how many rows each class has.

    of      (n,) class number, -1 for a suppressed row
    sizes   (classes,) rows in each class, at least 1
    """

    of: Codes
    sizes: npt.NDArray[np.int64]


class Histogram(NamedTuple):
    """How often each value of an attribute occurs in each class; pairs that do not occur are left out.

    Three equally long arrays, in the order of class and then value.
    """

    classes: Codes
    values: Codes
    counts: npt.NDArray[np.int64]


def class_of(columns: Sequence[Integers], sizes: Sequence[int]) -> Codes:
    """(n,) the class of each row: rows equal in every column share a number 0, 1, 2, ...

    columns   each (n,) integers, 0 <= value < size
    sizes     the number of possible values of each column

    Classes are numbered in the order of their values, the first column counting most.

    >>> class_of([np.array([1, 0, 1]), np.array([5, 9, 5])], [2, 10]).tolist()
    [1, 0, 1]
    """
    return numbered(*row_keys(columns, sizes))


def class_sizes(classes: Codes) -> npt.NDArray[np.int64]:
    """(classes,) how many rows each class has; suppressed rows (-1) are in none."""
    return np.bincount(classes[classes >= 0] if len(classes) and classes.min() < 0 else classes)


def classes_of(released: Released) -> Classes:
    """The classes of a release: rows shown with the same nodes of every quasi-identifier. A suppressed row has none."""
    kept = np.flatnonzero(~released.suppressed)
    every_row = len(kept) == released.table.n
    columns, sizes = [], []
    for nodes in released.nodes:
        column, size = _only_used(nodes if every_row else nodes[kept])
        columns.append(column)
        sizes.append(size)
    found = class_of(columns, sizes)
    if every_row:
        return Classes(found, class_sizes(found))
    of = np.full(released.table.n, -1, dtype=np.int32)
    of[kept] = found
    return Classes(of, class_sizes(found))


def histogram(classes: Codes, values: Codes, n_values: int) -> Histogram:
    """How often each value of an attribute occurs in each class.

    classes    (n,) class of each row, -1 for a suppressed row, which counts nowhere
    values     (n,) 0 <= value < n_values

    >>> [part.tolist() for part in histogram(np.array([0, 1, 0, -1]), np.array([2, 0, 2, 1]), 3)]
    [[0, 1], [2, 0], [2, 1]]
    """
    if len(classes) and classes.min() < 0:
        kept = np.flatnonzero(classes >= 0)
        classes, values = classes[kept], values[kept]
    width = np.uint64(max(1, n_values))
    pairs, counts = np.unique(classes.astype(np.uint64) * width + values.astype(np.uint64), return_counts=True)
    return Histogram((pairs // width).astype(np.int32), (pairs % width).astype(np.int32), counts)


def row_keys(columns: Sequence[Integers], sizes: Sequence[int]) -> tuple[Keys, int]:
    """(n,) one number per row that stands for its value in every column, and how many such numbers there could be.

    Mixed radix; where the next column would no longer fit 64 bits, the numbers so far are first replaced by their
    places among those that occur. Both keep the order of the rows' values.
    """
    keys = np.zeros(len(columns[0]), dtype=np.uint64)
    possible = 1
    for column, size in zip(columns, sizes, strict=True):
        if size <= 1:
            continue
        if possible * size >= 2**64:
            keys, possible = numbered(keys, possible).astype(np.uint64), len(keys)
        if possible > 1:
            keys *= np.uint64(size)
        np.add(keys, column, out=keys, dtype=np.uint64, casting="unsafe")
        possible *= size
    return keys, possible


def numbered(keys: Keys, possible: int) -> Codes:
    """(n,) the place of each key among the keys that occur, in their order.

    possible   more than the largest key
    """
    if possible <= max(TABLE_CELLS, 4 * len(keys)):
        present = np.bincount(keys.view(np.int64), minlength=possible) > 0
        return (np.cumsum(present, dtype=np.int32) - np.int32(1))[keys]
    ordered, rows = with_rows(keys, possible)
    steps = np.zeros(len(keys), dtype=np.int32)
    steps[1:] = ordered[1:] != ordered[:-1]
    found = np.empty(len(keys), dtype=np.int32)
    found[rows] = np.cumsum(steps, dtype=np.int32)
    return found


def with_rows(keys: Keys, possible: int) -> tuple[Keys, Integers]:
    """The keys in order, and the row that each came from."""
    if not fit_with_rows(len(keys), possible):
        rows = np.argsort(keys)
        return keys[rows], rows
    bits = _row_bits(len(keys))
    packed = keys << np.uint64(bits)
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    rows = (packed & np.uint64((1 << bits) - 1)).astype(np.int32)
    packed >>= np.uint64(bits)
    return packed, rows


def fit_with_rows(n: int, possible: int) -> bool:
    """Whether key and row fit one number together: sorting it is several times quicker than ordering rows by key."""
    return possible << _row_bits(n) < 2**64


def _row_bits(n: int) -> int:
    return max(1, (n - 1).bit_length())


def _only_used(nodes: Codes) -> tuple[Codes, int]:
    """The column renumbered to the nodes that occur, in their order, and how many they are."""
    if len(nodes) == 0:
        return nodes, 1
    present = np.bincount(nodes) > 0
    return (np.cumsum(present, dtype=np.int32) - np.int32(1))[nodes], int(present.sum())
