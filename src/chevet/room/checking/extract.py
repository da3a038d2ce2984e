"""The extract that a program saw, as the checks look at it: who is in it, and which values name one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

IDENTIFIES_AT = 0.95
FEWEST_ROWS = 20
SHORTEST_IDENTIFIER = 5


_FOLDED = {"true": "true", "false": "false", "none": "", "nan": "", "na": "", "<na>": "", "null": "", "nat": ""}


def plain(value: object) -> str:
    """A cell as it is compared: one spelling per number, per truth and for what is missing, no spaces around words.

    >>> plain(61), plain("61.0"), plain(True), plain("TRUE"), plain(" II "), plain("NA")
    ('61', '61', 'true', 'true', 'II', '')
    """
    if value is None:
        return ""
    text = str(value).strip()
    number = as_number(text)
    return _FOLDED.get(text.casefold(), text) if number is None else f"{number:.10g}"


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


@dataclass(frozen=True, eq=False)
class _Column:
    """A column as it is compared: (n,) codes of its values, each value once and in its plain spelling."""

    codes: npt.NDArray[np.int32]
    values: list[str]
    place: dict[str, int]

    @staticmethod
    def of(cells: Any) -> _Column:
        encoded: Any = cells.combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        spelled = [*map(plain, encoded.dictionary.to_pylist()), ""]
        values = list(dict.fromkeys(spelled))
        place = {value: code for code, value in enumerate(values)}
        recoded = np.array([place[value] for value in spelled], dtype=np.int32)
        indices = encoded.indices.fill_null(len(spelled) - 1).to_numpy(zero_copy_only=False)
        return _Column(recoded[indices], values, place)

    def words(self) -> list[str]:
        return [self.values[code] for code in self.codes.tolist()]


class Extract:
    """The tables of an extract. `people` is the number of rows of the largest one, which has one row per person."""

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
    def columns(self) -> list[dict[str, _Column]]:
        """Per table, its columns by folded name."""
        return [{n.casefold(): _Column.of(t[n]) for n in t.column_names} for t in self.tables]

    @cached_property
    def identifier_columns(self) -> frozenset[str]:
        """Columns of words in which (nearly) every row has a value of its own."""
        found = set()
        for table, columns in zip(self.tables, self.columns, strict=True):
            for field in table.schema:
                said = table.num_rows - table[field.name].null_count
                values = [value for value in columns[field.name.casefold()].values if value]
                telling = said >= FEWEST_ROWS and len(values) >= IDENTIFIES_AT * said
                if telling and pa.types.is_string(field.type) and max(map(len, values)) >= SHORTEST_IDENTIFIER:
                    found.add(field.name.casefold())
        return frozenset(found)

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Every value of those columns, in whatever table it stands."""
        return frozenset(
            value
            for columns in self.columns
            for name in self.identifier_columns & columns.keys()
            for value in columns[name].values
            if len(value) >= SHORTEST_IDENTIFIER
        )

    @cached_property
    def levels(self) -> frozenset[str]:
        """The words of all columns that name nobody: sexes, stages, tumour types, age classes."""
        return frozenset(
            value
            for columns in self.columns
            for name, column in columns.items()
            if name not in self.identifier_columns
            for value in column.values
            if value and as_number(value) is None
        )

    @cached_property
    def shared_values(self) -> frozenset[str]:
        """The values that several columns have: *yes*, *2*. Alone they do not say which group is meant."""
        holding = Counter(value for columns in self.columns for column in columns.values() for value in column.values)
        return frozenset(value for value, n in holding.items() if value and n > 1)

    def counted(self, names: Sequence[str]) -> Counter[tuple[str, ...]] | None:
        """How many rows hold each combination of these columns' values (folded names); None where no table has all."""
        total: Counter[tuple[str, ...]] | None = None
        for columns in self.columns:
            if set(names) <= columns.keys():
                total = (total or Counter()) + Counter(zip(*(columns[n].words() for n in names), strict=True))
        return total

    def quantities(self, of: str, by: Sequence[str]) -> list[npt.NDArray[np.float64]] | None:
        """The numbers of a column (folded name) in each combination of other columns; None where no table has all."""
        for columns in self.columns:
            if {of, *by} <= columns.keys():
                numbers = np.array([as_number(value) for value in columns[of].values], dtype=np.float64)
                cells: dict[tuple[int, ...], list[float]] = {}
                told = numbers[columns[of].codes].tolist()
                places = zip(*(columns[name].codes.tolist() for name in by), strict=True) if by else [()] * len(told)
                for place, number in zip(places, told, strict=True):
                    cells.setdefault(place, []).append(number)
                return [np.array(values) for values in cells.values()]
        return None

    def knows(self, cell: str) -> bool:
        """Whether some column of the extract holds this value, or the cell is empty."""
        return not cell or any(cell in column.place for columns in self.columns for column in columns.values())

    def holding(self, cells: Sequence[str]) -> int:
        """How many rows of the extract hold every one of these cells, in whatever column."""
        most = 0
        for i in range(len(self.tables)):
            both = np.bitwise_and.reduce([self._rows_with(i, cell) for cell in cells])
            most = max(most, int(np.bitwise_count(both).sum()))
        return most

    def _rows_with(self, i: int, cell: str) -> npt.NDArray[np.uint8]:
        known = self._members.get((i, cell))
        if known is None:
            rows = np.zeros(self.tables[i].num_rows, dtype=np.bool_)
            for column in self.columns[i].values():
                code = column.place.get(cell)
                if code is not None:
                    rows |= column.codes == code
            known = self._members[i, cell] = np.packbits(rows)
        return known
