"""The import report: what was read, kept, repaired and rejected, file by file and line by line.

A row that is *rejected* is not kept; a row that is *repaired* is kept with a value changed or
left empty; a *note* changes nothing (a gene nobody knows, a panel nobody described). Every one of
them has a file, a line and a reason. No patient's value is ever written here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

Act = Literal["rejected", "repaired", "noted"]

_ROW: dict[str, pa.DataType] = {
    "table": pa.string(),
    "file": pa.string(),
    "line": pa.int64(),
    "act": pa.string(),
    "reason": pa.string(),
}
ROWS_SCHEMA = pa.schema(_ROW)


@dataclass
class Tally:
    """Rows of one table: `read` = `kept` + `rejected`; `repaired` counts rows among the kept."""

    read: int = 0
    kept: int = 0
    repaired: int = 0
    rejected: int = 0

    def as_json(self) -> dict[str, int]:
        return {"read": self.read, "kept": self.kept, "repaired": self.repaired, "rejected": self.rejected}


@dataclass
class _Reason:
    act: Act
    lines: list[int] = field(default_factory=list)


class ImportReport:
    """Collects what an import did. Reasons are short codes, explained in `words.reasons`."""

    def __init__(self) -> None:
        self.tallies: dict[str, Tally] = {}
        self.missing_files: list[str] = []
        self._reasons: dict[tuple[str, str, str], _Reason] = {}
        self._repaired: dict[tuple[str, str], set[int]] = {}

    def tally(self, table: str) -> Tally:
        return self.tallies.setdefault(table, Tally())

    def count_read(self, table: str, rows: int) -> None:
        """Say that `rows` candidate rows of `table` were found; they count as kept until rejected."""
        tally = self.tally(table)
        tally.read += rows
        tally.kept += rows

    def reject(self, table: str, file: str, lines: Iterable[int], reason: str) -> None:
        """These rows (1-based lines of `file`, already counted as read) are not kept, nor counted as repaired."""
        lines = [int(line) for line in lines]
        added = self._add(table, file, lines, reason, "rejected")
        tally = self.tally(table)
        mended = self._repaired.get((table, file), set())
        tally.repaired -= len(mended.intersection(lines))
        mended.difference_update(lines)
        tally.rejected += added
        tally.kept -= added

    def repair(self, table: str, file: str, lines: Iterable[int], reason: str) -> None:
        """These rows are kept with a value changed or emptied. A row repaired twice counts once."""
        lines = list(lines)
        self._add(table, file, lines, reason, "repaired")
        seen = self._repaired.setdefault((table, file), set())
        before = len(seen)
        seen.update(lines)
        self.tally(table).repaired += len(seen) - before

    def repair_file(self, table: str, file: str, line: int, reason: str) -> None:
        """The file as a whole was mended (line ends, a header name): no single row counts as repaired."""
        self._add(table, file, [line], reason, "repaired")

    def note(self, table: str, file: str, lines: Iterable[int], reason: str) -> None:
        """These rows are kept as they are, and the reader should know something about them."""
        self._add(table, file, lines, reason, "noted")

    def miss(self, file: str) -> None:
        """A file was announced and is not there."""
        if file not in self.missing_files:
            self.missing_files.append(file)

    def _add(self, table: str, file: str, lines: Iterable[int], reason: str, act: Act) -> int:
        entry = self._reasons.setdefault((table, file, reason), _Reason(act))
        before = len(entry.lines)
        entry.lines.extend(int(line) for line in lines)
        if not entry.lines:
            del self._reasons[(table, file, reason)]
            return 0
        return len(entry.lines) - before

    def rows(self) -> pa.Table:
        """Every row that was not kept as it stood (`ROWS_SCHEMA`), for whoever mends the source."""
        columns: dict[str, list[Any]] = {name: [] for name in ROWS_SCHEMA.names}
        for (table, file, reason), entry in sorted(self._reasons.items()):
            n = len(entry.lines)
            columns["table"] += [table] * n
            columns["file"] += [file] * n
            columns["line"] += sorted(entry.lines)
            columns["act"] += [entry.act] * n
            columns["reason"] += [reason] * n
        return pa.table(columns, schema=ROWS_SCHEMA)

    def as_json(self) -> dict[str, Any]:
        """`{"tables": {...}, "reasons": [...], "missing_files": [...]}`, counts and example lines only."""
        return {
            "tables": {name: tally.as_json() for name, tally in sorted(self.tallies.items())},
            "reasons": [
                {
                    "table": table,
                    "file": file,
                    "reason": reason,
                    "act": entry.act,
                    "count": len(entry.lines),
                    "example_line": min(entry.lines),
                }
                for (table, file, reason), entry in sorted(self._reasons.items())
            ],
            "missing_files": sorted(self.missing_files),
        }
