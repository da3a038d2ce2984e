"""`chevet room open`: prepare what a permit gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, progress
from chevet.room.workspace import Workspaces
from chevet.store.lake import Lake
from chevet.words.labels import label


@click.command("open")
@click.option("--permit", "permit_id", required=True)
@click.option(
    "--release",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The release that becomes the extract, where the permit gives one.",
)
@lang_option
@json_option
def command(permit_id: str, release: Path | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Open the room of a permit: its extract, its cube. For a steward, once every fact holds."""
    rooms = Workspaces(Lake.from_environment())
    with progress("chevet room open") as tell:
        opened = rooms.open(permit_id, release, progress=tell)
    if not as_json:
        click.echo(label("workspace.opened", lang, project=opened.permit.project, permit=permit_id))
        for each in opened.gives:
            click.echo("- " + label(f"workspace.gives.{each}", lang, release=opened.release))
        click.echo(label("workspace.next", lang, permit=permit_id))
    return opened.as_json()
