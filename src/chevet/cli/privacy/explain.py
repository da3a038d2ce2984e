"""`chevet privacy explain`: what a release promises, and what remains, for the person who signs."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.paper.document import Section
from chevet.privacy.anonymity import folder as folders
from chevet.privacy.risk.dossier import dossier

WIDTH = 100


@click.command("explain")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@lang_option
@json_option
def command(folder: Path, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say in plain words what was promised of the release in FOLDER, what was measured, and what remains possible."""
    made = dossier(folders.read(folder).report, lang)
    if not as_json:
        click.echo(f"{made.title} · {made.made_on}\n")
        click.echo(f"{made.called}. " + textwrap.fill(made.verdict, WIDTH) + "\n")
        for headline in made.headlines:
            click.echo(f"{headline.value:>10}  {headline.says} ({headline.note})")
        for section in made.sections:
            _say(section, lang)
    return {
        "title": made.title, "called": made.called, "verdict": made.verdict,
        "headlines": [vars(headline) for headline in made.headlines],
        "sections": [
            {"heading": s.heading, "facts": [list(f) for f in s.facts], "points": list(s.points), "note": s.note,
             "tables": [{"caption": g.caption, "headings": list(g.headings), "rows": [list(r) for r in g.rows]}
                        for g in s.grids]}
            for s in made.sections
        ],
    }  # fmt: skip


def _say(section: Section, lang: Lang) -> None:
    colon = "\N{NO-BREAK SPACE}:" if lang == "fr" else ":"
    click.echo(f"\n{section.heading}\n{'─' * len(section.heading)}")
    for text in filter(None, [section.intro]):
        click.echo(textwrap.fill(text, WIDTH))
    for name, value in section.facts:
        click.echo(f"{name}{colon} {value}")
    for grid in section.grids:
        show_table(grid.headings, grid.rows, title=grid.caption)
    for point in section.points:
        click.echo(textwrap.fill(point, WIDTH, initial_indent="– ", subsequent_indent="  "))
    if section.note:
        click.echo(textwrap.fill(section.note, WIDTH))
