"""A promise, on real patients: what leaves is proved to keep its policy, or it does not leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from chevet.cli import main
from chevet.store.lake import Lake
from tests.shared_data import shared


def run(*words: str) -> tuple[int, dict[str, Any]]:
    """Exit code, and what a command says to scripts."""
    result = CliRunner().invoke(main, [*words, "--json"])
    return result.exit_code, json.loads(result.stdout)


def chevet(*words: str) -> dict[str, Any]:
    code, said = run(*words)
    assert code == 0, said
    return said


def test_metabric_is_anonymised_proved_and_protected_from_a_second_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "home"))
    chevet("study", "import", str(shared("cohorts/metabric")), "--as", "metabric")
    policy, out, second = tmp_path / "policy.toml", tmp_path / "out", tmp_path / "second"
    study = ["--study", "metabric"]

    # Names removed is not anonymous: age, stage and grade alone leave hundreds alone of their kind.
    before = chevet("privacy", "assess", *study)
    assert before["people"] == 2509
    assert before["risks"]["unique_in_sample"] > 0.3
    assert before["known"][0]["unique"] > 200

    # A first policy is a draft, and nothing leaves under a draft.
    chevet("privacy", "policy", *study, "--out", str(policy))
    release = ["privacy", "anonymise", *study, "--policy", str(policy), "--date", "2026-11-27", "--out"]
    code, refused = run(*release, str(out))
    assert (code, refused["error"]["kind"]) == (3, "refused")

    # Read and corrected by a person, it gives a release that keeps every promise.
    policy.write_text(policy.read_text().replace("draft = true\n", ""))
    report = chevet(*release, str(out))
    assert report["called"] == "anonymised"
    after = report["risks"]["after"]
    assert (after["smallest"], after["unique_in_sample"]) == (12, 0.0)
    assert after["highest_risk"] <= 0.09
    assert after["average_risk"] <= 0.05
    assert report["utility"]["loss"] < 0.2

    # No patient is named in what leaves, and anyone can check it from the files alone.
    table = pq.read_table(out / "release.parquet")
    assert table.num_rows == 2509
    assert "patient_id" not in table.column_names
    assert b"MB-0002" not in b"".join(p.read_bytes() for p in out.rglob("*") if p.is_file() and p.suffix != ".parquet")
    assert chevet("privacy", "check", str(out))["holds"] is True
    for lang in ("fr", "en"):
        assert (out / f"dossier.{lang}.pdf").read_bytes().startswith(b"%PDF")
        assert report["release"]["digest"] in (out / f"dossier.{lang}.html").read_text()

    # A second release of the same people, however safe by itself, is refused: the two would give people away.
    policy.write_text(policy.read_text().replace('hierarchy = "age"', 'hierarchy = "number:7:14:28"'))
    code, refused = run(*release, str(second))
    assert code == 3
    assert report["release"]["id"] in refused["error"]["message"]
    assert not second.exists()

    # Thresholds that no release can meet are all listed, and the data stay pseudonymised.
    policy.write_text(policy.read_text().replace("unique_in_sample = 0.0", "marketer_risk = 0.0001"))
    code, refused = run(*release, str(second))
    assert code == 3
    assert "pseudonymised" in refused["error"]["message"]

    # All of it is in the ledger.
    acts = [entry.act for entry in Lake(tmp_path / "home").ledger.entries()]
    assert acts == ["study_imported", "risk_assessed", "release_refused", "release_made", *["release_refused"] * 2]
