"""What every command shares: `--json`, progress on standard error, and errors with their exit code."""

from __future__ import annotations

import functools
import json
import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from chevet.errors import ChevetError, Fault
from chevet.words.errors import error as worded
from chevet.words.errors import in_language
from chevet.words.labels import label
from chevet.words.signs import drawable

Lang = Literal["fr", "en"]
SECONDS_BETWEEN_LINES = 3
WIDTH_OF_A_PIPE = 200
SHORT_CELL = 22
Command = TypeVar("Command", bound=Callable[..., Any])

lang_option = click.option(
    "--lang",
    type=click.Choice(["en", "fr"]),
    default="en",
    envvar="CHEVET_LANG",
    show_default=True,
    help="Language of what people read.",
)


def json_option(command: Command) -> Command:
    """Give a command `--json`: it then returns a dict, printed alone on standard output.

    The command's function takes `as_json: bool`. Whatever it returns as a dict is printed when
    `--json` is given; errors become `{"error": ...}` with the exit code of their kind.
    """

    return click.option(
        "--json", "as_json", is_flag=True, help="One JSON object on standard output, nothing else there."
    )(_answering(command))  # type: ignore[return-value]


def _answering(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with its answer printed as JSON where that is asked for, and errors by who must act."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        as_json, lang = bool(kwargs["as_json"]), _language(kwargs.get("lang"))
        try:
            answer = command(*args, **kwargs)
        except ChevetError as error:
            _leave(error, as_json, lang)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError as error:
            if _reader_left():  # `chevet ... | head`: click ends then without a word
                raise
            _leave(_fault(error), as_json, lang)
        except Exception as error:  # noqa: BLE001 (the last door: a traceback could print a patient's row)
            _leave(_fault(error), as_json, lang)
        else:
            if as_json:
                click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))

    return wrapped


def _reader_left() -> bool:
    """Whether nobody reads standard output any more; a pipe to another process may break, too."""
    asked = select.poll()
    try:
        asked.register(sys.stdout.fileno(), select.POLLOUT)
    except OSError:  # output that is kept in memory
        return False
    return any(told & select.POLLERR for _, told in asked.poll(0))


def json_or_file_option(command: Command) -> Command:
    """Give a command `--json` that may be followed by a file: `--json` prints, `--json F` writes.

    The command's function takes `as_json: bool` and `json_file: Path | None`.
    """

    @click.option(
        "--json", "json_to", is_flag=False, flag_value="-", metavar="[FILE]",
        help="One JSON object: to FILE, or, without a file, on standard output and nothing else there.",
    )  # fmt: skip
    @functools.wraps(command)
    def wrapped(*args: Any, json_to: str | None, **kwargs: Any) -> None:
        file = Path(json_to) if json_to not in (None, "-") else None
        return answered(*args, as_json=json_to == "-", json_file=file, **kwargs)  # type: ignore[no-any-return]

    answered = _answering(command)
    return wrapped  # type: ignore[return-value]


def _fault(error: Exception) -> Fault:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_globals.get('__name__')}, line {place.tb_lineno}" if place else "unknown place"
    return worded(Fault, "fault", name=type(error).__name__, where=where)


def _language(asked: str | None) -> Lang:
    """The language a command was asked to answer in; one without `--lang` goes by CHEVET_LANG."""
    return "fr" if (asked or os.environ.get("CHEVET_LANG")) == "fr" else "en"


def _leave(error: ChevetError, as_json: bool, lang: Lang) -> None:
    """Scripts read an error in English, people in their language."""
    if as_json:
        click.echo(json.dumps(error.as_json(), ensure_ascii=False))
    else:
        message, next_act = in_language(error, lang)
        click.echo(message, err=True)
        click.echo(f"→ {next_act}", err=True)
    sys.exit(error.exit_code)


@contextmanager
def progress(title: str, lang: Lang = "en") -> Iterator[Callable[[str, float], None]]:
    """Progress on standard error; yields `tell(what, part)` with `part` from 0 to 1.

    A bar on a terminal; elsewhere (a log) one line every few seconds.
    """
    if not sys.stderr.isatty():
        yield _lines(title, lang)
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(title, total=1.0)

        def tell(what: str, part: float) -> None:
            bar.update(task, description=_beside(title, what, lang), completed=part)

        yield tell


def _beside(title: str, what: str, lang: Lang) -> str:
    return label("progress.of", lang, title=title, what=what) if what else title


def _lines(title: str, lang: Lang) -> Callable[[str, float], None]:
    said = time.monotonic()

    def tell(what: str, part: float) -> None:
        nonlocal said
        if time.monotonic() - said >= SECONDS_BETWEEN_LINES:
            said = time.monotonic()
            share = f"{100 * part:.0f}" + ("\u202f%" if lang == "fr" else "%")
            click.echo(_beside(title, f"{what} ({share})" if what else share, lang), err=True)

    return tell


def show_table(
    headings: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "", lang: Lang | None = None
) -> None:
    """Print a table for people: numbers to the right, as `lang` groups their digits; no word is cut or broken."""
    # A pipe has no width: lines are then as long as they need to be, not cut at eighty signs.
    # Words in brackets, or between colons, are what a study says: no style and no picture.
    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_PIPE, markup=False, emoji=False)
    written = [[_written(cell, lang) for cell in row] for row in rows]
    columns = [[row[i] for row in written] for i in range(len(headings))]
    widths, gap = _widths(headings, columns, console.width)
    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, padding=(0, gap, 0, 0), show_edge=False)
    for i, (heading, cells) in enumerate(zip(headings, columns, strict=True)):
        justify: Literal["left", "right"] = "right" if i and _of_numbers(cells) else "left"
        table.add_column(heading, justify=justify, overflow="fold", width=widths[i])
    for row in written:
        table.add_row(*row)
    console.width = max(console.width, sum(widths) + (gap + 1) * len(widths))
    console.print(table)


def _widths(headings: Sequence[str], columns: Sequence[Sequence[str]], room: int) -> tuple[list[int], int]:
    """How wide each column is, and the space after it: what it wants if there is room, and the least it needs."""
    widths = [_least(cells, heading) for cells, heading in zip(columns, headings, strict=True)]
    gap = 1 if sum(widths) + 2 * len(widths) <= room else 0
    left = room - sum(widths) - (gap + 1) * len(widths)
    for i, cells in enumerate(columns):
        more = max(0, min(max(map(len, (headings[i], *cells))) - widths[i], left))
        widths[i], left = widths[i] + more, left - more
    return widths, gap


def _written(cell: object, lang: Lang | None) -> str:
    if lang is not None and isinstance(cell, int):
        return f"{cell:,}" if lang == "en" else f"{cell:,}".replace(",", "\u202f")
    return "" if cell is None else drawable(str(cell))


def _of_numbers(cells: Sequence[str]) -> bool:
    said = [cell for cell in cells if cell]
    return 2 * sum(cell.lstrip("-\u2212< ")[:1].isdigit() for cell in said) >= len(said)


def _least(cells: Sequence[str], heading: str) -> int:
    """The narrowest a column may be: short cells stay on one line, longer ones break between words."""
    longest = max(map(len, cells), default=0)
    words = [word for text in (heading, *(cells if longest > SHORT_CELL else ())) for word in text.split(" ")]
    return min(SHORT_CELL, max(longest if longest <= SHORT_CELL else 0, *map(len, words)))
