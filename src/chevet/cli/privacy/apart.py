"""`chevet privacy apart`: word that two tables are of different people, and the second person's word for it."""

from __future__ import annotations

from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.room.apart import Declarations
from chevet.store.lake import Lake
from chevet.words.labels import label

_SHOWN = ("entry", "who", "cohort", "release", "shared", "because", "confirmed_by")


@click.group("apart")
def command() -> None:
    """Tables declared to be of other people than those of an earlier release (anonymise --apart-from).

    A declaration counts once a member of the committee, besides whoever made it, has confirmed it.
    """


@command.command("list")
@lang_option
@json_option
def list_(lang: Lang, as_json: bool) -> dict[str, Any]:
    """What was declared, by whom and why, and who confirmed it."""
    found = [one.as_json() for one in Declarations(Lake.from_environment().ledger).all()]
    if not as_json and not found:
        click.echo(label("apart.none", lang))
    elif not as_json:
        show_table([label(f"apart.{name}", lang) for name in _SHOWN], [[one[name] for name in _SHOWN] for one in found])
    return {"declared": found}


@command.command("confirm")
@click.argument("entry", type=click.IntRange(min=1))
@lang_option
@json_option
def confirm(entry: int, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say, as a member of the committee, that what ENTRY of the ledger declares is so; read it first (list)."""
    lake = Lake.from_environment()
    Declarations(lake.ledger).confirm(entry)
    if not as_json:
        click.echo(label("apart.confirmed", lang, entry=entry, person=lake.ledger.actor))
    return {"entry": entry, "confirmed_by": lake.ledger.actor}
