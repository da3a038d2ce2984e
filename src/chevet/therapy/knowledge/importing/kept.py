"""Where imported bases lie: `CHEVET_HOME/knowledge/<base>/<first digits of the hash>/`, never changed once written.

`current` names the version in use. A base that is imported again with the same content is the same version.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chevet.errors import BadInput
from chevet.store.ledger import make_private
from chevet.therapy.knowledge.base import BaseVersion, rows
from chevet.therapy.knowledge.importing.reading import Imported
from chevet.therapy.knowledge.statement import COLUMNS, Statement, read

BASES = ("civic", "moalmanac", "oncokb")


@dataclass(frozen=True)
class KeptBase:
    """One version of an imported base: what it holds, and what of it could not be read."""

    version: BaseVersion
    imported: datetime.date
    file: str
    left_out: dict[str, int]
    folder: Path

    def statements(self) -> tuple[Statement, ...]:
        """Its statements, each bearing the name of its base."""
        return tuple(read(row, base=self.version.name) for _, row in rows(self.folder / "statements.tsv", COLUMNS))

    def as_json(self) -> dict[str, Any]:
        return {
            "base": self.version.name, "sha256": self.version.sha256, "statements": self.version.statements,
            "checked": self.version.checked.isoformat(), "imported": self.imported.isoformat(), "file": self.file,
            "left_out": self.left_out,
        }  # fmt: skip


def keep(
    home: Path, base: str, found: Imported, *, sha256: str, file: str, checked: str, today: datetime.date
) -> KeptBase:
    """Write the version and make it the current one. Raises BadInput when nothing in the file could be used."""
    if not found.rows:
        raise BadInput(
            f"no statement of {file} could be brought to our form ({sum(found.left_out.values())} rows were looked at)",
            next_act="Check that this is the file that the base publishes.",
        )
    root = home / "knowledge" / base
    make_private(home / "knowledge")
    make_private(root)
    folder = root / sha256[:16]
    make_private(folder)
    lines = ["\t".join(COLUMNS), *("\t".join(row[column] for column in COLUMNS) for row in found.rows)]
    _write(folder / "statements.tsv", "\n".join(lines) + "\n")
    about = {"base": base, "sha256": sha256, "file": file, "checked": checked, "imported": today.isoformat(),
             "statements": len(found.rows), "left_out": dict(found.left_out)}  # fmt: skip
    _write(folder / "about.json", json.dumps(about, indent=1))
    _write(root / "current", sha256[:16])
    return _kept(folder)


def current(home: Path) -> tuple[KeptBase, ...]:
    """The version in use of every base that was imported."""
    found = []
    for base in BASES:
        pointer = home / "knowledge" / base / "current"
        if pointer.is_file():
            found.append(_kept(pointer.parent / pointer.read_text("utf-8").strip()))
    return tuple(found)


def versions(home: Path, base: str) -> tuple[KeptBase, ...]:
    """Every version of a base, the oldest import first."""
    root = home / "knowledge" / base
    folders = [folder for folder in root.iterdir() if (folder / "about.json").is_file()] if root.is_dir() else []
    return tuple(sorted((_kept(folder) for folder in folders), key=lambda one: (one.imported, one.version.sha256)))


def _kept(folder: Path) -> KeptBase:
    about = json.loads((folder / "about.json").read_text("utf-8"))
    version = BaseVersion(
        about["base"], about["sha256"][:16], datetime.date.fromisoformat(about["checked"]), about["statements"]
    )
    return KeptBase(version, datetime.date.fromisoformat(about["imported"]), about["file"], about["left_out"], folder)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, "utf-8")
    draft.replace(path)
