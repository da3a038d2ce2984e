"""`chevet privacy assess`: how easily people are singled out in a table as it stands, before anything is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.privacy.people import FILE, source_of, source_options
from chevet.errors import BadInput
from chevet.paper import pictures
from chevet.privacy.anonymity.assessing import Assessment, assess
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.risk.dossier_sections import RISKS, Words
from chevet.store.lake import Lake
from chevet.words.labels import label

ASSESSED = "risk_assessed"
SHOWN = 12


@click.command("assess")
@source_options
@click.option("--policy", "policy_file", type=FILE, help="What each column is; guessed from the columns unless given.")
@click.option("--known-up-to", type=click.IntRange(1, 4), default=3, show_default=True,
              help="How many columns somebody may know at once.")  # fmt: skip
@click.option("--svg", type=FILE, help="Write the picture to this file.")
@click.option("--png", type=FILE, help="Write the picture to this file.")
@click.option("--html", type=FILE, help="Write a page that stands alone to this file.")
@lang_option
@json_option
def command(
    study: str | None, version: int | None, table: Path | None, policy_file: Path | None, known_up_to: int,
    svg: Path | None, png: Path | None, html: Path | None, lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Measure the risks of a table as it stands: who is alone of their kind, and which facts single them out."""
    lake = Lake.from_environment()
    policy = Policy.read(policy_file) if policy_file else None
    source = source_of(lake, study, version, table)
    with progress("chevet privacy assess", lang) as tell:
        found = assess(source, policy, known_up_to=known_up_to, progress=tell)
    lake.ledger.append(ASSESSED, cohort=source.cohort, version=source.version, source_digest=source.digest)
    spec = found.picture(lang) if svg or png or html else {}
    files: dict[Path | None, bytes] = {}
    if svg:
        files[svg] = pictures.svg(spec).encode()
    if png:
        files[png] = pictures.png(spec)
    if html:
        headings, rows = _combinations(found, lang)
        files[html] = pictures.html(spec, _title(found, lang), lang, headings=headings, rows=rows).encode()
    for path, content in files.items():
        _write(path, content)
    if not as_json:
        _say(found, lang)
        for path in files:
            click.echo(label("answer.wrote", lang, path=path))
    return {**found.as_json(), "files": [str(path) for path in files]}


def _title(found: Assessment, lang: Lang) -> str:
    return label("privacy.assess.title", lang, name=found.cohort)


def _say(found: Assessment, lang: Lang) -> None:
    w = Words(lang)
    if found.guessed:
        click.echo(label("privacy.assess.guessed", lang, columns=", ".join(found.quasi)))
    rows = [(w(f"risk.{name}"), w.share(found.risks[name])) for name in RISKS]
    rows += [(w(f"risk.{name}"), w.number(found.risks[name])) for name in ("groups", "smallest")]
    show_table((w("figure"), w("measured")), rows, title=_title(found, lang))
    headings, combinations = _combinations(found, lang)
    show_table(headings, combinations, title=label("privacy.assess.known", lang), lang=lang)
    click.echo(label("privacy.assess.next", lang))


def _combinations(found: Assessment, lang: Lang) -> tuple[list[str], list[list[Any]]]:
    w = Words(lang)
    headings = [label(f"privacy.assess.{key}", lang) for key in ("facts", "alone", "share", "below")]
    rows = [[", ".join(one.columns), one.unique, w.share(one.unique / found.people), one.below]
            for one in found.known[:SHOWN]]  # fmt: skip
    return headings, rows


def _write(path: Path | None, content: bytes) -> None:
    assert path is not None
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be written: {error.strerror}", next_act="Choose another folder.") from None
