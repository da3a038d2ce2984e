"""`chevet knowledge diff`: what changed between two versions of an imported base."""

from __future__ import annotations

from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.errors import BadInput, CannotConclude
from chevet.store.lake import Lake
from chevet.therapy import saying
from chevet.therapy.knowledge.comparing import changes
from chevet.therapy.knowledge.importing.kept import BASES, KeptBase, versions
from chevet.therapy.knowledge.statement import Statement
from chevet.words.labels import label


@click.command("diff")
@click.argument("base", type=click.Choice(BASES))
@click.option("--from", "before", help="First digits of the older version's hash; the last but one unless said.")
@click.option("--to", "after", help="First digits of the newer version's hash; the last one unless said.")
@lang_option
@json_option
def command(base: str, before: str | None, after: str | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say which statements came, went, or say something else."""
    known = versions(Lake.from_environment().home, base)
    if len(known) < 2:
        raise CannotConclude(
            f"{len(known)} versions of {base} were imported: two can be compared",
            next_act=f"Import another: chevet knowledge import {base} FILE.",
        )
    old, new = _version(known, before, -2), _version(known, after, -1)
    found = changes(old.statements(), new.statements())
    if not as_json:
        for kind, statements in (("added", found.added), ("removed", found.removed)):
            for one in statements:
                click.echo(f"{label(f'knowledge.{kind}', lang)}: {_said(one, lang)}")
        for _, one in found.changed:
            click.echo(f"{label('knowledge.changed', lang)}: {_said(one, lang)}")
        click.echo(
            label(
                "knowledge.changes",
                lang,
                added=len(found.added),
                removed=len(found.removed),
                changed=len(found.changed),
            )
        )
    return {
        "base": base, "from": old.version.sha256, "to": new.version.sha256,
        "added": [one.id for one in found.added], "removed": [one.id for one in found.removed],
        "changed": [one.id for _, one in found.changed],
    }  # fmt: skip


def _version(known: tuple[KeptBase, ...], start: str | None, usual: int) -> KeptBase:
    if start is None:
        return known[usual]
    fitting = [one for one in known if one.version.sha256.startswith(start.lower())]
    if len(fitting) != 1:
        raise BadInput(
            f"{len(fitting)} versions have a hash that begins with {start[:16]}",
            next_act="Known: " + ", ".join(one.version.sha256 for one in known),
        )
    return fitting[0]


def _said(one: Statement, lang: Lang) -> str:
    tumour, therapy = saying.tumours(one.tumour, lang), saying.regimen(one.therapy, lang)
    return f"{one.id}: {one.biomarker} – {tumour} – {therapy} ({one.effect})"
