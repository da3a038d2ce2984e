"""`chevet knowledge status`: the bases, how many statements, how old."""

from __future__ import annotations

import datetime
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.store.lake import Lake
from chevet.therapy.knowledge.base import Base
from chevet.therapy.knowledge.importing.kept import current
from chevet.words.labels import label


@click.command("status")
@lang_option
@json_option
def command(lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say which bases there are: ours, and what this site imported; how many statements each has, and its age."""
    today = datetime.datetime.now().astimezone().date()
    own = Base.own()
    kept = current(Lake.from_environment().home)
    versions = [*own.versions, *(one.version for one in kept)]
    rows = [
        (one.name, one.statements, one.checked.isoformat(), (today - one.checked).days, one.sha256) for one in versions
    ]
    if not as_json:
        heads = ("base", "statements", "checked", "age", "hash")
        show_table([label(f"knowledge.{head}", lang) for head in heads], rows, lang=lang)
    return {
        "bases": [
            {"base": name, "statements": count, "checked": checked, "age_days": age, "sha256": sha256}
            for name, count, checked, age, sha256 in rows
        ]
    }
