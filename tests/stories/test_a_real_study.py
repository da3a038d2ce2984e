"""The first promise, on real patients: a study comes in, the cohort answers, one patient's page goes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.cli import main
from tests.shared_data import shared


def chevet(*words: str) -> dict[str, Any]:
    """What a command says to scripts; it must succeed."""
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def test_metabric_comes_in_answers_and_gives_one_patients_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metabric = str(shared("cohorts/metabric"))
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "lake"))

    # The study comes in, and every row is accounted for.
    came_in = chevet("study", "import", metabric, "--as", "metabric")
    assert came_in["version"] == 1
    assert came_in["tables"]["patient"]["kept"] == 2509
    variants = came_in["tables"]["variant"]
    assert variants["read"] == variants["kept"] + variants["rejected"] == 17272
    assert came_in["missing_files"] == ["data_CNA.txt", "data_expression.txt"]
    missing = [told["count"] for told in came_in["reasons"] if told["reason"] == "survival_missing"]
    assert missing == [529]

    # The same content makes no second version.
    assert chevet("study", "import", metabric, "--as", "metabric")["version"] == 1

    # The cohort answers. An old symbol means the gene of today.
    everybody = chevet("cohort", "count", "--study", "metabric", "all")
    assert (everybody["patients"], everybody["suppressed"]) == (2509, False)
    old = chevet("cohort", "count", "--study", "metabric", "mutated(MLL2)")
    assert old["patients"] == chevet("cohort", "count", "--study", "metabric", "mutated(KMT2D)")["patients"] > 0
    frequencies = chevet("cohort", "genes", "--study", "metabric", "--gene", "PIK3CA", "--gene", "EGFR")["genes"]
    assert [(one["gene"], one["tested"]) for one in frequencies] == [("PIK3CA", 2509), ("EGFR", 2509)]
    curve = chevet("cohort", "survival", "--study", "metabric")
    assert curve["unit"] == "months"
    assert not curve["delayed_entry"]
    assert curve["groups"][0]["median"] == pytest.approx(155.7, abs=0.05)

    # A gene off the panel was tested in nobody, and nobody is counted as normal for it.
    assert chevet("cohort", "count", "--study", "metabric", "tested(TERT)")["patients"] == 0
    assert chevet("cohort", "count", "--study", "metabric", "not mutated(TERT)")["patients"] == 0

    # One patient's page goes out, in French, as HTML and PDF.
    page = [str(tmp_path / "page.html"), str(tmp_path / "page.pdf")]
    chevet("bedside", "page", "--study", "metabric", "--patient", "MB-0002", "--lang", "fr",
           "--html", page[0], "--pdf", page[1])  # fmt: skip
    assert "Non testé" in Path(page[0]).read_text(encoding="utf-8")
    assert Path(page[1]).read_bytes().startswith(b"%PDF")

    # Everything is remembered, and nothing was changed since.
    ledger = chevet("ledger", "verify")
    assert ledger["intact"]
    assert ledger["entries"] >= 10


def test_asking_for_a_few_people_gives_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metabric = str(shared("cohorts/metabric"))
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "lake"))
    chevet("study", "import", metabric, "--as", "metabric")
    few = chevet("cohort", "count", "--study", "metabric", "diagnosis is PT")
    assert (few["patients"], few["suppressed"]) == (None, True)


def test_a_slip_of_the_pen_is_pointed_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metabric = str(shared("cohorts/metabric"))
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "lake"))
    chevet("study", "import", metabric, "--as", "metabric")
    result = CliRunner().invoke(main, ["cohort", "count", "--study", "metabric", "diagnosis under BREATS", "--json"])
    assert result.exit_code == 4
    error = json.loads(result.stdout)["error"]
    assert error["kind"] == "bad_input"
    assert "^" in error["message"]
    assert "BREAST" in error["message"] + error["next"]
