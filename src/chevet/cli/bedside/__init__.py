"""`chevet bedside`: one patient, for a tumour board."""

from __future__ import annotations

import click

from chevet.cli.verbs import Verbs

VERBS: dict[str, str] = {
    "page": "A patient of a study: who, what was found, how similar patients fared.",
    "consult": "From a tumour's file to what may be given, what must not, and why.",
    "diff": "What changed between two consultations of one case.",
    "recheck": "Whose answer changed since it was given, and why: after each change of knowledge.",
    "schema": "The form of a case, and of a consultation, as JSON Schema.",
}


@click.group("bedside", cls=Verbs, package=__name__, verbs=VERBS)
def command() -> None:
    """One patient: the page, and the consultation from what a laboratory sent."""
