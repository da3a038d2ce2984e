"""`chevet privacy`: from a look at a table to a release that anyone can check, at the door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from chevet.cli import main
from chevet.room.people import People
from chevet.store.lake import Lake
from tests.privacy.anonymity.people import people


def chevet(*words: str) -> Result:
    return CliRunner().invoke(main, ["privacy", *words])


def said(*words: str) -> dict[str, Any]:
    """What a command says to scripts; it must succeed."""
    result = chevet(*words, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def refused(code: int, *words: str) -> str:
    """The message of a command that must fail with this exit code."""
    result = chevet(*words, "--json")
    assert result.exit_code == code, result.output
    return str(json.loads(result.stdout)["error"]["message"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with 120 people as a table, and a policy that somebody has read."""
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "home"))
    pq.write_table(people(120), tmp_path / "people.parquet")
    table, policy = str(tmp_path / "people.parquet"), tmp_path / "policy.toml"
    assert chevet("policy", "--table", table, "--out", str(policy)).exit_code == 0
    policy.write_text(policy.read_text().replace("draft = true\n", ""))
    return tmp_path


def anonymise(folder: Path, *more: str, out: str = "out") -> list[str]:
    return ["anonymise", "--table", str(folder / "people.parquet"), "--policy", str(folder / "policy.toml"),
            "--out", str(folder / out), "--date", "2026-11-27", *more]  # fmt: skip


def test_a_first_policy_guesses_what_each_column_is_and_is_not_written_over(folder: Path) -> None:
    table = str(folder / "people.parquet")
    found = said("policy", "--table", table, "--out", str(folder / "second.toml"))["columns"]
    assert [(c["name"], c["role"], c["hierarchy"]) for c in found] == [
        ("patient", "identifier", ""), ("age", "quasi", "age"), ("sex", "quasi", "sex"), ("stage", "quasi", "stage"),
        ("outcome", "quasi", "text"),
    ]  # fmt: skip
    assert "is there already" in refused(3, "policy", "--table", table, "--out", str(folder / "second.toml"))


def test_nothing_is_released_under_a_draft(folder: Path) -> None:
    policy = folder / "policy.toml"
    policy.write_text("draft = true\n" + policy.read_text())
    assert "nobody has read it" in refused(3, *anonymise(folder))


def test_the_risks_of_a_table_as_it_stands_are_measured_and_drawn(folder: Path) -> None:
    table = str(folder / "people.parquet")
    answer = said("assess", "--table", table, "--html", str(folder / "risk.html"), "--png", str(folder / "risk.png"))
    assert answer["guessed"] is True
    assert answer["risks"]["highest_risk"] == 1.0
    assert answer["known"][0]["unique"] > 10
    assert (folder / "risk.html").read_text().startswith("<!doctype html>")
    assert (folder / "risk.png").read_bytes().startswith(b"\x89PNG")
    printed = chevet("assess", "--table", table, "--lang", "fr")
    assert "avec quelle facilité les personnes sont isolées" in printed.output
    assert not any(person in printed.output for person in map(str, people(120)["patient"].to_pylist()))


def test_a_release_is_made_checked_and_explained(folder: Path) -> None:
    report = said(*anonymise(folder, "--csv"))
    assert report["called"] == "anonymised"
    assert {path.name for path in (folder / "out").iterdir()} == {
        "release.parquet", "release.csv", "policy.toml", "report.json", "hierarchies",
        "dossier.fr.html", "dossier.en.html", "dossier.fr.pdf", "dossier.en.pdf",
    }  # fmt: skip
    checked = said("check", str(folder / "out"))
    assert checked["holds"] is True
    assert {"k-anonymity", "highest_risk", "average_risk"} <= {f["rule"] for f in checked["findings"]}
    for lang, promise in (("en", "Anonymised under its policy"), ("fr", "Anonymisé selon sa politique")):
        assert promise in chevet("explain", str(folder / "out"), "--lang", lang).output
        explained = said("explain", str(folder / "out"), "--lang", lang)
        assert len([s for s in explained["sections"] if s["points"]]) == 1


def test_the_folder_says_nothing_of_values_that_the_table_does_not_show(folder: Path) -> None:
    said(*anonymise(folder))
    shown = set(pq.read_table(folder / "out" / "release.parquet")["age"].to_pylist())
    in_hierarchy = (folder / "out" / "hierarchies" / "1.csv").read_text().splitlines()
    leaves = {line.split(";")[0] for line in in_hierarchy}
    hidden = {str(age) for age in people(120)["age"].to_pylist()} - shown
    assert hidden
    assert not leaves & hidden


@pytest.mark.parametrize("lines", [1, 30])
def test_a_release_that_was_tampered_with_is_refused_with_every_failing_rule(folder: Path, lines: int) -> None:
    said(*anonymise(folder))
    path = folder / "out" / "release.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    for row in rows[:lines]:
        row["age"] = "101"
    pq.write_table(table.from_pylist(rows, schema=table.schema), path)
    message = refused(3, "check", str(folder / "out"))
    assert "release.parquet is missing or changed" in message
    assert f"known-labels of age: found {lines}" in message


def test_a_folder_that_is_no_release_is_bad_input(folder: Path) -> None:
    assert "is not a release folder" in refused(4, "check", str(folder))
    assert "is not a release folder" in refused(4, "explain", str(folder))


def test_unmet_thresholds_refuse_and_leave_nothing_but_the_ledgers_entry(folder: Path) -> None:
    policy = folder / "policy.toml"
    policy.write_text(policy.read_text().replace("unique_in_sample = 0.0", "marketer_risk = 0.001"))
    message = refused(3, *anonymise(folder))
    assert "pseudonymised, not anonymised" in message
    assert "marketer_risk" in message
    assert not (folder / "out").exists()
    assert [e.act for e in Lake(folder / "home").ledger.entries()] == ["release_refused"]


def test_that_people_are_others_is_declared_by_one_and_confirmed_by_the_committee(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people_of_the_house = People(Lake(folder / "home").ledger)
    people_of_the_house.give("diane", "steward", actor="diane")
    people_of_the_house.give("paul", "committee", actor="diane")
    monkeypatch.setenv("CHEVET_ACTOR", "diane")
    base = said(*anonymise(folder))["release"]["id"]
    pq.write_table(people(120, seed=8), folder / "people.parquet")
    assert f"release {base} speaks of the same people" in refused(3, *anonymise(folder, out="other"))
    why = ("--apart-from", base, "--because", "both hospitals count from 1")
    assert "no release is named" in refused(4, *anonymise(folder, "--because", "why", out="other"))
    assert "nobody of the committee has confirmed it" in refused(3, *anonymise(folder, *why, out="other"))
    (waits,) = said("apart", "list")["declared"]
    assert (waits["who"], waits["because"], waits["confirmed_by"]) == ("diane", "both hospitals count from 1", "")
    entry = str(waits["entry"])
    assert "diane is not of the committee" in refused(3, "apart", "confirm", entry)
    monkeypatch.setenv("CHEVET_ACTOR", "paul")
    assert said("apart", "confirm", entry) == {"entry": waits["entry"], "confirmed_by": "paul"}
    monkeypatch.setenv("CHEVET_ACTOR", "diane")
    assert said(*anonymise(folder, *why, out="other"))["called"] == "anonymised"


def test_one_table_is_named_and_no_more(folder: Path) -> None:
    message = "name either a study or a table"
    assert message in refused(4, "assess")
    assert message in refused(4, "assess", "--study", "s", "--table", str(folder / "people.parquet"))
