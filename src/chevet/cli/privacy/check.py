"""`chevet privacy check`: a release verified again, from nothing but its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.cli.privacy.people import FILE
from chevet.errors import Refused
from chevet.privacy.anonymity import folder as folders
from chevet.privacy.anonymity.checking import Checked, check
from chevet.privacy.anonymity.extract import read_table
from chevet.privacy.anonymity.verify.verified_counts import Finding
from chevet.privacy.risk.dossier_sections import Words
from chevet.words.labels import has_label, label


@click.command("check")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--population", type=FILE, help="The population's table, for models that need it.")
@lang_option
@json_option
def command(folder: Path, population: Path | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Verify the release in FOLDER on its written labels. Exit code 3 and every failing rule when it does not hold."""
    opened = folders.read(folder)
    found = check(opened, None if population is None else read_table(population))
    if not found.holds:
        failures = "\n  ".join(found.failures())
        raise Refused(
            f"the release in {opened.path.name} does not hold:\n  {failures}",
            next_act="Do not use it, and do not call it anonymised: show this to the data steward who made it.",
        )
    if not as_json:
        _say(found, opened.report, lang)
    return {"folder": str(folder), "release": opened.report["release"]["id"], **found.as_json()}


def _say(found: Checked, report: dict[str, Any], lang: Lang) -> None:
    w = Words(lang)
    headings = [label(f"privacy.check.{key}", lang) for key in ("rule", "of", "figure", "needed")]
    show_table(headings, [(_named(f.rule, lang), f.of, *_figures(f, w)) for f in found.findings])
    for kind in found.not_checked:
        click.echo(label("privacy.check.not_checked", lang, kind=_named(kind, lang)))
    rows = w.number(report["release"]["rows"])
    click.echo(label("privacy.check.holds", lang, release=report["release"]["id"], rows=rows))


def _named(rule: str, lang: Lang) -> str:
    """A model, a threshold, or a rule of the verifier, in words."""
    kinds = ("dossier.short", "dossier.threshold", "privacy.rule")
    return next((label(f"{kind}.{rule}", lang) for kind in kinds if has_label(f"{kind}.{rule}")), rule)


def _figures(finding: Finding, w: Words) -> tuple[str, str]:
    """What was found, and what it was compared with: shares as percentages."""
    said = w.share if has_label(f"dossier.threshold.{finding.rule}") else w.number
    return said(finding.figure), "" if finding.needed is None else said(finding.needed)
