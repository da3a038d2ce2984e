"""`chevet targets outcome`: which altered genes go with a shorter or longer survival, and under which treatment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from chevet.cli.answers import files_options, tell
from chevet.cli.door import Lang, json_option, lang_option, progress
from chevet.cli.targets.permitted import of_study
from chevet.cli.targets.writing import write_files
from chevet.cohort import cohort as cohorts
from chevet.cohort.genes import KINDS
from chevet.cohort.survival import ENDPOINT
from chevet.errors import BadInput
from chevet.store.lake import Lake
from chevet.targets.outcome.analysis import BURDEN, LEAST_EVENTS, MIN_EVENTS, Outcome, Settings, of_cohort
from chevet.targets.outcome.answer import OutcomeAnswer
from chevet.targets.outcome.of_cohort import ADJUST
from chevet.targets.selection.analysis import written
from chevet.words.labels import label

_NOTHING = "nothing"


@click.command("outcome")
@click.option("--study", required=True, help="The study to ask (see: chevet study list).")
@click.option("--where", default="all", show_default=True, help="Who of the study, in the words of definitions.")
@click.option("--endpoint", default=ENDPOINT, show_default=True, help="The survival time.")
@click.option("--gene", "genes", multiple=True, help="Only this gene; may be given several times.")
@click.option("--kind", type=click.Choice(KINDS), default="variant", show_default=True, help="What counts as altered.")
@click.option("--top", type=click.IntRange(min=1), help="List at most so many genes; all are tested.")
@click.option("--adjust", multiple=True, type=click.Choice((*ADJUST, BURDEN, _NOTHING)),
              default=("age", "stage", "treatment"), show_default=True,
              help="Adjust for this; may be given several times.")  # fmt: skip
@click.option("--strata", multiple=True, default=("tumour",), show_default=True,
              help="Compare only patients alike in this field, or `nothing`; several times.")  # fmt: skip
@click.option("--min-events", type=click.Choice([str(least) for least in LEAST_EVENTS]), default=str(MIN_EVENTS),
              show_default=True, help="Events that a gene needs on each side.")  # fmt: skip
@click.option("--by-treatment", default="", metavar="NAME", help="What this medicine, or class, does to carriers.")
@click.option("--from-entry", is_flag=True, help="With --by-treatment: it was given from entry on, as in a trial.")
@click.option("--from-sample", is_flag=True, help="Count everybody from the day of their first sample on.")
@click.option("--after", type=click.IntRange(min=0), default=0, help="Only events after so many months.")
@click.option("--up-to", type=click.IntRange(min=1), help="Only events up to so many months.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for genes.tsv and model.json.")
@files_options
@lang_option
@json_option
@of_study("outcome")
def command(
    study: str, where: str, endpoint: str, genes: tuple[str, ...], kind: str, top: int | None, adjust: tuple[str, ...],
    strata: tuple[str, ...], min_events: str, by_treatment: str, from_entry: bool, from_sample: bool, after: int,
    up_to: int | None, out: Path | None, svg: Path | None, png: Path | None, html: Path | None, csv: Path | None,
    lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Test every gene for survival (Cox), or for what a treatment does to those who carry it."""
    if from_entry and not by_treatment:
        raise BadInput("--from-entry speaks of a treatment", next_act="Name it with --by-treatment.")
    if up_to is not None and up_to <= after:
        raise BadInput("no time lies between --after and --up-to", next_act="Give --up-to more months than --after.")
    settings = Settings(
        endpoint, kind, genes, _chosen(adjust), _chosen(strata), int(min_events), by_treatment, from_entry, from_sample,
        after, up_to or 0,
    )  # fmt: skip
    lake = Lake.from_environment()
    cohort = cohorts.open(lake, study, where)
    with progress(label("targets.outcome.part", lang), lang) as watched:
        outcome = of_cohort(cohort, settings, watched)
    answer = OutcomeAnswer(cohort, outcome, top)
    told = tell(answer, lake, study, as_json=as_json, lang=lang, svg=svg, png=png, html=html, csv=csv)
    if out is not None:
        _write(out, outcome, lake, study)
        if not as_json:
            click.echo(label("targets.outcome.wrote", lang, folder=out))
    return told


def _chosen(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, without `nothing`."""
    return tuple(name for name in dict.fromkeys(names) if name != _NOTHING)


def _write(out: Path, outcome: Outcome, lake: Lake, study: str) -> None:
    """Both files, each an entry in the ledger."""
    model = json.dumps(outcome.model, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    files = {"genes.tsv": written(outcome.genes), "model.json": model.encode()}
    write_files(out, files, lake=lake, study=study)
