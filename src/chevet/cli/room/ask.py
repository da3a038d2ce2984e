"""`chevet room ask`: a question to the cohort, answered without rows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from chevet.cli.answers import files_options, tell
from chevet.cli.cohort import gene_option, study_option, version_option
from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.cli.room.passes import pass_required
from chevet.cohort import cohort as cohorts
from chevet.paper.pictures import number
from chevet.privacy.noise.accounting import within
from chevet.privacy.noise.cube import Cube
from chevet.room.ask import MODES, Mode, Question, ask
from chevet.room.people import People
from chevet.room.permits import Permits
from chevet.room.questions.cubes import budget_of, make_cube
from chevet.room.questions.words import axis_label
from chevet.room.tokens import Pass
from chevet.store.lake import Lake
from chevet.words.labels import label

Command = TypeVar("Command", bound=Callable[..., Any])

mode_option = click.option(
    "--mode",
    type=click.Choice(MODES),
    default="cube",
    show_default=True,
    help="cube: noised once, read freely. checked: exact, rounded, and compared with all earlier questions. "
    "noise: fresh noise from the study's allowance. The permit says which are given.",
)


def question(command: Command) -> Command:
    """The options that every question shares. The command returns the question that is to be asked."""

    @click.option("--study", help="The permit's study, unless given; no other is answered.")
    @version_option
    @mode_option
    @files_options
    @lang_option
    @json_option
    @pass_required("ask")
    @functools.wraps(command)
    def wrapped(
        *args: Any, lake: Lake, passed: Pass, permits: Permits, study: str | None, version: int | None, mode: Mode,
        as_json: bool, lang: Lang, svg: Any, png: Any, html: Any, csv: Any, **kwargs: Any,
    ) -> dict[str, Any]:  # fmt: skip
        asked = study or passed.permit.study
        answer = ask(lake, permits, passed, asked, command(*args, **kwargs), mode=mode, version=version)
        return tell(
            answer, lake, asked, as_json=as_json, lang=lang, all_rows=True, svg=svg, png=png, html=html, csv=csv
        )

    return wrapped  # type: ignore[return-value]


@click.group("ask")
def command() -> None:
    """Ask without seeing rows: count, describe, genes, survival, compare, table, co-occurrence, mean, sum."""


@command.command("count")
@click.argument("definition", default="all")
@question
def count_command(definition: str) -> Question:
    """How many patients DEFINITION holds, and for how many it cannot be told."""
    return Question.read("count", definition)


@command.command("describe")
@click.argument("definition", default="all")
@question
def describe_command(definition: str) -> Question:
    """Who the patients are: tumour, stage, sex, age, year, centre and more."""
    return Question.read("describe", definition)


@command.command("genes")
@click.argument("definition", default="all")
@gene_option
@click.option("--top", type=click.IntRange(min=1), help="At most so many genes.")
@question
def genes_command(definition: str, genes: Sequence[str], top: int | None) -> Question:
    """How often each gene is altered, out of the patients in whom it was tested."""
    return Question.read("genes", definition, genes=list(genes), top=top)


@command.command("survival")
@click.argument("definition", default="all")
@click.option("--by", default="", help="A field to split by: stage, sex, tumour.")
@question
def survival_command(definition: str, by: str) -> Question:
    """Overall survival, whole or by the values of a field."""
    return Question.read("survival", definition, by=by)


@command.command("compare")
@click.argument("first")
@click.argument("second")
@gene_option
@question
def compare_command(first: str, second: str, genes: Sequence[str]) -> Question:
    """Two definitions side by side: sizes, and how often each gene is altered."""
    return Question.read("compare", first, second, genes=list(genes))


@command.command("table")
@click.argument("definition", default="all")
@click.option("--rows", required=True, help="The field whose values are the rows.")
@click.option("--columns", required=True, help="The field whose values are the columns.")
@question
def table_command(definition: str, rows: str, columns: str) -> Question:
    """Patients by two fields, with margins."""
    return Question.read("table", definition, rows=rows, columns=columns)


@command.command("cooccurrence")
@click.argument("definition", default="all")
@gene_option
@click.option("--top", type=click.IntRange(2, 40), default=12, show_default=True, help="The most altered genes.")
@question
def cooccurrence_command(definition: str, genes: Sequence[str], top: int) -> Question:
    """Which genes are altered together, and which exclude each other (mode checked)."""
    return Question.read("cooccurrence", definition, genes=list(genes), top=top)


def of_values(command: Command) -> Command:
    """The options that a mean and a sum share."""
    command = click.option(
        "--between", type=(float, float), metavar="LOW HIGH",
        help="What the values are cut to, from what is known outside. Public for ages, years and shares.",
    )(command)  # fmt: skip
    command = click.option("--where", default="all", show_default=True, help="The patients: a definition.")(command)
    return click.argument("field")(command)


@command.command("mean")
@of_values
@question
def mean_command(field: str, where: str, between: tuple[float, float] | None) -> Question:
    """The mean of FIELD, with noise, each value cut to bounds (mode noise)."""
    return Question.read("mean", where, field=field, between=between)


@command.command("sum")
@of_values
@question
def sum_command(field: str, where: str, between: tuple[float, float] | None) -> Question:
    """The sum of FIELD, with noise, each value cut to bounds (mode noise)."""
    return Question.read("sum", where, field=field, between=between)


@command.command("cube")
@study_option
@version_option
@lang_option
@json_option
def cube_command(study: str, version: int | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Make the noised cube of a study's version, once; or say what it cost. For a steward."""
    lake = Lake.from_environment()
    People(lake.ledger).require(lake.ledger.actor, "steward", "make the cube of a study")
    cube, made = make_cube(lake, cohorts.open(lake, study, "all", version))
    spent = budget_of(lake, study).spent().as_json()
    if not as_json:
        key = "ask.cube.made" if made else "ask.cube.there"
        click.echo(label(key, lang, study=study, version=cube.about["version"]))
        headings = [label(f"ask.cube.{name}", lang) for name in ("table", "noise")]
        show_table(headings, _tables(cube, lang), lang=lang)
        click.echo(label("ask.cube.promise", lang, auc=number(spent["auc_at_most"], lang, 4)))
    return {"study": study, "version": cube.about["version"], "made": made, "tables": len(cube.tables), "budget": spent}


def _tables(cube: Cube, lang: Lang) -> list[list[str]]:
    """Each table of a cube in words, those of few fields first, with the noise of a cell."""
    ordered = sorted(cube.tables, key=lambda key: (len(key[1]), key))
    return [
        [", ".join(axis_label(name, lang) for name in (facts, *fields) if name),
         f"± {number(within(cube.scales[facts, fields] ** 2), lang)}"]
        for facts, fields in ordered
    ]  # fmt: skip
