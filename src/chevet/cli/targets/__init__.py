"""`chevet targets`: from many tumours to the genes that matter in them."""

from __future__ import annotations

import click

from chevet.cli.verbs import Verbs

VERBS: dict[str, str] = {
    "dossier": "One target on paper: evidence, carriers, medicines, what is missing.",
    "drivers": "Which genes are under selection in these patients.",
    "import": "Bring in a table of others: medicines, surface proteins, liabilities, cell lines ...",
    "outcome": "Which altered genes go with a shorter or longer survival, and under which treatment.",
    "rank": "Which genes to look at first: known, repurposable and new targets, and why.",
    "relations": "Which genes exclude each other, or go together, whatever each tumour’s burden.",
    "response": "Which alterations go with the answer of cells to medicines, or with the genes they need.",
    "shape": "Where and how genes are hit: hotspots, truncations, gains, losses, fusions, two hits.",
    "sources": "Which tables of others are kept, of which release, since when.",
    "tractability": "Can a gene be hit, and may it be hit: medicines, surface, family, what is known to go wrong.",
    "withdraw": "Take a table of others out of use: the one before it is in use again.",
}


@click.group("targets", cls=Verbs, package=__name__, verbs=VERBS)
def command() -> None:
    """Genes under selection in a cohort, in a file of mutations, or in a table of counts."""
