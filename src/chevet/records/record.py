"""What a reader hands over: a study's tables, what the study says of itself, and the import report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa

from chevet.records.report import ImportReport
from chevet.records.tables import TABLES

# Called by readers with (what is being read, part done from 0 to 1); shown on standard error.
Progress = Callable[[str, float], None]


def no_progress(what: str, part: float) -> None:
    """For callers who do not want to be told."""


@dataclass(frozen=True)
class About:
    """What a study says of itself. `source_format` names the reader that recognised it.

    `made_up` is true when the study says that nobody in it is real.
    """

    title: str
    source_format: str
    description: str = ""
    citation: str = ""
    pmid: str = ""
    assembly: str = ""
    files: tuple[str, ...] = ()
    made_up: bool = False

    def as_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "source_format": self.source_format,
            "description": self.description,
            "citation": self.citation,
            "pmid": self.pmid,
            "assembly": self.assembly,
            "files": list(self.files),
            "made_up": self.made_up,
        }


@dataclass
class Record:
    """A whole study as typed tables. Tables that the source does not have are empty, never absent."""

    about: About
    tables: dict[str, pa.Table]
    report: ImportReport = field(default_factory=ImportReport)

    def __post_init__(self) -> None:
        for name, table in TABLES.items():
            self.tables.setdefault(name, table.schema.empty_table())
            if not self.tables[name].schema.equals(table.schema):
                raise TypeError(f"table {name} does not have the schema of records.tables")
