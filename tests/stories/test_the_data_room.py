"""Promise: mixed teams reach the data of many patients, and only what a permit gives, for as long as it holds.

A steward makes a release and opens the room; a researcher asks; the permit ends, and so do the answers; an auditor
and a patient read what was done. Everything through the command line, as these people do it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet import synth
from chevet.cli import main
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake

PATIENTS = 3000
Act = Callable[..., Result]


@pytest.fixture
def act(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Act:
    """`act("remi", "room", "ask", ...)`: somebody types a command."""
    synth.make(PATIENTS, 5, tmp_path / "source")
    import_study(Lake(tmp_path / "home"), tmp_path / "source", "made_up")
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def typed(person: str, *words: str, leaves: int = 0) -> Result:
        monkeypatch.setenv("CHEVET_ACTOR", person)
        result = CliRunner().invoke(main, list(words))
        assert result.exit_code == leaves, result.output
        return result

    return typed


def _told(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def _people(act: Act) -> None:
    act("diane", "room", "role", "give", "diane", "steward")
    for person, role in (("paul", "committee"), ("clara", "committee"), ("remi", "researcher"), ("aude", "auditor"),
                         ("kim", "key_holder")):  # fmt: skip
        act("diane", "room", "role", "give", person, role)


def _release(act: Act) -> None:
    act("kim", "privacy", "key", "make", "lung")
    act("diane", "privacy", "policy", "--study", "made_up", "--out", "policy.toml")
    made = (
        "privacy",
        "anonymise",
        "--study",
        "made_up",
        "--policy",
        "policy.toml",
        "--project",
        "lung",
        "--out",
        "out",
    )
    refused = act("diane", *made, leaves=3)
    assert "draft" in refused.stderr, "nobody has read it yet"
    text = Path("policy.toml").read_text(encoding="utf-8")
    read = text.replace("draft = true", "", 1).replace("# pseudonym = true", "pseudonym = true", 1)
    Path("policy.toml").write_text(read, encoding="utf-8")
    act("diane", *made)


def _permit(act: Act) -> str:
    act("diane", "room", "permit", "use", "made_up", "--allow", "HMB")
    granted = act(
        "diane", "room", "permit", "grant", "--project", "lung", "--study", "made_up", "--purpose", "HMB",
        "--in-words", "Which lung tumours respond", "--person", "remi", "--answers", "cube", "--extract",
        "--until", "2999-06-30", "--legal-basis", "a reference method", "--reference", "2026-17",
        "--decided-by", "paul", "--decided-by", "clara", "--json",
    )  # fmt: skip
    permit = str(_told(granted)["permit"])
    act("diane", "room", "permit", "confirm", permit, leaves=3)
    for decider in ("paul", "clara"):
        act(decider, "room", "permit", "confirm", permit)
    return permit


def test_from_a_study_to_an_answer_and_to_the_end_of_a_permit(act: Act) -> None:
    _people(act)
    _release(act)
    permit = _permit(act)

    closed = act("diane", "room", "open", "--permit", permit, "--release", "out", leaves=3).stderr
    assert "training of remi" in closed
    assert "signed" in closed, "every missing fact at once"
    act("diane", "room", "permit", "train", permit, "remi", "--until", "2999-01-01", "--reference", "course 12")
    act("diane", "room", "permit", "sign", permit, "remi", "--reference", "agreement 4")
    act("diane", "room", "open", "--permit", permit, "--release", "out")
    act("diane", "room", "token", "issue", "--permit", permit, "--person", "remi", "--to", "pass")

    ask = ("room", "ask", "count", "stage = IV", "--study", "made_up", "--token-file", "pass", "--json")
    first = _told(act("remi", *ask))
    again = _told(act("remi", "room", "ask", "count", "(stage = IV)", *ask[4:]))
    assert again == first, "the same question has the same answer, however it is written"
    act("clara", *ask, leaves=3)

    act("diane", "room", "permit", "revoke", permit, "--reason", "the project has ended")
    refused = act("remi", *ask, leaves=3)
    assert "revoked" in refused.output

    audited = _told(act("aude", "room", "audit", "--json"))
    acts = [entry["act"] for entry in audited["entries"]]
    assert acts.count("room_question_answered") == 2
    assert "permit_revoked" in acts
    like_me = act("aude", "room", "audit", "--like-me", "stage = IV", "--lang", "fr").stdout
    assert "Which lung tumours respond" in like_me
    assert _told(act("aude", "ledger", "verify", "--json"))["intact"]
