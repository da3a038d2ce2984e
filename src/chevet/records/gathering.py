"""Rows from many files brought together as one record: duplicates, withdrawn and unlisted patients.

Each row keeps its file and line until here, where it is either kept or rejected with one reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chevet.errors import BadInput
from chevet.records.mapping import DuplicateRule, TableRule, TablesMapping
from chevet.records.report import Act, ImportReport
from chevet.records.tables import TABLES, Table
from chevet.records.values import Mark

Lines = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Piece:
    """Rows of one record table from one file. `marks` count rows from 0 within the piece."""

    table: str
    file: str
    rows: pa.Table
    lines: Lines
    marks: Sequence[Mark] = ()
    withdrawn: Sequence[str] = ()


@dataclass
class _Whole:
    """All rows found so far for one record table."""

    pieces: list[Piece] = field(default_factory=list)
    rules: list[TableRule] = field(default_factory=list)
    once: list[bool] = field(default_factory=list)


@dataclass
class _Rows:
    """One record table with the origin and the fate of each row."""

    table: Table
    rows: pa.Table
    files: list[str]
    file: npt.NDArray[np.int32]
    lines: Lines
    once: Mask
    kept: Mask

    @property
    def columns(self) -> list[str]:
        return list(self.rows.column_names)


class Gathering:
    """Collects pieces; `finish` checks them against each other and returns the record's tables."""

    def __init__(self, report: ImportReport, rules: TablesMapping) -> None:
        self.report = report
        self._rules = rules
        self._wholes: dict[str, _Whole] = {}
        self._withdrawn: set[str] = set()

    def add(self, piece: Piece, rule: TableRule) -> None:
        """Take in the rows of one file."""
        whole = self._wholes.setdefault(piece.table, _Whole())
        whole.pieces.append(piece)
        whole.once.append(rule.once)
        if rule not in whole.rules:
            whole.rules.append(rule)
        self._withdrawn.update(piece.withdrawn)

    def finish(self) -> dict[str, pa.Table]:
        """The tables of the record; everything not kept is in the report."""
        tables: dict[str, _Rows] = {}
        for name in TABLES:
            if name in self._wholes:
                tables[name] = self._whole(name, self._wholes[name])
        self._list_patients(tables)
        self._list_samples(tables)
        self._note_without_sample(tables)
        for name, rows in tables.items():
            self._report_marks(rows, self._wholes[name].pieces if name in self._wholes else [])
        return {
            name: rows.rows.filter(pa.array(rows.kept)).cast(TABLES[name].schema).combine_chunks()
            for name, rows in tables.items()
        }

    def _whole(self, name: str, whole: _Whole) -> _Rows:
        files = list(dict.fromkeys(piece.file for piece in whole.pieces))
        sizes = [piece.rows.num_rows for piece in whole.pieces]
        rows = _Rows(
            table=TABLES[name],
            rows=pa.concat_tables([piece.rows for piece in whole.pieces]),
            files=files,
            file=np.repeat(np.array([files.index(p.file) for p in whole.pieces], dtype=np.int32), sizes),
            lines=np.concatenate([piece.lines for piece in whole.pieces]),
            once=np.repeat(np.array(whole.once), sizes),
            kept=np.ones(sum(sizes), dtype=bool),
        )
        self._fold(rows)
        self.report.count_read(name, int(rows.kept.sum()))
        self._reject_marked(rows, whole.pieces)
        self._reject_withdrawn(rows)
        for rule in whole.rules:
            if rule.duplicates is not None:
                self._reject_duplicates(rows, rule.duplicates)
        if rows.table.key:
            self._reject_repeated_keys(rows)
        return rows

    def _fold(self, rows: _Rows) -> None:
        """Rows of a rule that says `once` are one fact told many times: the first counts, alone.

        And none counts where another rule has a row of that key, which says more.
        """
        if not rows.once.any():
            return
        where = np.flatnonzero(rows.once)
        codes = codes_of(rows.rows.filter(pa.array(rows.once)), rows.columns)
        first = np.zeros(len(where), dtype=bool)
        first[np.unique(codes, return_index=True)[1]] = True
        rows.kept[where[~first]] = False
        if rows.table.key and not rows.once.all():
            keys = codes_of(rows.rows, rows.table.key)
            rows.kept[rows.once & np.isin(keys, keys[~rows.once])] = False

    def _reject(self, rows: _Rows, mask: Mask, reason: str) -> None:
        """Leave out these rows, unless they are out already."""
        mask = mask & rows.kept
        if not mask.any():
            return
        rows.kept &= ~mask
        self._tell(rows, np.flatnonzero(mask), reason, "rejected")

    def _tell(self, rows: _Rows, where: npt.NDArray[np.int64], reason: str, act: Act) -> None:
        tell = {"rejected": self.report.reject, "repaired": self.report.repair, "noted": self.report.note}[act]
        for number in np.unique(rows.file[where]):
            lines = rows.lines[where[rows.file[where] == number]]
            tell(rows.table.name, rows.files[number], lines.tolist(), reason)

    def _marks(self, pieces: Iterable[Piece]) -> Iterable[Mark]:
        offset = 0
        for piece in pieces:
            for mark in piece.marks:
                yield mark._replace(rows=mark.rows + offset)
            offset += piece.rows.num_rows

    def _reject_marked(self, rows: _Rows, pieces: list[Piece]) -> None:
        for mark in self._marks(pieces):
            if mark.act == "rejected":
                mask = np.zeros(len(rows.kept), dtype=bool)
                mask[mark.rows] = True
                self._reject(rows, mask, mark.reason)

    def _report_marks(self, rows: _Rows, pieces: list[Piece]) -> None:
        """Repairs and notes are told of kept rows only."""
        for mark in self._marks(pieces):
            if mark.act != "rejected":
                self._tell(rows, mark.rows[rows.kept[mark.rows]], mark.reason, mark.act)

    def _reject_withdrawn(self, rows: _Rows) -> None:
        if self._withdrawn and "patient_id" in rows.columns:
            gone = pc.is_in(rows.rows.column("patient_id"), value_set=pa.array(sorted(self._withdrawn), pa.string()))
            self._reject(rows, _mask(gone), "patient_withdrawn")

    def _reject_duplicates(self, rows: _Rows, rule: DuplicateRule) -> None:
        where = np.flatnonzero(rows.kept)
        codes = codes_of(rows.rows.select(list(rule.same)).filter(pa.array(rows.kept)), list(rule.same))
        weight = np.zeros(len(where))
        for name in rule.of:
            weight += np.nan_to_num(rows.rows.column(name).filter(pa.array(rows.kept)).cast(pa.float64()).to_numpy())
        if rule.keep == "last":
            weight = np.arange(len(where), dtype=float)
        order = np.lexsort((np.arange(len(where)), -weight, codes))
        repeated = np.zeros(len(where), dtype=bool)
        repeated[1:] = codes[order][1:] == codes[order][:-1]
        if rule.keep == "stop" and repeated.any():
            raise BadInput(
                f"{int(repeated.sum())} rows of {rows.table.name} repeat another in {', '.join(rule.same)}",
                next_act='Say in the mapping which one to keep: duplicates.keep = "most", "first" or "last".',
            )
        mask = np.zeros(len(rows.kept), dtype=bool)
        mask[where[order[repeated]]] = True
        self._reject(rows, mask, rule.reason)

    def _reject_repeated_keys(self, rows: _Rows) -> None:
        """A second row of one key is a duplicate if it says the same, and else a contradiction."""
        where = np.flatnonzero(rows.kept)
        kept = rows.rows.filter(pa.array(rows.kept))
        for columns, reason in ((rows.columns, "duplicate_row"), (list(rows.table.key), "duplicate_key")):
            codes = codes_of(kept, columns)
            first = np.zeros(len(where), dtype=bool)
            first[np.unique(codes, return_index=True)[1]] = True
            mask = np.zeros(len(rows.kept), dtype=bool)
            mask[where[~first]] = True
            self._reject(rows, mask, reason)

    def _list_patients(self, tables: dict[str, _Rows]) -> None:
        """Patients with facts but without a row of their own: left out, added, or a reason to stop."""
        self._list(tables, "patient", "patient_id", {})

    def _list_samples(self, tables: dict[str, _Rows]) -> None:
        self._list(tables, "sample", "sample_id", {"patient_id": "patient_id"})

    def _list(self, tables: dict[str, _Rows], owner: str, key: str, carried: dict[str, str]) -> None:
        known = _kept_values(tables[owner], key) if owner in tables else pa.array([], pa.string())
        for rows in list(tables.values()):
            if rows.table.name == owner or key not in rows.columns:
                continue
            given = rows.rows.column(key)
            strange = _mask(pc.and_(pc.is_valid(given), pc.invert(pc.is_in(given, value_set=known)))) & rows.kept
            if not strange.any():
                continue
            if self._rules.unlisted == "add":
                known = self._add(tables, owner, key, rows, strange, known)
            elif self._rules.unlisted == "stop":
                raise BadInput(
                    f"{int(strange.sum())} rows of {rows.table.name} name a {owner} that no {owner} row describes",
                    next_act=f'Complete the {owner} table, or say unlisted = "add" or "reject" in the mapping.',
                )
            else:
                self._reject(rows, strange, f"unknown_{owner}")

    def _add(self, tables: dict[str, _Rows], owner: str, key: str, rows: _Rows, strange: Mask, known: Any) -> Any:
        """New rows of `owner` that say no more than who they are, told at the line that first names them."""
        table = TABLES[owner]
        where = np.flatnonzero(strange)
        names = rows.rows.column(key).take(where).combine_chunks()
        first = np.sort(np.unique(codes_of(pa.table({key: names}), [key]), return_index=True)[1])
        where = where[first]
        source = rows.rows.take(where)
        columns = [
            source.column(f.name)
            if f.name == key or (f.name == "patient_id")
            else pa.array([None], f.type).take(np.zeros(len(where), dtype=np.int64))
            for f in table.fields
        ]
        added = pa.table(columns, names=table.schema.names)
        self.report.count_read(owner, len(where))
        for number in np.unique(rows.file[where]):
            lines = rows.lines[where[rows.file[where] == number]]
            self.report.note(owner, rows.files[number], lines.tolist(), f"{owner}_without_row")
        tables[owner] = _appended(tables.get(owner), table, added, rows, where)
        return pa.concat_arrays([_flat(known), _flat(added.column(key))])

    def _note_without_sample(self, tables: dict[str, _Rows]) -> None:
        if "sample" in tables and "patient" in tables:
            sampled = _kept_values(tables["sample"], "patient_id")
            patients = tables["patient"]
            without = _mask(pc.invert(pc.is_in(patients.rows.column("patient_id"), value_set=sampled)))
            self._tell(patients, np.flatnonzero(without & patients.kept), "patient_without_sample", "noted")


