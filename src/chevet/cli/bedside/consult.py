"""`chevet bedside consult`: from a tumour's file to a decision that a board can sign."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, cast

import click

from chevet.bedside.case.read import read_case
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.recording import record_consultation
from chevet.bedside.consultation.telling import tell
from chevet.bedside.views.consultation.forbidden import against_lines
from chevet.bedside.views.consultation.option_cards import warnings
from chevet.bedside.views.consultation.page_one import ALARMS, before, flags
from chevet.bedside.views.wording import Wording
from chevet.cli.bedside.forms import written
from chevet.cli.bedside.writing import write_private
from chevet.cli.door import Lang, json_or_file_option, lang_option
from chevet.store.home import home_folder
from chevet.therapy.case import JURISDICTIONS, Jurisdiction
from chevet.therapy.knowledge.importing.kept import current
from chevet.words.labels import label
from chevet.words.signs import drawable

OPTIONS = 5  # on a terminal
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("consult")
@click.argument("case", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--jurisdiction", type=click.Choice(JURISDICTIONS), help="Whose approvals count; the case's own unless said."
)
@click.option("--diagnosis", metavar="TEXT", help="The tumour, in words or as a code, in place of what the files say.")
@click.option("--html", "html_file", type=_FILE, help="File to write, as HTML.")
@click.option("--pdf", "pdf_file", type=_FILE, help="File to write, as PDF.")
@click.option("--docx", "docx_file", type=_FILE, help="File to write, as DOCX.")
@click.option("--fhir", "fhir_file", type=_FILE, help="File to write: a FHIR R4 Genomics Reporting bundle.")
@click.option("--osiris", "osiris_file", type=_FILE, help="File to write: the findings as rows of OSIRIS (TSV).")
@click.option(
    "--patient-sheet", "patient_file", type=_FILE, help="File to write: the patient's plain sheet (.pdf, else HTML)."
)
@click.option(
    "--date", "made_on", type=click.DateTime(["%Y-%m-%d"]), help="Approvals as of this day; today unless said."
)
@click.option(
    "--trials", "trials_folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of trials as CTML; the site's own, in CHEVET_HOME/trials, unless said.",
)  # fmt: skip
@lang_option
@json_or_file_option
def command(
    case: tuple[Path, ...],
    jurisdiction: str | None,
    diagnosis: str | None,
    json_file: Path | None,
    html_file: Path | None,
    pdf_file: Path | None,
    docx_file: Path | None,
    fhir_file: Path | None,
    osiris_file: Path | None,
    patient_file: Path | None,
    made_on: datetime.datetime | None,
    trials_folder: Path | None,
    lang: Lang,
    as_json: bool,
) -> dict[str, Any]:
    """Read CASE (a folder, files, or one case file) and say what may be given, what must not, and what is not known.

    Where CHEVET_HOME is there, its ledger notes that a case was consulted, and keeps whose it was to itself.
    """
    day = made_on.date() if made_on else datetime.datetime.now().astimezone().date()
    read = read_case(case, jurisdiction=cast("Jurisdiction | None", jurisdiction), diagnosis=diagnosis)
    home = home_folder()
    folder = trials_folder or home / "trials"
    made = consult(read, day=day, imported=current(home), trials=folder if folder.is_dir() else None, home=home)
    told = tell(made, lang)
    wanted = {
        "json": json_file, "html": html_file, "pdf": pdf_file, "docx": docx_file, "fhir": fhir_file,
        "osiris": osiris_file, "patient": patient_file,
    }  # fmt: skip
    files = {path: written(told, form, path) for form, path in wanted.items() if path is not None}
    noted = record_consultation(home, told, [form for form, path in wanted.items() if path is not None])
    if home.is_dir() and not noted:
        click.echo(label("consult.not_noted", lang), err=True)
    for path, content in files.items():
        write_private(path, content)
    if not as_json:
        _say(told, lang)
        for path in files:
            click.echo(label("consultation.written", lang, file=str(path)))
    return told


def _say(told: dict[str, Any], lang: Lang) -> None:
    """The decision in a few lines; before it, whatever says that a file may not be this patient's."""
    for key, text in flags(told):
        if key in ALARMS:
            _echo(f"! {text}")
    _echo(told["headline"])
    w = Wording(lang)
    for option in told["options"][:OPTIONS]:
        _echo(f"  {option['rank']}. {option['therapy_text']} [{option['tier']['amp']}] – {option['why']}")
        for text in warnings(option, told, w):
            _echo(f"     ! {text}")
    if len(told["options"]) > OPTIONS:
        _echo(f"  {label('consultation.more', lang, n=len(told['options']) - OPTIONS)}")
    if told["nothing_approved"]:
        _echo(told["nothing_approved_because"])
    _say_what_not(told, lang)
    for step in told["next_steps"]:
        _echo(f"→ {step['text']}")
    if told["not_read"]:
        _echo(label("consult.not_read", lang, n=len(told["not_read"])))
    _echo(told["notice"])


def _say_what_not(told: dict[str, Any], lang: Lang) -> None:
    """What must not be given, and what the proposed medicines ask before they are."""
    w = Wording(lang)
    against, want = against_lines(told, w)
    if against or want:
        _echo(label("consult.not_to_give", lang))
    for one in against:
        _echo(f"  {one.therapies} – {one.why}")
    if want:
        _echo(f"  {label('consultation.for_want', lang)} {want}")
    asked = before(told, w)
    if asked.lines:
        _echo(label("consult.before", lang))
    for line in (*asked.lines, *([asked.more] if asked.more else [])):
        _echo(f"  {line}")


def _echo(text: str) -> None:
    """One line, without signs that would give orders to a terminal."""
    click.echo(drawable(text))
