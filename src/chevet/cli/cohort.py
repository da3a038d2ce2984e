"""`chevet cohort`: questions to the patients of a study, answered as a table, a picture, or JSON."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from chevet.bedside.access import record_page
from chevet.cli.answers import ROWS_PRINTED, files_options, tell
from chevet.cli.door import json_option, lang_option
from chevet.cohort import cohort as cohorts
from chevet.cohort.compare import compare
from chevet.cohort.cooccurrence import GENES, cooccurrence
from chevet.cohort.count import count
from chevet.cohort.describe import describe
from chevet.cohort.genes import KINDS, gene_frequencies
from chevet.cohort.oncoprint import oncoprint
from chevet.cohort.survival import ENDPOINT, survival
from chevet.cohort.timeline import timeline
from chevet.records.tables import ENDPOINT as ENDPOINTS
from chevet.store.lake import Lake

Command = TypeVar("Command", bound=Callable[..., Any])

study_option = click.option("--study", required=True, help="The study to ask (see: chevet study list).")
version_option = click.option(
    "--version", type=int, help="An older version of the study; the current one unless given."
)
gene_option = click.option("--gene", "genes", multiple=True, help="Only this gene; may be given several times.")
kind_option = click.option(
    "--kind", type=click.Choice(KINDS), default="variant", show_default=True, help="What counts as altered."
)


def question(command: Command) -> Command:
    """The options that every question shares."""

    @study_option
    @version_option
    @files_options
    @lang_option
    @json_option
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return command(*args, **kwargs)

    return wrapped  # type: ignore[return-value]


@click.group("cohort")
def command() -> None:
    """Ask a cohort: count, describe, genes, survival, compare, co-occurrence, oncoprint, timeline."""


@command.command("count")
@click.argument("definition", default="all")
@question
def count_command(definition: str, study: str, version: int | None, **how: Any) -> dict[str, Any]:
    """How many patients DEFINITION holds, and for how many it cannot be told."""
    lake = Lake.from_environment()
    return tell(count(cohorts.open(lake, study, definition, version)), lake, study, **how)


@command.command("describe")
@click.argument("definition", default="all")
@question
def describe_command(definition: str, study: str, version: int | None, **how: Any) -> dict[str, Any]:
    """Who the patients are: tumour, stage, sex, age, year, centre and more."""
    lake = Lake.from_environment()
    return tell(describe(cohorts.open(lake, study, definition, version)), lake, study, all_rows=True, **how)


@command.command("genes")
@click.argument("definition", default="all")
@gene_option
@click.option(
    "--top", type=click.IntRange(min=1), help="At most so many genes. Unless given: 20 printed, all with --json."
)
@kind_option
@click.option("--by", type=click.Choice(["kind"]), help="One line per gene and kind of alteration.")
@question
def genes_command(
    definition: str, genes: Sequence[str], top: int | None, kind: str, by: str | None,
    study: str, version: int | None, as_json: bool, **how: Any,
) -> dict[str, Any]:  # fmt: skip
    """How often each gene is altered, out of the patients in whom it was tested."""
    lake = Lake.from_environment()
    kinds = tuple(k for k in KINDS if k != "any") if by else (kind,)
    most = top if top or as_json or genes else ROWS_PRINTED
    answer = gene_frequencies(cohorts.open(lake, study, definition, version), kinds=kinds, genes=genes, top=most)
    return tell(answer, lake, study, as_json=as_json, all_rows=True, **how)


@command.command("survival")
@click.argument("definition", default="all")
@click.option(
    "--by", default="", help="A field or measurement of words (stage, ...), a gene, or `cohort` against the rest."
)
@click.option("--endpoint", type=click.Choice(ENDPOINTS), default=ENDPOINT, show_default=True)
@click.option("--up-to", type=click.FloatRange(min=0, min_open=True), help="Months at which restricted means end.")
@kind_option
@question
def survival_command(
    definition: str, by: str, endpoint: str, up_to: float | None, kind: str, study: str, version: int | None, **how: Any
) -> dict[str, Any]:
    """Kaplan-Meier curves with delayed entry, medians, numbers at risk and the log-rank test."""
    lake = Lake.from_environment()
    cohort = cohorts.open(lake, study, definition, version)
    return tell(survival(cohort, by=by, endpoint=endpoint, up_to=up_to, kind=kind), lake, study, all_rows=True, **how)


@command.command("compare")
@click.argument("first")
@click.argument("second")
@gene_option
@kind_option
@click.option("--endpoint", type=click.Choice(ENDPOINTS), default=ENDPOINT, show_default=True)
@question
def compare_command(
    first: str, second: str, genes: Sequence[str], kind: str, endpoint: str, study: str, version: int | None, **how: Any
) -> dict[str, Any]:
    """Two definitions side by side: altered genes, clinical differences, survival."""
    lake = Lake.from_environment()
    answer = compare(
        cohorts.open(lake, study, first, version), cohorts.open(lake, study, second, version),
        genes=genes, kind=kind, endpoint=endpoint,
    )  # fmt: skip
    return tell(answer, lake, study, **how)


@command.command("cooccurrence")
@click.argument("definition", default="all")
@gene_option
@click.option("--top", type=click.IntRange(2, 200), default=GENES, show_default=True, help="The most altered genes.")
@kind_option
@question
def cooccurrence_command(
    definition: str, genes: Sequence[str], top: int, kind: str, study: str, version: int | None, **how: Any
) -> dict[str, Any]:
    """Which genes are altered together, and which exclude each other."""
    lake = Lake.from_environment()
    cohort = cohorts.open(lake, study, definition, version)
    return tell(cooccurrence(cohort, genes=genes, top=top, kind=kind), lake, study, **how)


@command.command("oncoprint")
@click.argument("definition", default="all")
@gene_option
@click.option("--top", type=click.IntRange(1, 60), default=10, show_default=True, help="The most altered genes.")
@question
def oncoprint_command(
    definition: str, genes: Sequence[str], top: int, study: str, version: int | None, **how: Any
) -> dict[str, Any]:
    """Altered, not altered and not tested: genes by patients, without their names."""
    lake = Lake.from_environment()
    return tell(oncoprint(cohorts.open(lake, study, definition, version), genes=genes, top=top), lake, study, **how)


@command.command("timeline")
@click.option("--patient", required=True, help="The patient's identifier in the study.")
@question
def timeline_command(patient: str, study: str, version: int | None, **how: Any) -> dict[str, Any]:
    """One patient's samples, treatments and events on one axis. It shows one person: keep it in the hospital."""
    lake = Lake.from_environment()
    opened = lake.open(study, version)
    answer = timeline(opened, patient)
    record_page(lake, opened, patient, lang=how["lang"], forms=["timeline"])
    return tell(answer, lake, study, all_rows=True, kept_as="timeline", **how)
