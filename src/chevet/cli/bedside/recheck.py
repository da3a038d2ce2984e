"""`chevet bedside recheck`: whose answer changed since it was given, and why."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import click

from chevet.bedside.case.read import read_case
from chevet.bedside.consultation.comparing import compare
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.recording import record_consultation
from chevet.bedside.consultation.telling import tell
from chevet.cli.bedside.diff import read_consultation, say
from chevet.cli.bedside.writing import write_private
from chevet.cli.door import Lang, json_option, lang_option, progress
from chevet.errors import BadInput, ChevetError
from chevet.store.home import home_folder
from chevet.therapy.knowledge.importing.kept import current
from chevet.words.labels import label

ANSWER = ".consultation.json"


@click.command("recheck")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--write", is_flag=True, help="Keep today's answers beside the cases, in place of the earlier ones.")
@click.option(
    "--date", "made_on", type=click.DateTime(["%Y-%m-%d"]), help="Approvals as of this day; today unless said."
)
@lang_option
@json_option
def command(folder: Path, write: bool, made_on: datetime.datetime | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Consult every case of FOLDER again, and list whose answer is another one than before, and why.

    A case is a file (P-1.json) or a folder (P-1); its answer lies beside it, as P-1.consultation.json. Cases without
    an answer are named; --write keeps the new answers.
    """
    day = made_on.date() if made_on else datetime.datetime.now().astimezone().date()
    cases = _cases(folder)
    if not cases:
        raise BadInput("no case lies in this folder", next_act="Give a folder of case files, or of one folder a case.")
    home = home_folder()
    imported = current(home)
    rows: list[dict[str, Any]] = []
    with progress(folder.name, lang) as tell_progress:
        for done, case in enumerate(cases):
            tell_progress(case.name, done / len(cases))
            rows.append(_again(case, day, lang, home=home, imported=imported, write=write, loud=not as_json))
    changed = sum(bool(row.get("decides")) for row in rows)
    failed = sum("error" in row for row in rows)
    if not as_json:
        click.echo(label("change.summary", lang, cases=len(rows), changed=changed, failed=failed))
    return {"cases": rows, "changed": changed, "failed": failed}


def _cases(folder: Path) -> list[Path]:
    """Case files and folders of a case, by name; answers and hidden files are none."""
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".")
        and not path.name.endswith(ANSWER)
        and (path.is_dir() or path.suffix.lower() in (".json", ".yaml", ".yml"))
    )


def _again(
    case: Path, day: datetime.date, lang: Lang, *, home: Path, imported: Any, write: bool, loud: bool
) -> dict[str, Any]:
    answer = case.with_name((case.name if case.is_dir() else case.stem) + ANSWER)
    try:
        told = tell(consult(read_case([case]), day=day, imported=imported, home=home), lang)
        found = compare(read_consultation(answer), told) if answer.is_file() else None
    except ChevetError as error:
        if loud:
            click.echo(f"{case.name}: {error.message}")
        return {"case": case.name, "error": error.message}
    record_consultation(home, told, ["json"] if write else [])
    if loud:
        if found is None:
            click.echo(f"{case.name}: {label('change.first', lang)}")
        elif found.changes:
            click.echo(f"{case.name}:")
            say(found, lang, indent="  ")
    if write:
        write_private(answer, json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False).encode())
    return {"case": case.name, "first": found is None, **(found.as_json(lang) if found else {"decides": False})}
