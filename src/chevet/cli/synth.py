"""`chevet synth`: a made-up cohort, for demonstrations, lessons and tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet import synth
from chevet.cli.door import Lang, json_option, lang_option, progress
from chevet.words.labels import label


@click.command("synth")
@click.option("--patients", type=int, required=True, help="How many people to make up.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same cohort.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder to write (new, empty or made by us)."
)
@lang_option
@json_option
def command(patients: int, seed: int, out: Path, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Make up a cohort of people who do not exist, as a folder that `chevet study import` reads."""
    with progress("chevet synth") as tell:
        rows = synth.make(patients, seed, out, tell)
    if not as_json:
        many = f"{patients:,}" if lang == "en" else f"{patients:,}".replace(",", "\u202f")
        click.echo(label("synth.made", lang, patients=many, folder=out))
        click.echo(label("synth.next", lang, folder=out))
    return {"folder": str(out), "patients": patients, "seed": seed, "rows": rows}
