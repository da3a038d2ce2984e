"""`chevet synth`: a made-up cohort, for demonstrations, lessons and tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet import synth
from chevet.cli.door import json_option, progress


@click.command("synth")
@click.option("--patients", type=int, required=True, help="How many people to make up.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same cohort.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder to write (new, empty or made by us)."
)
@json_option
def command(patients: int, seed: int, out: Path, as_json: bool) -> dict[str, Any]:
    """Make up a cohort of people who do not exist, as a folder that `chevet study import` reads."""
    with progress("chevet synth") as tell:
        rows = synth.make(patients, seed, out, tell)
    if not as_json:
        click.echo(f"{patients:,} made-up patients in {out}")
        click.echo(f"Next: chevet study import {out} --as madeup")
    return {"folder": str(out), "patients": patients, "seed": seed, "rows": rows}
