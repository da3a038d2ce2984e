"""The extract that a program saw, as the checks look at it: who is in it, and which values name one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

pc: Any = pyarrow.compute

IDENTIFIES_AT = 0.95
FEWEST_ROWS = 20
SHORTEST_IDENTIFIER = 5


def plain(value: object) -> str:
    """A cell as it is compared: a number in one spelling, words without the spaces around them.

    >>> plain(61), plain("61.0"), plain(" II "), plain(None)
    ('61', '61', 'II', '')
    """
    if value is None:
        return ""
    text = str(value).strip()
    number = as_number(text)
    return text if number is None else f"{number:.10g}"


def as_number(text: str) -> float | None:
    """The number that this is, or None. Words for no number (`nan`, `inf`) are none.

    >>> as_number("1e3"), as_number("12 %"), as_number("nan")
    (1000.0, None, None)
    """
    if not text or text[-1] not in "0123456789." or "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


class Extract:
    """The tables of an extract. `people` is the number of rows of the largest one with one row per person."""

    def __init__(self, tables: Sequence[pa.Table]) -> None:
        self.tables = list(tables)
        self._members: dict[tuple[int, str], npt.NDArray[np.uint8]] = {}

    @staticmethod
    def read(folder: Path) -> Extract:
        """Every Parquet table below a folder, or the one table that a path names."""
        paths = sorted(folder.rglob("*.parquet")) if folder.is_dir() else [folder]
        return Extract([pq.read_table(path) for path in paths])

    @cached_property
    def people(self) -> int:
        return max((t.num_rows for t in self.tables), default=0)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(name.casefold() for t in self.tables for name in t.column_names)

    @cached_property
    def columns(self) -> list[dict[str, list[str]]]:
        """Per table, its columns by folded name, every cell as it is compared."""
        return [{n.casefold(): list(map(plain, t[n].to_pylist())) for n in t.column_names} for t in self.tables]

    @cached_property
    def identifier_columns(self) -> frozenset[str]:
        """Columns of words in which (nearly) every row has a value of its own."""
        found = set()
        for table in self.tables:
            for name in table.column_names:
                column = table[name]
                said = len(column) - column.null_count
                if pa.types.is_string(column.type) and said >= FEWEST_ROWS:
                    distinct = pc.count_distinct(column).as_py()
                    longest = pc.max(pc.utf8_length(column)).as_py()
                    if distinct >= IDENTIFIES_AT * said and longest >= SHORTEST_IDENTIFIER:
                        found.add(name.casefold())
        return frozenset(found)

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Every value of those columns, in whatever table it stands."""
        return frozenset(
            value
            for columns in self.columns
            for name in self.identifier_columns & columns.keys()
            for value in columns[name]
            if len(value) >= SHORTEST_IDENTIFIER
        )

    @cached_property
    def levels(self) -> frozenset[str]:
        """The words of all columns that name nobody: sexes, stages, tumour types, age classes."""
        found: set[str] = set()
        for columns in self.columns:
            for name, values in columns.items():
                if name not in self.identifier_columns:
                    found |= {v for v in set(values) if v and as_number(v) is None}
        return frozenset(found)

    def how_many(self, names: Sequence[str], rows: Iterable[tuple[str, ...]]) -> list[int]:
        """Per row, how many rows of the extract hold exactly these values in these columns (folded names)."""
        rows = list(rows)
        totals = [0] * len(rows)
        for columns in self.columns:
            if set(names) <= columns.keys():
                counted = Counter(zip(*(columns[n] for n in names), strict=True))
                totals = [total + counted[row] for total, row in zip(totals, rows, strict=True)]
        return totals

    def holding(self, cells: Sequence[str]) -> int:
        """How many rows of the extract hold every one of these cells, in whatever column."""
        most = 0
        for i, table in enumerate(self.tables):
            both = np.bitwise_and.reduce([self._rows_with(i, cell) for cell in cells])
            most = max(most, int(np.bitwise_count(both).sum()) if table.num_rows else 0)
        return most

    def _rows_with(self, i: int, cell: str) -> npt.NDArray[np.uint8]:
        known = self._members.get((i, cell))
        if known is None:
            rows = np.zeros(self.tables[i].num_rows, dtype=np.bool_)
            for places in (self._places[i].get(cell, ()),):
                rows[np.asarray(places, dtype=np.int64)] = True
            known = self._members[i, cell] = np.packbits(rows)
        return known

    @cached_property
    def _places(self) -> list[dict[str, list[int]]]:
        """Per table, the rows that hold each value."""
        found = []
        for columns in self.columns:
            places: dict[str, list[int]] = {}
            for values in columns.values():
                for row, value in enumerate(values):
                    places.setdefault(value, []).append(row)
            found.append(places)
        return found
