"""`chevet room audit`: who asked what, and what became of it; for a patient, what was done with data like theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.compute as pc

from chevet.bedside.access import PATIENT_NAMES, patient_name
from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.cohort import cohort as cohorts
from chevet.cohort.definition import parse
from chevet.cohort.nodes import Definition
from chevet.errors import BadInput, ChevetError
from chevet.paper import spreadsheets
from chevet.privacy.keys import Keys
from chevet.room import plain, uses
from chevet.room.audit import KINDS, REFUSED, Line, Wanted, lines
from chevet.room.book import Book
from chevet.room.pages import table_page, uses_page
from chevet.room.people import People
from chevet.room.refusals import known_code
from chevet.room.rules import Missing, refuse
from chevet.store import bits
from chevet.store.lake import Lake
from chevet.words.labels import has_label, label

PATIENT_USES_TOLD = "patient_uses_told"
READERS = ("auditor", "dpo")
STAFF = ("steward", *READERS)  # who answers a patient that asks
_FILE = click.Path(path_type=Path, dir_okay=False)
_DAY = click.DateTime(["%Y-%m-%d"])
_COLUMNS = ("n", "at", "who", "permit", "project", "study", "act", "what", "why")


@click.command("audit")
@click.option("--permit")
@click.option("--project")
@click.option("--study", help="With --like-me and --patient, too.")
@click.option("--person", help="Who acted.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only these kinds of acts; repeat.")
@click.option("--since", type=_DAY, help="From this day on (UTC).")
@click.option("--until", type=_DAY, help="Up to this day, included (UTC).")
@click.option("--refused", "refused_only", is_flag=True, help="Only what was refused.")
@click.option(
    "--like-me", "person_like", metavar="DEFINITION", help="For a patient: uses that could have included such a person."
)
@click.option(
    "--patient", metavar="ID", help="For the hospital's own staff: uses that could have included this patient."
)
@click.option("--csv", "csv_file", type=_FILE, help="Write the list to this file.")
@click.option("--html", "html_file", type=_FILE, help="Write a page that stands alone.")
@lang_option
@json_option
def command(
    person_like: str | None, patient: str | None, study: str | None, csv_file: Path | None, html_file: Path | None,
    lang: Lang, as_json: bool, **filters: Any,
) -> dict[str, Any]:  # fmt: skip
    """Read the ledger: as an auditor, or for a patient who asks what was done with data like theirs.

    The auditor's list is for auditors and the DPO. What is told for a patient names no researcher and no number.
    """
    lake = Lake.from_environment()
    if person_like is None and patient is None:
        return _audit(lake, Wanted(study=study, **_wanted(**filters)), csv_file, html_file, lang, as_json)
    if csv_file or any(value for value in filters.values()) or (person_like and patient):
        raise BadInput(
            "--like-me and --patient go with --study, --html and --json alone",
            next_act="Leave out --permit, --project, --person, --kind, --since, --until, --refused and --csv.",
        )
    if patient is not None:
        described, found = _of_patient(lake, study, patient, lang)
    else:
        described, found = _like(lake, study, parse(person_like or "all"), lang)
    intro = label("uses.intro_patient" if patient is not None else "uses.intro", lang)
    if html_file:
        _write(html_file, uses_page(found, described, intro, lang).encode(), lang, as_json)
    elif not as_json:
        _say(described, intro, found, lang)
    return {"about": described, "uses": [use.as_json(lang) for use in found]}


def _wanted(
    *, permit: str | None, project: str | None, person: str | None, kinds: Sequence[str], since: datetime | None,
    until: datetime | None, refused_only: bool,
) -> dict[str, Any]:  # fmt: skip
    return {
        "permit": permit, "project": project, "who": person, "kinds": frozenset(kinds), "refused_only": refused_only,
        "since": since.replace(tzinfo=UTC) if since else None,
        "until": until.replace(tzinfo=UTC) + timedelta(days=1) if until else None,
    }  # fmt: skip


def _audit(
    lake: Lake, wanted: Wanted, csv_file: Path | None, html_file: Path | None, lang: Lang, as_json: bool
) -> dict[str, Any]:
    book = Book(lake.ledger)
    _require_reader(book, lake.ledger.actor)
    found = list(lines(book, wanted))
    headings = [label(f"audit.{column}", lang) for column in _COLUMNS]
    rows = [_row(line, lang) for line in found]
    note = label("audit.count", lang, count=len(found), entries=book.read)
    title = label("audit.title", lang)
    if csv_file:
        _write(csv_file, spreadsheets.csv_file(headings, rows), lang, as_json)
    if html_file:
        _write(html_file, table_page(title, [note], headings, rows, lang).encode(), lang, as_json)
    if not as_json and not csv_file and not html_file:
        if found:
            show_table(headings, rows, title=title)
        click.echo(note if found else label("audit.none", lang))
    return {"entries": [line.as_json() for line in found], "read": book.read}


def _require_reader(book: Book, actor: str) -> None:
    people = People(book.ledger, book=book)
    if not any(people.has(actor, role) for role in READERS):
        missing = Missing(
            f"{actor} is neither auditor nor DPO",
            "A steward can appoint one who holds no other role: chevet room role give PERSON auditor. "
            "For patients: --like-me DEFINITION",
        )
        refuse("the auditor's list stays closed", [missing])


def _require_staff(book: Book, actor: str) -> None:
    """Whoever may ask questions must not learn which of them were true of somebody: each would be a fact of theirs."""
    missing = []
    with book.now() as (state, _):
        if not any(state.has(actor, role) for role in STAFF):
            missing.append(
                Missing(
                    f"{actor} is neither steward nor auditor nor DPO",
                    f"Those who are can: {', '.join(sorted({p for role in STAFF for p in state.holders(role)}))}. "
                    "For everybody: --like-me DEFINITION",
                )
            )
        if state.has(actor, "researcher") or any(actor in permit.people for permit in state.permits.values()):
            missing.append(Missing(f"{actor} asks questions of the data room", "Somebody who does not can"))
    refuse("what was done with one patient's data stays untold", missing)


def _row(line: Line, lang: Lang) -> list[str]:
    key = f"ledger.act.{line.act}"
    act = label(key, lang) if has_label(key) else line.act
    act = label("audit.void", lang, act=act) if line.void else act
    at = line.at[:19].replace("T", " ")
    return [str(line.n), at, line.who, line.permit, line.project, line.study, act, line.what, _why(line, lang)]


def _why(line: Line, lang: Lang) -> str:
    """The reason as it was entered; that of a refused question with its code in the reader's words."""
    if line.act != REFUSED:
        return line.why
    code = label(f"audit.refusal.{known_code(line.facts.get('why_code'))}", lang)
    return label("audit.refused_because", lang, code=code, told=line.why)


