"""`chevet privacy attack`: the known attacks, on a release and its source, or on a made-up cohort."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.privacy.people import FOLDER, source_of, source_options
from chevet.cohort.index import CohortIndex
from chevet.errors import BadInput
from chevet.paper.pictures import number, percent
from chevet.privacy.anonymity import folder
from chevet.privacy.anonymity.release import prepare
from chevet.privacy.attacks.demonstration import STUDY, Attacked, attack_releases
from chevet.privacy.attacks.on_release import attack_release
from chevet.privacy.attacks.outcome import Outcome
from chevet.privacy.keys import Keys
from chevet.records.record import Progress
from chevet.room.demonstration import attack_answers
from chevet.store.lake import Lake
from chevet.words.labels import label

PATIENTS = 3000
NAMED = 3


@click.command("attack")
@click.option("--release", type=FOLDER, help="A release folder; name its source with --study or --table, too.")
@source_options
@click.option("--patients", type=click.IntRange(500, 100_000), default=PATIENTS, show_default=True,
              help="Without a release: how many patients to make up.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Who is attacked.")
@lang_option
@json_option
def command(
    release: Path | None, study: str | None, version: int | None, table: Path | None, patients: int, seed: int,
    lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Attack a release with everything its source tells of the targets; or, without one, show every attack.

    Each attack is tried on the naive way first. One that fails there, too, proves nothing.
    """
    with progress("chevet privacy attack", lang) as tell:
        if release is not None:
            opened = folder.read(release)
            lake = Lake.from_environment()
            project = str(opened.report["project"])
            key = Keys.of(lake).project(project) if project else None
            ready = prepare(source_of(lake, study, version, table), opened.policy, project=project, key=key)
            outcomes = attack_release(ready, opened.table, project=project, seed=seed)
            what = label("attack.release", lang, release=opened.report["release"]["id"])
        else:
            if study or table:
                raise BadInput("a source without a release", next_act="Name the release made from it: --release FOLDER")
            with tempfile.TemporaryDirectory(prefix="chevet-attack-") as made:
                outcomes = _demonstrated(Path(made), patients, seed, tell)
            what = label("attack.made_up", lang, patients=number(patients, lang))
    pairs = _pairs(outcomes)
    if not as_json:
        _say(pairs, what, lang)
    return {"attacks": [outcome.as_json() for outcome in outcomes], "succeed": sum(ours.succeeds for _, ours in pairs)}


def _demonstrated(folder: Path, patients: int, seed: int, tell: Progress) -> list[Outcome]:
    """Every attack, on a cohort made up for it."""
    tell("a cohort is made up", 0.0)
    attacked = Attacked.make(folder, patients, seed, derive=[CohortIndex.build])
    released = attack_releases(attacked, folder, seed, tell)
    return released + attack_answers(attacked.lake, STUDY, seed, tell)


def _pairs(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Outcome]]:
    """Each attack with what it did to the naive way and to ours."""
    sides = {(o.attack, o.knows, o.against): o for o in outcomes}
    return [(o, sides[o.attack, o.knows, "ours"]) for o in outcomes if o.against == "naive"]


def _say(pairs: Sequence[tuple[Outcome, Outcome]], what: str, lang: Lang) -> None:
    headings = [label(f"attack.{key}", lang) for key in ("attack", "guess", "naive", "ours", "verdict")]
    rows = [
        (label(f"attack.{naive.attack}", lang, knows=_knows(naive.knows, lang)), percent(naive.guess, lang),
         percent(naive.success, lang), percent(ours.success, lang), _verdict(naive, ours, lang))
        for naive, ours in pairs
    ]  # fmt: skip
    show_table(headings, rows, title=label("attack.title", lang, what=what), lang=lang)
    click.echo(label("attack.measure", lang))
    several = sum(ours.succeeds for _, ours in pairs)
    click.echo(label("attack.some_succeed", lang, n=several) if several else label("attack.all_fail", lang))


def _knows(knows: str, lang: Lang) -> str:
    """The columns known; by number where they are many."""
    columns = knows.split(", ")
    return knows if len(columns) <= NAMED else label("attack.all_of_them", lang, n=len(columns))


def _verdict(naive: Outcome, ours: Outcome, lang: Lang) -> str:
    if ours.succeeds:
        return label("attack.succeeds", lang)
    return label("attack.fails" if naive.succeeds else "attack.proves_nothing", lang)
