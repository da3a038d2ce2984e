"""One version of a study: immutable, opened read-only, whole for as long as someone reads it."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

# DuckDB may neither fetch an extension nor read or write any other file: questions stay inside the version.
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
}


@dataclass
class Version:
    """A study as it stood after one import."""

    study: str
    number: int
    path: Path
    manifest: dict[str, Any]
    _connection: duckdb.DuckDBPyConnection | None = field(default=None, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """SHA-256 of what the study says: equal for two versions with the same content."""
        return str(self.manifest["digest"])

    @property
    def about(self) -> dict[str, Any]:
        """What the study says of itself."""
        return dict(self.manifest["about"])

    @property
    def made_up(self) -> bool:
        """Whether the study says that nobody in it is real. A version of before this could be said is not asked."""
        return self.manifest["about"].get("made_up") is True

    @property
    def report(self) -> dict[str, Any]:
        """The import report, as `ImportReport.as_json` gave it."""
        report: dict[str, Any] = json.loads((self.path / "report.json").read_bytes())
        return report

    @property
    def index_dir(self) -> Path:
        return self.path / "index"

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return dict(self.manifest["rows"])

    def parquet(self, name: str) -> Path:
        """Where the table lies as Parquet, its rows in patient order."""
        return self.path / "tables" / f"{name}.parquet"

    def table(self, name: str, columns: list[str] | None = None, filters: Any = None) -> pa.Table:
        """A table of the record; `filters` as `pyarrow.parquet.read_table` takes them."""
        return pq.read_table(self.parquet(name), columns=columns, filters=filters)

    def rejected(self) -> pa.Table:
        """Every row that the import did not keep as it stood: table, file, line, act, reason; no values."""
        return pq.read_table(self.path / "rejected.parquet")

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A read-only connection to this version's tables; it can reach no other file and no network."""
        with self._lock:
            if self._connection is None:
                self._connection = connect_read_only(self.path / "study.duckdb")
            return self._connection.cursor()


def connect_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a version's DuckDB file, read-only and closed to everything outside it."""
    return duckdb.connect(path, read_only=True, config=CLOSED)
