"""Releases: what two checkers approved is handed over, if it still may leave now.

At the moment of the hand-over everything is asked once more: the permit, the two checkers, the bytes of every file,
and the automatic checks against all that was released or answered of this study since. One release happens at a time,
so that two tables that tell a patient apart cannot slip out side by side. What the checks flag leaves once both
checkers accepted the flag by its name; a flag that is raised later keeps its file inside.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from chevet.errors import BadInput, Refused
from chevet.room.account.answered import answered
from chevet.room.airlock import Airlock, Case
from chevet.room.checking.across import Sums
from chevet.room.checking.extract import Extract
from chevet.room.checking.verdict import Judged
from chevet.room.checks import Against, judge, released_sums, safe_name
from chevet.room.jobs import Job, about, data_digest, locked
from chevet.store.ledger import sha256


@dataclass(frozen=True)
class HandedOver:
    """What was written, and about how many outputs stayed inside."""

    case: Case
    files: tuple[Path, ...]
    stayed: str

    def as_json(self) -> dict[str, Any]:
        return {"job": self.case.id, "files": [path.name for path in self.files], "stayed_inside": self.stayed}


def earlier_counts(airlock: Airlock, study: str, extract: Extract, besides: str) -> dict[str, Sequence[Sums]]:
    """The counts in everything that was released of this study, of whatever project, by job and file."""
    found: dict[str, Sequence[Sums]] = {}
    for case in airlock.cases():
        if case.state == "released" and case.facts["study"] == study and case.id != besides:
            for output in airlock.jobs.read(case.facts).outputs(case.released):
                found[f"{case.id}: {output.name}"] = released_sums(output, extract)
    return found


def verdicts(airlock: Airlock, job: Job, data: Path) -> list[Judged]:
    """What the automatic checks say of a job's outputs now, beside all that was released of its study.

    Raises Refused where the room holds another extract than the program saw: its rows would not be known as rows.
    """
    extract = Extract.read(data)
    if data_digest(data) != job.data_sha256:
        raise Refused(
            f"the room of {job.project} holds another extract than the one that job {job.id} ran on",
            next_act="Nothing of it can be judged any more: its author runs the program again. chevet room run",
        )
    earlier = earlier_counts(airlock, job.study, extract, job.id)
    told = answered(airlock.lake, job.study)
    return judge(job.outputs(), Against(extract, earlier, told.numbers, told.unread, job.key))


def approve(airlock: Airlock, case: Case, data: Path, *, reason: str, accepted: Sequence[str] = ()) -> Case:
    """One checker's approval, who names every flag of what may leave.

    Raises Refused where a flag is not named, and BadInput for a name that is no flag's.
    """
    airlock.require_may_look(case)
    flags = {
        flag for one in verdicts(airlock, airlock.job(case), data) if one.verdict != "refuse" for flag in one.flags
    }
    unknown, missing = sorted(set(accepted) - flags), sorted(flags - set(accepted))
    see = f"See what each says: chevet room check show {case.id}"
    if unknown:
        raise BadInput(f"job {case.id} has no flag {', '.join(unknown)}", next_act=see)
    if missing:
        raise Refused(
            f"job {case.id} has flags that were not accepted by name: {', '.join(missing)}",
            next_act=f"{see}; then name each with --accept, or send it back.",
        )
    return airlock.give_opinion(case, approves=True, reason=reason, accepted=accepted)


def hand_over(airlock: Airlock, case: Case, data: Path, out: Path) -> HandedOver:
    """Write the approved outputs that may leave to `out`, a folder that is empty or not there.

    Raises Refused when the release is not approved by two, when the permit or a checker no longer stands, or when
    nothing of it may leave any more.
    """
    if not case.approved:
        stands = case.state.replace("_", " ")
        raise Refused(
            f"job {case.id} is {stands}: two checkers must approve, and {len(case.opinions)} have spoken",
            next_act="Submit it, then wait for two checkers: "
            f"chevet room release --job {case.facts['job']} --submit --context WORDS",
        )
    require_empty(out)
    with locked(airlock.lake.home / "rooms" / "release.lock"):
        _require_standing(airlock, case)
        job = airlock.job(case)
        judged = verdicts(airlock, job, data)
        may = [j.verdict != "refuse" and j.flags <= case.accepted for j in judged]
        going = [(o.name, o.content) for o, leaves in zip(job.outputs(), may, strict=True) if leaves]
        if not going and any(j.verdict != "refuse" for j in judged):
            raise Refused(
                f"job {case.id} has flags that both checkers have not accepted, perhaps raised since they looked",
                next_act=f"Ask a checker to send it back (chevet room check return {case.id}), and submit it again.",
            )
        if not going:
            raise Refused(
                f"no output of job {case.id} may leave: the automatic checks refuse them all",
                next_act=f"Ask a checker for the reasons (chevet room check show {case.id}), and mend the program.",
            )
        originals = [written for written, leaves in zip(job.originals(), may, strict=True) if leaves]
        # The checks take seconds, in which a permit can be revoked. Asked before the entry, so that none is made then,
        # and after it: whatever ends the permit from here on stands behind the release in the ledger.
        _require_standing(airlock, case)
        after = airlock.enter_release(case, [sha256(content) for _, content in going], originals)
        _require_standing(airlock, case)
        places = names_apart([name for name, _ in going])
        files = tuple(_written(out, place, content) for place, (_, content) in zip(places, going, strict=True))
    return HandedOver(after, files, about(len(judged) - len(going)))


def _require_standing(airlock: Airlock, case: Case) -> None:
    """Raise Refused unless the permit lets its author release now, and both checkers may still check."""
    airlock.permits.require(case.facts["permit"], case.author, "release")
    airlock.require_checkers(case)


def copy_for_a_checker(airlock: Airlock, case: Case, out: Path) -> None:
    """Put every file of a job into `out`, under plain names, for a checker's eyes; the ledger says so first.

    A file whose name is not plain, or is taken, keeps its place in the list as its name.
    """
    require_empty(out)
    outputs = airlock.job(case).outputs()
    airlock.enter_look(case)
    for place, output in zip(names_apart([o.name for o in outputs]), outputs, strict=True):
        if output.kind in ("file", "console"):
            _written(out, place, output.content)


def names_apart(names: Sequence[str]) -> list[str]:
    """A plain name for each output, none a file where another has a folder; `output-N` for the Nth that has none.

    Large and small letters count as one: some disks do not tell them apart.

    >>> names_apart(["a.csv", "A.csv", "../b", "con/a.csv", "con", "output-3"])
    ['a.csv', 'output-2', 'output-3', 'con/a.csv', 'output-5', 'output-6']
    """
    files: set[str] = set()
    folders: set[str] = set()
    found = []
    for n, name in enumerate(names, start=1):
        place = name if safe_name(name) and not _taken(name, files, folders) else f"output-{n}"
        while _taken(place, files, folders):
            place += "_"
        files.add(place.casefold())
        folders |= _folders_of(place)
        found.append(place)
    return found


def _taken(name: str, files: set[str], folders: set[str]) -> bool:
    return name.casefold() in files | folders or bool(_folders_of(name) & files)


def _folders_of(name: str) -> set[str]:
    return {str(folder) for folder in PurePosixPath(name.casefold()).parents} - {"."}


def require_empty(out: Path) -> None:
    """Raise BadInput unless `out` is an empty folder, or is not there."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out.name} is there already, and not empty", next_act="Name a folder that does not exist.")


def _written(out: Path, name: str, content: bytes) -> Path:
    """A file made anew: its name checked once more, its times and rights not the program's."""
    if not safe_name(name):
        raise Refused(f"an output of {out.name} has no plain name", next_act="Mend the program, and run it again.")
    path = out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.utime(path, (0, 0))
    return path
