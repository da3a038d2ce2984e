"""The examples of the pages on trials, panels and signatures do what the pages say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.cli import main

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


def example(page: str, kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), re.S)
    assert found is not None
    return found[1]


def trials_of(folder: Path, change: str) -> list[dict[str, Any]]:
    case = {
        "diagnosis": {"oncotree": "LUAD"}, "clinical": {"age_years": 60}, "tested_genes": ["EGFR"],
        "alterations": [f"EGFR {change}"],
    }  # fmt: skip
    (folder / "P-1.json").write_text(json.dumps(case))
    answer = folder / "told.json"
    words = ["bedside", "consult", str(folder / "P-1.json"), "--trials", str(folder / "trials"), "--json", str(answer)]
    ran = CliRunner().invoke(main, [*words, "--date", "2026-11-27"])
    assert ran.exit_code == 0, ran.stderr
    found: list[dict[str, Any]] = json.loads(answer.read_text())["trials"]
    return found


@pytest.mark.parametrize(("change", "match"), [("C797S", "yes"), ("L858R", "no")])
def test_the_trial_of_the_page_takes_the_patient_whom_it_asks_for(tmp_path: Path, change: str, match: str) -> None:
    (tmp_path / "trials").mkdir()
    (tmp_path / "trials" / "lung-c797s.yaml").write_text(example("match-trials.md", "yaml"))
    assert [(one["trial"], one["match"], one["open"]) for one in trials_of(tmp_path, change)] == [
        ("25-001", match, "yes")
    ]


def test_the_panels_of_the_page_are_taken_in(tmp_path: Path) -> None:
    table = tmp_path / "own-panels.tsv"
    table.write_text(example("bring-panels-and-signatures.md", "text"))
    ran = CliRunner().invoke(
        main, ["reference", "add-panel", str(table), "--json"], env={"CHEVET_HOME": str(tmp_path / "home")}
    )
    assert json.loads(ran.stdout) == {"panels": [{"name": "Own50", "genes": 2}, {"name": "Blood20", "genes": 1}]}
