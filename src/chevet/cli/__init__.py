"""The door for scripts: noun, then verb (`chevet study import`, `chevet cohort count`).

Each noun is a module of this room with a click `command`. A module is loaded when its noun is asked
for, so that `chevet ledger verify` does not wait for what draws curves.
"""

from __future__ import annotations

import click

from chevet import __version__
from chevet.cli.verbs import Verbs

NOUNS: dict[str, str] = {
    "study": "Bring studies in, list, look at, check and remove them.",
    "cohort": "Ask questions of groups of patients.",
    "targets": "From many tumours to the genes that matter in them.",
    "bedside": "One patient: the page, and where this patient stands.",
    "knowledge": "What is known of medicines and tumours: ours, and what a site imported.",
    "privacy": "Assess, anonymise, check and attack what is to leave; explain it.",
    "room": "The data room: permits, questions, programs, releases.",
    "reference": "The genome and transcripts by which changes are named: add, list, remove.",
    "ledger": "Every import, question and export, chained.",
    "synth": "Make a cohort up.",
    "demo": "The main job from end to end, on a made-up cohort.",
}


@click.group(cls=Verbs, package=__name__, verbs=NOUNS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chevet")
def main() -> None:
    """Chevet: cohorts that answer, data that stay in the hospital, one patient's page at the bedside.

    CHEVET_HOME says where studies lie (default: ~/.local/share/chevet).
    """
