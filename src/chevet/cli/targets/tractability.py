"""`chevet targets tractability`: can genes be hit, and may they be hit, as the tables of others say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.errors import BadInput
from chevet.paper.pictures import number
from chevet.paper.spreadsheets import csv_file
from chevet.store.lake import Lake
from chevet.targets.evidence import Line
from chevet.targets.selection.gene_table import read_names
from chevet.targets.sources.kept import status
from chevet.targets.tractability.assessment import Tractability, assess
from chevet.targets.tractability.lines import lines
from chevet.targets.tractability.telling import role_told, told, whence
from chevet.words import genes as gene_names
from chevet.words.labels import label
from chevet.words.signs import drawable

_COLUMNS = ("gene", "part", "standing", "finding", "source")
_MARKS = {"for": "+", "against": "-", "neutral": "=", "not_concluded": "?", "not_asked": "?"}


@click.command("tractability")
@click.argument("genes", nargs=-1)
@click.option(
    "--genes", "genes_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="More genes, one a line.",
)  # fmt: skip
@click.option("--csv", type=click.Path(dir_okay=False, path_type=Path), help="Write every line to this file.")
@lang_option
@json_option
def command(
    genes: tuple[str, ...], genes_file: Path | None, csv: Path | None, lang: Lang, as_json: bool
) -> dict[str, Any]:
    """Say of each of GENES which medicines act on it, how it can be reached, and what is known to go wrong.

    + speaks for, - against, = neither, ? could not be told or not asked.
    """
    home = Lake.from_environment().home
    made = assess(home, _approved([*genes, *(read_names(genes_file) if genes_file else ())]))
    by_gene: dict[str, list[Line]] = {one.gene: [] for one in made.genes}
    for line in lines(made):
        by_gene[line.gene].append(line)
    if csv is not None:
        _write(csv, made, by_gene, lang)
    if csv is not None and not as_json:
        count = sum(map(len, by_gene.values()))
        click.echo(label("targets.tractability.wrote", lang, n=number(count, lang), file=csv.name))
    elif not as_json:
        _say(made, by_gene, lang)
    return {
        "genes": [
            {"gene": one.gene, "role": one.role.role, "role_source": one.role.source,
             "lines": [line.as_json() for line in by_gene[one.gene]]}
            for one in made.genes
        ],
        "sources": [one.as_json() for one in status(home) if made.asked(one.kind)],
    }  # fmt: skip


def _approved(names: Sequence[str]) -> list[str]:
    """The approved symbols, each once. Raises BadInput for none, or for a name that is no gene's, or several genes'."""
    if not names:
        raise BadInput("no gene was named", next_act="Name one or several, or give a list with --genes.")
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


def _write(file: Path, made: Tractability, by_gene: Mapping[str, Sequence[Line]], lang: Lang) -> None:
    rows = [
        (line.gene, label(f"targets.part.{line.part}", lang),
         label(f"targets.tractability.standing.{line.standing}", lang), told(line, lang), _origin(made, line, lang))
        for mine in by_gene.values() for line in mine
    ]  # fmt: skip
    headings = [label(f"targets.tractability.column.{name}", lang) for name in _COLUMNS]
    try:
        file.write_bytes(csv_file(headings, rows))
    except OSError as error:
        raise BadInput(
            f"{file.name} cannot be written: {error.strerror}", next_act="Name a file that you may write."
        ) from None


def _say(made: Tractability, by_gene: Mapping[str, Sequence[Line]], lang: Lang) -> None:
    for one in made.genes:
        role = role_told(one.role, lang)
        click.echo(drawable(label("targets.tractability.heading", lang, gene=one.gene, role=role)))
        for line in by_gene[one.gene]:
            if line.standing != "not_asked":
                origin = _origin(made, line, lang)
                click.echo(drawable(f"  {_MARKS[line.standing]} {told(line, lang)} [{origin}]"))
        click.echo("")
    unasked = {line.detail["missing"] for mine in by_gene.values() for line in mine if line.standing == "not_asked"}
    if unasked:
        click.echo(label("targets.tractability.missing", lang, kinds=", ".join(sorted(unasked))))
    click.echo(label("targets.tractability.never_safe", lang))


def _origin(made: Tractability, line: Line, lang: Lang) -> str:
    kept_on = next((day for kind, day in made.kept_on.items() if made.sources[kind] == line.source), None)
    return whence(line.source, kept_on, lang)
