"""`chevet room ask`, as people read it in either language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from chevet.cli import main
from tests.room import asked_study
from tests.room.asked_room import Asked, made_home, opened_copy

AGE = "age_at_diagnosis_years"
QUESTIONS = (
    ("cube", "count", "stage = III"), ("cube", "describe"), ("cube", "genes"), ("cube", "survival", "--by", "stage"),
    ("checked", "compare", "sex = female", "sex = male"), ("cube", "table", "--rows", "tumour", "--columns", "stage"),
    ("checked", "survival"), ("checked", "cooccurrence"), ("noise", "count", "mutated(TP53)"),
    ("noise", "mean", AGE, "--between", "30.5", "90"), ("noise", "sum", AGE),
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_home(tmp_path_factory.mktemp("room"))


@pytest.fixture
def asked(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    found = opened_copy(home, tmp_path / "home")
    permit = found.room.granted(until=asked_study.noon(28).replace(year=2099))
    found.room.clock.now = datetime.now(UTC)  # the door looks at the clock on the wall
    monkeypatch.setenv("CHEVET_HOME", str(found.room.home))
    monkeypatch.setenv("CHEVET_ACTOR", "anna")
    monkeypatch.setenv("CHEVET_TOKEN", found.room.token(permit.id))
    return found


def _told(*words: str, lang: str = "fr") -> str:
    result = CliRunner().invoke(main, ["room", "ask", *words, "--lang", lang])
    assert result.exit_code == 0, result.output
    return result.output


def test_in_french_no_number_has_a_decimal_point(asked: Asked) -> None:
    told = "\n".join(_told(*words, "--mode", mode) for mode, *words in QUESTIONS)
    assert re.findall(r"[0-9][.][0-9]\S*", told) == []
    assert re.findall(r"30,5", told) != []  # a bound, as it was said


def test_the_tables_of_a_cube_are_told_in_words(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEVET_ACTOR", "steward")
    for lang, words, promise in (
        ("en", ("stage, tumour type", "age at diagnosis, sex", "end of follow-up", "gene", "treatment class"), "0.5"),
        ("fr", ("stade, type de tumeur", "fin du suivi", "gène", "classe de traitement"), "0,5"),
    ):
        told = _told("cube", "--study", "demo", lang=lang)
        assert [word for word in words if word not in " ".join(told.split())] == []
        assert "_" not in told
        assert promise in told
