"""`chevet room release`: an author asks for a release, follows it, and takes what was approved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.cli.room.passes import pass_required
from chevet.errors import BadInput
from chevet.room.airlock import Airlock, Case
from chevet.room.permits import Permits
from chevet.room.releases import hand_over
from chevet.room.running import extract_of
from chevet.room.tokens import Pass
from chevet.store.lake import Lake
from chevet.words.labels import label


@click.command("release")
@click.option("--job", "number", required=True, type=click.IntRange(1), help="The job's number in your project.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Put what was approved there.")
@click.option("--submit", is_flag=True, help="Ask two checkers; with --context.")
@click.option("--context", default="", help="What each output shows, of how many patients, and what it is for.")
@click.option("--withdraw", is_flag=True, help="Nothing of it shall leave.")
@lang_option
@json_option
@pass_required("release")
def command(
    number: int, out: Path | None, submit: bool, context: str, withdraw: bool, lang: Lang, as_json: bool,
    lake: Lake, passed: Pass, permits: Permits,
) -> dict[str, Any]:  # fmt: skip
    """Where a job's outputs stand; with --submit, --withdraw or --out, move them on."""
    if (out is not None) + submit + withdraw > 1:
        raise BadInput("--out, --submit and --withdraw are three different acts", next_act="Give one of them.")
    airlock = Airlock(lake, permits.book)
    case = airlock.case(f"{passed.permit.project}/{number}")
    airlock.require_author(case)
    if submit:
        case = airlock.submit(case, context)
    elif withdraw:
        case = airlock.withdraw(case)
    elif out is not None:
        handed = hand_over(airlock, case, extract_of(lake.home, passed.permit), out)
        if not as_json:
            click.echo(label("job.handed_over", lang, count=len(handed.files), out=out, stayed=handed.stayed))
        return {"state": handed.case.state, **handed.as_json()}
    if not as_json:
        _print(case, lang)
    return case.as_json()


def _print(case: Case, lang: Lang) -> None:
    click.echo(label("job.stands", lang, job=case.id, state=label(f"job.state_{case.state}", lang)))
    click.echo(label(f"job.now_{case.state}", lang, job=case.facts["job"]))
    if case.reason:
        click.echo(label("job.reason", lang, reason=case.reason))
