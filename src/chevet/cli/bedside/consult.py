"""`chevet bedside consult`: from a tumour's file to a decision that a board can sign."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any, cast

import click

from chevet.bedside.case.read import read_case
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.cli.bedside.writing import write_private
from chevet.cli.door import Lang, json_option, lang_option
from chevet.therapy.case import JURISDICTIONS, Jurisdiction
from chevet.words.labels import label

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("consult")
@click.argument("case", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--jurisdiction", type=click.Choice(JURISDICTIONS), help="Whose approvals count; the case's own unless said."
)
@click.option("--json-file", type=_FILE, help="File to write: the whole consultation as JSON.")
@click.option("--html", "html_file", type=_FILE, help="File to write, as HTML.")
@click.option("--pdf", "pdf_file", type=_FILE, help="File to write, as PDF.")
@click.option("--docx", "docx_file", type=_FILE, help="File to write, as DOCX.")
@click.option("--fhir", "fhir_file", type=_FILE, help="File to write: a FHIR R4 Genomics Reporting bundle.")
@click.option(
    "--date", "made_on", type=click.DateTime(["%Y-%m-%d"]), help="Approvals as of this day; today unless said."
)
@lang_option
@json_option
def command(
    case: tuple[Path, ...],
    jurisdiction: str | None,
    json_file: Path | None,
    html_file: Path | None,
    pdf_file: Path | None,
    docx_file: Path | None,
    fhir_file: Path | None,
    made_on: datetime.datetime | None,
    lang: Lang,
    as_json: bool,
) -> dict[str, Any]:
    """Read CASE (a folder, files, or one case file) and say what may be given, what must not, and what is not known."""
    day = made_on.date() if made_on else datetime.datetime.now().astimezone().date()
    made = consult(read_case(case, jurisdiction=cast("Jurisdiction | None", jurisdiction)), day=day)
    told = tell(made, lang)
    if json_file is not None:
        write_private(json_file, json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False).encode())
    if not as_json:
        _say(told, lang)
    return told


def _say(told: dict[str, Any], lang: Lang) -> None:
    """The decision in a few lines."""
    click.echo(told["headline"])
    for option in told["options"][:5]:
        click.echo(f"  {option['rank']}. {option['therapy_text']} [{option['tier']['amp']}] – {option['why']}")
    if told["nothing_approved"]:
        click.echo(told["nothing_approved_because"])
    if told["not_to_give"]:
        click.echo(label("consult.not_to_give", lang))
        for one in told["not_to_give"]:
            click.echo(f"  {one['therapy_text']} – {one['why']}")
    for step in told["next_steps"]:
        click.echo(f"→ {step['text']}")
    click.echo(told["notice"])
