"""`chevet targets shape`: where and how the genes of a cohort are hit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.targets.permitted import of_study
from chevet.cli.targets.writing import write_files
from chevet.cohort import cohort as cohorts
from chevet.cohort.answer import gene_in
from chevet.cohort.cohort import Cohort
from chevet.genomics.reference.installed import Reference, References
from chevet.paper import pictures
from chevet.paper.pictures import number
from chevet.store.lake import Lake
from chevet.targets.selection.coding_sites import CodingSites
from chevet.targets.selection.kept_sites import chosen_reference, sites_of
from chevet.targets.selection.lines import read_drivers
from chevet.targets.shape.analysis import SEED, Settings, Shape, of_cohort
from chevet.targets.shape.heads import heads
from chevet.targets.shape.hotspots import SIGNIFICANT
from chevet.targets.shape.lollipop import Lollipop, domains_of
from chevet.targets.shape.telling import concluded, notes, printed, written
from chevet.targets.sources.kept import load
from chevet.words.labels import label
from chevet.words.signs import drawable, in_file_name

_ROWS = 12


@click.command("shape")
@click.option("--study", required=True, help="The study to ask (see: chevet study list).")
@click.option("--where", default="all", show_default=True, help="Who of the study, in the words of definitions.")
@click.option("--gene", "genes", multiple=True, help="Only this gene; may be given several times.")
@click.option("--reference", help="The installed reference; unless given, the only one of the build, if there is one.")
@click.option("--selection", type=click.Path(exists=True, path_type=Path),
              help="What chevet targets drivers wrote: the pattern must agree with it.")  # fmt: skip
@click.option("--seed", type=int, default=SEED, show_default=True, help="Of what is drawn by chance.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Folder for the tables, and with --gene for a drawing of each gene.")  # fmt: skip
@lang_option
@json_option
@of_study("shape")
def command(
    study: str, where: str, genes: tuple[str, ...], reference: str | None, selection: Path | None, seed: int,
    out: Path | None, lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Hotspots, truncations, gains and losses, fusions and two hits, each against what chance would do."""
    lake = Lake.from_environment()
    cohort = cohorts.open(lake, study, where)
    table = None if selection is None else read_drivers(selection)[0]
    settings = Settings(genes, _reference(lake, cohort, reference), table, seed)
    with progress(label("shape.fitting", lang), lang) as tell:
        shape = of_cohort(cohort, settings, tell)
    drawn = {gene_in(cohort, gene): _lollipop(lake, shape, gene_in(cohort, gene)) for gene in genes}
    files = _write(out, lake, study, shape, drawn, lang) if out else []
    rows = {
        name: shape.tables[name].to_pylist() if genes and name != "arms" else concluded(name, shape.tables[name])
        for name in shape.tables
    }
    if not as_json:
        _say(shape, rows, lang)
        if out:
            click.echo(label("shape.wrote", lang, files=", ".join(files), folder=out))
    return {"tables": rows, "about": shape.about, "files": files}


def _reference(lake: Lake, cohort: Cohort, name: str | None) -> tuple[Reference, CodingSites] | None:
    """The reference named, or the only one of the study's build; None where there is none or several."""
    build = str(cohort.version.about.get("assembly") or "")
    if name is not None:
        chosen = chosen_reference(lake.home, name)
    else:
        fitting = [one for one in References(lake.home).all() if one.build == build]
        if len(fitting) != 1:
            return None
        chosen = fitting[0]
    return chosen, sites_of(lake.home, chosen)


def _lollipop(lake: Lake, shape: Shape, gene: str) -> Lollipop:
    kept = load(lake.home, "domains")
    domains = None if kept is None else domains_of(kept.table, gene)
    return Lollipop(heads(shape.found, gene), domains, kept.source if kept else None)


def _write(
    out: Path, lake: Lake, study: str, shape: Shape, drawn: dict[str, Lollipop], lang: Lang
) -> list[str]:  # fmt: skip
    files = {f"{name}.tsv": written(table) for name, table in shape.tables.items()}
    files["model.json"] = (json.dumps(shape.about, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    for gene, one in drawn.items():
        title = label("shape.lollipop.title", lang, gene=gene)
        files[f"{in_file_name(gene)}.html"] = pictures.html(one.picture(lang), title, lang).encode()
    write_files(out, files, lake=lake, study=study)
    return list(files)


def _say(shape: Shape, rows: dict[str, list[dict[str, Any]]], lang: Lang) -> None:
    q, any_row = number(SIGNIFICANT, lang, 1), False
    for name, some in rows.items():
        if some:
            any_row = True
            headings, cells = printed(name, some[:_ROWS], lang)
            found = number(len(concluded(name, shape.tables[name])), lang)
            show_table(headings, cells, title=label(f"shape.title.{name}", lang, n=found, q=q), lang=lang)
    if not any_row:
        click.echo(label("shape.nothing", lang, q=q))
    for note in notes(shape, lang):
        click.echo(drawable(note))