def _like(lake: Lake, study: str | None, person: Definition, lang: Lang) -> tuple[str, list[uses.Use]]:
    if study is not None:
        lake.open(study)
    who = plain.who(person, lang)
    described = (
        label("uses.described_study", lang, who=who, study=study) if study
        else label("uses.described", lang, who=who)
    )  # fmt: skip
    return described, uses.like(Book(lake.ledger), person, study)


def _of_patient(lake: Lake, study: str | None, patient: str, lang: Lang) -> tuple[str, list[uses.Use]]:
    """Nothing of the record is told; that somebody asked is entered, by the patient's keyed name."""
    book = Book(lake.ledger)
    _require_staff(book, lake.ledger.actor)
    if study is None:
        raise BadInput("a patient belongs to a study", next_act="Name it: --study STUDY")
    if not _there(lake, study, None, patient):
        raise BadInput(f"{study} has no such patient", next_act="Names are as in the source, capitals included.")
    name = patient_name(Keys.of(lake).installation(PATIENT_NAMES), study, patient)
    lake.ledger.append(PATIENT_USES_TOLD, study=study, patient=name)
    found = uses.of_patient(book, study, _includes(lake, patient), name)
    return label("uses.described_patient", lang, study=study), found


def _there(lake: Lake, study: str, version: int | None, patient: str) -> bool:
    return _place(cohorts.open(lake, study, "all", version), patient) is not None


def _place(cohort: cohorts.Cohort, patient: str) -> int | None:
    place = pc.index(cohort.index.patients, pa.scalar(patient, cohort.index.patients.type)).as_py()
    return None if place < 0 else int(place)


def _includes(lake: Lake, patient: str) -> Callable[[str, int | None, Definition], bool]:
    """Whether a question was true of the patient, or unknown; a version that is gone could have held them."""

    def includes(study: str, version: int | None, definition: Definition) -> bool:
        try:
            cohort = cohorts.open(lake, study, definition, version)
        except ChevetError:
            return True
        place = _place(cohort, patient)
        return place is not None and not bits.unpack(cohort.truth.false, cohort.index.n_patients)[place]

    return includes


def _say(described: str, intro: str, found: Sequence[uses.Use], lang: Lang) -> None:
    click.echo(f"{label('uses.title', lang)}\n{described}\n{intro}\n")
    for use in found:
        purpose = use.purpose_said(lang)
        click.echo(f"- {use.sentence(lang)}" + (f" {purpose}" if purpose else ""))
    if not found:
        click.echo(label("uses.none", lang))


def _write(path: Path, content: bytes, lang: Lang, quiet: bool) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(
            f"{path.name} cannot be written: {error.strerror}",
            next_act="Name a file in a folder that you may write to.",
        ) from None
    if not quiet:
        click.echo(label("audit.wrote", lang, path=path))
