"""How many checked questions each project has asked of a version, and of which exact changes.

Counted on disk before a question is looked at, so that every fate of a question costs the same. To be called while the
past of the version is locked (`overlap.Past.locked`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chevet.room.refusals import LimitReached
from chevet.store.ledger import replace_file

QUESTIONS_OF_A_PROJECT = 100


def count_question(folder: Path, project: str, at_most: int = QUESTIONS_OF_A_PROJECT) -> None:
    """Count one more checked question of a project. Refused beyond its limit."""
    counted = _projects(folder)
    asked = counted.setdefault(project, {"questions": 0, "sites": []})
    if asked["questions"] >= at_most:
        raise LimitReached(
            f"project {project} has asked its {at_most} checked questions on this version",
            next_act="Ask the cube (--mode cube), which may be read freely.",
        )
    asked["questions"] += 1
    _keep_projects(folder, counted)


def sites_of(folder: Path, project: str) -> set[str]:
    """The exact changes that a project has asked of."""
    return set(_projects(folder).get(project, {"sites": []})["sites"])


def keep_sites(folder: Path, project: str, sites: set[str]) -> None:
    """Remember the exact changes that a project has asked of."""
    counted = _projects(folder)
    counted.setdefault(project, {"questions": 0, "sites": []})["sites"] = sorted(sites)
    _keep_projects(folder, counted)


def _projects(folder: Path) -> dict[str, Any]:
    path = folder / "projects.json"
    counted: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return counted


def _keep_projects(folder: Path, counted: dict[str, Any]) -> None:
    replace_file(folder / "projects.json", json.dumps(counted, sort_keys=True).encode())
