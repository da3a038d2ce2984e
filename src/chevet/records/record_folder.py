"""A record as a folder: one file per table, named after it, with our own column names.

`patient.parquet`, `sample.parquet`, ... and `chevet_record.json`, which says what the study is and
how many rows each file holds. A hospital whose data have no format yet can fill the same tables as
`patient.tsv` or `patient.csv` (gzip too), with no `chevet_record.json`.

The format is ours, so it is read strictly: every fault of every file is told at once, and nothing
is repaired except a gene's old symbol.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from chevet.errors import BadInput
from chevet.records.record import About, Progress, Record, no_progress
from chevet.records.report import ImportReport
from chevet.records.tables import TABLES, Table

FORMAT = "chevet-record"
FORMAT_VERSION = 1
ABOUT_FILE = "chevet_record.json"
ENDINGS = (".parquet", ".tsv", ".csv", ".tsv.gz", ".csv.gz")

# Tables whose rows must point to a patient, and to a sample, that the record holds.
_FAULTS_SHOWN = 20


class RecordFolderWriter:
    """Writes a record folder table by table, in as many pieces as the maker likes.

    `chevet_record.json` is written last, when all went well: a folder left by a crash is not
    recognised as a record.
    """

    def __init__(self, folder: Path, about: About) -> None:
        self.folder = folder
        self.about = about
        self._files: dict[str, pq.ParquetWriter] = {}
        self._rows: dict[str, int] = {}

    def __enter__(self) -> RecordFolderWriter:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / ABOUT_FILE).unlink(missing_ok=True)
        for name in TABLES:
            for ending in ENDINGS:
                (self.folder / f"{name}{ending}").unlink(missing_ok=True)
        return self

    def write(self, table: str, rows: pa.Table | pa.RecordBatch) -> None:
        """Append `rows`, which must have the schema of `records.tables.TABLES[table]`."""
        schema = TABLES[table].schema
        if not rows.schema.equals(schema):
            raise TypeError(f"rows for {table} do not have the schema of records.tables")
        if table not in self._files:
            self._files[table] = pq.ParquetWriter(self.folder / f"{table}.parquet", schema, compression="zstd")
            self._rows[table] = 0
        self._files[table].write(rows)
        self._rows[table] += rows.num_rows

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()
        if kind is None:
            (self.folder / ABOUT_FILE).write_text(self._about(), encoding="utf-8")

    def _about(self) -> str:
        return (
            json.dumps(
                {
                    "format": FORMAT,
                    "format_version": FORMAT_VERSION,
                    "about": self.about.as_json(),
                    "tables": {name: {"rows": self._rows[name]} for name in TABLES if name in self._rows},
                },
                ensure_ascii=False,
                indent=2,
            )
            + "\n"
        )


def write(folder: Path, record: Record) -> None:
    """Write a whole record as a folder; empty tables make no file."""
    with RecordFolderWriter(folder, record.about) as writer:
        for name, rows in record.tables.items():
            if rows.num_rows:
                writer.write(name, rows)


def recognises(path: Path) -> bool:
    """Whether `path` is a record folder: it has `chevet_record.json`, or a `patient` table."""
    if not path.is_dir():
        return False
    return (path / ABOUT_FILE).is_file() or any((path / f"patient{ending}").is_file() for ending in ENDINGS)


@dataclass
class _Reading:
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


def read(path: Path, progress: Progress = no_progress) -> Record:
    """The record kept in folder `path`. Raises BadInput listing every fault of every file at once."""
    reading = _Reading(path)
    about, counts = _read_about(path)
    files = _files(reading)
    for name in counts:
        if name not in files:
            reading.fault(ABOUT_FILE, f"announces {name}, but {name}.parquet is not there")
    tables: dict[str, pa.Table] = {}
    for done, (name, file) in enumerate(files.items()):
        progress(file.name, done / len(files))
        rows = _read_table(reading, TABLES[name], file)
        if rows is None:
            continue
        if name in counts and counts[name] != rows.num_rows:
            reading.fault(file.name, f"{rows.num_rows} rows, but {ABOUT_FILE} says {counts[name]}")
        reading.report.count_read(name, rows.num_rows)
        tables[name] = rows
    reading.stop_on_faults()
    _check_links(reading, tables, files)
    reading.stop_on_faults()
    progress(path.name, 1.0)
    return Record(_with_files(about, files.values()), tables, reading.report)


def _with_files(about: About, files: Any) -> About:
    return About(
        title=about.title,
        source_format="chevet",
        description=about.description,
        citation=about.citation,
        pmid=about.pmid,
        assembly=about.assembly,
        files=tuple(sorted(file.name for file in files)),
    )


def _read_about(path: Path) -> tuple[About, dict[str, int]]:
    file = path / ABOUT_FILE
    if not file.is_file():
        return About(title=path.name, source_format="chevet"), {}
    wrong = f"{path.name}/{ABOUT_FILE}"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadInput(
            f"{wrong} is not readable as JSON", next_act="Export the folder again, or remove this file."
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadInput(f'{wrong} does not say "format": "{FORMAT}"', next_act="Export the folder again.")
    if content.get("format_version") != FORMAT_VERSION:
        raise BadInput(
            f"{wrong} is of another version of the format than {FORMAT_VERSION}",
            next_act="Read it with the Chevet that wrote it, or update Chevet.",
        )
    said, tables = content.get("about"), content.get("tables")
    said = said if isinstance(said, dict) else {}
    tables = tables if isinstance(tables, dict) else {}
    texts = {
        key: said[key] for key in ("description", "citation", "pmid", "assembly") if isinstance(said.get(key), str)
    }
    title = said.get("title")
    about = About(title=title if isinstance(title, str) else path.name, source_format="chevet", **texts)
    counts = {
        name: entry["rows"]
        for name, entry in tables.items()
        if isinstance(entry, dict) and isinstance(entry.get("rows"), int)
    }
    return about, counts


def _files(reading: _Reading) -> dict[str, Path]:
    """The file of each table, in the order of TABLES; files that are no table are faults or notes."""
    found: dict[str, Path] = {}
    for file in sorted(reading.folder.iterdir()):
        ending = next((e for e in sorted(ENDINGS, key=len, reverse=True) if file.name.endswith(e)), None)
        name = file.name.removesuffix(ending) if ending else ""
        if ending is None or name.startswith("."):
            if file.name != ABOUT_FILE:
                reading.report.note("study_file", file.name, [1], "stray_file")
        elif name not in TABLES:
            near = get_close_matches(name, TABLES, n=1)
            reading.fault(file.name, "no table has this name" + (f"; nearest: {near[0]}" if near else ""))
        elif name in found:
            reading.fault(file.name, f"{name} is there twice, also as {found[name].name}")
        else:
            found[name] = file
    return {name: found[name] for name in TABLES if name in found}


def _read_table(reading: _Reading, table: Table, file: Path) -> pa.Table | None:
    """The rows of one file in the table's schema, or None when faults were found."""
    before = len(reading.faults)
    if file.name.endswith(".parquet"):
        pieces = _parquet_pieces(reading, table, file)
    else:
        pieces = _text_pieces(reading, table, file)
    rows: list[pa.Table] = []
    first = 0
    for piece in pieces:
        rows.append(_typed(reading, table, file, piece, first))
        first += piece.num_rows
    if len(reading.faults) > before:
        return None
    return pa.concat_tables(rows) if rows else table.schema.empty_table()


