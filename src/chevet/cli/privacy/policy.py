"""`chevet privacy policy`: a first draft of a policy, to be read and corrected by a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.cli.privacy.people import FILE, source_of, source_options
from chevet.errors import BadInput, Refused
from chevet.paper.pictures import percent
from chevet.privacy.anonymity.draft import draft, guesses
from chevet.privacy.anonymity.policy import MANUAL
from chevet.store.lake import Lake
from chevet.words.labels import label


@click.command("policy")
@source_options
@click.option("--out", type=FILE, required=True, help="The policy to write; not written over.")
@lang_option
@json_option
def command(
    study: str | None, version: int | None, table: Path | None, out: Path, lang: Lang, as_json: bool
) -> dict[str, Any]:
    """Write a first policy from a look at the columns. Nothing is released until a person has read it."""
    source = source_of(Lake.from_environment(), study, version, table)
    found = guesses(source.table)
    text = draft(source.table, source=source.cohort, study=source.study, manual=MANUAL)
    _write(out, text)
    if not as_json:
        rows = [
            (g.name, label(f"dossier.role.{g.role}", lang), g.hierarchy or g.date, g.distinct, percent(g.alone, lang))
            for g in found
        ]
        headings = [label(f"privacy.policy.{key}", lang) for key in ("column", "seems", "hierarchy", "values", "alone")]
        show_table(headings, rows, lang=lang)
        click.echo(label("privacy.policy.next", lang, path=out))
    return {"policy": str(out), "columns": [vars(g) for g in found]}


def _write(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(
            f"{out.name} is there already, and somebody may have corrected it",
            next_act="Name a file that is not there yet.",
        ) from None
    except OSError as error:
        raise BadInput(f"{out.name} cannot be written: {error.strerror}", next_act="Choose another folder.") from None
