"""The end of a room: closed at once, and what it held destroyed once it need not be kept.

Closing is for a steward, and for the people of the permit; destroying is for a steward, from the day that was told at
the closing. The ledger says what goes, by hash, before it goes. What was released stays: every later output of the
study is compared with it. Deleting is not overwriting: backups and worn disks are for those who keep them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from chevet.errors import BadInput, Fault, Refused
from chevet.room import events, moves, rules
from chevet.room.airlock import Airlock, Case
from chevet.room.jobs import data_digest
from chevet.room.rules import Missing
from chevet.room.state import LIVING, State
from chevet.room.workspace import remove_folder

Stands = Literal["none", "open", "closed", "destroyed"]
ON_THE_WAY = ("submitted", "one_review", "two_reviews")


@dataclass(frozen=True)
class Destroyed:
    """What a closed room held. `kept` are the jobs whose released outputs stay."""

    project: str
    extract_sha256: str | None
    jobs: tuple[int, ...]
    jobs_sha256: tuple[str, ...]
    kept: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "project": self.project, "extract_sha256": self.extract_sha256, "jobs": list(self.jobs),
            "jobs_sha256": list(self.jobs_sha256), "kept": list(self.kept),
        }  # fmt: skip


class Closing:
    """Closes the rooms of one installation."""

    def __init__(self, airlock: Airlock) -> None:
        self.airlock = airlock
        self.book = airlock.book
        self.ledger = airlock.lake.ledger

    def stands(self, project: str) -> Stands:
        """Whether this project has a room, and how it stands."""
        with self.book.now() as (state, _):
            if project in state.keep_until:
                return "closed"
            if any(opened["project"] == project for opened in state.opened.values()):
                return "open"
            was = any(state.permits[name].project == project for name in state.shut)
            return "destroyed" if was else "none"

    def keep_until(self, project: str) -> datetime | None:
        """From when what a closed room holds may be destroyed; None when the room is not closed, or is empty."""
        with self.book.now() as (state, _):
            return state.keep_until.get(project)

    def close(self, project: str, reason: str, keep_until: datetime) -> None:
        """Enter that the room is closed: no program runs in it from now on, and nothing is released from it.

        Raises Refused while outputs are on their way out under a permit that stands.
        """
        facts = {"project": project, "reason": reason, "keep_until": events.spelled(keep_until)}
        events.require_form("workspace_closed", facts)
        with self.book.now() as (state, moment):
            missing = moves.missing_for(state, "workspace_closed", facts, actor=self.ledger.actor, moment=moment)
            missing += self._on_the_way(state, project, moment)
        rules.refuse(f"the room of {project} stays as it is", missing)
        self.book.enter("workspace_closed", actor=self.ledger.actor, **facts)

    def may_destroy(self, project: str) -> bool:
        """Whether whoever acts may destroy now what the closed room held."""
        return not self._missing_to_destroy(project)

    def destroy(self, project: str) -> Destroyed:
        """Destroy what a closed room held, and enter before what it was. Once more, it finishes what a crash left."""
        if self.stands(project) == "destroyed":
            self._purge(project)
            return Destroyed(project, None, (), (), ())
        rules.refuse(f"what the room of {project} held stays", self._missing_to_destroy(project))
        held = self._held(project)
        self.book.enter("workspace_destroyed", actor=self.ledger.actor, **held.as_json())
        self._purge(project)
        return held

    def _on_the_way(self, state: State, project: str, moment: datetime) -> list[Missing]:
        """Outputs that two checkers are looking at, or that their author has not fetched."""
        found = []
        for case in self._cases(project):
            permit = state.permits.get(case.facts["permit"])
            if case.state in ON_THE_WAY and permit is not None and permit.at(moment).state in LIVING:
                fetch = f"chevet room release --job {case.facts['job']} --out FOLDER"
                back = f"chevet room check return {case.id} --reason WORDS"
                who = f"Its author fetches it: {fetch}" if case.approved else f"A checker sends it back: {back}"
                found.append(Missing(f"outputs of job {case.id} are on their way out", who))
        return found

    def _missing_to_destroy(self, project: str) -> Sequence[Missing]:
        with self.book.now() as (state, moment):
            return moves.missing_for(
                state, "workspace_destroyed", {"project": project}, actor=self.ledger.actor, moment=moment
            )

    def _held(self, project: str) -> Destroyed:
        """What lies in the room now, by hash."""
        room = self._room(project)
        jobs = [folder for folder in self._job_folders(project) if any(folder.iterdir())]
        released = {case.facts["job"] for case in self._cases(project) if case.released}
        numbers = [int(folder.name) for folder in jobs]
        extract = room / "extract"
        return Destroyed(
            project, data_digest(extract) if extract.is_dir() else None, tuple(numbers),
            tuple(data_digest(folder) for folder in jobs), tuple(n for n in numbers if n in released),
        )  # fmt: skip

    def _purge(self, project: str) -> None:
        room = self._room(project)
        released = {case.facts["job"]: self._released_files(case) for case in self._cases(project) if case.released}
        try:
            for name in ("extract", ".extract-*", ".former-*"):
                for folder in room.glob(name):
                    remove_folder(folder)
            for folder in self._job_folders(project):
                _empty(folder, released.get(int(folder.name), frozenset()))
        except OSError as error:
            raise Fault(
                f"not all that the room of {project} held could be deleted: {error.strerror}",
                next_act=f"It is entered as destroyed. Mend the disk, then: chevet room close --project {project}",
            ) from None

    def _released_files(self, case: Case) -> frozenset[str]:
        """What stays of a job: its released outputs, and the list by which they are known."""
        job = self.airlock.jobs.read(case.facts)
        return frozenset({"job.json", *(f"outputs/{k.file}" for k in job.kept if k.file and k.sha256 in case.released)})

    def _cases(self, project: str) -> list[Case]:
        return [case for case in self.airlock.cases() if case.facts["project"] == project]

    def _room(self, project: str) -> Path:
        if not events.is_project(project):
            raise BadInput("that is no project's name", next_act="See the projects: chevet room permit list")
        return self.airlock.lake.home / "rooms" / project

    def _job_folders(self, project: str) -> list[Path]:
        """The jobs' folders, the first one first. An empty one stays, so that no number is given twice."""
        root = self.airlock.jobs.folder(project)
        found = [path for path in root.iterdir() if path.name.isdecimal()] if root.is_dir() else []
        return sorted(found, key=lambda path: int(path.name))


def require_a_room(closing: Closing, project: str) -> Stands:
    """How the room stands. Raises Refused where this project never had one."""
    stands = closing.stands(project)
    if stands == "none":
        raise Refused("no room of that project was opened", next_act="See which are: chevet room permit list")
    return stands


def _empty(folder: Path, but: frozenset[str]) -> None:
    """Delete everything below a folder but these files, given by their paths in it."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in but:
            path.unlink()
