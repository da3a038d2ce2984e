"""How many checked questions each project has asked of a version, and of which exact changes.

Counted on disk before a question is looked at, so that every fate of a question costs the same. A question is one byte
at the end of its project's file: one wait for the disk, where a file put in place of another takes two. To be called
while the past of the version is locked (`overlap.Past.locked`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from chevet.room.refusals import LimitReached
from chevet.store.ledger import replace_file, sync_folder

QUESTIONS_OF_A_PROJECT = 100


def count_question(folder: Path, project: str, at_most: int = QUESTIONS_OF_A_PROJECT) -> None:
    """Count one more checked question of a project. Refused beyond its limit."""
    if questions_of(folder, project) >= at_most:
        raise LimitReached(
            f"project {project} has asked its {at_most} checked questions on this version",
            next_act="Ask the cube (--mode cube), which may be read freely.",
        )
    path = _questions(folder, project)
    first = not path.exists()
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, b".")
        os.fsync(file)
    finally:
        os.close(file)
    if first:
        sync_folder(folder)


def questions_of(folder: Path, project: str) -> int:
    """How many checked questions a project has asked."""
    path = _questions(folder, project)
    return path.stat().st_size if path.exists() else 0


def sites_of(folder: Path, project: str) -> set[str]:
    """The exact changes that a project has asked of."""
    return set(_sites(folder).get(project, []))


def keep_sites(folder: Path, project: str, sites: set[str]) -> None:
    """Remember the exact changes that a project has asked of."""
    kept = _sites(folder) | {project: sorted(sites)}
    replace_file(folder / "sites.json", json.dumps(kept, sort_keys=True).encode())


def _questions(folder: Path, project: str) -> Path:
    return folder / f"questions_of_{project}"


def _sites(folder: Path) -> dict[str, list[str]]:
    path = folder / "sites.json"
    kept: dict[str, list[str]] = json.loads(path.read_bytes()) if path.exists() else {}
    return kept
