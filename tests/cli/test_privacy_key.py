"""`chevet privacy key`: what people and scripts are told of keys, which is never a key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet.cli.privacy.key import command
from chevet.errors import BadInput, Refused
from chevet.privacy.keys import KEY_MADE, KEY_RETIRED, KEY_ROTATED
from chevet.room.people import People
from chevet.store.ledger import Ledger
from chevet.words.labels import has_label


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path))
    monkeypatch.delenv("CHEVET_KEYS", raising=False)
    monkeypatch.delenv("CHEVET_LANG", raising=False)
    return tmp_path


def _run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def _json(*words: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_run(*words, "--json").stdout)
    return answer


def test_a_key_lives_from_made_to_retired() -> None:
    made = _json("make", "breast")
    assert (made["project"], made["version"], len(made["check"])) == ("breast", 1, 16)
    assert _json("rotate", "breast", "--relink")["version"] == 2
    assert _json("retire", "breast", "--version", "1") == {"project": "breast", "retired": [1]}
    assert [(line["version"], line["state"]) for line in _json("list")["keys"]] == [(1, "retired"), (2, "current")]
    assert _json("retire", "breast")["retired"] == [2]
    assert _json("make", "breast")["version"] == 3


def test_nothing_that_is_printed_holds_the_key(home: Path) -> None:
    said = "".join(_run(*words, "--lang", lang).output for lang in ("en", "fr") for words in (
        ("make", f"breast-{lang}"), ("rotate", f"breast-{lang}", "--relink"), ("list",), ("list", f"breast-{lang}"),
        ("make", f"breast-{lang}"),
    ))  # fmt: skip
    secrets = [path.read_bytes() for path in (home / "keys" / "projects").rglob("*") if path.name.isdigit()]
    assert len(secrets) == 4
    assert not any(secret.hex() in said or repr(secret)[2:-1] in said for secret in secrets)


def test_french_readers_are_told_in_french() -> None:
    assert "Aucun projet" in _run("list", "--lang", "fr").stdout
    assert "la version 1 de la clé est créée" in _run("make", "breast", "--lang", "fr").stdout
    assert "en service" in _run("list", "--lang", "fr").stdout
    assert "versions de la clé détruites" in _run("retire", "breast", "--lang", "fr").stdout


def test_a_refusal_says_the_next_act_and_has_its_own_exit_code() -> None:
    refused = _run("rotate", "breast")
    assert (refused.exit_code, "chevet privacy key make breast" in refused.stderr) == (Refused.exit_code, True)
    _run("make", "breast")
    assert _run("make", "breast").exit_code == Refused.exit_code
    assert _run("make", "../breast").exit_code == BadInput.exit_code
    assert _run("retire", "breast", "--version", "7").exit_code == BadInput.exit_code


@pytest.mark.parametrize("act", [KEY_MADE, KEY_ROTATED, KEY_RETIRED])
def test_every_act_upon_a_key_has_words_in_the_ledger(act: str) -> None:
    assert has_label(f"ledger.act.{act}")


def test_where_people_have_roles_only_the_key_holder_makes_or_destroys_a_key(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = People(Ledger(home / "ledger"))
    people.give("diane", "steward", actor="diane")
    people.give("kim", "key_holder", actor="diane")
    monkeypatch.setenv("CHEVET_ACTOR", "diane")
    for words in (("make", "breast"), ("rotate", "breast"), ("retire", "breast")):
        refused = _run(*words)
        assert (refused.exit_code, "key holder" in refused.stderr) == (Refused.exit_code, True)
    monkeypatch.setenv("CHEVET_ACTOR", "kim")
    assert _json("make", "breast")["version"] == 1
