"""A release as a folder: written whole or not at all, and read again by whoever checks or explains it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.errors import BadInput, Refused
from chevet.paper.spreadsheets import csv_file
from chevet.privacy.anonymity.coding import Cells, word
from chevet.privacy.anonymity.extract import table_digest
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.release import Release
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.risk import dossier
from chevet.store.ledger import sha256, sync_folder
from chevet.words.labels import Lang

TABLE, POLICY, REPORT = "release.parquet", "policy.toml", "report.json"
HIERARCHIES = "hierarchies"
LANGS: tuple[Lang, ...] = ("fr", "en")


@dataclass(frozen=True, eq=False)
class Opened:
    """A release folder as it lies: what `check` and `explain` read. `report_digest`: SHA-256 of the report's file."""

    path: Path
    table: pa.Table
    policy: Policy
    hierarchies: Mapping[str, Hierarchy]
    report: dict[str, Any]
    report_digest: str


def write(
    release: Release,
    folder: Path,
    *,
    as_csv: bool = False,
    before: Callable[[Mapping[str, str]], object] = lambda files: None,
) -> dict[str, str]:
    """Write the release beside `folder`, then give it its name in one step; returns the SHA-256 of every file.

    before   called with these digests when everything is written and nothing can be seen yet: the ledger's entry comes
             first

    Raises Refused when the folder is there already, BadInput when it cannot be written: nothing is left then.
    """
    if folder.exists():
        raise Refused(
            f"{folder.name} is there already: a release is never written over another",
            next_act="Name a folder that is not there yet.",
        )
    draft = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    try:
        draft.mkdir(parents=True, mode=0o700)
        files = _write_files(release, draft, as_csv)
        before(files)
        draft.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise BadInput(
            f"{folder.name} cannot be written: {error.strerror}",
            next_act="Choose a folder that you may write to, on a disk with room.",
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return files


def _write_files(release: Release, draft: Path, as_csv: bool) -> dict[str, str]:
    pq.write_table(release.table, draft / TABLE, compression="zstd")
    if as_csv:
        (draft / "release.csv").write_bytes(csv_file(release.table.column_names, _rows(release.table)))
    (draft / POLICY).write_text(release.policy.text, encoding="utf-8")
    (draft / HIERARCHIES).mkdir()
    for place, name in enumerate(release.report["hierarchies"], start=1):
        shown = of_what_is_shown(release.hierarchies[name], release.table[name])
        shown.write_csv(draft / HIERARCHIES / f"{place}.csv")
    for name, table in release.alterations.tables.items() if release.alterations else ():
        pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
    for lang in LANGS:
        (draft / f"dossier.{lang}.html").write_text(dossier.html(release.report, lang), encoding="utf-8")
        (draft / f"dossier.{lang}.pdf").write_bytes(dossier.pdf(release.report, lang))
    files = {str(p.relative_to(draft)): sha256(p.read_bytes()) for p in sorted(draft.rglob("*")) if p.is_file()}
    text = json.dumps(release.report | {"files": files}, ensure_ascii=False, indent=1)
    (draft / REPORT).write_text(text, encoding="utf-8")
    for path in draft.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    return files | {REPORT: sha256(text.encode())}


def of_what_is_shown(hierarchy: Hierarchy, column: Cells) -> Hierarchy:
    """The part of a hierarchy that a release needs to be checked: the labels it shows, and those above them.

    The values below a label stay inside: that some value occurs can speak of one person. A label stands at its own
    level, and below it in brackets.
    """
    shown = {word(value) if value is not None else "" for value in column.unique().to_pylist()} | {"*"}
    rows: dict[str, list[str]] = {}
    taken = set(hierarchy.flat_labels)
    for level in range(hierarchy.levels):
        first_leaf = np.unique(hierarchy.nodes[level], return_index=True)[1]
        for node, label in enumerate(hierarchy.labels[level]):
            if label in shown and label not in rows:
                leaf = first_leaf[node]
                above = [hierarchy.labels[up][hierarchy.nodes[up][leaf]] for up in range(level, hierarchy.levels)]
                rows[label] = [_below(label, taken)] * level + above
    return Hierarchy.from_rows(hierarchy.name, list(rows.values()))


def _below(label: str, taken: set[str]) -> str:
    name = f"({label})"
    while name in taken:
        name = f"({name})"
    return name


def read(folder: Path) -> Opened:
    """The release in a folder. Raises BadInput when a part is missing or is not what it should be."""
    try:
        written = (folder / REPORT).read_bytes()
        report = json.loads(written)
        policy = _policy_in(folder)
        table = pq.read_table(folder / TABLE)
        hierarchies = {
            name: Hierarchy.read_csv(name, folder / HIERARCHIES / f"{place}.csv")
            for place, name in enumerate(report["hierarchies"], start=1)
        }
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        raise BadInput(
            f"{folder.name} is not a release folder, or a part of it is missing or damaged",
            next_act="Name a folder that `chevet privacy anonymise` wrote, with everything in it.",
        ) from None
    return Opened(folder, table, policy, hierarchies, report, sha256(written))


def _policy_in(folder: Path) -> Policy:
    """The policy of a release. BadInput, with the line, when it is not as it was written."""
    try:
        return Policy.read(folder / POLICY)
    except BadInput as error:
        raise BadInput(
            f"the release in {folder.name} is damaged: {error.message}",
            next_act=f"Take {POLICY} from another copy of the release: it leaves as it was written, or not at all.",
        ) from None


def changed_files(opened: Opened) -> list[str]:
    """Names of files that are missing, or not as they were written."""
    changed = []
    for name, digest in opened.report["files"].items():
        path = opened.path / name
        outside = not path.resolve().is_relative_to(opened.path.resolve())
        if outside or not path.is_file() or sha256(path.read_bytes()) != digest:
            changed.append(name)
    if table_digest(opened.table) != opened.report["release"]["digest"] and TABLE not in changed:
        changed.append(TABLE)
    return changed


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
