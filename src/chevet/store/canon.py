"""Tables in their one order, and the digest of what they say.

Rows are put in the order of their patient (rows of one patient stay as the source had them), so
that one patient's facts lie together on disk. The digest covers the values alone: how Arrow cut
the columns into pieces, or what lies behind an empty cell, makes no difference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

ROWS_AT_ONCE = 122_880  # DuckDB's own row group, so that its statistics fall on the same rows
_ORDER_BY = ("patient_id", "panel_id")


def blocks_in_order(table: pa.Table) -> Iterator[pa.Table]:
    """The table's rows in patient order, at most `ROWS_AT_ONCE` at a time, so that no second copy is needed."""
    order = _order(table)
    for start in range(0, table.num_rows, ROWS_AT_ONCE):
        if order is None:
            yield table.slice(start, ROWS_AT_ONCE)
        else:
            yield table.take(order[start : start + ROWS_AT_ONCE])


def _order(table: pa.Table) -> npt.NDArray[np.int64] | None:
    """Row numbers in patient order, or None when the rows already are in it."""
    by = next((name for name in _ORDER_BY if name in table.column_names), None)
    if by is None or table.num_rows < 2:
        return None
    coded: Any = table[by].dictionary_encode().combine_chunks()
    names = len(coded.dictionary)
    rank = np.full(names + 1, names, dtype=np.int64)  # the last place is for rows of nobody, which come last
    rank[pc.array_sort_indices(coded.dictionary).to_numpy()] = np.arange(names)
    ranks = rank[coded.indices.fill_null(names).to_numpy(zero_copy_only=False)]
    if bool((ranks[1:] >= ranks[:-1]).all()):
        return None
    return np.argsort(ranks, kind="stable")


class ContentDigest:
    """SHA-256 over what a study says of itself and the values of its tables, in their one order."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        self._hash = hashlib.sha256(json.dumps(about, sort_keys=True).encode())

    def add(self, name: str, schema: pa.Schema, blocks: Iterator[pa.Table]) -> int:
        """Take a whole table in; returns its number of rows."""
        self._say(f"table {name}", *(f"{f.name}:{f.type}" for f in schema))
        rows = 0
        for block in _even(blocks):
            rows += block.num_rows
            self._say(f"rows {block.num_rows}")
            for column in block.columns:
                self._column(column)
        self._say(f"end {rows}")
        return rows

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

    def _say(self, *words: str) -> None:
        for word in words:
            text = word.encode()
            self._hash.update(len(text).to_bytes(8, "little") + text)

    def _column(self, column: Any) -> None:
        array = pa.concat_arrays(column.chunks) if column.num_chunks != 1 else column.chunk(0)
        self._hash.update(_bits(array.is_valid()))
        if pa.types.is_string(array.type):
            filled = array.fill_null("")
            self._hash.update(pc.binary_length(filled).to_numpy().data)
            self._hash.update(_characters(filled))
        elif pa.types.is_boolean(array.type):
            self._hash.update(_bits(array.fill_null(False)))
        else:
            self._hash.update(array.fill_null(0).to_numpy().data)


def _bits(array: Any) -> memoryview:
    return np.packbits(array.to_numpy(zero_copy_only=False)).data


def _characters(array: Any) -> memoryview:
    _, offsets, characters = array.buffers()
    if characters is None:
        return memoryview(b"")
    ends = np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + len(array) + 1]
    return memoryview(characters)[int(ends[0]) : int(ends[-1])]


def _even(blocks: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in blocks of exactly `ROWS_AT_ONCE`, but the last: the digest must not see other cuts."""
    waiting: list[pa.Table] = []
    rows = 0
    for block in blocks:
        waiting.append(block)
        rows += block.num_rows
        while rows >= ROWS_AT_ONCE:
            joined = pa.concat_tables(waiting)
            yield joined.slice(0, ROWS_AT_ONCE)
            waiting, rows = [joined.slice(ROWS_AT_ONCE)], rows - ROWS_AT_ONCE
    if rows:
        yield pa.concat_tables(waiting)
