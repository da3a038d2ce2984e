"""A record as a folder: one file per table, named after it, with our own column names.

`patient.parquet`, `sample.parquet`, ... and `chevet_record.json`, which says what the study is and
how many rows each file holds. A hospital whose data have no format yet can fill the same tables as
`patient.tsv` or `patient.csv` (gzip too), with no `chevet_record.json`.

The format is ours, so it is read strictly: every fault of every file is told at once, and nothing
is repaired except a gene's old symbol.
"""

from __future__ import annotations

import json
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chevet.errors import BadInput
from chevet.records import own_tables
from chevet.records.record import About, Progress, Record, no_progress
from chevet.records.tables import TABLES

FORMAT = "chevet-record"
FORMAT_VERSION = 1
ABOUT_FILE = "chevet_record.json"
ENDINGS = (".parquet", ".tsv", ".csv", ".tsv.gz", ".csv.gz")


class RecordFolderWriter:
    """Writes a record folder table by table, in as many pieces as the maker likes.

    Tables are put in place when all went well, and `chevet_record.json` last: a crash leaves
    `.part` files, and no folder that could be taken for a whole record. A record that Chevet wrote
    there before is replaced; tables that somebody else put there raise BadInput.
    """

    def __init__(self, folder: Path, about: About) -> None:
        self.folder = folder
        self.about = about
        self._files: dict[str, pq.ParquetWriter] = {}
        self._rows: dict[str, int] = {}

    def __enter__(self) -> RecordFolderWriter:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._present() and not (self.folder / ABOUT_FILE).is_file():
            raise BadInput(
                f"{self.folder.name} already holds {len(self._present())} tables that Chevet did not write",
                next_act="Choose another folder, or move these tables away.",
            )
        return self

    def write(self, table: str, rows: pa.Table | pa.RecordBatch) -> None:
        """Append `rows`, which must have the schema of `records.tables.TABLES[table]`."""
        schema = TABLES[table].schema
        if not rows.schema.equals(schema):
            raise TypeError(f"rows for {table} do not have the schema of records.tables")
        if table not in self._files:
            self._files[table] = pq.ParquetWriter(self._part(table), schema, compression="zstd")
            self._rows[table] = 0
        self._files[table].write(rows)
        self._rows[table] += rows.num_rows

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()
        if kind is not None:
            for table in self._files:
                self._part(table).unlink(missing_ok=True)
            return
        (self.folder / ABOUT_FILE).unlink(missing_ok=True)
        for old in self._present():
            old.unlink()
        for table in sorted(self._files, key="patient".__eq__):  # patients last: without them it is no record
            self._part(table).rename(self.folder / f"{table}.parquet")
        (self.folder / ABOUT_FILE).write_text(self._about(), encoding="utf-8")

    def _part(self, table: str) -> Path:
        return self.folder / f"{table}.parquet.part"

    def _present(self) -> list[Path]:
        named = (self.folder / f"{table}{ending}" for table in TABLES for ending in ENDINGS)
        return [file for file in named if file.is_file()]

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


def read(path: Path, progress: Progress = no_progress) -> Record:
    """The record kept in folder `path`. Raises BadInput listing every fault of every file at once."""
    reading = own_tables.Reading(path)
    about, counts = _read_about(path)
    files = _files(reading)
    for name in counts:
        if name not in files:
            reading.fault(ABOUT_FILE, f"announces {name}, but {name}.parquet is not there")
    tables: dict[str, pa.Table] = {}
    lines: dict[str, own_tables.Lines] = {}
    for done, (name, file) in enumerate(files.items()):
        progress(file.name, done / len(files))
        read = own_tables.read_file(reading, TABLES[name], file)
        if read is None:
            continue
        rows, lines[name] = read
        if name in counts and counts[name] != rows.num_rows:
            reading.fault(file.name, f"{rows.num_rows} rows, but {ABOUT_FILE} says {counts[name]}")
        reading.report.count_read(name, rows.num_rows)
        tables[name] = own_tables.approved(reading, TABLES[name], file, rows, lines[name])
    reading.stop_on_faults()
    own_tables.check_links(reading, tables, lines, files)
    reading.stop_on_faults()
    progress(path.name, 1.0)
    return Record(_with_files(about, files.values()), tables, reading.report)


def _with_files(about: About, files: Any) -> About:
    return replace(about, files=tuple(sorted(file.name for file in files)))


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
    about = About(
        title=title if isinstance(title, str) else path.name,
        source_format="chevet",
        **texts,
        made_up=said.get("made_up") is True,
    )
    counts = {
        name: entry["rows"]
        for name, entry in tables.items()
        if isinstance(entry, dict) and isinstance(entry.get("rows"), int)
    }
    return about, counts


def _files(reading: own_tables.Reading) -> dict[str, Path]:
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
