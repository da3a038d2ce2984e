"""Writing the files of one version into a folder that nobody reads yet."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.records.record import Progress, Record
from chevet.records.tables import TABLES
from chevet.store.canon import ROWS_AT_ONCE, ContentDigest, blocks_in_order
from chevet.store.ledger import sync_folder
from chevet.store.version import connect_read_only

# What else is made from a version: gets a read-only connection to its tables and the folder to write in.
Derive = Callable[[duckdb.DuckDBPyConnection, Path], None]

LAYOUT = 1
DATABASE = "study.duckdb"
MANIFEST = "manifest.json"
_NO_DOWNLOAD = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def content_digest(record: Record) -> str:
    """What the record says, as one SHA-256; the same whatever pieces its columns come in."""
    digest = ContentDigest(record.about.as_json())
    for name, table in TABLES.items():
        digest.add(name, table.schema, blocks_in_order(record.tables[name]))
    return digest.hexdigest()


def stored_digest(folder: Path, about: Mapping[str, Any]) -> str:
    """The same digest, of tables already written."""
    digest = ContentDigest(about)
    for name, table in TABLES.items():
        with pq.ParquetFile(folder / "tables" / f"{name}.parquet") as file:
            batches = file.iter_batches(batch_size=ROWS_AT_ONCE)
            digest.add(name, table.schema, (pa.Table.from_batches([batch]) for batch in batches))
    return digest.hexdigest()


def made_with(formats: Mapping[str, int]) -> dict[str, Any]:
    """Which layout, columns and derived formats this program writes: a change of them calls for a new version."""
    columns = "\n".join(f"{name} {field.name} {field.type}" for name, t in TABLES.items() for field in t.schema)
    return {
        "layout": LAYOUT,
        "columns": hashlib.sha256(columns.encode()).hexdigest(),
        "formats": dict(sorted(formats.items())),
    }


def write_files(
    folder: Path, head: Mapping[str, Any], record: Record, derive: Sequence[Derive], progress: Progress
) -> bytes:
    """Write every file of a version and make it survive a power cut; returns the manifest as written.

    head   the first lines of the manifest: which study and version, made when, saying what
    """
    (folder / "tables").mkdir(parents=True)
    (folder / "index").mkdir()
    for i, (name, table) in enumerate(record.tables.items()):
        progress(f"writing {name}", 0.1 + 0.4 * i / len(record.tables))
        _write_table(folder / "tables" / f"{name}.parquet", table)
    (folder / "report.json").write_text(json.dumps(record.report.as_json(), ensure_ascii=False, indent=1))
    pq.write_table(record.report.rows(), folder / "rejected.parquet", compression="zstd")
    progress("building the database", 0.5)
    _build_database(folder)
    progress("building the index", 0.7)
    _derive(folder, derive)
    progress("checking and saving", 0.9)
    manifest = {
        **head,
        "about": record.about.as_json(),
        "rows": {name: table.num_rows for name, table in record.tables.items()},
        "files": {str(path.relative_to(folder)): checksum(path) for path in files_in(folder)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    (folder / MANIFEST).write_bytes(text)
    _settle(folder)
    return text


def files_in(folder: Path) -> list[Path]:
    """Every file below the folder, in order of name."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def checksum(path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _write_table(path: Path, table: pa.Table) -> None:
    with pq.ParquetWriter(path, table.schema, compression="zstd", write_page_index=True) as writer:
        for block in blocks_in_order(table):
            writer.write_table(block, row_group_size=ROWS_AT_ONCE)


def _build_database(folder: Path) -> None:
    spill = folder / "spill"
    settings = {**_NO_DOWNLOAD, "memory_limit": "1GB", "temp_directory": str(spill)}
    with duckdb.connect(folder / DATABASE, config={**settings}) as connection:
        for name in TABLES:
            path = folder / "tables" / f"{name}.parquet"
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet(?)', [str(path)])  # noqa: S608 our own names
    if spill.exists():
        spill.rmdir()


def _derive(folder: Path, derive: Sequence[Derive]) -> None:
    if not derive:
        return
    with connect_read_only(folder / DATABASE) as connection:
        for make in derive:
            make(connection, folder / "index")


def _settle(folder: Path) -> None:
    """Read-only from now on, and on disk: every file, then every folder from the inside out."""
    for path in files_in(folder):
        path.chmod(0o444)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        sync_folder(path)
    sync_folder(folder)
