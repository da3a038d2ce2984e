"""Tables with our own column names, read strictly: faults are gathered, and told together.

Nothing is repaired here except a gene's old symbol; whoever filled the tables mends them once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chevet.errors import BadInput
from chevet.records import values
from chevet.records.genes import named
from chevet.records.report import ImportReport
from chevet.records.rows import mask
from chevet.records.tables import TABLES, Field, Table
from chevet.records.text import Columns, read_table

Lines = npt.NDArray[np.int64]

_FAULTS_SHOWN = 20


@dataclass
class Reading:
    """What one read has found so far: faults are gathered, so that people mend a folder once."""

    folder: Path
    report: ImportReport = field(default_factory=ImportReport)
    faults: list[str] = field(default_factory=list)

    def fault(self, file: str, says: str) -> None:
        self.faults.append(f"{file}: {says}")

    def stop_on_faults(self) -> None:
        if not self.faults:
            return
        shown = self.faults[:_FAULTS_SHOWN]
        more = len(self.faults) - len(shown)
        if more:
            shown.append(f"and {more} more")
        raise BadInput(
            f"{self.folder.name} is not a complete record:\n  " + "\n  ".join(shown),
            next_act="Mend these files; docs/reference/crosswalk.md lists every table and column.",
        )


@dataclass(frozen=True)
class _Piece:
    """Rows as they stand in a file, and the line of each (a Parquet file's row numbers)."""

    rows: pa.Table
    lines: Lines


def read_file(reading: Reading, table: Table, file: Path) -> tuple[pa.Table, Lines] | None:
    """The rows of one file in the table's schema and their lines, or None when faults were found."""
    before = len(reading.faults)
    read = _parquet_pieces if file.name.endswith(".parquet") else _text_pieces
    rows, lines = [], []
    for piece in read(reading, table, file):
        rows.append(_typed(reading, table, file, piece))
        lines.append(piece.lines)
    if len(reading.faults) > before:
        return None
    return pa.concat_tables([table.schema.empty_table(), *rows]), np.concatenate([np.empty(0, np.int64), *lines])


def _parquet_pieces(reading: Reading, table: Table, file: Path) -> Iterator[_Piece]:
    first = 1
    try:
        parquet = pq.ParquetFile(file)
        if _columns_fit(reading, table, file, parquet.schema_arrow.names):
            columns = [f.name for f in table.fields if f.name in parquet.schema_arrow.names]
            for group in range(parquet.num_row_groups):
                rows = parquet.read_row_group(group, columns=columns)
                yield _Piece(rows, np.arange(first, first + rows.num_rows, dtype=np.int64))
                first += rows.num_rows
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError):
        reading.fault(file.name, "is damaged or is not Parquet")


def _text_pieces(reading: Reading, table: Table, file: Path) -> Iterator[_Piece]:
    delimiter = "\t" if ".tsv" in file.name else ","
    text = read_table(
        file, Columns(others=True), reading.report, table.name, file=file.name, delimiter=delimiter, quotes=True,
        comments=False,
    )  # fmt: skip
    if text.wrong:
        reading.fault(
            file.name,
            f"{len(text.wrong)} rows have more or fewer cells than the header, first at line {text.wrong[0]}",
        )
    elif _columns_fit(reading, table, file, text.header):
        rows = {name: _without_missing(name, column) for name, column in text.columns.items()}
        yield _Piece(pa.table(rows), text.lines)


def _without_missing(name: str, column: Any) -> Any:
    """A text column with null wherever nothing is said; - is an allele."""
    said, _ = values.read_column(
        column,
        lambda text: values.Said(
            None if values.is_missing(text, dash_is_said=name in values.ALLELES) else text.strip()
        ),
        pa.string(),
    )
    return said


def _columns_fit(reading: Reading, table: Table, file: Path, given: Sequence[str]) -> bool:
    names = [f.name for f in table.fields]
    before = len(reading.faults)
    for name in sorted({name for name in given if list(given).count(name) > 1}):
        reading.fault(file.name, f"column {name} is there twice" if name in names else "a column is there twice")
    for name in sorted(set(given) - set(names)):
        near = get_close_matches(name, names, n=1)
        reading.fault(file.name, f"{table.name} has no column {name}" + (f"; nearest: {near[0]}" if near else ""))
    for f in table.fields:
        if f.name not in given:
            if f.required:
                reading.fault(file.name, f"required column {f.name} is missing")
            else:
                reading.report.note(table.name, f"{file.name}, column {f.name}", [1], "column_absent")
    return len(reading.faults) == before


def _typed(reading: Reading, table: Table, file: Path, piece: _Piece) -> pa.Table:
    columns = []
    for f in table.fields:
        if f.name not in piece.rows.column_names:
            columns.append(_empty(piece.rows.num_rows, f.type))
            continue
        column = _of_kind(reading, file, f, piece.rows.column(f.name), piece.lines)
        _check_values(reading, file, f, column, piece.lines)
        columns.append(column)
    return pa.table(columns, schema=table.schema)


