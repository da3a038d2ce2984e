"""The door for scripts: noun, then verb (`chevet study import`, `chevet cohort count`)."""

from __future__ import annotations

import click

from chevet import __version__
from chevet.cli import bedside, demo, ledger, study, synth


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chevet")
def main() -> None:
    """Chevet: cohorts that answer, data that stay in the hospital, one patient's page at the bedside.

    CHEVET_HOME says where studies lie (default: ~/.local/share/chevet).
    """


for noun in (study, bedside, ledger, synth, demo):
    main.add_command(noun.command)
