"""An answer as people take it home: a table on the screen, pictures, a page, a CSV file.

Every file written is an entry in the ledger, with the SHA-256 of what it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from chevet.cli.door import Lang, show_table
from chevet.cohort.answer import Answer
from chevet.errors import BadInput
from chevet.paper import pictures
from chevet.paper.spreadsheets import csv_file
from chevet.store.lake import Lake
from chevet.store.ledger import sha256
from chevet.words.errors import error as worded
from chevet.words.labels import label
from chevet.words.signs import drawable

PICTURE_EXPORTED, TABLE_EXPORTED = "picture_exported", "table_exported"
ROWS_PRINTED = 20
Command = TypeVar("Command", bound=Callable[..., Any])


def _file_option(name: str, what: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{name}", type=click.Path(path_type=Path, dir_okay=False), help=f"Write {what} to this file."
    )


def files_options(command: Command) -> Command:
    """Give a command `--svg`, `--png`, `--html` and `--csv`."""
    for name, what in (
        ("csv", "the table"), ("html", "a page that stands alone"), ("png", "the picture"), ("svg", "the picture"),
    ):  # fmt: skip
        command = _file_option(name, what)(command)
    return command


def tell(
    answer: Answer, lake: Lake, study: str, *, as_json: bool, lang: Lang, all_rows: bool = False,
    svg: Path | None, png: Path | None, html: Path | None, csv: Path | None, kept_as: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Print the answer, write the files asked for (each an entry in the ledger), and return it for scripts.

    kept_as   what the ledger calls the files, where people may name them after a patient
    """

    def write(path: Path, content: bytes, act: str = PICTURE_EXPORTED) -> None:
        name = path.name if kept_as is None else kept_as + path.suffix
        _write(lake, study, path, content, lang, as_json, act, name)

    headings, rows = answer.rows(lang)
    rows = [[drawable(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    notes = [drawable(note) for note in answer.notes(lang)]
    if not as_json:
        show_table(headings, rows if all_rows else rows[:ROWS_PRINTED], title=answer.title(lang), lang=lang)
        for note in notes:
            click.echo(note)
    spec = answer.picture(lang) if svg or png or html else {}
    if svg:
        write(svg, pictures.svg(spec).encode())
    if png:
        write(png, pictures.png(spec))
    if html:
        page = pictures.html(spec, answer.title(lang), lang, headings=headings, rows=rows, notes=notes)
        write(html, page.encode())
    if csv:
        write(csv, csv_file(headings, rows), TABLE_EXPORTED)
    return answer.as_json()


def _write(lake: Lake, study: str, path: Path, content: bytes, lang: Lang, quiet: bool, act: str, name: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise worded(BadInput, "file_not_written", name=path.name, why=error.strerror) from None
    lake.ledger.append(act, study=study, file=name, sha256=sha256(content))
    if not quiet:
        click.echo(label("answer.wrote", lang, path=path))
