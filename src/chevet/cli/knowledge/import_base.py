"""`chevet knowledge import`: CIViC, the almanac or OncoKB, kept apart from ours."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.errors import BadInput
from chevet.store.lake import Lake
from chevet.therapy.knowledge.importing.civic import read_civic
from chevet.therapy.knowledge.importing.kept import BASES, keep
from chevet.therapy.knowledge.importing.moalmanac import read_moalmanac
from chevet.therapy.knowledge.importing.oncokb import read_oncokb
from chevet.words.labels import label


@click.command("import")
@click.argument("base", type=click.Choice(BASES))
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--released", type=click.DateTime(["%Y-%m-%d"]), help="Day of the base's release, as it says; today unless said."
)
@lang_option
@json_option
def command(base: str, source: Path, released: datetime.datetime | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Bring in SOURCE, a file of CIViC or OncoKB or the almanac's folder. It stays apart, with its hash and its age."""
    today = datetime.datetime.now().astimezone().date()
    checked = (released.date() if released else today).isoformat()
    if base == "moalmanac":
        if not source.is_dir():
            raise BadInput(
                "the almanac is a folder of JSON tables", next_act="Give the folder that holds statements.json."
            )
        found, digest = read_moalmanac(source, checked=checked), _digest_of_folder(source)
    else:
        if not source.is_file():
            raise BadInput(f"{source.name} is no file", next_act="Give the file that the base publishes.")
        content = source.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        found = (read_civic if base == "civic" else read_oncokb)(content, source.name, checked=checked)
    lake = Lake.from_environment()
    kept = keep(lake.home, base, found, sha256=digest, file=source.name, checked=checked, today=today)
    lake.ledger.append("knowledge_imported", base=base, sha256=kept.version.sha256, statements=kept.version.statements)
    if not as_json:
        click.echo(label("knowledge.imported", lang, base=base, count=kept.version.statements))
        for reason, count in sorted(kept.left_out.items()):
            click.echo(f"  {label(f'knowledge.left.{reason}', lang)}: {count}")
    return kept.as_json()


def _digest_of_folder(folder: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(folder.glob("*.json*")):
        whole.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
