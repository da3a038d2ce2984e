"""The dossier of a target, as the command writes it: page, PDF and JSON, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet import synth
from chevet.cli import main
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake
from chevet.targets.evidence import PARTS


def nothing_told(what: str, part: float) -> None:
    """No progress is shown in tests."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    synth.make(600, 5, folder / "study", nothing_told)
    import_study(Lake(folder / "home"), folder / "study", "made")
    return folder / "home"


def run(home: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["targets", "dossier", *map(str, words)], env={"CHEVET_HOME": str(home)})


@pytest.fixture(scope="module")
def out(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dossier")
    result = run(home, "TP53", "--study", "made", "--eligible", "stage = IV", "--out", folder, "--json")
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def told(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "TP53.json").read_text())
    return read


def test_pages_and_pdfs_in_both_languages_and_json_are_written(out: Path) -> None:
    assert sorted(file.name for file in out.iterdir()) == [
        "TP53.en.html", "TP53.en.pdf", "TP53.fr.html", "TP53.fr.pdf", "TP53.json"
    ]  # fmt: skip
    assert (out / "TP53.fr.pdf").read_bytes().startswith(b"%PDF")


def test_every_part_is_in_the_evidence_or_says_why_not(told: dict[str, Any]) -> None:
    with_lines = {line["part"] for line in told["evidence"]}
    silent = set(PARTS) - with_lines
    assert {part for part in silent if not told["asked"][part]["why_not"]} == set()
    assert "selection" in silent  # nobody installed a genome


def test_the_page_names_each_gap_and_never_calls_it_normal(out: Path) -> None:
    page = (out / "TP53.en.html").read_text()
    assert "What could not be told" in page
    assert "selection: not asked: what it needs is missing" in page
    assert "A clinician decides." in page
    french = (out / "TP53.fr.html").read_text()
    assert "Ce qui n’a pas pu être dit" in french
    assert "Un clinicien décide." in french


def test_the_criteria_of_a_trial_are_counted_among_the_carriers(told: dict[str, Any]) -> None:
    trial = told["trial"]
    carriers = next(one["altered"] for one in told["altered"] if one["kind"] == "variant")
    assert trial["criteria"] == "stage = IV"
    assert trial["met"] + trial["not_met"] + trial["unknown"] == carriers


def _counts(value: Any, name: str = "") -> list[int]:
    if isinstance(value, dict):
        return [n for key, part in value.items() for n in _counts(part, key)]
    if isinstance(value, list):
        return [n for part in value for n in _counts(part, name)]
    return [value] if name in ("altered", "tested", "patients", "met", "not_met", "unknown", "events") and value else []


def test_no_number_of_people_is_of_one_to_four(told: dict[str, Any]) -> None:
    counts = _counts({key: told[key] for key in ("altered", "carriers_by", "survival", "trial", "patients")})
    assert len(counts) > 20
    assert [n for n in counts if 0 < n < 5] == []


def test_the_page_fetches_nothing_and_runs_nothing(out: Path) -> None:
    for lang in ("en", "fr"):
        page = (out / f"TP53.{lang}.html").read_text()
        assert "<script" not in page
        assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == []
        assert f'<html lang="{lang}">' in page


def test_the_ledger_knows_that_a_dossier_was_asked_and_what_was_written(home: Path, out: Path) -> None:
    entries = list(Lake(home).ledger.entries())
    assert "dossier" in [entry.facts["answer"] for entry in entries if entry.act == "question_asked"]
    files = {entry.facts["file"] for entry in entries if entry.act in ("table_exported", "picture_exported")}
    assert {"TP53.json", "TP53.en.pdf"} <= files


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("NOGENE",), "bad_input"),
        (("TP53", "--where", "mutated(TP53) and not mutated(TP53)"), "cannot_conclude"),
        (("TP53", "--eligible", "stage ="), "bad_input"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(
    home: Path, words: tuple[str, ...], kind: str, tmp_path: Path
) -> None:
    result = run(home, *words, "--study", "made", "--out", tmp_path, "--json")
    assert json.loads(result.stdout)["error"]["kind"] == kind
    assert list(tmp_path.iterdir()) == []
