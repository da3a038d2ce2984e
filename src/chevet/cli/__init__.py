"""The door for scripts: noun, then verb (`chevet study import`, `chevet cohort count`).

Each noun is a module of this room with a click `command`. A module is loaded when its noun is asked
for, so that `chevet ledger verify` does not wait for what draws curves.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

from chevet import __version__

NOUNS: dict[str, str] = {
    "study": "Bring studies in, list, look at, check and remove them.",
    "cohort": "Ask questions of groups of patients.",
    "bedside": "One patient: the page, and where this patient stands.",
    "ledger": "Every import, question and export, chained.",
    "synth": "Make a cohort up.",
    "demo": "The main job from end to end, on a made-up cohort.",
}


class Nouns(click.Group):
    """A group that knows the names of its commands and loads each one's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOUNS:
            return None
        return cast(click.Command, import_module(f"{__name__}.{cmd_name}").command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(NOUNS.items()))


@click.group(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chevet")
def main() -> None:
    """Chevet: cohorts that answer, data that stay in the hospital, one patient's page at the bedside.

    CHEVET_HOME says where studies lie (default: ~/.local/share/chevet).
    """
