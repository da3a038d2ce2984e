"""Analyses of genes under a permit: given by name, held to its end and its detail, and entered as the person's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet.cli import main
from tests.room import asked_study
from tests.room.asked_room import Asked, made_home, opened_copy
from tests.room.made_room import EVERYTHING

TARGETS = replace(EVERYTHING, answers=frozenset({"targets"}))
RESIDUES = replace(TARGETS, genomic_detail="hotspot")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_home(tmp_path_factory.mktemp("room"))


@pytest.fixture
def asked(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    found = opened_copy(home, tmp_path / "home")
    monkeypatch.setenv("CHEVET_HOME", str(found.room.home))
    monkeypatch.setenv("CHEVET_ACTOR", "anna")
    return found


def with_token(asked: Asked, monkeypatch: pytest.MonkeyPatch, **terms: Any) -> str:
    """Anna holds a token of a new permit with these terms; its number."""
    permit = asked.room.granted(until=asked_study.noon(28).replace(year=2099), **terms)
    asked.room.clock.now = datetime.now(UTC)  # the door looks at the clock on the wall
    monkeypatch.setenv("CHEVET_TOKEN", asked.room.token(permit.id))
    return permit.id


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["targets", *words, "--study", "demo", "--json"])


def refused(result: Result) -> str:
    error = json.loads(result.output)["error"]
    assert error["kind"] == "refused", error
    message: str = error["message"]
    return message


def test_a_permit_that_gives_analyses_opens_them_and_the_ledger_names_whose_they_were(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    permit = with_token(asked, monkeypatch, conditions=TARGETS)
    result = run("relations", "--gene", "TP53", "--gene", "KRAS", "--where", "stage = III")
    assert result.exit_code == 0, result.output
    (entry,) = [entry for entry in asked.lake.ledger.entries() if entry.act == "room_question_answered"]
    assert (entry.actor, entry.facts["permit"], entry.facts["kind"], entry.facts["definition"]) == (
        "anna", permit, "relations", "stage = III"
    )  # fmt: skip
    (question,) = [entry for entry in asked.lake.ledger.entries() if entry.act == "question_asked"]
    assert question.actor == "anna"


def test_a_permit_for_answers_without_rows_gives_no_analyses(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    with_token(asked, monkeypatch)
    assert "does not allow the mode targets" in refused(run("relations"))
    assert [entry["kind"] for entry in asked.entries("room_question_refused")] == ["relations"]
    assert asked.entries("question_asked") == []


def test_a_permit_that_was_revoked_stops_the_next_analysis(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    permit = with_token(asked, monkeypatch, conditions=TARGETS)
    asked.room.permits.revoke(permit, "made up", actor="steward")
    assert "revoked" in refused(run("relations"))


@pytest.mark.parametrize("verb", ["shape", "rank", "dossier"])
def test_residues_need_a_permit_for_residues(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, verb: str, tmp_path: Path
) -> None:
    with_token(asked, monkeypatch, conditions=TARGETS)
    words = {"shape": ("shape",), "rank": ("rank", "--out", str(tmp_path)),
             "dossier": ("dossier", "TP53", "--out", str(tmp_path))}  # fmt: skip
    assert "this analysis shows residues" in refused(run(*words[verb]))


def test_with_such_a_permit_they_are_shown(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    with_token(asked, monkeypatch, conditions=RESIDUES)
    result = run("shape", "--gene", "TP53")
    assert result.exit_code == 0, result.output


def test_the_number_of_questions_that_a_permit_sets_holds_for_analyses(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_token(asked, monkeypatch, conditions=replace(TARGETS, may_ask={"questions": 1}))
    assert run("relations", "--gene", "TP53", "--gene", "KRAS").exit_code == 0
    assert refused(run("relations", "--gene", "TP53", "--gene", "KRAS"))


def test_another_study_than_the_permits_is_refused(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    with_token(asked, monkeypatch, conditions=TARGETS)
    result = CliRunner().invoke(main, ["targets", "relations", "--study", "other", "--json"])
    assert "it is for study demo" in refused(result)


def test_a_token_with_a_file_of_ones_own_is_bad_input(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_token(asked, monkeypatch, conditions=TARGETS)
    (tmp_path / "m.maf").write_text("sampleID\tchr\tpos\tref\talt\n")
    words = ["targets", "drivers", "--maf", str(tmp_path / "m.maf"), "--out", str(tmp_path / "out"), "--json"]
    result = CliRunner().invoke(main, words)
    assert json.loads(result.output)["error"]["kind"] == "bad_input"


def test_without_a_token_the_analysis_is_the_hospitals_own(asked: Asked) -> None:
    result = run("relations", "--gene", "TP53", "--gene", "KRAS")
    assert result.exit_code == 0, result.output
    assert asked.entries("room_question_answered") == []
    assert len(asked.entries("question_asked")) == 1
