"""`chevet knowledge`: what is known of medicines and tumours, ours and what the site imported."""

from __future__ import annotations

import click

from chevet.cli.verbs import Verbs

VERBS: dict[str, str] = {
    "status": "Which bases are there, how many statements, how old.",
    "check": "Whether our tables hold, and what another base says that ours does not.",
    "import": "Bring in CIViC, the almanac or OncoKB, apart from ours.",
    "diff": "What changed between two versions of an imported base.",
}


@click.group("knowledge", cls=Verbs, package=__name__, verbs=VERBS)
def command() -> None:
    """Statements about medicines and tumours, each with its source and date."""
