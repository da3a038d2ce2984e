"""The patient record as typed tables, and one reader per format that hospitals send.

`tables` says what a record holds, `record` what a reader hands over, `report` what an import did.
`read` finds the reader that knows the format. A new format is a module with `recognises` and
`read`, added to `READERS`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from chevet.errors import BadInput
from chevet.records import cbioportal, maf, mapped_tables, phenopackets, record_folder
from chevet.records.record import About, Progress, Record, no_progress
from chevet.words.errors import error

__all__ = ["READERS", "About", "Progress", "Reader", "Record", "no_progress", "read"]


class Reader(Protocol):
    """One format: whether a file or folder is of it, and the record it holds."""

    def recognises(self, path: Path, /) -> bool: ...

    def read(self, path: Path, progress: Progress = no_progress, /) -> Record: ...


# In the order in which they are asked; the first that recognises the path reads it.
READERS: tuple[Reader, ...] = (record_folder, cbioportal, maf, phenopackets)


def read(path: Path, *, mapping: Path | None = None, progress: Progress = no_progress) -> Record:
    """The study at `path`, a file or a folder, read by the first reader that recognises it.

    mapping   a mapping file, or the name of one that comes with Chevet: for tables in a format of their own

    Raises BadInput when nothing is there, or no reader knows the format.
    """
    if not path.exists():
        raise error(BadInput, "no_file", name=path.name)
    if mapping is not None:
        return mapped_tables.read(path, mapping, progress)
    for reader in READERS:
        if reader.recognises(path):
            return reader.read(path, progress)
    raise error(BadInput, "no_reader", name=path.name)
