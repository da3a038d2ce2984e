"""What the verbs of `chevet privacy` share: whose table it is, on which day, and how figures are printed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from chevet.errors import BadInput
from chevet.privacy.anonymity.extract import Source
from chevet.store.lake import Lake

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


def source_options(command: Command) -> Command:
    """Give a command `--study` (and `--version`) or `--table`."""
    for option in (
        click.option("--table", type=FILE, help="A Parquet, CSV or TSV file with one row per person."),
        click.option("--version", type=int, help="An older version of the study; the current one unless given."),
        click.option("--study", help="A study, as one row per patient (see: chevet study list)."),
    ):
        command = option(command)
    return command


date_option = click.option(
    "--date", "made_on", type=click.DateTime(["%Y-%m-%d"]), help="Date written on the dossier; today unless said."
)


def source_of(lake: Lake, study: str | None, version: int | None, table: Path | None) -> Source:
    """The people that the options name. Raises BadInput unless they name exactly one table."""
    if (study is None) == (table is None):
        raise BadInput(
            "name either a study or a table",
            next_act="Give --study NAME (see: chevet study list) or --table FILE.",
        )
    if table is not None:
        return Source.of_file(table)
    assert study is not None
    return Source.of_study(lake.open(study, version))


def day_of(made_on: datetime.datetime | None) -> datetime.date:
    """The day that was given, or today."""
    return made_on.date() if made_on else datetime.datetime.now().astimezone().date()
