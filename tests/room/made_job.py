"""A job in the airlock without a run: outputs as a program would have left them. For tests of what comes after."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chevet.room.airlock import JOB_RUN, Airlock, Case
from chevet.room.jobs import Job, Kept, data_digest, keep_file, write_job
from chevet.room.state import Permit
from chevet.store.lake import Lake
from tests.room.made_room import Room

GOOD = "sex,n\nfemale,118\nmale,122\n"


def airlock_of(room: Room, actor: str) -> Airlock:
    """The airlock with this person at the door."""
    return Airlock(Lake(room.home, clock=room.clock, actor=actor), room.book)


def made_job(room: Room, permit: Permit, files: Mapping[str, str | bytes], author: str = "anna") -> Case:
    """The case of a job that left these files."""
    airlock = airlock_of(room, author)
    extract = room.home / "rooms" / permit.project / "extract"
    seen = data_digest(extract) if extract.exists() else "1" * 64
    with airlock.jobs.new(permit.project) as (number, folder):
        (folder / "outputs").mkdir()
        kept = tuple(_kept(folder, n, name, text) for n, (name, text) in enumerate(files.items(), start=1))
        job = Job(permit.project, number, permit.id, permit.study, author, "0" * 64, seen, folder, kept, "5" * 64)
        write_job(job)
        airlock.lake.ledger.append(
            JOB_RUN, project=job.project, job=number, permit=permit.id, study=permit.study, person=author,
            program_sha256=job.program_sha256, data_sha256=job.data_sha256, ended="finished", well=True,
            left=bool(job.kept), outputs_sha256=job.digest,
        )  # fmt: skip
    return airlock.case(job.id)


def _kept(folder: Path, n: int, name: str, content: str | bytes) -> Kept:
    path = folder / "outputs" / f"{n:04}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return keep_file(path, name)


def approved(room: Room, case: Case, *checkers: str) -> Case:
    """The case after its author submitted it and these checkers (two of other houses, unless named) approved it."""
    airlock_of(room, case.author).submit(case, "counts of patients")
    for checker in checkers or ("chloe", "charles"):
        airlock = airlock_of(room, checker)
        airlock.give_opinion(airlock.case(case.id), approves=True, reason="counts above the floor")
    return airlock_of(room, "chloe").case(case.id)