def _of_kind(reading: Reading, file: Path, field_: Field, given: Any, lines: Lines) -> Any:
    """The column in the field's type; what is of another kind is a fault, and left empty."""
    if pa.types.is_string(given.type) and field_.type != pa.string():
        column, marks = values.read_column(given, values.reader_of(Field("", field_.type, "")), field_.type)
        for mark in marks:
            reading.fault(
                file.name,
                f"column {field_.name} should be {field_.type} and holds something else in {len(mark.rows)} rows, "
                f"first at line {lines[mark.rows[0]]}",
            )
        return column
    try:
        column = given.cast(field_.type)
        if pa.types.is_floating(column.type):  # not-a-number is how many programs write an empty cell
            column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
        return column
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        reading.fault(
            file.name, f"column {field_.name} should be {field_.type} and holds something else ({given.type})"
        )
        return _empty(len(given), field_.type)


def _check_values(reading: Reading, file: Path, field_: Field, column: Any, lines: Lines) -> None:
    empty = np.flatnonzero(np.asarray(pc.is_null(column)))
    if field_.required and len(empty):
        reading.fault(file.name, f"column {field_.name} is empty in {len(empty)} rows, first at line {lines[empty[0]]}")
    if field_.values:
        allowed = pa.array([*field_.values, None], column.type)
        wrong = np.flatnonzero(~np.asarray(pc.is_in(column, value_set=allowed)))
        if len(wrong):
            reading.fault(
                file.name,
                f"column {field_.name} has {len(wrong)} values that are none of {', '.join(field_.values)}; "
                f"first at line {lines[wrong[0]]}",
            )
    elif pa.types.is_floating(column.type):
        endless = np.flatnonzero(~np.asarray(pc.is_finite(column).fill_null(True)))
        if len(endless):
            reading.fault(
                file.name,
                f"column {field_.name} has {len(endless)} values without end, first at line {lines[endless[0]]}",
            )


def approved(reading: Reading, table: Table, file: Path, rows: pa.Table, lines: Lines) -> pa.Table:
    """Old gene symbols brought up to date, the symbol as given and the HGNC number beside them."""
    for name in values.CHROMOSOME_OF:
        if name not in rows.column_names or table.name == "study_file":
            continue
        given = rows.column(name)
        place = values.CHROMOSOME_OF[name]
        found = named(given, chromosomes=rows.column(place) if place in rows.column_names else None)
        found.tell(reading.report, table.name, file.name, lines, among=mask(pc.is_valid(found.as_given)))
        beside: dict[str, Any] = {name: pc.coalesce(found.gene, given)}
        if f"{name}_as_given" in rows.column_names:
            beside[f"{name}_as_given"] = pc.coalesce(rows.column(f"{name}_as_given"), given)
        if "hgnc_id" in rows.column_names and name == "gene":
            beside["hgnc_id"] = pc.coalesce(rows.column("hgnc_id"), found.hgnc_id)
        for column, made in beside.items():
            position = rows.column_names.index(column)
            rows = rows.set_column(position, rows.schema.field(position), made)
    return rows


def _empty(rows: int, kind: pa.DataType) -> Any:
    return pa.array([None], kind).take(np.zeros(rows, dtype=np.int64))


def check_links(reading: Reading, tables: dict[str, pa.Table], lines: dict[str, Lines], files: dict[str, Path]) -> None:
    """Keys name one row each; every patient and sample that is pointed to exists."""
    patients = tables["patient"].column("patient_id") if "patient" in tables else pa.array([], pa.string())
    samples = tables["sample"].column("sample_id") if "sample" in tables else pa.array([], pa.string())
    for name, rows in tables.items():
        key = list(TABLES[name].key)
        if key and rows.num_rows:
            different = rows.group_by(key, use_threads=False).aggregate([]).num_rows
            if different < rows.num_rows:
                reading.fault(files[name].name, f"{rows.num_rows - different} rows repeat a key ({', '.join(key)})")
        for owner, column, known in (("patient", "patient_id", patients), ("sample", "sample_id", samples)):
            if name != owner and column in rows.column_names:
                _check_known(reading, files[name], rows.column(column), lines[name], known, owner)


def _check_known(reading: Reading, file: Path, given: Any, lines: Lines, known: Any, owner: str) -> None:
    found = np.asarray(pc.is_in(given, value_set=pc.unique(known)))
    unknown = np.flatnonzero(np.asarray(pc.is_valid(given)) & ~found)
    if len(unknown):
        reading.fault(
            file.name,
            f"{len(unknown)} rows name a {owner} that the {owner} table lacks, first at line {lines[unknown[0]]}",
        )
