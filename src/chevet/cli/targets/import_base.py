"""`chevet targets import`: a table of others about genes, medicines or cells, kept apart with its day and its hash."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Any, cast

import click

from chevet.cli.door import Lang, json_option, lang_option, progress
from chevet.errors import BadInput
from chevet.paper.pictures import number
from chevet.store.lake import Lake
from chevet.targets.evidence import Source
from chevet.targets.sources.kept import keep
from chevet.targets.sources.kinds import KINDS, Kind
from chevet.targets.sources.readers import READERS
from chevet.targets.sources.reading import Read, Reader, Sent, read_gene_ids
from chevet.targets.sources.receiving import require_file
from chevet.targets.vulnerability.reading import read_cell_features, read_dependency, read_response
from chevet.words.labels import label

_LONGEST_NAME = 100
# Every room that reads a kind of its own adds its readers here.
EVERY_READER: dict[Kind, Reader] = {
    **READERS, "response": read_response, "cell_features": read_cell_features, "dependency": read_dependency,
}  # fmt: skip


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--released", type=click.DateTime(["%Y-%m-%d"]), help="Day of its release, as its makers say.")
@click.option("--name", help="What it is called, with its version; the name of the file unless said.")
@click.option(
    "--gene-ids", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Table of Ensembl identifiers and symbols, for files without symbols.",
)  # fmt: skip
@lang_option
@json_option
def command(
    kind: str, file: Path, released: datetime.datetime | None, name: str | None, gene_ids: Path | None, lang: Lang,
    as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Bring in FILE, a table of KIND as its makers publish it. A newer one takes its place; the old one stays."""
    today = datetime.datetime.now().astimezone().date()
    if released is not None and released.date() > today:
        raise BadInput(
            f"a release of {released.date().isoformat()} is yet to come", next_act="Give the day that its makers say."
        )
    chosen, called = cast("Kind", kind), _named(name, file)
    require_file(file)
    with progress(label("sources.reading", lang, kind=kind), lang) as tell:
        read = EVERY_READER[chosen](Sent(file, read_gene_ids(gene_ids) if gene_ids else {}, tell))
        source = Source(called, released.date().isoformat() if released else "", _digest(file))
        lake = Lake.from_environment()
        kept = keep(lake.home, chosen, read.table, source, today, file=file.name, left_out=read.left_out)
    lake.ledger.append("target_source_imported", kind=kind, sha256=source.sha256, rows=kept.table.num_rows)
    if not as_json:
        _say(kind, kept.table.num_rows, read, lang)
    return {
        "kind": kind, "name": source.name, "released": source.released, "sha256": source.sha256,
        "kept_on": kept.kept_on, "rows_read": read.rows, "rows_kept": kept.table.num_rows,
        "left_out": dict(read.left_out), "noted": dict(read.noted), "first_rows": dict(read.first_rows),
    }  # fmt: skip


def _named(name: str | None, file: Path) -> str:
    """What the table is called. Raises BadInput for a name that is too long for a line, or that no screen can show."""
    found = (name or "").strip() or file.name.partition(".")[0]
    if len(found) > _LONGEST_NAME or not found.isprintable():
        raise BadInput(
            f"a name of {len(found)} signs is too long, or has signs that cannot be shown",
            next_act=f"Give one of at most {_LONGEST_NAME} letters, digits and spaces with --name.",
        )
    return found


def _digest(path: Path) -> str:
    """The hash of a file, or of every file of a folder with their names."""
    if path.is_dir():
        whole = hashlib.sha256()
        for one in sorted(found for found in path.iterdir() if found.is_file()):
            whole.update(one.name.encode() + b"\0" + bytes.fromhex(_digest(one)))
        return whole.hexdigest()
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _say(kind: str, kept: int, read: Read, lang: Lang) -> None:
    click.echo(label("sources.imported", lang, kind=kind, kept=number(kept, lang), read=number(read.rows, lang)))
    for reason, many in sorted(read.left_out.items()):
        first = read.first_rows.get(reason)
        where = label("sources.first_row", lang, row=number(first, lang)) if first else ""
        click.echo(
            label("sources.count", lang, what=label(f"sources.left_out.{reason}", lang), n=number(many, lang)) + where
        )
    for remark, many in sorted(read.noted.items()):
        click.echo(label("sources.count", lang, what=label(f"sources.noted.{remark}", lang), n=number(many, lang)))
