"""`chevet privacy`: what may leave, in what form, and how it is proved."""

from __future__ import annotations

import click

from chevet.cli.verbs import Verbs

VERBS: dict[str, str] = {
    "policy": "Write a first policy for a study or a table, to be read and corrected by a person.",
    "assess": "How easily people are singled out in a table as it stands.",
    "anonymise": "Make a release that satisfies its policy, or refuse.",
    "apart": "Tables declared to be of other people than a release's: see what waits, and confirm it.",
    "check": "Verify a release again, from nothing but the files.",
    "attack": "Try the known attacks on a release, and on a naive one.",
    "explain": "What was promised and what remains, for the person who signs.",
    "hierarchy": "The built-in hierarchies, and tools to make others.",
    "key": "The keys of pseudonyms: make, rotate, list.",
}


@click.group("privacy", cls=Verbs, package=__name__, verbs=VERBS)
def command() -> None:
    """Assess, anonymise, check and attack what is to leave the hospital; explain it."""
