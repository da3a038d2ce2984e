"""`chevet targets tractability`: can genes be hit, and may they be hit, as the tables of others say."""

from __future__ import annotations

from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.errors import BadInput
from chevet.store.lake import Lake
from chevet.targets.evidence import Line
from chevet.targets.sources.kept import status
from chevet.targets.sources.kinds import Kind
from chevet.targets.tractability.assessment import Tractability, assess
from chevet.targets.tractability.lines import lines
from chevet.targets.tractability.telling import role_told, told, whence
from chevet.words import genes as gene_names
from chevet.words.labels import label
from chevet.words.signs import drawable

_MARKS = {"for": "+", "against": "-", "neutral": "=", "not_concluded": "?", "not_asked": "?"}


@click.command("tractability")
@click.argument("genes", nargs=-1, required=True)
@lang_option
@json_option
def command(genes: tuple[str, ...], lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say of each of GENES which medicines act on it, how it can be reached, and what is known to go wrong.

    + speaks for, - against, = neither, ? could not be told or not asked.
    """
    home = Lake.from_environment().home
    made = assess(home, _approved(genes))
    every = lines(made)
    if not as_json:
        _say(made, every, lang)
    return {
        "genes": [
            {"gene": one.gene, "role": one.role.role, "role_source": one.role.source,
             "lines": [line.as_json() for line in every if line.gene == one.gene]}
            for one in made.genes
        ],
        "sources": [one.as_json() for one in status(home) if made.asked(one.kind)],
    }  # fmt: skip


def _approved(names: tuple[str, ...]) -> list[str]:
    """The approved symbols, each once. Raises BadInput for a name that is no gene's, or several genes'."""
    found: dict[str, None] = {}
    for name in names:
        gene = gene_names.resolve(name)
        if gene is None:
            near = ", ".join(gene_names.suggest(name))
            raise BadInput(
                f"{name} is no gene that HGNC knows, or the name of several",
                next_act=f"Give an approved symbol{f'; nearest: {near}' if near else ''}.",
            )
        found[gene.symbol] = None
    return list(found)


def _say(made: Tractability, every: list[Line], lang: Lang) -> None:
    for one in made.genes:
        mine = [line for line in every if line.gene == one.gene]
        role = role_told({"role": one.role.role, "role_source": one.role.source}, lang)
        click.echo(drawable(label("targets.tractability.heading", lang, gene=one.gene, role=role)))
        for line in mine:
            if line.standing != "not_asked":
                _say_line(made, line, lang)
        click.echo("")
    missing: list[Kind] = sorted({line.detail["missing"] for line in every if line.standing == "not_asked"})
    if missing:
        click.echo(label("targets.tractability.missing", lang, kinds=", ".join(missing)))
    click.echo(label("targets.tractability.never_safe", lang))


def _say_line(made: Tractability, line: Line, lang: Lang) -> None:
    kept_on = next((day for kind, day in made.kept_on.items() if made.sources[kind] == line.source), None)
    origin = whence(line.source, kept_on, lang)
    click.echo(drawable(f"  {_MARKS[line.standing]} {told(line, lang)}" + (f" [{origin}]" if origin else "")))
