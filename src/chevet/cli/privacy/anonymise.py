"""`chevet privacy anonymise`: a release that keeps its policy, or a refusal that says what was not kept."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.privacy.people import FILE, FOLDER, date_option, day_of, source_of, source_options
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.register.apart import Apart
from chevet.privacy.anonymity.register.registry import Registry
from chevet.privacy.risk.dossier_sections import Words, verdict
from chevet.room.apart import Declarations
from chevet.store.lake import Lake
from chevet.words.labels import label


@click.command("anonymise")
@source_options
@click.option("--policy", "policy_file", type=FILE, required=True, help="What must hold (see: chevet privacy policy).")
@click.option("--out", type=FOLDER, required=True, help="The folder to write; not there yet.")
@click.option("--project", default="", help="Whose pseudonyms replace identifiers, and whose secret shifts dates.")
@click.option(
    "--like", default="", help="Apply this earlier release's recoding: to a new version of its people, or coarser."
)
@click.option(
    "--apart-from", default="", help="Declare that these are other people than those of this earlier release."
)
@click.option("--because", default="", help="How that is known; the ledger keeps it, and the committee confirms it.")
@click.option("--csv", "as_csv", is_flag=True, help="Write the table as CSV, too.")
@click.option("--attacks", type=click.IntRange(0, 100_000), default=0, show_default=True,
              help="Attacks of each kind, to answer the three European questions (takes minutes).")  # fmt: skip
@date_option
@lang_option
@json_option
def command(
    study: str | None, version: int | None, table: Path | None, policy_file: Path, out: Path, project: str, like: str,
    apart_from: str, because: str, as_csv: bool, attacks: int, made_on: datetime.datetime | None,
    lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Make a release that satisfies its policy, verified on what was written; or refuse, and write nothing."""
    lake = Lake.from_environment()
    policy = Policy.read(policy_file)
    source = source_of(lake, study, version, table)
    with progress("chevet privacy anonymise", lang) as tell:
        made = Registry(lake, Declarations(lake.ledger).confirmed).release(
            source,
            policy,
            out,
            made_on=day_of(made_on),
            project=project,
            like=like,
            apart=Apart(apart_from, because) if apart_from or because else None,
            as_csv=as_csv,
            attacks=attacks,
            progress=tell,
        )
    if not as_json:
        _say(made.report, lang)
        click.echo(label("privacy.anonymise.wrote", lang, folder=out, release=made.name))
        click.echo(label("privacy.anonymise.next", lang, folder=out))
    return {**made.report, "folder": str(out)}


def _say(report: dict[str, Any], lang: Lang) -> None:
    w = Words(lang)
    click.echo(w(f"called.{report['called']}"))
    if report["called"] == "pseudonymised":
        click.echo(verdict(report, w))
    after, release = report["risks"]["after"], report["release"]
    rows = [
        (w("figure.people"), w.number(release["people"])),
        (w("threshold.suppressed"), w.number(release["suppressed"])),
        (w("figure.smallest"), w.number(after["smallest"])),
        (w("figure.risk"), w.share(after["highest_risk"])),
        (w("threshold.average_risk"), w.share(after["average_risk"])),
        (w("figure.loss"), w.share(report["utility"]["loss"])),
    ]
    show_table((w("figure"), w("measured")), rows)
