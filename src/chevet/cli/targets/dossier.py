"""`chevet targets dossier`: one target on paper, with its evidence, its carriers and what is missing."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, progress
from chevet.cli.targets.authorised import authorised_pairs
from chevet.cli.targets.permitted import of_study
from chevet.cli.targets.writing import write_files
from chevet.cohort import cohort as cohorts
from chevet.cohort.answer import gene_in
from chevet.cohort.genes import KINDS
from chevet.paper.pictures import number
from chevet.store.lake import Lake
from chevet.targets.dossier.contents import Contents, contents
from chevet.targets.dossier.drawn import pictures_of
from chevet.targets.dossier.eligible import USUAL
from chevet.targets.dossier.printing import html, pdf
from chevet.targets.evidence import PARTS
from chevet.targets.ranking.analysis import rank
from chevet.targets.ranking.because import part_name
from chevet.targets.ranking.gathering import Asking
from chevet.targets.ranking.weights import read_weights
from chevet.words.labels import label
from chevet.words.signs import in_file_name

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("dossier")
@click.argument("gene")
@click.option("--study", required=True, help="The study to ask (see: chevet study list).")
@click.option("--where", default="all", show_default=True, help="Who of the study, in the words of definitions.")
@click.option("--kind", type=click.Choice(KINDS), default="variant", show_default=True, help="What counts as altered.")
@click.option("--eligible", "criteria", default=USUAL, show_default=True,
              help="Who may enter a trial, in the words of definitions.")  # fmt: skip
@click.option("--drivers", type=click.Path(exists=True, path_type=Path),
              help="What chevet targets drivers --out wrote, instead of asking selection again.")  # fmt: skip
@click.option("--reference", help="The installed reference; unless given, the one of the build.")
@click.option("--weights", type=_FILE, help="A file of weights; ours unless given.")
@click.option("--endpoint", default="overall_survival", show_default=True, help="Of survival.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write.")
@lang_option
@json_option
@of_study("dossier")
def command(
    gene: str, study: str, where: str, kind: str, criteria: str, drivers: Path | None, reference: str | None,
    weights: Path | None, endpoint: str, out: Path, lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Write the dossier of GENE as a target: GENE.html and GENE.pdf in both languages, and GENE.json."""
    read = read_weights(weights)
    lake = Lake.from_environment()
    cohort = cohorts.open(lake, study, where)
    symbol = gene_in(cohort, gene)
    cohorts.open(lake, study, criteria)  # a word that cannot be read is said before the work begins
    asking = Asking(lake.home, drivers, reference, endpoint)
    with progress(label("targets.dossier.ranking", lang), lang) as tell:
        ranking = rank(
            cohort, asking, read, pairs=authorised_pairs(),
            tell=lambda what, part: tell(part_name(what, lang) if what in PARTS else "", part),
        )  # fmt: skip
        made = contents(
            lake, cohort, ranking, symbol, made_on=datetime.datetime.now(datetime.UTC).date(), kind=kind,
            criteria=criteria, endpoint=endpoint, drawn=pictures_of(lake.home, cohort, symbol),
        )  # fmt: skip
        written = _files(made)
    places = write_files(out, written, lake=lake, study=study)
    if not as_json:
        _say(made, places, lang)
    return made.as_json() | {"files": places}


def _files(made: Contents) -> dict[str, bytes]:
    name = in_file_name(made.gene)
    files = {f"{name}.json": (json.dumps(made.as_json(), ensure_ascii=False, indent=1) + "\n").encode()}
    for lang in ("en", "fr"):
        files |= {f"{name}.{lang}.html": html(made, lang).encode(), f"{name}.{lang}.pdf": pdf(made, lang)}
    return files


def _say(made: Contents, places: list[str], lang: Lang) -> None:
    target = made.target
    click.echo(label("targets.dossier.made", lang, gene=made.gene, rank=number(target.rank, lang),
                     of=number(made.ranked, lang), score=number(target.score, lang, 2)))  # fmt: skip
    for place in places:
        click.echo(label("targets.dossier.wrote", lang, file=place))
