"""`chevet room token`: a short-lived pass for one person and one permit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.errors import BadInput
from chevet.room.book import Book
from chevet.room.events import SCOPES
from chevet.room.sight import sight_of
from chevet.room.tokens import MINUTES_AT_MOST, Tokens
from chevet.store.lake import Lake
from chevet.words.labels import label


@click.group("token")
def command() -> None:
    """Tokens open the room's doors for hours. The ledger keeps a hash; the secret is shown once."""


@command.command("issue")
@click.option("--permit", "permit_id", required=True)
@click.option("--person", required=True, help="Somebody whom the permit names.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=["ask"], show_default=True)
@click.option("--minutes", type=click.IntRange(1, MINUTES_AT_MOST), default=480, show_default=True)
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="Write the secret to a new file.")
@lang_option
@json_option
def issue(
    permit_id: str, person: str, scopes: Sequence[str], minutes: int, path: Path | None, lang: Lang, as_json: bool
) -> dict[str, Any]:
    """Make a pass. A steward issues it, for somebody else, and hands it over."""
    descriptor = _new_file(path) if path is not None else None
    try:
        issued = Tokens(Lake.from_environment().ledger).issue(permit_id, person, scopes, minutes)
        if descriptor is not None:
            os.write(descriptor, issued.secret.encode() + b"\n")
    except BaseException:
        if path is not None:
            path.unlink(missing_ok=True)
        raise
    finally:
        if descriptor is not None:
            os.close(descriptor)
    until = issued.token.until.isoformat(timespec="minutes")
    if not as_json:
        click.echo(label("token.issued", lang, token=issued.token.id, person=person, permit=permit_id, until=until))
        click.echo(issued.secret if path is None else label("token.wrote", lang, path=path))
    shown = {"secret": issued.secret} if path is None else {"file": str(path)}
    return {"token": issued.token.id, "person": person, "permit": permit_id, "until": until, **shown}


@command.command("revoke")
@click.argument("token")
@click.option("--reason", required=True, help="Why, in words.")
@lang_option
@json_option
def revoke(token: str, reason: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """End TOKEN (its public number, T-...) at once."""
    entry = Tokens(Lake.from_environment().ledger).revoke(token, reason)
    if not as_json:
        click.echo(label("token.revoked", lang, token=token))
    return {"token": token, "entry": entry.n}


@command.command("list")
@lang_option
@json_option
def list_tokens(lang: Lang, as_json: bool) -> dict[str, Any]:
    """Tokens that open something now; to who holds no office of the room, their own."""
    lake = Lake.from_environment()
    book = Book(lake.ledger)
    sight = sight_of(book, lake.ledger.actor)
    living = Tokens(lake.ledger, book=book).living()
    tokens = [token for token in living if sight.everything or token.person == sight.person]
    if not as_json and not tokens:
        click.echo(label("token.none", lang))
    elif not as_json:
        rows = [
            (t.id, t.person, t.permit, ", ".join(sorted(t.scopes)), t.until.isoformat(timespec="minutes"))
            for t in tokens
        ]
        show_table([label(f"token.{key}", lang) for key in ("id", "person", "permit", "scopes", "until")], rows)
    return {
        "tokens": [
            {"token": t.id, "person": t.person, "permit": t.permit, "scopes": sorted(t.scopes),
             "until": t.until.isoformat(timespec="seconds"), "issued_by": t.issued_by}
            for t in tokens
        ]
    }  # fmt: skip


def _new_file(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInput(
            f"{path.name} cannot be made: {error.strerror}", next_act="Name a new file in a folder of yours."
        ) from None
