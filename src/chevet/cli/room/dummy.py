"""`chevet room dummy`: made-up data of the extract's shape, to write and try a program with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.cli.room.passes import pass_required
from chevet.room.dummy import ROWS, write_dummies
from chevet.room.permits import Permits
from chevet.room.releases import require_empty
from chevet.room.running import extract_of
from chevet.room.tokens import Pass
from chevet.store.lake import Lake
from chevet.words.labels import label


@click.command("dummy")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="A folder to be made.")
@click.option("--rows", type=click.IntRange(1, 1_000_000), default=ROWS, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Another seed, other rows.")
@lang_option
@json_option
@pass_required("run")
def command(
    out: Path, rows: int, seed: int, lang: Lang, as_json: bool, lake: Lake, passed: Pass, permits: Permits
) -> dict[str, Any]:
    """Write made-up data with the columns of your extract. No patient is in them; no figure on them means anything."""
    require_empty(out)
    written = write_dummies(extract_of(lake.home, passed.permit), out, rows, seed)
    if not as_json:
        for path in written:
            click.echo(label("job.dummy", lang, file=path.name, rows=rows, out=out))
    return {"files": [path.name for path in written], "rows": rows, "seed": seed}
