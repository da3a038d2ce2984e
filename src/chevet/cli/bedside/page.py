"""`chevet bedside page`: one patient of a study, for a tumour board."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import click

from chevet.bedside.access import record_page
from chevet.bedside.page import PatientPage, assemble
from chevet.bedside.views.compose import compose
from chevet.bedside.views.html import html as as_html
from chevet.bedside.views.pdf import pdf as as_pdf
from chevet.bedside.views.wording import Wording
from chevet.cli.bedside.writing import write_private
from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.cohort.index import CohortIndex
from chevet.store.lake import Lake


@click.command("page")
@click.option("--study", required=True, help="The study, as named at import.")
@click.option("--patient", required=True, help="The patient's pseudonym in that study.")
@click.option("--html", "html_file", type=click.Path(path_type=Path, dir_okay=False), help="File to write, as HTML.")
@click.option("--pdf", "pdf_file", type=click.Path(path_type=Path, dir_okay=False), help="File to write, as PDF.")
@click.option("--version", "number", type=int, help="Version of the study; the current one unless said.")
@click.option(
    "--date", "made_on", type=click.DateTime(["%Y-%m-%d"]), help="Date written on the page; today unless said."
)
@lang_option
@json_option
def command(
    study: str,
    patient: str,
    html_file: Path | None,
    pdf_file: Path | None,
    number: int | None,
    made_on: datetime.datetime | None,
    lang: Lang,
    as_json: bool,
) -> dict[str, Any]:
    """Write one patient's page. The ledger notes that it was written, and keeps the patient's name to itself."""
    day = made_on.date() if made_on else datetime.datetime.now().astimezone().date()
    lake = Lake.from_environment()
    version = lake.open(study, number)
    made = assemble(version, CohortIndex.load(version.index_dir), patient, made_on=day)
    sheet = compose(made, lang)
    files: dict[Path, bytes] = {}
    if html_file is not None:
        files[html_file] = as_html(sheet).encode()
    if pdf_file is not None:
        files[pdf_file] = as_pdf(sheet, made_on=day)
    forms = [form for form, wanted in (("html", html_file), ("pdf", pdf_file), ("json", as_json)) if wanted]
    record_page(lake, version, patient, lang=lang, forms=forms or ["text"])
    for path, content in files.items():
        write_private(path, content)
    if not as_json:
        _say(made, list(files), Wording(lang))
    return {**made.as_json(), "files": [str(path) for path in files]}


def _say(made: PatientPage, files: list[Path], w: Wording) -> None:
    states = [gene.state for gene in made.looked_for]
    found = sum(finding.effect != "not_altering" for finding in made.findings)
    rows = [
        (w.word("said.found"), found),
        (w.word("said.not_found"), states.count("not_found")),
        (w.word("said.not_tested"), states.count("not_tested")),
    ]
    show_table((w.word("said.what"), w.word("said.number")), rows, lang=w.lang)
    for path in files:
        click.echo(w.word("said.written", file=str(path)))
    if not files:
        click.echo(w.word("said.nothing_written"))
