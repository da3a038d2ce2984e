"""From a researcher's door to the airlock: a program is kept, run beside the extract, judged, and entered."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chevet.errors import Refused
from chevet.room.airlock import JOB_RUN, Airlock, Case
from chevet.room.ceiling import Ceiling
from chevet.room.jobs import (
    Job,
    Told,
    copy_program,
    data_digest,
    draft_job,
    drawn_key,
    keep_job,
    read_program,
    run_kept,
    told,
)  # fmt: skip
from chevet.room.pacing import Pace
from chevet.room.releases import names_apart, require_empty
from chevet.room.sandbox import Limits, Ran, Show, require_sandbox, run
from chevet.room.state import Permit

_TO_STOP = 40.0  # seconds after its limit in which a program is stopped and what it left is read


def extract_of(home: Path, permit: Permit) -> Path:
    """The folder of the extract that this permit's project works on. Raises Refused before the room was opened."""
    folder = home / "rooms" / permit.project / "extract"
    if not folder.is_dir():
        raise Refused(
            f"the room of {permit.project} holds no extract",
            next_act=f"A steward opens it: chevet room open --permit {permit.id} --release FOLDER",
        )
    return folder


def run_job(
    airlock: Airlock,
    permit: Permit,
    author: str,
    path: Path,
    arguments: Sequence[str],
    data: Path,
    *,
    limits: Limits | None = None,
    pace: Pace | None = None,
) -> tuple[Case, Told]:
    """Run the program at `path` on the extract `data`, and put what it leaves into the airlock as a draft.

    pace   when the answer comes; the installation's unless given

    Raises Refused when the permit does not let the author run a program now, or so many were run today, for limits
    above the site's, or where no sandbox can be made.
    """
    ceiling = Ceiling.of(airlock.lake.home)
    limits = limits or ceiling.limits(None, None, None)
    ceiling.require(limits)
    pace = pace or Pace.of(airlock.lake.home)
    airlock.permits.require(permit.id, author, "run")
    require_sandbox()
    with airlock.jobs.new(permit.project) as (number, folder):
        program, digest = copy_program(read_program(path, arguments), folder / "program")
        seen = data_digest(data)
        airlock.enter_start(permit, author, number, digest, seen)
        with pace.kept(limits.seconds + _TO_STOP):
            # All that takes longer for more, or larger, outputs: what is left to do after the moment tells of none.
            ran, kept = run_kept(program, data, limits, home=airlock.lake.home, folder=folder)
            job = Job(permit.project, number, permit.id, permit.study, author, digest, seen, folder, kept, drawn_key())
            facts, answer = _facts(job, ran), told(ran, kept)
            draft_job(job)
        airlock.permits.require(permit.id, author, "run")  # what ended meanwhile, or was closed, leaves nothing behind
        keep_job(job)
        try:
            airlock.lake.ledger.append(JOB_RUN, actor=author, **facts)
        except BaseException:
            shutil.rmtree(folder)
            raise
    return airlock.case(job.id), answer


def _facts(job: Job, ran: Ran) -> dict[str, Any]:
    """What the ledger says of a run."""
    return {
        "project": job.project, "job": job.number, "permit": job.permit, "study": job.study,
        "person": job.author, "program_sha256": job.program_sha256, "data_sha256": job.data_sha256,
        "ended": ran.why_ended, "well": ran.exit == 0, "left": bool(job.kept), "outputs_sha256": job.digest,
    }  # fmt: skip


def try_job(
    home: Path,
    path: Path,
    arguments: Sequence[str],
    dummy: Path,
    out: Path,
    *,
    limits: Limits | None = None,
    show: Show | None = None,
) -> Ran:
    """Run the program at `path` on made-up data in the same sandbox, with everything shown and its outputs in `out`.

    out    a folder that is empty or not there
    show   told what the program prints, while it prints it

    No patient is in it, so nothing is kept or entered. What the real run would refuse for its name keeps its number.
    """
    require_empty(out)
    ceiling = Ceiling.of(home)
    limits = limits or ceiling.limits(None, None, None)
    ceiling.require(limits)
    with tempfile.TemporaryDirectory(prefix="chevet-") as scratch:
        program, _ = copy_program(read_program(path, arguments), Path(scratch, "program"))
        ran = run(program, dummy, limits, home=home, out=Path(scratch, "found"), show=show)
        for found, name in zip(ran.found, names_apart([found.name for found in ran.found]), strict=True):
            if found.path is not None:
                place = out / name
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(found.path, place)
    return ran
