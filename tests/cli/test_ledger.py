"""`chevet ledger show`: acts in the reader's words for people, as they were written for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from chevet.bedside.access import PAGE_WRITTEN
from chevet.cli.answers import PICTURE_EXPORTED, TABLE_EXPORTED
from chevet.cli.ledger import command
from chevet.cohort.cohort import QUESTION_ASKED
from chevet.store.lake import IMPORTED, REMOVED, UNCHANGED, Lake
from chevet.words.labels import has_label

ACTS = (IMPORTED, UNCHANGED, REMOVED, QUESTION_ASKED, PICTURE_EXPORTED, TABLE_EXPORTED, PAGE_WRITTEN)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path))
    monkeypatch.delenv("CHEVET_LANG", raising=False)
    ledger = Lake(tmp_path).ledger
    ledger.append(QUESTION_ASKED, study="s")
    ledger.append("act_of_another_version", study="s")


@pytest.mark.parametrize("act", ACTS)
def test_every_act_that_the_program_writes_has_words(act: str) -> None:
    assert has_label(f"ledger.act.{act}")


def test_french_readers_see_french_acts_and_headings() -> None:
    shown = CliRunner().invoke(command, ["show", "--lang", "fr"]).stdout
    assert "question posée" in shown
    assert QUESTION_ASKED not in shown
    assert "act_of_another_version" in shown
    assert "quand (UTC)" in shown


def test_scripts_get_the_act_as_it_was_written() -> None:
    told = json.loads(CliRunner().invoke(command, ["show", "--lang", "fr", "--json"]).stdout)
    assert [entry["act"] for entry in told["entries"]] == [QUESTION_ASKED, "act_of_another_version"]