def _parquet_pieces(reading: _Reading, table: Table, file: Path) -> Iterator[pa.Table]:
    try:
        parquet = pq.ParquetFile(file)
        if _columns_fit(reading, table, file, parquet.schema_arrow.names):
            columns = [f.name for f in table.fields if f.name in parquet.schema_arrow.names]
            for group in range(parquet.num_row_groups):
                yield parquet.read_row_group(group, columns=columns)
    except (pa.ArrowInvalid, OSError):
        reading.fault(file.name, "is damaged or is not Parquet")


def _text_pieces(reading: _Reading, table: Table, file: Path) -> Iterator[pa.Table]:
    delimiter = "\t" if ".tsv" in file.name else ","
    try:
        head = pa_csv.open_csv(file, parse_options=pa_csv.ParseOptions(delimiter=delimiter)).schema.names
        rows = pa_csv.read_csv(
            file,
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(head, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError):
        reading.fault(file.name, "cannot be read as a table: rows of unequal length, or not UTF-8")
        return
    if _columns_fit(reading, table, file, rows.column_names):
        yield rows


def _columns_fit(reading: _Reading, table: Table, file: Path, given: Sequence[str]) -> bool:
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


def _typed(reading: _Reading, table: Table, file: Path, rows: pa.Table, first: int) -> pa.Table:
    columns = []
    line = first + (1 if file.name.endswith(".parquet") else 2)
    for f in table.fields:
        if f.name not in rows.column_names:
            columns.append(_empty(rows.num_rows, f.type))
            continue
        given = rows.column(f.name)
        try:
            column = given.cast(f.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            reading.fault(file.name, f"column {f.name} should be {f.type} and holds something else ({given.type})")
            column = _empty(rows.num_rows, f.type)
        else:
            _check_values(reading, file, f.name, f.required, f.values, column, line)
        columns.append(column)
    return pa.table(columns, schema=table.schema)


def _check_values(
    reading: _Reading, file: Path, name: str, required: bool, values: tuple[str, ...], column: Any, line: int
) -> None:
    if required and column.null_count:
        at = pc.index(pc.is_null(column), True).as_py()
        reading.fault(file.name, f"column {name} is empty in {column.null_count} rows, first at line {line + at}")
    if values:
        wrong = np.flatnonzero(~np.asarray(pc.is_in(column, value_set=pa.array([*values, None], column.type))))
        count = len(wrong)
        if count:
            at = int(wrong[0])
            allowed = ", ".join(values)
            reading.fault(
                file.name, f"column {name} has {count} values that are none of {allowed}; first at line {line + at}"
            )


def _empty(rows: int, kind: pa.DataType) -> Any:
    return pa.array([None], kind).take(np.zeros(rows, dtype=np.int64))


def _check_links(reading: _Reading, tables: dict[str, pa.Table], files: dict[str, Path]) -> None:
    """Keys name one row each; every patient and sample that is pointed to exists."""
    patients = tables["patient"].column("patient_id") if "patient" in tables else pa.array([], pa.string())
    samples = tables["sample"].column("sample_id") if "sample" in tables else pa.array([], pa.string())
    for name, rows in tables.items():
        table, file = TABLES[name], files[name]
        if table.key and rows.num_rows:
            different = rows.group_by(list(table.key), use_threads=False).aggregate([]).num_rows
            if different < rows.num_rows:
                reading.fault(file.name, f"{rows.num_rows - different} rows repeat a key ({', '.join(table.key)})")
        if name != "patient" and "patient_id" in rows.column_names:
            _check_known(reading, file, rows, "patient_id", patients, "patient")
        if name != "sample" and "sample_id" in rows.column_names:
            _check_known(reading, file, rows, "sample_id", samples, "sample")


def _check_known(reading: _Reading, file: Path, rows: pa.Table, column: str, known: Any, table: str) -> None:
    given = rows.column(column)
    found = np.asarray(pc.is_in(given, value_set=pc.unique(known)))
    unknown = np.flatnonzero(np.asarray(pc.is_valid(given)) & ~found)
    count = len(unknown)
    if count:
        line = int(unknown[0]) + (1 if file.name.endswith(".parquet") else 2)
        reading.fault(file.name, f"{count} rows name a {table} that the {table} table lacks, first at line {line}")
