"""A made-up study on disk for benchmarks: Parquet, DuckDB file and index, as a version of the lake holds them.

Built table by table, so that a million patients fit; `--keep` leaves it for the next run.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from benchmarks.measuring import tell
from chevet import synth
from chevet.cohort.index import CohortIndex
from chevet.records.tables import TABLES
from chevet.store.version import Version, connect_read_only


@dataclass(frozen=True)
class MadeUpStudy:
    folder: Path

    @property
    def tables(self) -> Path:
        return self.folder / "tables"

    @property
    def database(self) -> Path:
        return self.folder / "study.duckdb"

    @property
    def index_dir(self) -> Path:
        return self.folder / "index"

    def connect(self) -> duckdb.DuckDBPyConnection:
        return connect_read_only(self.database)

    def version(self) -> Version:
        return Version("madeup", 1, self.folder, {})


@contextlib.contextmanager
def made_up_study(patients: int, keep: Path | None, *, seed: int = 7, with_index: bool = True) -> Iterator[MadeUpStudy]:
    """A study of `patients`; made anew in a temporary folder, or found in `keep` when it is there already."""
    folder = keep or Path(tempfile.mkdtemp(prefix="chevet-benchmark-"))
    study = MadeUpStudy(folder)
    try:
        if not study.database.exists():
            tell(f"making {patients:,} patients up")
            synth.make(patients, seed, study.tables)
            tell("building the database")
            build_database(study)
        if with_index and not study.index_dir.exists():
            tell("building the index")
            with study.connect() as connection:
                CohortIndex.build(connection, study.index_dir)
        yield study
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def build_database(study: MadeUpStudy) -> None:
    with duckdb.connect(study.database, config={"memory_limit": "2GB"}) as connection:
        for name, table in TABLES.items():
            path = study.tables / f"{name}.parquet"
            if not path.exists():
                pq.write_table(table.schema.empty_table(), path)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet(?)', [str(path)])
