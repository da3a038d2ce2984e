"""`chevet bedside schema`: the published form of a case, and of a consultation."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import click

from chevet.cli.door import json_option
from chevet.errors import CannotConclude

SCHEMAS = ("case", "consultation")


@click.command("schema")
@click.argument("what", type=click.Choice(SCHEMAS))
@json_option
def command(what: str, as_json: bool) -> dict[str, Any]:
    """Print the JSON Schema (draft 2020-12) of a case or of a consultation."""
    file = files("chevet.bedside") / "schemas" / f"{what}.schema.json"
    if not file.is_file():
        raise CannotConclude(f"the schema of a {what} does not come with this Chevet", next_act="Install Chevet anew.")
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    if not as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    return found
