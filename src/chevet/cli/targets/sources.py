"""`chevet targets sources`: which tables of others are kept, of which release, since when."""

from __future__ import annotations

import datetime
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.store.lake import Lake
from chevet.targets.sources.kept import Status, status, versions
from chevet.targets.sources.kinds import KINDS
from chevet.words.labels import label

_HEADINGS = ("kind", "name", "released", "kept_on", "age", "rows", "number", "hash")


@click.command("sources")
@click.option("--all", "every", is_flag=True, help="The tables of before, too.")
@lang_option
@json_option
def command(every: bool, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say which tables of others are in use, how old they are, and which kinds nobody brought in yet."""
    home, today = Lake.from_environment().home, datetime.datetime.now().astimezone().date()
    kept = [one for kind in KINDS for one in versions(home, kind)] if every else status(home)
    absent = [kind for kind in KINDS if kind not in {one.kind for one in kept}]
    if not as_json:
        if kept:
            rows = [_row(one, today, lang) for one in kept]
            show_table([label(f"sources.{key}", lang) for key in _HEADINGS], rows, lang=lang)
        else:
            click.echo(label("sources.none", lang))
        if absent:
            click.echo(label("sources.absent", lang, kinds=", ".join(absent)))
    return {"sources": [one.as_json() | {"age_days": _age(one, today)} for one in kept], "absent": absent}


def _age(one: Status, today: datetime.date) -> int:
    """Days since its release; since it was kept, where its release was not said."""
    return (today - datetime.date.fromisoformat(one.source.released or one.kept_on)).days


def _row(one: Status, today: datetime.date, lang: Lang) -> list[object]:
    released = one.source.released or label("sources.release_unsaid", lang)
    digest = one.source.sha256[:12]
    return [one.kind, one.source.name, released, one.kept_on, _age(one, today), one.rows, one.number, digest]
