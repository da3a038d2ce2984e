"""`chevet targets sources`: which tables of others are kept, of which release, since when."""

from __future__ import annotations

from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.store.lake import Lake
from chevet.targets.sources.kept import Status, status, versions
from chevet.targets.sources.kinds import KINDS
from chevet.words.labels import label

_HEADINGS = ("kind", "name", "released", "kept_on", "rows", "number", "hash")


@click.command("sources")
@click.option("--all", "every", is_flag=True, help="The tables of before, too.")
@lang_option
@json_option
def command(every: bool, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say which tables of others are in use, how old they are, and which kinds nobody brought in yet."""
    home = Lake.from_environment().home
    kept = [one for kind in KINDS for one in versions(home, kind)] if every else status(home)
    absent = [kind for kind in KINDS if kind not in {one.kind for one in kept}]
    if not as_json:
        if kept:
            show_table(
                [label(f"sources.{key}", lang) for key in _HEADINGS], [_row(one, lang) for one in kept], lang=lang
            )
        else:
            click.echo(label("sources.none", lang))
        if absent:
            click.echo(label("sources.absent", lang, kinds=", ".join(absent)))
    return {"sources": [one.as_json() for one in kept], "absent": absent}


def _row(one: Status, lang: Lang) -> list[object]:
    released = one.source.released or label("sources.release_unsaid", lang)
    return [one.kind, one.source.name, released, one.kept_on, one.rows, one.number, one.source.sha256[:12]]
