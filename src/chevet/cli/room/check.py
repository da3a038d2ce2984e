"""`chevet room check`: what programs want to take out, and what checkers think of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.room import releases
from chevet.room.airlock import Airlock, Case
from chevet.room.checking.verdict import Judged
from chevet.room.releases import copy_for_a_checker, verdicts
from chevet.room.running import extract_of
from chevet.room.sight import sight_of
from chevet.store.lake import Lake
from chevet.words.labels import label

job_argument = click.argument("job")
reason_option = click.option("--reason", required=True, help="Why, in words; never about a patient.")


@click.group("check")
def command() -> None:
    """A checker's work. JOB is written `<project>/<number>`, as `list` shows it."""


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that nobody waits for, too.")
@lang_option
@json_option
def list_command(everything: bool, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Jobs whose outputs wait for a checker; to who holds no office of the room, those of their own permits."""
    airlock = Airlock(Lake.from_environment())
    sight = sight_of(airlock.book, airlock.lake.ledger.actor)
    told = [c for c in airlock.cases() if sight.of(c.facts["permit"])]
    cases = [c for c in told if everything or c.state in ("submitted", "one_review")]
    if not as_json:
        headings = [label(f"job.{key}", lang) for key in ("job", "state", "author", "permit", "run_at")]
        rows = [(c.id, label(f"job.state_{c.state}", lang), c.author, c.facts["permit"], c.at[:16]) for c in cases]
        show_table(headings, rows, title=label("job.waiting", lang), lang=lang)
    return {"jobs": [case.as_json() for case in cases]}


@command.command("show")
@job_argument
@click.option("--copy-to", type=click.Path(path_type=Path, file_okay=False), help="Put the files there, to look at.")
@lang_option
@json_option
def show(job: str, copy_to: Path | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """What JOB left, file by file, with the verdicts of the automatic checks and their reasons."""
    airlock = Airlock(Lake.from_environment())
    case = airlock.case(job)
    airlock.require_may_look(case)
    kept = airlock.job(case)
    judged = verdicts(airlock, kept, extract_of(airlock.lake.home, airlock.permits.get(kept.permit)))
    if not as_json:
        _print(case, judged, lang)
    if copy_to is not None:
        copy_for_a_checker(airlock, case, copy_to)
        click.echo(label("job.copied", lang, out=copy_to), err=True)
    return {**case.as_json(), "ended": case.facts["ended"], "files": [j.as_json() for j in judged]}


@command.command("approve")
@job_argument
@click.option("--reason", required=True, help="What was looked at, and why it may leave.")
@click.option("--accept", "accepted", multiple=True, metavar="FLAG", help="A flag that `show` names; once for each.")
@lang_option
@json_option
def approve(job: str, reason: str, accepted: tuple[str, ...], lang: Lang, as_json: bool) -> dict[str, Any]:
    """What the checks do not refuse of JOB may leave. Every flag is accepted by its name."""
    airlock = Airlock(Lake.from_environment())
    case = airlock.case(job)
    data = extract_of(airlock.lake.home, airlock.permits.get(case.facts["permit"]))
    return _moved(releases.approve(airlock, case, data, reason=reason, accepted=accepted), lang, as_json)


@command.command("refuse")
@job_argument
@reason_option
@lang_option
@json_option
def refuse(job: str, reason: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """JOB's outputs stay inside."""
    airlock = Airlock(Lake.from_environment())
    return _moved(airlock.give_opinion(airlock.case(job), approves=False, reason=reason), lang, as_json)


@command.command("return")
@job_argument
@reason_option
@lang_option
@json_option
def send_back(job: str, reason: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Back to the author, who can say more, or mend the program."""
    airlock = Airlock(Lake.from_environment())
    return _moved(airlock.send_back(airlock.case(job), reason), lang, as_json)


def _moved(case: Case, lang: Lang, as_json: bool) -> dict[str, Any]:
    if not as_json:
        click.echo(label("job.stands", lang, job=case.id, state=label(f"job.state_{case.state}", lang)))
    return case.as_json()


def _print(case: Case, judged: list[Judged], lang: Lang) -> None:
    click.echo(label("job.stands", lang, job=case.id, state=label(f"job.state_{case.state}", lang)))
    failed = case.facts["ended"] == "finished" and not case.facts.get("well")
    click.echo(label("job.ended_error" if failed else f"job.ended_{case.facts['ended']}", lang))
    if case.context:
        click.echo(label("job.context", lang, author=case.author, context=case.context))
    for opinion in case.opinions:
        key = "job.approved_by" if opinion.approves else "job.refused_by"
        click.echo(label(key, lang, checker=opinion.checker, reason=opinion.reason))
    rows = []
    for n, one in enumerate(judged, start=1):
        reasons = [r.says(lang) for r in one.reasons] or [label("check.nothing", lang)]
        for i, says in enumerate(reasons):
            rows.append((n if i == 0 else None, one.name if i == 0 else "",
                         label(f"check.verdict_{one.verdict}", lang) if i == 0 else "", says))  # fmt: skip
    headings = ["", label("job.file", lang), label("job.verdict", lang), label("job.why", lang)]
    show_table(headings, rows, lang=lang)
