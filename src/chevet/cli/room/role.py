"""`chevet room role`: who is steward, committee, checker, key holder, auditor, researcher, and for whom they work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.room.book import Book
from chevet.room.events import ROLES
from chevet.room.people import People
from chevet.room.sight import sight_of
from chevet.store.lake import Lake
from chevet.words.labels import label

role_argument = click.argument("role", type=click.Choice(ROLES))


@click.group("role")
def command() -> None:
    """Roles in the data room. The first steward appoints themself; afterwards a steward appoints others."""


@command.command("give")
@click.argument("person")
@role_argument
@lang_option
@json_option
def give(person: str, role: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Give PERSON a ROLE."""
    entry = People(Lake.from_environment().ledger).give(person, role)
    first = bool(entry.facts.get("bootstrapped"))
    if not as_json:
        key = "role.bootstrapped" if first else "role.given"
        click.echo(label(key, lang, person=person, role=label(f"role.{role}", lang)))
    return {"person": person, "role": role, "bootstrapped": first, "entry": entry.n}


@command.command("take")
@click.argument("person")
@role_argument
@click.option("--reason", required=True, help="Why, in words.")
@lang_option
@json_option
def take(person: str, role: str, reason: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Take a ROLE from PERSON, at once."""
    entry = People(Lake.from_environment().ledger).take(person, role, reason)
    if not as_json:
        click.echo(label("role.taken", lang, person=person, role=label(f"role.{role}", lang)))
    return {"person": person, "role": role, "entry": entry.n}


@command.command("affiliate")
@click.argument("person")
@click.argument("organisation")
@lang_option
@json_option
def affiliate(person: str, organisation: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say that PERSON works for ORGANISATION; a checker never judges their own organisation's output."""
    entry = People(Lake.from_environment().ledger).affiliate(person, organisation)
    if not as_json:
        click.echo(label("role.affiliated", lang, person=person, organisation=organisation))
    return {"person": person, "organisation": organisation, "entry": entry.n}


@command.command("list")
@lang_option
@json_option
def list_people(lang: Lang, as_json: bool) -> dict[str, Any]:
    """Everybody who has a role, for whom they work, and the permits that name them, as far as you may know of these."""
    lake = Lake.from_environment()
    book = Book(lake.ledger)
    sight = sight_of(book, lake.ledger.actor)
    people = [
        replace(person, permits=tuple(filter(sight.of, person.permits)))
        for person in People(lake.ledger, book=book).everybody()
    ]
    if not as_json and not people:
        click.echo(label("role.nobody", lang))
    elif not as_json:
        headings = [label(f"role.{key}", lang) for key in ("person", "roles", "organisation", "permits")]
        rows = [
            (p.id, ", ".join(label(f"role.{role}", lang) for role in p.roles), p.organisation, ", ".join(p.permits))
            for p in people
        ]
        show_table(headings, rows, lang=lang)
    return {"people": [person.as_json() for person in people]}
