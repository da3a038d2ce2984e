"""`chevet room run`: a program beside the extract; what it leaves goes to the airlock."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, progress
from chevet.cli.room.passes import pass_required
from chevet.errors import BadInput
from chevet.paper.pictures import number
from chevet.room.airlock import Airlock
from chevet.room.ceiling import MEMORY_GB, PROCESSES, SECONDS, Ceiling
from chevet.room.dummy import write_dummies
from chevet.room.permits import Permits
from chevet.room.running import extract_of, run_job, try_job
from chevet.room.sandbox import Limits
from chevet.room.tokens import Pass
from chevet.store.lake import Lake
from chevet.words.labels import label

_USUAL = Limits()
_UNLESS = " unless the site says another number."


@click.command("run")
@click.argument("program", type=click.Path(path_type=Path, exists=True))
@click.argument("arguments", nargs=-1)
@click.option("--dummy", "on_dummy", is_flag=True, help="On made-up data, with everything shown. Try this first.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="With --dummy: where outputs are put.")
@click.option("--context", help="What the outputs are; they are then submitted to the checkers at once.")
@click.option("--seconds", type=click.IntRange(1), help=f"{_USUAL.seconds:,}; at most {SECONDS.usual:,}{_UNLESS}")
@click.option(
    "--memory-gb", type=click.FloatRange(0.1), help=f"{_USUAL.memory >> 30}; at most {MEMORY_GB.usual}{_UNLESS}"
)
@click.option("--processes", type=click.IntRange(1), help=f"{_USUAL.processes}; at most {PROCESSES.usual}{_UNLESS}")
@lang_option
@json_option
@pass_required("run")
def command(
    program: Path, arguments: Sequence[str], on_dummy: bool, out: Path | None, context: str | None,
    seconds: int | None, memory_gb: float | None, processes: int | None, lang: Lang, as_json: bool, lake: Lake,
    passed: Pass, permits: Permits,
) -> dict[str, Any]:  # fmt: skip
    """Run PROGRAM (a .py or .R file, or a folder with main.py or main.R) with ARGUMENTS beside the extract.

    It finds the extract in /data, writes to /outputs (where it starts), and has no network. Words for the program
    that begin with a dash come after `--`.
    """
    limits = Ceiling.of(lake.home).limits(seconds, memory_gb, processes)
    if on_dummy:
        return _tried(program, arguments, out, limits, lake, passed, lang, as_json)
    if out is not None:
        raise BadInput(
            "outputs of a real run are not written to a folder",
            next_act="Leave --out out; two checkers approve, then: chevet room release --job N --out FOLDER",
        )
    airlock = Airlock(lake, permits.book)
    with progress(label("job.running", lang, program=program.name), lang):
        case, told = run_job(
            airlock, passed.permit, passed.person, program, arguments, extract_of(lake.home, passed.permit),
            limits=limits,
        )  # fmt: skip
    if context:
        case = airlock.submit(case, context)
    if not as_json:
        click.echo(label("job.ended_finished" if told.well else "job.failed", lang))
        click.echo(label("job.left" if told.left else "job.left_nothing", lang))
        click.echo(label(f"job.now_{case.state}", lang, job=case.facts["job"]))
    return {"job": case.id, "state": case.state, **told.as_json()}


def _tried(
    program: Path, arguments: Sequence[str], out: Path | None, limits: Limits, lake: Lake, passed: Pass, lang: Lang,
    as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    place = out or Path(f"{program.stem}-dummy-outputs")
    with tempfile.TemporaryDirectory(prefix="chevet-") as made_up:
        write_dummies(extract_of(lake.home, passed.permit), Path(made_up))
        ran = try_job(
            lake.home, program, arguments, Path(made_up), place, limits=limits,
            show=lambda printed: click.echo(printed.decode("utf-8", "replace"), nl=False, err=as_json),
        )  # fmt: skip
    if not as_json:
        why, code = label(f"job.why_{ran.why_ended}", lang), "–" if ran.exit is None else ran.exit
        click.echo(label("job.tried", lang, why=why, code=code, seconds=number(ran.seconds, lang, 1)))
        click.echo(label("job.tried_peak", lang, mb=number(ran.peak >> 20, lang), count=len(ran.found), out=place))
    return {
        "dummy": True, "ended": ran.why_ended, "exit": ran.exit, "seconds": round(ran.seconds, 3), "peak": ran.peak,
        "outputs": [{"name": found.name, "kind": found.kind, "bytes": found.size} for found in ran.found],
    }  # fmt: skip
