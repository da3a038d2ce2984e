"""Is a version still what was written? Every file, count and digest is computed anew and compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.records.tables import TABLES
from chevet.store.ledger import Verified
from chevet.store.version import connect_read_only
from chevet.store.writing import DATABASE, MANIFEST, checksum, files_in, stored_digest


@dataclass(frozen=True)
class VersionChecked:
    """What is wrong with one version; nothing, when it is whole."""

    version: int
    problems: tuple[str, ...]

    @property
    def intact(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class StudyChecked:
    """What a check of a study found. `lost` are versions that the ledger names and that are not there."""

    study: str
    version: int
    versions: tuple[VersionChecked, ...]
    lost: tuple[int, ...]
    ledger: Verified

    @property
    def intact(self) -> bool:
        return self.ledger.intact and not self.lost and all(version.intact for version in self.versions)

    def problems(self) -> list[str]:
        """Everything that is wrong, one sentence each."""
        found = [f"version {v.version}: {problem}" for v in self.versions for problem in v.problems]
        found += [f"version {number}: the ledger names it and it is not there" for number in self.lost]
        return found if self.ledger.intact else [*found, f"ledger: {self.ledger.problem}"]

    def as_json(self) -> dict[str, Any]:
        return {
            "study": self.study, "version": self.version, "versions": [v.version for v in self.versions],
            "intact": self.intact, "problems": self.problems(), "ledger": self.ledger.as_json(),
        }  # fmt: skip


def check_version(folder: Path, study: str, number: int, entered: str | None) -> VersionChecked:
    """Check one version's folder.

    entered   its manifest's checksum in the ledger; empty if it has no entry, None if the ledger cannot be trusted
    """
    try:
        return VersionChecked(number, tuple(_problems(folder, study, number, entered)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException, duckdb.Error) as error:
        return VersionChecked(number, (f"it cannot be read ({type(error).__name__})",))


def _problems(folder: Path, study: str, number: int, entered: str | None) -> Iterator[str]:
    text = (folder / MANIFEST).read_bytes()
    if entered == "":
        yield "the ledger has no entry for it"
    elif entered is not None and hashlib.sha256(text).hexdigest() != entered:
        yield "manifest.json is not the one entered in the ledger"
    try:
        manifest = json.loads(text)
    except ValueError:
        yield "manifest.json cannot be read"
        return
    if (manifest["study"], manifest["version"]) != (study, number):
        yield "manifest.json belongs to another version"
    files = list(_wrong_files(folder, manifest["files"]))
    yield from files
    if not files:  # what is damaged is not opened
        yield from _wrong_counts(folder, manifest["rows"])
        if stored_digest(folder, manifest["about"]) != manifest["digest"]:
            yield "what its tables say is not what was imported"


def _wrong_files(folder: Path, expected: dict[str, Any]) -> Iterator[str]:
    there = {str(path.relative_to(folder)): path for path in files_in(folder) if path.name != MANIFEST}
    for name in sorted(expected.keys() | there.keys()):
        if name not in there:
            yield f"{name} is missing"
        elif name not in expected:
            yield f"{name} was not there when it was made"
        elif checksum(there[name]) != expected[name]:
            yield f"{name} is not as it was written"


def _wrong_counts(folder: Path, expected: dict[str, int]) -> Iterator[str]:
    with connect_read_only(folder / DATABASE) as connection:
        for name in TABLES:
            in_parquet = pq.read_metadata(folder / "tables" / f"{name}.parquet").num_rows
            found = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 our own names
            in_database = found[0] if found else None
            if not in_parquet == in_database == expected[name]:
                counts = f"{in_parquet} rows in Parquet, {in_database} in DuckDB, {expected[name]} by its manifest"
                yield f"table {name} has {counts}"
