"""`chevet study` and `chevet ledger`, as a person and as a script use them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet import synth
from chevet.cli import ledger, study
from chevet.store.lake import Lake
from tests.shared_data import shared


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHEVET_ACTOR", "data manager")
    return tmp_path / "home"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "Made up (2026)"
    synth.make(300, 5, out)
    return out


def run(*words: str | Path, command: Any = study.command) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def answer(*words: str | Path, command: Any = study.command) -> dict[str, Any]:
    ran = run(*words, "--json", command=command)
    assert ran.exit_code == 0, ran.output
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_an_import_answers_scripts_with_one_object(folder: Path) -> None:
    told = answer("import", folder, "--as", "demo")
    assert set(told) == {"study", "version", "tables", "reasons", "missing_files"}
    assert (told["study"], told["version"]) == ("demo", 1)
    assert told["tables"]["patient"] == {"read": 300, "kept": 300, "repaired": 0, "rejected": 0}
    assert answer("import", folder, "--as", "demo")["version"] == 1


@pytest.mark.parametrize(("lang", "first", "again"), [
    ("en", "demo: version 1 is kept and current: 300 patients", "demo: version 1 already says the same"),
    ("fr", "demo\u202f: la version 1 est gardée", "demo\u202f: la version 1 dit déjà la même chose"),
])  # fmt: skip
def test_an_import_says_in_one_line_what_it_did(folder: Path, lang: str, first: str, again: str) -> None:
    assert run("import", folder, "--as", "demo", "--lang", lang).stdout.startswith(first)
    assert run("import", folder, "--as", "demo", "--lang", lang).stdout.startswith(again)


def test_a_study_is_named_after_its_folder_unless_said(folder: Path) -> None:
    assert answer("import", folder)["study"] == "made_up_2026"


def test_a_name_that_climbs_is_refused_before_anything_is_read(folder: Path, home: Path) -> None:
    ran = run("import", folder, "--as", "../elsewhere", "--json")
    assert ran.exit_code == 4
    assert json.loads(ran.stdout)["error"]["kind"] == "bad_input"
    assert not home.exists()


def test_a_path_where_nothing_is_gets_a_clear_error(tmp_path: Path) -> None:
    ran = run("import", tmp_path / "nowhere", "--json")
    assert ran.exit_code == 4
    assert "nowhere" in json.loads(ran.stdout)["error"]["message"]


def test_studies_are_listed_and_shown(folder: Path) -> None:
    assert answer("list") == {"studies": []}
    assert "chevet study import" in run("list").stdout
    answer("import", folder, "--as", "demo")
    assert [(s["study"], s["version"], s["patients"]) for s in answer("list")["studies"]] == [("demo", 1, 300)]
    assert "demo" in run("list").stdout
    shown = answer("show", "demo")
    assert (shown["study"], shown["version"], shown["rows"]["patient"]) == ("demo", 1, 300)
    assert "variant" in run("show", "demo").stdout


@pytest.mark.parametrize(("lang", "mark"), [("en", "(made up:"), ("fr", "(inventée\u202f:")])
def test_a_made_up_study_is_marked_in_the_list_and_where_it_is_shown(
    folder: Path, tmp_path: Path, lang: str, mark: str
) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "patient.tsv").write_text("patient_id\nP1\n")
    answer("import", folder, "--as", "nobody")
    answer("import", tmp_path / "people", "--as", "people")
    assert {s["study"]: s["made_up"] for s in answer("list")["studies"]} == {"nobody": True, "people": False}
    assert run("list", "--lang", lang).stdout.count(mark) == 1
    assert answer("show", "nobody")["about"]["made_up"] is True
    assert mark in run("show", "nobody", "--lang", lang).stdout
    assert mark not in run("show", "people", "--lang", lang).stdout


def test_an_unknown_study_is_told_with_what_there_is(folder: Path) -> None:
    answer("import", folder, "--as", "demo")
    ran = run("show", "dmeo")
    assert ran.exit_code == 4
    assert "demo" in ran.stderr


def test_every_row_not_kept_as_it_stood_is_shown_and_written(tmp_path: Path) -> None:
    answer("import", shared("cohorts/metabric"), "--as", "metabric")
    told = answer("show", "metabric")
    noted = answer("show", "metabric", "--rejected")
    assert noted["rows"] == len(noted["rejected"]) == sum(r["count"] for r in told["reasons"]) > 500
    assert run("show", "metabric", "--rejected", "--csv", tmp_path / "all.csv").exit_code == 0
    with (tmp_path / "all.csv").open() as file:
        assert len(list(csv.DictReader(file))) == noted["rows"]


def test_metabric_is_accounted_for_row_by_row() -> None:
    told = answer("import", shared("cohorts/metabric"), "--as", "metabric")
    assert told["tables"]["patient"]["kept"] == 2509
    variants = told["tables"]["variant"]
    assert variants["read"] == variants["kept"] + variants["rejected"] == 17_272
    assert told["missing_files"] == ["data_CNA.txt", "data_expression.txt"]


def test_a_damaged_study_is_found_and_the_exit_code_says_so(folder: Path) -> None:
    answer("import", folder, "--as", "demo")
    assert answer("verify", "demo")["intact"] is True
    assert "as it was imported" in run("verify", "demo").stdout
    report = Lake.from_environment().open("demo").path / "report.json"
    report.chmod(0o644)
    report.write_text("{}")
    ran = run("verify", "demo", "--json")
    assert ran.exit_code == 70
    assert json.loads(ran.stdout)["intact"] is False
    assert json.loads(ran.stdout)["problems"] == ["version 1: report.json is not as it was written"]
    assert "report.json" in run("verify", "demo").stdout


def test_a_removed_study_is_gone_and_the_ledger_keeps_the_fact(folder: Path) -> None:
    answer("import", folder, "--as", "demo")
    assert answer("remove", "demo") == {"study": "demo", "removed": [1]}
    assert answer("list") == {"studies": []}
    assert [e["act"] for e in answer("show", command=ledger.command)["entries"]] == ["study_imported", "study_removed"]
    assert run("remove", "demo").exit_code == 4


def test_the_ledger_is_verified_and_shown(folder: Path) -> None:
    assert answer("verify", command=ledger.command) == {"entries": 0, "head": "0" * 64, "intact": True}
    assert "no entry" in run("show", command=ledger.command).stdout
    answer("import", folder, "--as", "demo")
    verified = answer("verify", command=ledger.command)
    (entry,) = answer("show", "--act", "study_imported", command=ledger.command)["entries"]
    assert verified == {"entries": 1, "head": entry["hash"], "intact": True}
    assert (entry["actor"], entry["facts"]["study"], entry["facts"]["version"]) == ("data manager", "demo", 1)
    assert answer("verify", "--expect-head", entry["hash"], command=ledger.command)["intact"] is True
    assert "data manager" in run("show", command=ledger.command).stdout
    assert run("verify", "--lang", "fr", command=ledger.command).stdout.startswith("Le registre est intact")


def test_a_changed_ledger_is_found_and_the_exit_code_says_so(folder: Path, home: Path) -> None:
    answer("import", folder, "--as", "demo")
    entries = home / "ledger" / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b"data manager", b"data manages"))
    ran = run("verify", "--json", command=ledger.command)
    assert (ran.exit_code, json.loads(ran.stdout)["intact"]) == (70, False)
    assert "entry 1" in run("verify", command=ledger.command).stdout
    assert run("verify", "--expect-head", "f" * 64, "--json", command=ledger.command).exit_code == 70
    assert run("show", command=ledger.command).exit_code == 70
