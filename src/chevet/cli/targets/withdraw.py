"""`chevet targets withdraw`: take a table of others out of use, as after a wrong file."""

from __future__ import annotations

from typing import Any, cast

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.store.lake import Lake
from chevet.targets.sources.kept import status, withdraw
from chevet.targets.sources.kinds import KINDS, Kind
from chevet.words.labels import label


@click.command("withdraw")
@click.argument("kind", type=click.Choice(KINDS))
@lang_option
@json_option
def command(kind: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Take the table of KIND that is in use out of use; it stays on the disk, and in the ledger."""
    lake = Lake.from_environment()
    gone = withdraw(lake.home, cast("Kind", kind))
    lake.ledger.append("target_source_withdrawn", kind=kind, sha256=gone.source.sha256, number=gone.number)
    now = next((one for one in status(lake.home) if one.kind == kind), None)
    if not as_json:
        click.echo(label("sources.withdrawn", lang, kind=kind, name=gone.source.name))
        then = "sources.in_use_again" if now else "sources.none_of_kind"
        click.echo(label(then, lang, kind=kind, name=now.source.name if now else ""))
    return {"withdrawn": gone.as_json(), "in_use": now.as_json() if now else None}
