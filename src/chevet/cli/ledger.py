"""`chevet ledger`: what was done here, and proof that nothing was changed since."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any, NoReturn

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.errors import Fault
from chevet.store.lake import Lake
from chevet.words.labels import has_label, label

_CHECKSUMS = ("digest", "manifest_sha256", "sha256")


@click.group("ledger")
def command() -> None:
    """The ledger: every import, question and export, each entry chained to the one before."""


def leave_damaged(answer: dict[str, Any] | None) -> NoReturn:
    """Print the answer, if scripts asked for it, and leave with the exit code of a Fault: a check found damage."""
    if answer is not None:
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    raise click.exceptions.Exit(Fault.exit_code)


@command.command("verify")
@click.option("--expect-head", "expected", metavar="HASH", help="A head noted elsewhere: it must still be there.")
@lang_option
@json_option
def verify(expected: str | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Check every entry, link and number. Leaves with an error code when anything was changed."""
    found = Lake.from_environment().ledger.verify(expected_head=expected)
    if not as_json and found.intact:
        click.echo(label("ledger.intact", lang, entries=f"{found.entries:,}", head=found.head))
        click.echo(label("ledger.note_head", lang))
    elif not as_json:
        click.echo(label("ledger.broken", lang, at=found.broken_at, problem=found.problem))
    if not found.intact:
        leave_damaged(found.as_json() if as_json else None)
    return found.as_json()


@command.command("show")
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="How many entries.")
@click.option("--act", "act", help="Only entries of this act, such as study_imported.")
@lang_option
@json_option
def show(last: int, act: str | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Show the last entries."""
    entries = deque((e for e in Lake.from_environment().ledger.entries() if act in (None, e.act)), maxlen=last)
    if not as_json and not entries:
        click.echo(label("ledger.empty", lang))
    elif not as_json:
        show_table(
            [label(f"ledger.{key}", lang) for key in ("n", "at", "actor", "act", "facts")],
            [(e.n, e.at[:19], e.actor, _act(e.act, lang), _in_short(e.facts)) for e in entries],
        )
    return {"entries": [entry.as_json() for entry in entries]}


def _act(act: str, lang: Lang) -> str:
    """The act in the reader's words; as the ledger spells it when it comes from another version of the program."""
    key = f"ledger.act.{act}"
    return label(key, lang) if has_label(key) else act


def _in_short(facts: Mapping[str, Any]) -> str:
    """The facts that people read; checksums and counts by table are left to `--json`."""
    plain = {name: fact for name, fact in facts.items() if not isinstance(fact, dict) and name not in _CHECKSUMS}
    return ", ".join(f"{name}: {fact}" for name, fact in plain.items())
