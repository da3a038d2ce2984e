"""Where tables of others lie: `CHEVET_HOME/target_sources/<kind>/<number>/`, never changed once written.

The highest number is in use; those before it stay, and so does one that was withdrawn, under another name. Each folder
holds the table as Parquet, and about.json: its name, release, hash as sent, the day it was kept, and the rows of the
file that could not be used, by reason.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chevet.errors import BadInput, Fault
from chevet.store.ledger import make_private, replace_file, sync_folder
from chevet.targets.evidence import Source
from chevet.targets.sources.kinds import KINDS, SCHEMAS, WIDE, Kind

_ROOT = "target_sources"
_WITHDRAWN = "withdrawn-"
_ROWS_AT_ONCE = 1 << 16
_TABLE, _ABOUT = "table.parquet", "about.json"


@dataclass(frozen=True)
class Status:
    """What is known of one kept table without reading it.

    number    1 for the first of its kind
    kept_on   ISO day
    left_out  rows of the file that could not be used, by reason
    """

    kind: Kind
    number: int
    source: Source
    kept_on: str
    rows: int
    file: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The status for machines."""
        return asdict(self)


@dataclass(frozen=True)
class Kept:
    """One kept table, with where it comes from. Its columns are those of `kinds`."""

    kind: Kind
    table: pa.Table
    source: Source
    kept_on: str


def keep(
    home: Path,
    kind: Kind,
    table: pa.Table,
    source: Source,
    today: datetime.date,
    *,
    file: str = "",
    left_out: Mapping[str, int] | None = None,
) -> Kept:
    """Write the table and make it the one in use; the same table of the same source is kept once.

    Raises BadInput when it has no row, or a row lacks what its kind must have.
    """
    table = _of_kind(kind, table)
    same = _same(home, kind, table, source)
    if same is not None:
        return same
    root = home / _ROOT / kind
    make_private(root)
    draft = root / f".{secrets.token_hex(4)}"
    make_private(draft)
    try:
        about = {"kind": kind, "kept_on": today.isoformat(), "source": asdict(source), "rows": table.num_rows,
                 "file": file, "left_out": dict(left_out or {})}  # fmt: skip
        _write(draft, table, about)
        _place(draft, root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Kept(kind, table, source, today.isoformat())


def load(
    home: Path, kind: Kind, columns: Sequence[str] | None = None, *, genes: Sequence[str] | None = None
) -> Kept | None:
    """The table in use; None when none was kept.

    columns  those alone
    genes    the rows of those alone: what else the table holds is not read into memory

    Raises Fault when the kept file is no longer what was written.
    """
    numbers = _numbers(home / _ROOT / kind)
    return _read(home, _status(home, kind, numbers[-1]), columns, genes) if numbers else None


def withdraw(home: Path, kind: Kind) -> Status:
    """Take the table in use out of use, and say which it was; the one before it, if any, is in use again.

    It stays on the disk, and its number is not given again. Raises BadInput when there is none.
    """
    root = home / _ROOT / kind
    numbers = _numbers(root)
    if not numbers:
        raise BadInput(f"no table of {kind} is in use", next_act="See what is: chevet targets sources")
    number = numbers[-1]
    try:
        gone = _status(home, kind, number)
    except Fault:  # what is damaged can be taken out of use, too
        gone = Status(kind, number, Source("?", "", ""), "", 0)
    (root / f"{number:04d}").rename(root / f"{_WITHDRAWN}{number:04d}")
    sync_folder(root)
    return gone


def status(home: Path) -> list[Status]:
    """The table in use of every kind that has one, in the order of the kinds."""
    return [_status(home, kind, numbers[-1]) for kind in KINDS if (numbers := _numbers(home / _ROOT / kind))]


def versions(home: Path, kind: Kind) -> list[Status]:
    """Every table of one kind that was ever kept, the first one first."""
    return [_status(home, kind, number) for number in _numbers(home / _ROOT / kind)]


def _same(home: Path, kind: Kind, table: pa.Table, source: Source) -> Kept | None:
    """The table in use when it is this one of this source; None for another, or one that was damaged."""
    try:
        kept = load(home, kind)
    except Fault:
        return None
    return kept if kept is not None and kept.source == source and kept.table.equals(table) else None


def _of_kind(kind: Kind, table: pa.Table) -> pa.Table:
    """The table in the columns of its kind."""
    if not table.num_rows:
        raise BadInput(
            f"the table of {kind} has no row that could be used", next_act="Check that this is the file that was meant."
        )
    schema = SCHEMAS.get(kind)
    needed = WIDE[kind] if schema is None else tuple(schema.names)
    if missing := [name for name in needed if name not in table.column_names]:
        raise BadInput(
            f"a table of {kind} lacks columns: {', '.join(missing)}", next_act="Give them; a null where not said."
        )
    if schema is None:
        return table
    made = table.select(schema.names).cast(pa.schema([one.with_nullable(True) for one in schema]))
    for one in schema:
        if not one.nullable and made[one.name].null_count:
            raise BadInput(f"a table of {kind} has an empty {one.name}", next_act="Leave such rows out.")
    return made.replace_schema_metadata(None)


def _write(folder: Path, table: pa.Table, about: dict[str, Any]) -> None:
    pq.write_table(table, folder / _TABLE, compression="zstd", row_group_size=_ROWS_AT_ONCE)
    with (folder / _TABLE).open("rb") as written:
        os.fsync(written.fileno())
    about["table_sha256"] = _sha256(folder / _TABLE)
    replace_file(folder / _ABOUT, (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())


def _place(draft: Path, root: Path) -> None:
    """Give the folder a number that no other had, also where two imports race for it."""
    number = max([0, *_numbers(root), *(int(one.name[len(_WITHDRAWN) :]) for one in root.glob(f"{_WITHDRAWN}[0-9]*"))])
    while True:
        number += 1
        try:
            draft.rename(root / f"{number:04d}")
        except OSError:
            if not (root / f"{number:04d}").exists():
                raise
            continue
        sync_folder(root)
        return


def _numbers(root: Path) -> list[int]:
    return sorted(int(one.parent.name) for one in root.glob(f"[0-9]*/{_ABOUT}")) if root.is_dir() else []


def _status(home: Path, kind: Kind, number: int) -> Status:
    about = _about(home, kind, number)
    return Status(
        kind, number, Source(**about["source"]), about["kept_on"], about["rows"], about["file"], about["left_out"]
    )


def _about(home: Path, kind: Kind, number: int) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((home / _ROOT / kind / f"{number:04d}" / _ABOUT).read_text("utf-8"))
    except (OSError, ValueError):
        raise _changed(kind, number) from None
    return found


def _read(home: Path, one: Status, columns: Sequence[str] | None = None, genes: Sequence[str] | None = None) -> Kept:
    file = home / _ROOT / one.kind / f"{one.number:04d}" / _TABLE
    if not file.is_file() or _sha256(file) != _about(home, one.kind, one.number)["table_sha256"]:
        raise _changed(one.kind, one.number)
    table = pq.read_table(
        file,
        columns=None if columns is None else list(columns),
        filters=None if genes is None else [("gene", "in", list(genes))],
        memory_map=True,
    )
    return Kept(one.kind, table, one.source, one.kept_on)


def _changed(kind: Kind, number: int) -> Fault:
    return Fault(
        f"the kept table of {kind} (number {number}) is not what was written",
        next_act=f"Take it out of use (chevet targets withdraw {kind}), or bring it in again: "
        f"chevet targets import {kind} FILE",
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
