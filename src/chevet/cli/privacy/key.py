"""`chevet privacy key`: the keys of pseudonyms. A key itself is never shown: only its check value."""

from __future__ import annotations

from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.privacy.keys import Key, Keys
from chevet.room.people import People
from chevet.store.lake import Lake
from chevet.words.labels import label


@click.group("key")
def command() -> None:
    """The keys of pseudonyms: make, rotate, retire, list. They lie in CHEVET_KEYS, or in CHEVET_HOME/keys."""


@command.command("make")
@click.argument("project")
@lang_option
@json_option
def make(project: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Make the first key of PROJECT, or a new one when all of its keys are retired."""
    return _told(_of_holder().make(project), "key.made", lang, as_json)


@command.command("rotate")
@click.argument("project")
@click.option(
    "--relink", is_flag=True, help="Keep the replaced key, to link what was released under it. Without: destroy it."
)
@lang_option
@json_option
def rotate(project: str, relink: bool, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Replace the key of PROJECT: pseudonyms made from now on are other ones."""
    return _told(
        _of_holder().rotate(project, relink=relink),
        "key.rotated_kept" if relink else "key.rotated",
        lang,
        as_json,
    )


@command.command("retire")
@click.argument("project")
@click.option("--version", "version", type=click.IntRange(min=1), help="One version; without it, all of them.")
@lang_option
@json_option
def retire(project: str, version: int | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Destroy keys of PROJECT: nobody can then be found behind the pseudonyms made with them."""
    gone = _of_holder().retire(project, version)
    if not as_json:
        click.echo(label("key.retired", lang, project=project, versions=", ".join(map(str, gone))))
    return {"project": project, "retired": gone}


@command.command("list")
@click.argument("project", required=False)
@lang_option
@json_option
def list_(project: str | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """List the keys by project and version, with their state and check value; never a key."""
    lines = _keys().lines(project)
    if not as_json and not lines:
        click.echo(label("key.none", lang))
    elif not as_json:
        show_table(
            [label(f"key.{key}", lang) for key in ("project", "version", "state", "check")],
            [(one.project, one.version, label(f"key.state.{one.state}", lang), one.check) for one in lines],
        )
    return {"keys": [one.as_json() for one in lines]}


def _keys() -> Keys:
    return Keys.of(Lake.from_environment())


def _of_holder() -> Keys:
    """The keys, for whoever holds them. Before anybody has a role, there is no data room to keep them from."""
    lake = Lake.from_environment()
    people = People(lake.ledger)
    if people.everybody():
        people.require(lake.ledger.actor, "key_holder", "the keys stay as they are")
    return Keys.of(lake)


def _told(key: Key, says: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    if not as_json:
        click.echo(label(says, lang, project=key.name, version=key.version, check=key.check))
    return {"project": key.name, "version": key.version, "check": key.check}
