"""`chevet room`: the data room, for those who hold a permit."""

from __future__ import annotations

import click

from chevet.cli.verbs import Verbs

VERBS: dict[str, str] = {
    "role": "Who is steward, checker, key holder, auditor.",
    "permit": "Grant, renew, suspend, revoke and list permits.",
    "token": "A short-lived pass for one person and one permit.",
    "open": "Prepare what a permit gives: the extract, the cube, the dummy.",
    "ask": "A question to the cohort, answered without rows.",
    "dummy": "Made-up data of the same shape, to try a program on.",
    "run": "Run a program beside the data, without network.",
    "check": "A checker's opinion on what a program wants to take out.",
    "release": "Hand over what two checkers approved.",
    "close": "End a room, and destroy what it held once it need not be kept.",
    "audit": "What was done with the data, for an auditor and for a patient.",
}


@click.group("room", cls=Verbs, package=__name__, verbs=VERBS)
def command() -> None:
    """The data room: permits, questions without rows, programs that come to the data, and what is released."""
