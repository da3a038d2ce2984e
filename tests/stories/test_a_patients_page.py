"""A tumour board asks for one patient's page, of a real study and of a made-up one."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet import synth
from chevet.cli import bedside
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake
from tests.shared_data import shared


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "home"))
    return Lake.from_environment()


def _page(*words: str | Path) -> Result:
    return CliRunner().invoke(bedside.command, ["page", *(str(word) for word in words), "--date", "2026-03-01"])


def test_the_page_of_a_real_patient_says_what_the_files_of_the_study_say(lake: Lake, tmp_path: Path) -> None:
    import_study(lake, shared("cohorts/metabric"), "metabric")
    out, print_out = tmp_path / "page.html", tmp_path / "page.pdf"
    ran = _page(
        "--study", "metabric", "--patient", "MB-0002", "--lang", "fr", "--html", out, "--pdf", print_out, "--json"
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    page: dict[str, Any] = json.loads(ran.stdout)

    # data_clinical_patient.txt and data_clinical_sample.txt, the rows of MB-0002
    assert page["sex"] is None, "the files never say it"
    tumour = page["tumours"][0]
    assert (tumour["oncotree_code"], tumour["stage"], tumour["grade"], tumour["laterality"]) == (
        "IDC",
        "I",
        "3",
        "right",
    )
    assert tumour["age_at_diagnosis_years"] == 43.19
    assert {m["marker"]: m["state"] for m in page["markers"]} == {
        "ER": "positive",
        "PR": "positive",
        "HER2": "negative",
    }
    given = {t["treatment_class"]: t["given"] for t in page["treatments"]}
    assert given == {"surgery": True, "chemotherapy": False, "hormone_therapy": True, "radiotherapy": True}
    (survival,) = page["endpoints"]
    assert (survival["endpoint"], survival["occurred"]) == ("overall_survival", False)
    assert round(survival["days"] * 12 / 365.25, 4) == 84.6333

    # data_mutations_extended.txt, its two rows of MB-0002
    assert [(f["gene"], f["change"], f["consequence"]) for f in page["findings"]] == [
        ("TP53", "p.H178P", "Missense_Mutation"),
        ("FOXO3", "p.A499Gfs*16", "Frame_Shift_Ins"),
    ]
    assert page["findings"][0]["seen"] == [{"sample_id": "MB-0002", "vaf": None}]

    # data_gene_panel.txt: 173 genes, PIK3CA among them and ESR1 not; the copy-number file is announced and absent
    states = {(g["gene"], g["kind"]): g["state"] for g in page["looked_for"]}
    assert states["TP53", "variant"] == "found"
    assert states["PIK3CA", "variant"] == "not_found"
    assert states["ESR1", "variant"] == "not_tested"
    assert states["ERBB2", "amplification"] == "not_tested"
    assert [p["genes"] for p in page["panels"]] == [173]

    # 1,500 samples bear the code IDC, all on the panel
    tp53 = next(f for f in page["standing"]["frequencies"] if f["gene"] == "TP53")
    assert tp53["tested"] == 1500
    assert page["standing"]["similar"]["nearest"]["patients"] == 100
    assert page["standing"]["similar"]["candidates"] == 1499

    assert "Carcinome canalaire infiltrant du sein" in out.read_text(encoding="utf-8")
    assert print_out.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(out.stat().st_mode) == stat.S_IMODE(print_out.stat().st_mode) == 0o600


@pytest.fixture
def made_up(lake: Lake, tmp_path: Path) -> Lake:
    synth.make(400, 3, tmp_path / "made")
    import_study(lake, tmp_path / "made", "madeup")
    return lake


def test_the_page_of_a_made_up_patient_says_that_nobody_is_described(made_up: Lake, tmp_path: Path) -> None:
    patient = made_up.open("madeup").table("patient", columns=["patient_id"])["patient_id"][0].as_py()
    out = tmp_path / "page.html"
    ran = _page("--study", "madeup", "--patient", patient, "--html", out)
    assert ran.exit_code == 0, ran.output
    assert "no real person is described here" in out.read_text(encoding="utf-8")
    entry = list(made_up.ledger.entries())[-1]
    assert (entry.act, entry.facts["forms"]) == ("patient_page_written", ["html"])
    assert made_up.ledger.verify().intact


def test_a_wrong_pseudonym_is_refused_and_nothing_is_written(made_up: Lake, tmp_path: Path) -> None:
    before = made_up.ledger.verify().entries
    out = tmp_path / "page.html"
    ran = _page("--study", "madeup", "--patient", "SYN-NOBODY", "--html", out, "--json")
    assert ran.exit_code == 4
    assert "NOBODY" not in ran.output
    assert not out.exists()
    assert made_up.ledger.verify().entries == before


def test_a_folder_that_is_not_there_is_said(made_up: Lake, tmp_path: Path) -> None:
    patient = made_up.open("madeup").table("patient", columns=["patient_id"])["patient_id"][0].as_py()
    ran = _page("--study", "madeup", "--patient", patient, "--pdf", tmp_path / "absent" / "page.pdf", "--json")
    assert ran.exit_code == 4
    assert json.loads(ran.stdout)["error"]["kind"] == "bad_input"
