"""Promise: from one case file, a decision on paper for the board, one sheet for the patient, and nothing leaves."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from chevet.cli import main

CASE = {
    "case_id": "STORY-1",
    "diagnosis": {"oncotree": "LUAD"},
    "clinical": {"extent": "metastatic", "line": 1},
    "alterations": [{"type": "variant", "gene": "EGFR", "protein_change": "p.L858R"}],
    "tested_genes": ["EGFR", "KRAS", "ALK", "BRAF", "MET", "RET", "ROS1", "ERBB2"],
    "jurisdiction": "EU",
}
FORMS = {"html": "--html", "pdf": "--pdf", "docx": "--docx", "json": "--fhir", "tsv": "--osiris"}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "secret-folder" / "case.json"
    file.parent.mkdir()
    file.write_text(json.dumps(CASE), encoding="utf-8")
    return file


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_one_command_writes_every_form_for_its_owner_alone(case: Path, tmp_path: Path, lang: str) -> None:
    paths = {ending: tmp_path / f"consultation.{ending}" for ending in FORMS}
    sheets = {"--patient-sheet": tmp_path / "patient.html"}
    words = [word for ending, option in FORMS.items() for word in (option, str(paths[ending]))]
    words += [word for option, path in sheets.items() for word in (option, str(path))]
    ran = CliRunner().invoke(main, ["bedside", "consult", str(case), "--lang", lang, "--date", "2026-11-27", *words])
    assert ran.exit_code == 0, ran.stderr
    for path in (*paths.values(), *sheets.values()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
        content = path.read_bytes()
        assert content
        assert b"secret-folder" not in content, path.name
        assert str(Path.home()).encode() not in content or str(Path.home()) == "/", path.name
    page = paths["html"].read_text("utf-8")
    assert "osimertinib" in page
    assert page.index("osimertinib") < page.index('id="annex"')
    assert json.loads(paths["json"].read_text("utf-8"))["resourceType"] == "Bundle"


def test_the_same_case_on_the_same_day_gives_the_same_files(case: Path, tmp_path: Path) -> None:
    made = []
    for number in (1, 2):
        files = [tmp_path / f"{number}.{ending}" for ending in FORMS]
        words = [word for option, path in zip(FORMS.values(), files, strict=True) for word in (option, str(path))]
        ran = CliRunner().invoke(main, ["bedside", "consult", str(case), "--date", "2026-11-27", *words])
        assert ran.exit_code == 0, ran.stderr
        made.append([path.read_bytes() for path in files])
    assert made[0] == made[1]
