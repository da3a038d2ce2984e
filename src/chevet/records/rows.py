"""Small acts that every reader needs: shape columns into a table, empty missing values, read numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from chevet.records.tables import TABLES
from chevet.words.missing import is_missing

Mask = npt.NDArray[np.bool_]
Column = Any  # a pyarrow Array or ChunkedArray; pyarrow's stubs cannot name both in one

# The stubs of pyarrow.compute refuse plain Python values, which it accepts: it is left untyped.
pc: Any = pyarrow.compute

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
WHOLE = r"^[+-]?\d+(\.0*)?$"


def shaped(name: str, rows: int, columns: Mapping[str, Column]) -> pa.Table:
    """A table of the record with these columns; the others are null. Scalars fill the whole column."""
    schema = TABLES[name].schema
    arrays = []
    for field in schema:
        value = columns.get(field.name)
        if value is None:
            arrays.append(pa.nulls(rows, field.type))
        elif isinstance(value, pa.Array | pa.ChunkedArray):
            arrays.append(value.cast(field.type))
        elif isinstance(value, Sequence | np.ndarray) and not isinstance(value, str):
            arrays.append(pa.array(value, type=field.type))
        else:
            arrays.append(pa.repeat(pa.scalar(value, field.type), rows))
    return pa.table(arrays, schema=schema)


def by_value(column: Column, change: Any, type_: pa.DataType | None = None) -> Column:
    """`change(text) -> value` applied once per distinct text of a text column; nulls stay null."""
    type_ = type_ or pa.string()
    if isinstance(column, pa.ChunkedArray):
        chunks: list[Any] = column.dictionary_encode().chunks  # all chunks share one dictionary
        texts = chunks[0].dictionary.to_pylist() if chunks else []
        changed: Column = pa.array([change(text) for text in texts], type_)
        kind: Any = type_
        return pa.chunked_array([changed.take(chunk.indices) for chunk in chunks], kind)
    encoded = column.dictionary_encode()
    changed = pa.array([change(text) for text in encoded.dictionary.to_pylist()], type_)
    return changed.take(encoded.indices)


def said(column: Column) -> Column:
    """The column with blanks trimmed and every way of saying *nothing here* turned into null."""
    return by_value(column, lambda text: None if is_missing(text) else text.strip())


def said_of_numbers(column: Column) -> Column:
    """As `said`, for columns where most cells are numbers: only the others are looked at one by one."""
    plain = pc.match_substring_regex(column, NUMBER)
    others = said(pc.if_else(plain, pa.scalar(None, pa.string()), column))
    return pc.if_else(plain, column, others)


def mask(condition: Column) -> Mask:
    """A pyarrow condition as a numpy mask; null counts as false."""
    return np.asarray(pc.fill_null(condition, False).to_numpy(zero_copy_only=False), dtype=bool)


def emptied(column: Column, where: Mask) -> Column:
    """The column with nulls where `where` is true."""
    return pc.if_else(pa.array(where), pa.scalar(None, column.type), column) if where.any() else column


def numbers(column: Column) -> tuple[Column, Mask]:
    """The column as numbers, and where there was text that is no finite number."""
    return _parsed(column, NUMBER, pa.float64())


def whole_numbers(column: Column) -> tuple[Column, Mask]:
    """The column as whole numbers, and where there was text that is none."""
    values, wrong = _parsed(column, WHOLE, pa.float64())
    too_large = mask(pc.greater(pc.abs(values), 2.0**53))
    values = pc.if_else(pa.array(too_large), pa.scalar(None, pa.float64()), values)
    return pc.cast(values, pa.int64()), wrong | too_large


def _parsed(column: Column, pattern: str, type_: pa.DataType) -> tuple[Column, Mask]:
    column = said_of_numbers(column)
    good = pc.match_substring_regex(column, pattern)
    wrong = mask(pc.invert(good))
    bare = pc.if_else(good, pc.utf8_ltrim(column, "+"), pa.scalar(None, pa.string()))
    values = pc.cast(bare, type_)
    if pa.types.is_floating(type_):
        endless = mask(pc.invert(pc.is_finite(values)))
        if endless.any():
            values = pc.if_else(pa.array(endless), pa.scalar(None, type_), values)
            wrong |= endless
    return values, wrong


def distinct(column: Column) -> set[str]:
    """The distinct texts of a column, without null."""
    return set(pc.drop_null(column.unique()).to_pylist())
