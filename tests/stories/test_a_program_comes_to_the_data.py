"""A promise: a researcher's program comes to the data, and only what two people looked at leaves."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from chevet import synth
from chevet.cli import main
from chevet.store.lake import Lake
from tests.room.made_extract import needs_sandbox, write_program

PROGRAM = """
import sys
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

people = pq.read_table("/data/release.parquet")
if "--leave-one-out" in sys.argv:
    told = [status in ("alive", "dead") for status in people["vital_status"].to_pylist()]
    people = pa.concat_tables([people.slice(0, told.index(True)), people.slice(told.index(True) + 1)])
if "--rows" in sys.argv:
    pyarrow.csv.write_csv(people, "/outputs/people.csv")
counts = people.group_by("vital_status").aggregate([([], "count_all")]).rename_columns(["vital_status", "n"])
pyarrow.csv.write_csv(counts.drop_null(), "/outputs/vital_status.csv")
print(people.num_rows, "rows read")
"""


def run(who: str, *words: object, **environment: str) -> tuple[int, str]:
    """Exit code, and everything that a command tells a person."""
    result = CliRunner(env={"CHEVET_ACTOR": who, **environment}).invoke(main, [str(word) for word in words])
    return result.exit_code, result.output


def chevet(who: str, *words: object, **environment: str) -> dict[str, Any]:
    """What a command says to scripts."""
    result = CliRunner(env={"CHEVET_ACTOR": who, **environment}).invoke(main, [*map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@needs_sandbox
def test_a_program_comes_to_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "home"))
    until = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()

    # A hospital has a study, and makes a release of it that is proved anonymous.
    synth.make(400, 3, tmp_path / "made")
    chevet("marie", "study", "import", tmp_path / "made", "--as", "lung")
    policy, release = tmp_path / "policy.toml", tmp_path / "release"
    chevet("marie", "privacy", "policy", "--study", "lung", "--out", policy)
    policy.write_text(policy.read_text().replace("draft = true\n", ""))
    chevet("marie", "privacy", "key", "make", "early_lung")
    chevet("marie", "privacy", "anonymise", "--study", "lung", "--policy", policy, "--out", release,
           "--project", "early_lung", "--date", "2026-11-27")  # fmt: skip

    # Marie is steward; the committee of two grants Anna a permit, under which programs may run.
    chevet("marie", "room", "role", "give", "marie", "steward")
    for person, role, house in (
        ("carole", "committee", "chu_lille"), ("damien", "committee", "chu_nantes"), ("chloe", "checker", "chu_lille"),
        ("charles", "checker", "chu_nantes"), ("anna", "researcher", "institut_x"),
    ):  # fmt: skip
        chevet("marie", "room", "role", "give", person, role)
        chevet("marie", "room", "role", "affiliate", person, house)
    chevet("marie", "room", "permit", "use", "lung", "--allow", "HMB")
    chevet("marie", "room", "permit", "grant", "--project", "early_lung", "--study", "lung", "--purpose", "HMB",
           "--in-words", "Why some lung tumours come back early", "--person", "anna", "--run", "--until", until,
           "--legal-basis", "MR-004", "--reference", "CNIL 2026-17", "--decided-by", "carole",
           "--decided-by", "damien", "--id", "P-1")  # fmt: skip
    for decider in ("carole", "damien"):
        chevet(decider, "room", "permit", "confirm", "P-1")
    chevet("marie", "room", "permit", "train", "P-1", "anna", "--until", until, "--reference", "course 12")
    chevet("marie", "room", "permit", "sign", "P-1", "anna", "--reference", "cabinet 3")
    chevet("marie", "room", "open", "--permit", "P-1", "--release", release)
    issued = chevet("marie", "room", "token", "issue", "--permit", "P-1", "--person", "anna", "--scope", "run",
                    "--scope", "release", "--minutes", "60")  # fmt: skip
    token = {"CHEVET_TOKEN": next(v for v in issued.values() if isinstance(v, str) and v.startswith("chevet."))}

    # Anna writes her program on made-up data, where she sees everything it prints.
    program = write_program(tmp_path / "job", PROGRAM)
    made_up = chevet("anna", "room", "dummy", "--out", tmp_path / "made-up", **token)
    assert "release.parquet" in made_up["files"]
    code, shown = run("anna", "room", "run", "--dummy", "--out", tmp_path / "tried", program, **token)
    assert (code, "500 rows read" in shown) == (0, True)

    # Beside the data she is told that it ran and left something; not what, and not at once (here: nearly).
    (tmp_path / "home" / "room.toml").write_text("first_answer_seconds = 0.001\n")
    told = chevet("anna", "room", "run", program, "--context", "Patients by vital status, all 400", **token)
    assert (told["well"], told["left"], told["state"]) == (True, True, "submitted")
    assert "rows read" not in json.dumps(told)
    assert run("anna", "room", "release", "--job", "1", "--out", tmp_path / "too-early", **token)[0] == 3

    # Two checkers of other houses look, one after the other; then she has her table.
    for checker in ("chloe", "charles"):
        files = chevet(checker, "room", "check", "show", "early_lung/1")["files"]
        assert {f["name"]: f["verdict"] for f in files} == {
            "vital_status.csv": "pass", "console/stdout.txt": "review",
        }  # fmt: skip
        chevet(checker, "room", "check", "approve", "early_lung/1", "--reason", "Counts of many patients")
    chevet("anna", "room", "release", "--job", "1", "--out", tmp_path / "out", **token)
    table = (tmp_path / "out" / "vital_status.csv").read_text()
    assert table.startswith('"vital_status","n"')

    # The same table without one patient would tell what became of that patient: it stays inside, and so do rows.
    vital = pq.read_table(release / "release.parquet")["vital_status"]
    assert {"alive", "dead"} & set(vital.to_pylist())  # there is something to learn of the one left out
    for number, word, name, why in (
        (2, "--leave-one-out", "vital_status.csv", "differs_by_few"), (3, "--rows", "people.csv", "rows_of_people"),
    ):  # fmt: skip
        assert run("anna", "room", "run", "--context", "Once more", program, "--", word, **token)[0] == 0
        files = chevet("chloe", "room", "check", "show", f"early_lung/{number}")["files"]
        (kept_in,) = [f for f in files if f["name"] == name]
        assert kept_in["verdict"] == "refuse"
        assert why in [reason["code"] for reason in kept_in["reasons"]]

    # When the permit is revoked, nothing more is handed over, not even what was approved.
    chevet("marie", "room", "permit", "revoke", "P-1", "--reason", "The project ended")
    code, refused = run("anna", "room", "release", "--job", "1", "--out", tmp_path / "late", **token)
    assert (code, "was revoked" in refused) == (3, True)
    assert not (tmp_path / "late").exists()

    # All of it is in the ledger, and no output is named there.
    acts = [entry.act for entry in Lake(tmp_path / "home").ledger.entries()]
    assert acts.count("job_run") == 3
    assert [a for a in acts if a.startswith("output_")][:4] == [
        "output_submitted", "output_checked", "output_checked", "output_released",
    ]  # fmt: skip
