"""`chevet ledger`: what was done here, and proof that nothing was changed since."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.errors import BadInput, Fault
from chevet.privacy.keys import Keys
from chevet.store import anchor as anchors
from chevet.store.anchor import Anchor, Signer
from chevet.store.lake import Lake
from chevet.store.ledger import Ledger
from chevet.words.labels import has_label, label

LEDGER_ANCHORED = "ledger_anchored"
_KEY = "ledger_anchor"
_PUBLIC_KEY_FILE_AT_MOST = 1000
_CHECKSUMS = ("digest", "manifest_sha256", "sha256")


_FILE = click.Path(path_type=Path, dir_okay=False)


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
@click.option(
    "--ledger",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A copy of a ledger's folder, instead of the one here.",
)
@click.option("--anchor", "anchor_file", type=_FILE, help="A signed head; needs --public-key.")
@click.option("--public-key", metavar="KEY", help="The signer's key, noted beforehand: 64 signs, or a file of them.")
@lang_option
@json_option
def verify(
    expected: str | None,
    folder: Path | None,
    anchor_file: Path | None,
    public_key: str | None,
    lang: Lang,
    as_json: bool,
) -> dict[str, Any]:
    """Check every entry, link and number. Leaves with an error code when anything was changed."""
    ledger = Ledger(folder) if folder else Lake.from_environment().ledger
    if (anchor_file is None) != (public_key is None):
        raise BadInput(
            "an anchor is checked with a key that was noted beforehand",
            next_act="Give both: --anchor FILE --public-key KEY",
        )
    if anchor_file is not None and public_key is not None:
        return _verify_anchor(ledger, _read_anchor(anchor_file), _public_key(public_key), lang, as_json)
    found = ledger.verify(expected_head=expected)
    if not as_json and found.intact:
        click.echo(label("ledger.intact", lang, entries=f"{found.entries:,}", head=found.head))
        click.echo(label("ledger.note_head", lang))
    elif not as_json:
        click.echo(label("ledger.broken", lang, at=found.broken_at, problem=found.problem))
    if not found.intact:
        leave_damaged(found.as_json() if as_json else None)
    return found.as_json()


@command.command("anchor")
@click.option("--out", "path", type=_FILE, required=True, help="The file to write: to be kept elsewhere.")
@lang_option
@json_option
def anchor(path: Path, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Sign the head as it is now, and write it to a file. The signing key is made at its first use."""
    lake = Lake.from_environment()
    signer = _signer(lake)
    made = anchors.make(lake.ledger, signer, datetime.now(UTC))
    _write(path, made.file())
    lake.ledger.append(LEDGER_ANCHORED, entries=made.entries, head=made.head, public_key=signer.public_key)
    if not as_json:
        click.echo(label("anchor.made", lang, entries=f"{made.entries:,}", path=path))
        click.echo(label("anchor.public_key", lang, key=signer.public_key))
    return {"entries": made.entries, "head": made.head, "public_key": signer.public_key, "file": str(path)}


@command.command("countersign")
@click.argument("anchor_file", metavar="ANCHOR", type=_FILE)
@click.option("--out", "path", type=_FILE, required=True, help="The file to write: the anchor and your signature.")
@lang_option
@json_option
def countersign(anchor_file: Path, path: Path, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Sign another installation's ANCHOR with the key of this one: you saw that head."""
    signer = _signer(Lake.from_environment())
    made = _read_anchor(anchor_file).signed_by(signer)
    _write(path, made.file())
    if not as_json:
        click.echo(label("anchor.countersigned", lang, entries=f"{made.entries:,}", path=path))
        click.echo(label("anchor.public_key", lang, key=signer.public_key))
    return {"head": made.head, "public_key": signer.public_key, "signatures": len(made.signatures), "file": str(path)}


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


def _verify_anchor(ledger: Ledger, anchor: Anchor, public_key: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    found = anchors.check(ledger, anchor, public_key)
    if not as_json and found.intact:
        entries, since = f"{anchor.entries:,}", f"{found.ledger.entries - anchor.entries:,}"
        click.echo(label("anchor.holds", lang, entries=entries, at=anchor.at, since=since))
        for witness in found.witnesses:
            click.echo(label("anchor.witness", lang, key=witness))
    elif not as_json:
        click.echo(label("anchor.broken", lang, problem=found.problem))
    if not found.intact:
        leave_damaged(found.as_json() if as_json else None)
    return found.as_json()


def _signer(lake: Lake) -> Signer:
    """Signs with a seed drawn from a key of this installation that is used for nothing else."""
    return Signer(Keys.of(lake).installation(_KEY).digest(b"chevet ledger anchor, Ed25519 seed, 1"))


def _read_anchor(path: Path) -> Anchor:
    return Anchor.read(_read(path, anchors.LARGEST_FILE))


def _public_key(text: str) -> str:
    """The key itself, or the one in the file of that name."""
    given = text if len(text) == 64 else _read(Path(text), _PUBLIC_KEY_FILE_AT_MOST).decode("ascii", "replace").strip()
    if len(given) != 64 or set(given.lower()) - set("0123456789abcdef"):
        raise BadInput(
            "that is no public key: it has 64 hexadecimal digits",
            next_act="Give the key that `chevet ledger anchor` printed, or a file that holds it and nothing else.",
        )
    return given


def _read(path: Path, at_most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(at_most)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}", next_act="Name a file that is there.") from None


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(
            f"{path.name} cannot be written: {error.strerror}",
            next_act="Name a file in a folder that you may write to.",
        ) from None


def _act(act: str, lang: Lang) -> str:
    """The act in the reader's words; as the ledger spells it when it comes from another version of the program."""
    key = f"ledger.act.{act}"
    return label(key, lang) if has_label(key) else act


def _in_short(facts: Mapping[str, Any]) -> str:
    """The facts that people read; checksums and counts by table are left to `--json`."""
    plain = {name: fact for name, fact in facts.items() if not isinstance(fact, dict) and name not in _CHECKSUMS}
    return ", ".join(f"{name}: {fact}" for name, fact in plain.items())
