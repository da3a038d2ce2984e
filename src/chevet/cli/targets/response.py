"""`chevet targets response`: which alterations of cell lines go with their answer to which medicine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import polars as pl

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.targets.writing import write_files
from chevet.paper import pictures
from chevet.paper.pictures import Spec, number, probability
from chevet.store.lake import Lake
from chevet.targets.vulnerability.associations import SURE, Associations, Pairs
from chevet.targets.vulnerability.cells import What
from chevet.targets.vulnerability.described import measure_name, notes, signed, summary, table
from chevet.targets.vulnerability.kept import Asked, of_home
from chevet.targets.vulnerability.pictures import by_tissue, volcano
from chevet.words.labels import label
from chevet.words.signs import drawable

_ROWS, _MOST_WRITTEN = 20, 1_000_000
Rows = Sequence[dict[str, Any]]


@click.command("response")
@click.option("--gene", "genes", multiple=True, help="Only alterations of this gene; may be given several times.")
@click.option("--drug", "--needed", "measures", multiple=True,
              help="Only this medicine (number, name or a gene it hits); with --dependency this gene.")  # fmt: skip
@click.option("--tissue", help="Only cell lines of this tissue.")
@click.option("--dependency", is_flag=True, help="Which genes cells need, instead of which medicines they answer to.")
@click.option("--plain", is_flag=True, help="The t test without covariates, to see what these explain.")
@click.option("--q", type=click.FloatRange(0, 1), help=f"Pairs with a q below this, 1 for all; unless given {SURE}, "
              "or all where both an alteration and a medicine are named.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), default=_ROWS, show_default=True, help="Pairs printed.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for tables and pictures.")
@lang_option
@json_option
def command(
    genes: Sequence[str], measures: Sequence[str], tissue: str | None, dependency: bool, plain: bool, q: float | None,
    top: int, out: Path | None, lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Test every alteration of cell lines against their answer to every medicine, tissue and instability given."""
    what: What = "dependency" if dependency else "response"
    below = q if q is not None else 1.0 if genes and measures else SURE
    with progress(label("vulnerability.fitting", lang), lang) as tell:
        asked = of_home(Lake.from_environment().home, what, tissue=tissue, adjust=not plain, tell=tell)
        made = asked.required()
        pairs = made.pairs(below, genes=genes, measures=measures)
        rows = table(made, pairs[:top]).to_pylist()
        whole = _about(asked, made, SURE if below == 1 else below)
        states = made.states(genes=genes, measures=measures)
        said = notes(made, rows, whole, states, lang)
        tell(label("vulnerability.writing", lang), 0.9)
        files = _write(out, made, pairs, whole, said, lang) if out else []
    if not as_json:
        _show(rows, made.cells.what, len(pairs), below, lang)
        for note in said:
            click.echo(drawable(note))
        if out:
            click.echo(label("vulnerability.wrote", lang, files=", ".join(files), folder=out))
    return {"pairs": rows, "shown_of": len(pairs), "asked": states, "model": whole, "files": files}


def _about(asked: Asked, made: Associations, q: float) -> dict[str, Any]:
    sources = [{"name": one.name, "released": one.released, "sha256": one.sha256, "kept_on": day}
               for one, day in zip(asked.sources, asked.kept_on, strict=True)]  # fmt: skip
    return {**summary(made, q), "sources": sources}


def _write(
    out: Path, made: Associations, pairs: Pairs, whole: dict[str, Any], said: Sequence[str], lang: Lang
) -> list[str]:  # fmt: skip
    """The pairs as a table, the model, and two pictures as pages: all pairs, and the surest one by tissue."""
    files = {
        "associations.tsv": pl.DataFrame(table(made, pairs[:_MOST_WRITTEN])).write_csv(separator="\t").encode(),
        "model.json": (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode(),
        "volcano.html": _page(volcano(made, lang, whole["q_below"]), made, pairs[:_ROWS], said, lang),
    }
    if len(pairs):
        surest = by_tissue(made, int(pairs[0, 0]), int(pairs[0, 1]), lang)
        files["surest.html"] = _page(surest, made, pairs[:1], said, lang)
    write_files(out, files)
    return list(files)


def _page(spec: Spec, made: Associations, pairs: Pairs, said: Sequence[str], lang: Lang) -> bytes:
    what = made.cells.what
    rows = [[cell if isinstance(cell, int) else str(cell) for cell in _cells(row, what, lang)]
            for row in table(made, pairs).to_pylist()]  # fmt: skip
    title = str(spec["title"]["text"])
    return pictures.html(spec, title, lang, headings=_headings(what, lang), rows=rows, notes=said).encode()


def _headings(what: What, lang: Lang) -> list[str]:
    keys = ("feature", f"measure.{what}", "targets", "direction", "difference", "interval", "standardised",
            "altered", "others", "p", "q", "q_ranked", "p_plain")  # fmt: skip
    return [label(f"vulnerability.column.{key}", lang) for key in keys]


def _show(rows: Rows, what: What, found: int, below: float, lang: Lang) -> None:
    if not rows:
        key = "nothing_concluded" if below == 1 else "nothing"
        click.echo(label(f"vulnerability.{key}", lang, q=number(below, lang, 2)))
        return
    said = {"shown": number(len(rows), lang), "found": number(found, lang), "q": number(below, lang, 2)}
    title = label(f"vulnerability.title{'.all' if below == 1 else ''}.{what}", lang, **said)
    cells = [_cells(row, what, lang) for row in rows]
    show_table(_headings(what, lang), cells, title=title, lang=lang)


def _cells(row: dict[str, Any], what: What, lang: Lang) -> list[object]:
    targets = row["targets"] if what == "response" else ""
    if row["own_target"]:
        targets = label(f"vulnerability.own.{what}", lang, targets=targets)
    low, high, difference, standardised = (
        signed(row[key], lang) for key in ("low", "high", "difference", "standardised")
    )
    return [
        row["feature"], measure_name(row["measure"], row["name"], lang), targets,
        label(f"vulnerability.direction.{row['direction']}", lang), difference,
        f"{low} … {high}", standardised, row["altered"], row["others"],
        *(probability(row[key], lang) for key in ("p", "q", "q_ranked", "p_plain")),
    ]  # fmt: skip
