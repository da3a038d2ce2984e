"""`chevet room close`: the end of a project's room, and of what it held."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.errors import BadInput
from chevet.room.airlock import Airlock
from chevet.room.closing import Closing, Destroyed, require_a_room
from chevet.store.lake import Lake
from chevet.words.labels import label


@click.command("close")
@click.option("--project", required=True)
@click.option("--reason", help="Why, in words; never about a patient.")
@click.option(
    "--destroy-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which what the room holds may be destroyed (UTC); today: at once.",
)
@lang_option
@json_option
def command(
    project: str, reason: str | None, destroy_from: datetime | None, lang: Lang, as_json: bool
) -> dict[str, Any]:
    """Close the room of a project: no program runs in it any more. For a steward, and for the people of its permit.

    What it held (extract, programs, outputs that were not released) is destroyed by a steward from the day given: at
    once where that has come, else by this command once more. Answers to questions end with the permit, not here.
    """
    closing = Closing(Airlock(Lake.from_environment()))
    stands = require_a_room(closing, project)
    if stands == "open" or reason or destroy_from:
        if not reason or destroy_from is None:
            raise BadInput(
                "to close a room, say why, and from which day what it holds may be destroyed",
                next_act=f"chevet room close --project {project} --reason WORDS --destroy-from DAY",
            )
        closing.close(project, reason, destroy_from.replace(tzinfo=UTC))
        if not closing.may_destroy(project):
            return _closed(closing, project, lang, as_json)
    return _destroyed(closing.destroy(project), lang, as_json)


def _closed(closing: Closing, project: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    until = closing.keep_until(project)
    day = until.date().isoformat() if until else ""
    if not as_json:
        click.echo(label("close.closed", lang, project=project, day=day))
        click.echo(label("close.next", lang, project=project))
    return {"project": project, "state": "closed", "destroy_from": day}


def _destroyed(held: Destroyed, lang: Lang, as_json: bool) -> dict[str, Any]:
    if not as_json:
        jobs = ", ".join(map(str, held.jobs)) or label("close.none", lang)
        extract = label("close.yes" if held.extract_sha256 else "close.none", lang)
        click.echo(label("close.destroyed", lang, project=held.project, jobs=jobs, extract=extract))
        if held.kept:
            click.echo(label("close.kept", lang, count=len(held.kept)))
    return {"state": "destroyed", **held.as_json()}
