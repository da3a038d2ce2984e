"""The rows of a clinical file, and which of its attributes have found their place."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from chevet.records.report import ImportReport
from chevet.records.rows import Column, Mask, by_value, mask, pc, said
from chevet.records.text import Lines, TextTable
from chevet.words.missing import is_missing

TYPES = frozenset({"STRING", "NUMBER", "BOOLEAN"})
NO_WORDS = pa.nulls(1, pa.string())[0]  # pa.scalar would load pandas where it is installed


@dataclass
class ClinicalRows:
    """The kept rows of one clinical file. Attributes become measurements unless they are taken."""

    table: str
    file: str
    lines: Lines
    patients: Column
    samples: Column | None
    columns: dict[str, Column]
    types: dict[str, str]
    report: ImportReport
    left: dict[str, Column] = field(init=False)
    primary: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = {name: _answers(column) for name, column in self.columns.items()}

    @property
    def rows(self) -> int:
        return len(self.lines)

    def first_of(self, names: Sequence[str]) -> str | None:
        return next((name for name in names if name in self.left), None)

    def take(self, names: Sequence[str], read: Callable[[Column], Column] | None = None) -> Column:
        """The first of these attributes, read; what cannot be read stays behind as a measurement, noted."""
        name = self.first_of(names)
        if name is None:
            return pa.nulls(self.rows, pa.string())
        given = self.left.pop(name)
        if read is None:
            return given
        values = read(given)
        lost = pc.and_(pc.is_valid(given), pc.is_null(values))
        if pc.any(lost).as_py():
            self.left[name] = pc.if_else(lost, given, NO_WORDS)
            self.note(mask(lost), "value_not_understood")
        return values

    def note(self, where: Mask, reason: str) -> None:
        self.report.note(self.table, self.file, [int(line) for line in self.lines[where]], reason)


def _answers(column: Column) -> Column:
    """The column without its missing values; where + is an answer, so is -."""
    if not mask(pc.equal(pc.utf8_trim_whitespace(column), "+")).any():
        return said(column)
    return by_value(column, lambda text: "-" if text.strip() == "-" else None if is_missing(text) else text.strip())


def _types(table: TextTable) -> dict[str, str]:
    """The datatype of each attribute, from the comment line that holds nothing but datatypes."""
    for _, text in table.comments:
        cells = [cell.strip().upper() for cell in text.lstrip("#").split("\t")]
        if len(cells) == len(table.header) and set(cells) <= TYPES:
            return dict(zip(table.header, cells, strict=True))
    return {}


def rows_of(report: ImportReport, table: TextTable, name: str, earlier: Container[str]) -> ClinicalRows:
    """The rows of a patient or sample file (`name`) with an identifier of their own; the others are rejected."""
    table.announce(report, name)
    ids = said(table.column(f"{name.upper()}_ID")).to_pylist()
    patients = said(table.column("PATIENT_ID"))
    keep = np.ones(table.rows, dtype=bool)
    rejected: dict[str, list[int]] = {}
    first: dict[str, int] = {}
    for row, (own, patient) in enumerate(zip(ids, patients.to_pylist(), strict=True)):
        if patient is None or own is None:
            reason = "missing_identifier"
        elif own in first:
            same = all(column[row].as_py() == column[first[own]].as_py() for column in table.columns.values())
            reason = f"duplicate_{name}" if same else f"duplicate_{name}_contradicts"
        elif own in earlier:
            reason = f"duplicate_{name}"
        else:
            first[own] = row
            continue
        keep[row] = False
        rejected.setdefault(reason, []).append(int(table.lines[row]))
    for reason, lines in rejected.items():
        report.reject(name, table.file, lines, reason)
    chosen = pa.array(keep)
    return ClinicalRows(
        table=name,
        file=table.file,
        lines=table.lines[keep],
        patients=patients.filter(chosen),
        samples=said(table.column("SAMPLE_ID")).filter(chosen) if name == "sample" else None,
        columns={n: c.filter(chosen) for n, c in table.columns.items() if n not in ("PATIENT_ID", "SAMPLE_ID")},
        types=_types(table),
        report=report,
    )
