"""`chevet targets relations`: which genes exclude each other, or go together, whatever each tumour's burden."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import click

from chevet.cli.answers import files_options, tell
from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.targets.permitted import of_study
from chevet.cli.targets.writing import write_files
from chevet.cohort import cohort as cohorts
from chevet.cohort.genes import KINDS
from chevet.errors import BadInput
from chevet.store.lake import Lake
from chevet.targets.evidence import Source
from chevet.targets.relations.answer import RelationsAnswer
from chevet.targets.relations.asking import Relations, of_cohort
from chevet.targets.relations.overlap import BURDENS, Burden
from chevet.targets.relations.pathways import Pathways, chosen_pathways, pathways_of, read_pathways
from chevet.targets.relations.settings import MOST, TOP, Settings
from chevet.targets.relations.tables import written
from chevet.targets.selection.gene_table import read_names
from chevet.targets.sources.kept import load
from chevet.words.labels import label

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("relations")
@click.option("--study", required=True, help="The study to ask (see: chevet study list).")
@click.option("--where", default="all", show_default=True, help="Who of the study, in the words of definitions.")
@click.option("--gene", "named", multiple=True, help="Only this gene; may be given several times.")
@click.option("--genes", "genes_file", type=_FILE, help="Only these genes, one a line.")
@click.option("--top", type=click.IntRange(2, MOST), default=TOP, show_default=True, help="The most altered genes.")
@click.option("--cancer-genes", is_flag=True, help="With --top: only genes that panels or catalogues of drivers name.")
@click.option("--kind", type=click.Choice(KINDS), default="variant", show_default=True, help="What counts as altered.")
@click.option("--within", default="", help="Compare only within each value of this: tumour, stage, a measurement.")
@click.option("--pathways", "pathways_file", type=_FILE, help="Pathways to test: a table of pathway and gene.")
@click.option(
    "--pathway",
    "pathway_names",
    multiple=True,
    help="Only this pathway, of the file or of those kept; `all` for every one.",
)
@click.option("--burden", type=click.Choice(BURDENS), default="given", show_default=True,
              help="A tumour's number of altered genes: as found, or expected only (DISCOVER).")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write all tables to.")
@files_options
@lang_option
@json_option
@of_study("relations")
def command(
    study: str, where: str, named: Sequence[str], genes_file: Path | None, top: int, cancer_genes: bool, kind: str,
    within: str, pathways_file: Path | None, pathway_names: Sequence[str], burden: str, out: Path | None, lang: Lang,
    as_json: bool, **files: Any,
) -> dict[str, Any]:  # fmt: skip
    """Pairs of genes, and pathways, altered together more or less often than independent genes would be."""
    lake = Lake.from_environment()
    genes = (*named, *(read_names(genes_file) if genes_file else ()))
    settings = Settings(genes, top, cast("Burden", burden), cancer_genes)
    pathways, source = _pathways(lake, pathways_file, pathway_names)
    cohort = cohorts.open(lake, study, where)
    with progress("relations", lang) as tell_progress:
        made = of_cohort(
            cohort, settings, kind=kind, within=within, pathways=pathways, source=source, tell=tell_progress
        )  # fmt: skip
    answer = RelationsAnswer(made)
    told = tell(answer, lake, study, as_json=as_json, lang=lang, **files)
    if made.pathways.num_rows and not as_json:
        show_table(*answer.pathway_rows(lang), title=label("targets.relations.pathways", lang), lang=lang)
    if out is not None:
        told["files"] = _write(out, made, lake, study)
    return told


def _pathways(lake: Lake, file: Path | None, names: Sequence[str]) -> tuple[Pathways | None, Source | None]:
    """The pathways to test, and where they come from when they are of those kept."""
    if file is not None:
        return chosen_pathways(read_pathways(file), names), None
    if not names:
        return None, None
    kept = load(lake.home, "pathways")
    if kept is None:
        raise BadInput(
            "no table of pathways was brought in",
            next_act="Bring one in (chevet targets import pathways FILE), or give --pathways FILE.",
        )
    return chosen_pathways(pathways_of(kept.table), names), kept.source


def _write(out: Path, made: Relations, lake: Lake, study: str) -> list[str]:
    """Write pairs.tsv, pathways.tsv and model.json; each is an entry in the ledger."""
    model = json.dumps(made.about, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    files = {"pairs.tsv": written(made.pairs), "pathways.tsv": written(made.pathways), "model.json": model.encode()}
    return write_files(out, files, lake=lake, study=study)
