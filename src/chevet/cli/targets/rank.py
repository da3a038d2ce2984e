"""`chevet targets rank`: a cohort's genes as three lists (known, repurposable, new), with the reason of every rank."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.targets.authorised import authorised_pairs
from chevet.cli.targets.permitted import of_study
from chevet.cli.targets.writing import write_files
from chevet.cohort import cohort as cohorts
from chevet.cohort.survival import ENDPOINT
from chevet.store.lake import Lake
from chevet.targets.evidence import PARTS
from chevet.targets.ranking.analysis import Ranking, Target, rank
from chevet.targets.ranking.because import because, part_name
from chevet.targets.ranking.gathering import Asking
from chevet.targets.ranking.medicines import LISTS, Listed
from chevet.targets.ranking.showing import COLUMNS, page, pdf
from chevet.targets.ranking.summary import heading, notes, row, shown
from chevet.targets.ranking.tables import files
from chevet.targets.ranking.weights import read_weights
from chevet.words.labels import label
from chevet.words.signs import drawable

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TOP = 10


@click.command("rank")
@click.option("--study", required=True, help="The study to ask (see: chevet study list).")
@click.option("--where", default="all", show_default=True, help="Who of the study, in the words of definitions.")
@click.option("--drivers", type=click.Path(exists=True, path_type=Path),
              help="What chevet targets drivers --out wrote, instead of asking selection again.")  # fmt: skip
@click.option("--reference", help="The installed reference; unless given, the one of the build.")
@click.option("--weights", type=_FILE, help="A file of weights; ours unless given (rank writes it beside the tables).")
@click.option("--endpoint", default=ENDPOINT, show_default=True, help="Of survival.")
@click.option("--hide-known", is_flag=True, help="Leave out genes with a medicine authorised for these tumours.")
@click.option("--top", type=click.IntRange(min=1), default=_TOP, show_default=True, help="Genes shown of each list.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write.")
@lang_option
@json_option
@of_study("targets")
def command(
    study: str, where: str, drivers: Path | None, reference: str | None, weights: Path | None, endpoint: str,
    hide_known: bool, top: int, out: Path, lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Rank the genes of a cohort as targets by all evidence that can be asked here, and write why."""
    read = read_weights(weights)
    lake = Lake.from_environment()
    cohort = cohorts.open(lake, study, where)
    asking = Asking(lake.home, drivers, reference, endpoint)
    with progress(label("targets.rank.progress", lang), lang) as tell:
        made = rank(
            cohort, asking, read, pairs=authorised_pairs(),
            tell=lambda what, part: tell(part_name(what, lang) if what in PARTS else "", part),
        )  # fmt: skip
        tell(label("targets.rank.writing", lang), 0.99)
        written = _files(made, hide_known, top, lang)
        places = write_files(out, written, lake=lake, study=study)
    if not as_json:
        _say(made, hide_known, top, out, lang)
    lists = {name: [_as_json(made, one) for one in shown(made, name, top)] for name in _listed(hide_known)}
    return {"lists": lists, "model": made.as_json(), "files": places}


def _files(made: Ranking, hide_known: bool, top: int, lang: Lang) -> dict[str, bytes]:
    today = datetime.datetime.now(datetime.UTC).date()
    return files(made, hide_known=hide_known) | {
        "ranking.html": page(made, lang, made_on=today, top=top, hide_known=hide_known).encode(),
        "ranking.pdf": pdf(made, lang, made_on=today, top=top, hide_known=hide_known),
    }


def _as_json(made: Ranking, one: Target) -> dict[str, Any]:
    return {
        "gene": one.gene, "rank": one.rank, "score": one.score, "score_low": one.low, "score_high": one.high,
        "complete": one.complete, "rank_low": one.rank_low, "rank_high": one.rank_high,
        "carriers": one.carried.as_json() if one.carried else None,
        "changes_named": one.named.as_json() if one.named else None,
        "medicines": [medicine.as_json() for medicine in one.standing.medicines],
        "why": {lang: because(made, one, lang).text for lang in ("en", "fr")},
    }  # fmt: skip


def _listed(hide_known: bool) -> tuple[Listed, ...]:
    return tuple(name for name in LISTS if not (hide_known and name == "known"))


def _say(made: Ranking, hide_known: bool, top: int, out: Path, lang: Lang) -> None:
    """A short table of each list, then what must be known of them."""
    headings = [label(f"targets.rank.{key}", lang) for key in COLUMNS]
    for name in _listed(hide_known):
        some, title = shown(made, name, top), heading(made, name, top, lang)
        if some:
            show_table(headings, [row(made, one, lang) for one in some], title=title, lang=lang)
        elif made.of_list(name) or name != "not_asked":
            click.echo(title)
        else:
            continue
        click.echo()
    for note in notes(made, lang):
        click.echo(drawable(note))
    click.echo(label("targets.rank.wrote", lang, folder=out))