def _appended(owner: _Rows | None, table: Table, added: pa.Table, source: _Rows, where: npt.NDArray[np.int64]) -> _Rows:
    empty = _Rows(
        table,
        added.slice(0, 0),
        [],
        np.array([], np.int32),
        np.array([], np.int64),
        np.array([], bool),
        np.array([], bool),
    )
    before = owner or empty
    files = list(dict.fromkeys([*before.files, *source.files]))
    numbers = np.array([files.index(file) for file in source.files], dtype=np.int32)
    ones = np.ones(len(where), dtype=bool)
    return _Rows(
        table,
        pa.concat_tables([before.rows, added]),
        files,
        np.concatenate([before.file, numbers[source.file[where]]]).astype(np.int32),
        np.concatenate([before.lines, source.lines[where]]),
        np.concatenate([before.once, ~ones]),
        np.concatenate([before.kept, ones]),
    )


def _kept_values(rows: _Rows, column: str) -> Any:
    return pc.unique(rows.rows.column(column).filter(pa.array(rows.kept)))


def _flat(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _mask(column: Any) -> Mask:
    return cast(Mask, _flat(column.fill_null(False)).to_numpy(zero_copy_only=False))


def codes_of(rows: pa.Table, columns: Sequence[str]) -> Codes:
    """A number per row; two rows have the same number when they are equal in `columns` (null is null)."""
    codes: Codes = np.zeros(rows.num_rows, dtype=np.int64)
    for name in columns:
        encoded = _flat(rows.column(name)).dictionary_encode()
        own = encoded.indices.fill_null(-1).to_numpy().astype(np.int64) + 1
        size = len(encoded.dictionary) + 1
        if size > 1 or own.any():
            codes = codes * size + own
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    return codes
