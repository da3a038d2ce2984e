"""`chevet bedside diff`: what changed between two consultations of one case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from chevet.bedside.consultation.comparing import Comparison, compare
from chevet.cli.door import Lang, json_option
from chevet.errors import BadInput
from chevet.words.labels import label
from chevet.words.signs import drawable

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("diff")
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option(
    "--lang", type=click.Choice(["en", "fr"]), help="Language of what people read; that of AFTER unless said."
)
@json_option
def command(before: Path, after: Path, lang: Lang | None, as_json: bool) -> dict[str, Any]:
    """Compare two consultations of one case, as --json FILE wrote them: options, what not to give, findings."""
    told = read_consultation(after)
    found = compare(read_consultation(before), told)
    lang = lang or told["lang"]
    if not as_json:
        say(found, lang)
    return found.as_json(lang)


def read_consultation(path: Path) -> dict[str, Any]:
    """The published object in a file. Raises BadInput when it is none."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise BadInput(f"{path.name} is no consultation", next_act="Give what consult --json FILE wrote.")
    return told


def say(found: Comparison, lang: Lang, *, indent: str = "") -> None:
    """The differences, one a line."""
    for line in found.lines(lang):
        click.echo(f"{indent}{drawable(line)}")
    for base, old, new in found.knowledge:
        click.echo(indent + label("change.knowledge", lang, base=base, before=old or "–", after=new or "–"))
    if not found.changes:
        click.echo(indent + label("change.none", lang))
