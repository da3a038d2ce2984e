"""`chevet targets response`: which alterations of cell lines go with their answer to which medicine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import polars as pl

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.errors import BadInput
from chevet.paper import pictures
from chevet.paper.pictures import number, probability
from chevet.store.lake import Lake
from chevet.targets.vulnerability.associations import SURE, Associations, Pairs
from chevet.targets.vulnerability.cells import What
from chevet.targets.vulnerability.described import summary, table
from chevet.targets.vulnerability.kept import Asked, of_home
from chevet.targets.vulnerability.linear_model import LEAST
from chevet.targets.vulnerability.pictures import by_tissue, volcano
from chevet.words.labels import label
from chevet.words.signs import drawable

_ROWS, _MOST_WRITTEN = 20, 1_000_000
Rows = Sequence[dict[str, Any]]


@click.command("response")
@click.option("--gene", "genes", multiple=True, help="Only alterations of this gene; may be given several times.")
@click.option("--drug", "--needed", "measures", multiple=True,
              help="Only this medicine (number or name), or with --dependency this gene.")  # fmt: skip
@click.option("--tissue", help="Only cell lines of this tissue.")
@click.option("--dependency", is_flag=True, help="Which genes cells need, instead of which medicines they answer to.")
@click.option("--plain", is_flag=True, help="The t test without covariates, to see what these explain.")
@click.option("--q", type=click.FloatRange(0, 1), default=SURE, show_default=True, help="Pairs with a q below; 1: all.")
@click.option("--top", type=click.IntRange(min=1), default=_ROWS, show_default=True, help="Pairs printed.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for tables and pictures.")
@lang_option
@json_option
def command(
    genes: Sequence[str], measures: Sequence[str], tissue: str | None, dependency: bool, plain: bool, q: float,
    top: int, out: Path | None, lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Test every alteration of cell lines against their answer to every medicine, tissue and instability given."""
    what: What = "dependency" if dependency else "response"
    with progress(label("vulnerability.fitting", lang)) as tell:
        asked = of_home(Lake.from_environment().home, what, tissue=tissue, adjust=not plain)
        made = asked.required()
        pairs = made.pairs(q, genes=genes, measures=measures)
        rows = table(made, pairs[:top]).to_pylist()
        files = _write(out, asked, made, pairs, q, lang, tell) if out else []
    whole = _about(asked, made, q)
    if not as_json:
        _say(made, rows, len(pairs), whole, q, lang)
        if out:
            click.echo(label("vulnerability.wrote", lang, files=", ".join(files), folder=out))
    return {"pairs": rows, "shown_of": len(pairs), "model": whole, "files": files}


def _about(asked: Asked, made: Associations, q: float) -> dict[str, Any]:
    sources = [{"name": one.name, "released": one.released, "sha256": one.sha256, "kept_on": day}
               for one, day in zip(asked.sources, asked.kept_on, strict=True)]  # fmt: skip
    return {**summary(made, q), "sources": sources}


def _write(
    out: Path, asked: Asked, made: Associations, pairs: Pairs, q: float, lang: Lang, tell: Any
) -> list[str]:  # fmt: skip
    """The pairs as a table, the model, and two pictures as pages: all pairs, and the surest one by tissue."""
    tell(label("vulnerability.writing", lang), 0.7)
    written = table(made, pairs[:_MOST_WRITTEN])
    files = {
        "associations.tsv": pl.DataFrame(written).write_csv(separator="\t").encode(),
        "model.json": (json.dumps(_about(asked, made, q), ensure_ascii=False, indent=1) + "\n").encode(),
    }
    drawn = {"volcano.html": volcano(made, lang, q)}
    if len(pairs):
        drawn["surest.html"] = by_tissue(made, int(pairs[0, 0]), int(pairs[0, 1]), lang)
    for name, spec in drawn.items():
        files[name] = pictures.html(spec, str(spec["title"]["text"]), lang).encode()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise BadInput(
            f"{out.name} cannot be written: {error.strerror}", next_act="Name a folder that you may write to."
        ) from None
    return list(files)


def _say(made: Associations, rows: Rows, found: int, whole: dict[str, Any], q: float, lang: Lang) -> None:
    what = made.cells.what
    if rows:
        title = label(f"vulnerability.title.{what}", lang, shown=number(len(rows), lang), found=number(found, lang),
                      q=number(q, lang, 2))  # fmt: skip
        keys = ("feature", f"measure.{what}", "targets", "direction", "difference", "interval", "standardised",
                "altered", "others", "p", "q", "p_plain")  # fmt: skip
        headings = [label(f"vulnerability.column.{key}", lang) for key in keys]
        show_table(headings, [_cells(row, what, lang) for row in rows], title=title, lang=lang)
    else:
        click.echo(label("vulnerability.nothing", lang, q=number(q, lang, 2)))
    for note in _notes(made, rows, whole, lang):
        click.echo(drawable(note))


def _cells(row: dict[str, Any], what: What, lang: Lang) -> list[object]:
    targets = row["targets"] if what == "response" else ""
    if row["own_target"]:
        targets = label(f"vulnerability.own.{what}", lang, targets=targets)
    low, high = (number(row[key], lang, 2) for key in ("low", "high"))
    return [
        row["feature"], row["name"], targets, label(f"vulnerability.direction.{row['direction']}", lang),
        number(row["difference"], lang, 2), f"{low} … {high}", number(row["standardised"], lang, 2), row["altered"],
        row["others"], *(probability(row[key], lang) for key in ("p", "q", "p_plain")),
    ]  # fmt: skip


def _notes(made: Associations, rows: Rows, whole: dict[str, Any], lang: Lang) -> list[str]:
    """What was compared, what the covariates explain, and what could not be concluded."""
    what = made.cells.what
    names = ("measures", "features", "concluded", "pairs")
    counts = {name: number(whole[name], lang) for name in names}
    notes = [label(f"vulnerability.note.cells.{what}", lang, cells=number(whole["cell_lines"], lang), **counts)]
    covariates = ", ".join(label(f"vulnerability.covariate.{name}", lang) for name in made.adjusted)
    if covariates:
        notes.append(label("vulnerability.note.adjusted", lang, covariates=covariates))
        said = {"plain": "found_by_plain_test", "found": "found", "explained": "explained_by_covariates",
                "hidden": "hidden_by_covariates"}  # fmt: skip
        told = {name: number(whole[key], lang) for name, key in said.items()}
        notes.append(label("vulnerability.note.explained", lang, covariates=covariates, **told))
    else:
        notes.append(label("vulnerability.note.plain", lang))
    for reason, many in whole["not_concluded"].items():
        if many:
            notes.append(label(f"vulnerability.note.{reason}", lang, n=number(many, lang), least=LEAST))
    for reason, many in whole["left_out"].items():
        notes.append(label(f"vulnerability.note.left_out.{reason}", lang, n=number(many, lang)))
    if any(row["kind"] in ("gain", "loss") for row in rows):
        notes.append(label("vulnerability.note.segment", lang))
    notes.append(label("vulnerability.note.multiplicity", lang))
    for one in whole["sources"]:
        key = "source" if one["released"] else "source_undated"
        notes.append(label(f"vulnerability.note.{key}", lang, name=one["name"], released=one["released"],
                           kept=one["kept_on"]))  # fmt: skip
    return notes
