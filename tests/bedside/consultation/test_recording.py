"""What the ledger keeps of a consultation, and what it keeps to itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet.bedside.consultation.recording import case_name, files_name
from chevet.cli import main
from chevet.errors import Fault
from chevet.privacy.keys import Keys
from chevet.store.ledger import Ledger
from chevet.therapy.knowledge.base import Base

CASE: dict[str, Any] = {
    "case_id": "Dupont-1962", "diagnosis": {"oncotree": "LUAD"},
    "clinical": {"extent": "metastatic", "line": 1, "age_years": 64, "text": "Mme Dupont"},
    "alterations": ["EGFR L858R"], "jurisdiction": "FR",
}  # fmt: skip


def consult(home: Path, case: dict[str, Any], *words: str) -> Result:
    file = home.parent / "case.json"
    file.write_text(json.dumps(case))
    return CliRunner().invoke(
        main, ["bedside", "consult", str(file), "--date", "2026-11-27", *words], env={"CHEVET_HOME": str(home)}
    )


def test_a_consultation_is_an_entry_with_its_knowledge_and_nothing_of_the_patient(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert consult(home, CASE, "--html", str(tmp_path / "page.html")).exit_code == 0
    (entry,) = Ledger(home / "ledger").entries()
    assert (entry.act, entry.facts["jurisdiction"], entry.facts["day"], entry.facts["forms"]) == (
        "tumour_consulted", "FR", "2026-11-27", ["html"],
    )  # fmt: skip
    assert entry.facts["knowledge"] == {one.name: one.sha256 for one in Base.own().versions}
    kept = (home / "ledger" / "entries.jsonl").read_text()
    assert [word for word in ("Dupont", "1962", "EGFR", "LUAD", "64,", "case.json", "page.html") if word in kept] == []


def test_who_has_the_case_and_the_key_finds_its_entry_and_a_plain_hash_does_not(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    answer = tmp_path / "told.json"
    consult(home, CASE, "--json", str(answer))
    consult(home, CASE | {"case_id": "other"})
    told = json.loads(answer.read_text())
    first, second = Ledger(home / "ledger").entries()
    key = Keys(home).installation("patient_names")
    assert (first.facts["case"], first.facts["files"]) == (case_name(key, told), files_name(key, told))
    assert {first.facts["case"], first.facts["files"]} & {second.facts["case"], second.facts["files"]} == set()
    assert told["provenance"]["files"][0]["sha256"] not in first.line().decode()


def test_a_case_without_a_number_has_no_name_in_the_ledger(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    consult(home, {key: value for key, value in CASE.items() if key not in ("case_id", "jurisdiction")})
    (entry,) = Ledger(home / "ledger").entries()
    assert (entry.facts["case"], entry.facts["jurisdiction"]) == (None, None)


def test_without_a_home_the_answer_is_given_and_no_home_is_made(tmp_path: Path) -> None:
    home = tmp_path / "nowhere"
    assert (consult(home, CASE).exit_code, home.exists()) == (0, False)


@pytest.mark.parametrize("part", ["ledger", "keys"])
def test_a_home_that_cannot_be_written_to_gives_the_answer_and_says_that_nothing_was_noted(
    tmp_path: Path, part: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / part).touch()  # not a folder that this account could write in
    told = consult(home, CASE)
    assert (told.exit_code, "osimertinib" in told.stdout, "ledger" in told.stderr) == (0, True, True)
    assert (home / part).read_bytes() == b""


def test_a_home_of_another_account_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr("os.geteuid", lambda: home.stat().st_uid + 1)
    assert (consult(home, CASE).exit_code, list(home.iterdir())) == (0, [])


def test_a_ledger_that_was_tampered_with_is_not_added_to_and_nothing_is_handed_over(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    consult(home, CASE)
    (home / "ledger" / "entries.jsonl").write_text("")
    refused = consult(home, CASE, "--html", str(tmp_path / "page.html"))
    assert (refused.exit_code, (tmp_path / "page.html").exists()) == (Fault.exit_code, False)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_ledger_shows_the_act(tmp_path: Path, lang: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    consult(home, CASE)
    shown = CliRunner().invoke(main, ["ledger", "show", "--lang", lang], env={"CHEVET_HOME": str(home)}).output
    assert {"en": "tumour_consulted", "fr": "consultation sur une tumeur"}[lang] in shown


def test_a_recheck_is_an_entry_for_each_case_and_tells_whose_answer_changed(tmp_path: Path) -> None:
    home, cases = tmp_path / "home", tmp_path / "cases"
    home.mkdir()
    cases.mkdir()
    for number in ("P-1", "P-2"):
        (cases / f"{number}.json").write_text(json.dumps(CASE | {"case_id": number}))

    def recheck(*words: str) -> dict[str, Any]:
        ran = CliRunner().invoke(
            main, ["bedside", "recheck", str(cases), "--json", *words], env={"CHEVET_HOME": str(home)}
        )
        found: dict[str, Any] = json.loads(ran.stdout)
        return found

    recheck("--write", "--date", "2016-01-01")
    assert recheck("--date", "2026-11-27")["changed"] == 2
    entries = list(Ledger(home / "ledger").entries())
    assert [(one.facts["day"], one.facts["forms"]) for one in entries] == [
        ("2016-01-01", ["json"]), ("2016-01-01", ["json"]), ("2026-11-27", []), ("2026-11-27", []),
    ]  # fmt: skip
    assert (entries[0].facts["case"], entries[1].facts["case"]) == (entries[2].facts["case"], entries[3].facts["case"])
