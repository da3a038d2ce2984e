"""Promise: a real tumour gives one answer in either build, and files of another patient do not pass unseen.

The folder of a real breast cancer is read in place. Its VCF names a patient; its copy number, fusions and expression
name nobody, and the fusions are more drivers than one tumour has: they may not belong to the VCF's patient.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.cli import main
from tests.shared_data import ROOT

REAL = ROOT / "cases" / "brca"
BUILDS = ("grch37", "grch38")
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real case is not on this machine")
WHO = {"diagnosis": {"oncotree": "IDC"}, "clinical": {"extent": "metastatic", "line": 2}, "jurisdiction": "EU"}
TRAP = ("files_without_name", "fusions_exclude_each_other")


def _consult(folder: Path, *words: str, clinic: bool = True, lang: str = "en") -> tuple[dict[str, Any], str, str]:
    """The object, the page and what the terminal says."""
    if clinic:
        (folder / "clinic.json").write_text(json.dumps(WHO), "utf-8")
        words = (*words, str(folder / "clinic.json"))
    told, page = folder / "told.json", folder / "page.html"
    ran = CliRunner().invoke(
        main, ["bedside", "consult", *words, "--date", "2026-11-27", "--lang", lang, "--json", str(told),
               "--html", str(page)],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.stderr
    return json.loads(told.read_text("utf-8")), page.read_text("utf-8"), ran.output


def _files(build: str, *kinds: str) -> list[str]:
    return [str(REAL / f"T001-BRCA.{build}.{kind}") for kind in kinds]


def _answer(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "options": [(one["therapy"], one["tier"], one["why"]) for one in told["options"]],
        "not_to_give": [(one["therapy"], one["why"]) for one in told["not_to_give"]],
        "nothing_approved": told["nothing_approved"],
        "steps": [one["text"] for one in told["next_steps"]],
        "drivers": [one["label"] for one in told["findings"] if one["class"] in ("oncogenic", "likely_oncogenic")],
    }


def test_both_builds_of_the_vcf_give_one_answer(tmp_path: Path) -> None:
    told = {build: _consult(tmp_path, *_files(build, "vcf.gz"))[0] for build in BUILDS}
    assert _answer(told["grch37"]) == _answer(told["grch38"])
    assert _answer(told["grch37"])["drivers"] == ["PIK3CA p.H1047R", "TP53 p.V272M"]
    assert {build: len(one["findings"]) for build, one in told.items()} == dict.fromkeys(BUILDS, 196)
    assert ["alpelisib", "fulvestrant"] in [sorted(one["therapy"]) for one in told["grch37"]["options"]]


def test_no_row_of_the_vcf_is_lost(tmp_path: Path) -> None:
    """Every one of the 196 variants is a finding; those without a gene are counted in what was not read."""
    told, _, _ = _consult(tmp_path, *_files("grch38", "vcf.gz"))
    nameless = [one for one in told["findings"] if "gene" not in one]
    counted = [one["text"] for one in told["not_read"] if one["reason"] == "no_annotation"]
    assert len(told["findings"]) == 196
    assert [text.rpartition(" ")[2] for text in counted] == [str(len(nameless))]


@pytest.mark.parametrize("build", BUILDS)
def test_files_that_may_be_another_patients_are_named_first(build: str, tmp_path: Path) -> None:
    told, page, terminal = _consult(
        tmp_path, *_files(build, "vcf.gz", "cna.tsv", "fusions.tsv"), str(REAL / "T001-BRCA.gene_expression.tsv.gz")
    )
    said = {one["key"]: one["text"] for one in told["flags"]}
    assert [key for key in TRAP if key not in said] == []
    for name in (f"T001-BRCA.{build}.cna.tsv", f"T001-BRCA.{build}.fusions.tsv", "T001-BRCA.gene_expression.tsv.gz"):
        assert name in said["files_without_name"], name
    for key in TRAP:
        assert f"! {said[key]}" in terminal.splitlines()
        start = said[key][:60]
        assert start in page
        assert page.index(start) < page.index('id="annex"')
    lines = terminal.splitlines()
    assert lines.index(f"! {said[TRAP[0]]}") < lines.index(told["headline"])


def test_the_trap_is_told_in_french_too(tmp_path: Path) -> None:
    told, page, _ = _consult(tmp_path, *_files("grch37", "vcf.gz", "fusions.tsv"), lang="fr")
    said = {one["key"]: one["text"] for one in told["flags"]}
    assert said["fusions_exclude_each_other"].startswith("Plus de fusions")
    assert said["fusions_exclude_each_other"][:60] in page


def test_the_whole_folder_counts_each_variant_once(tmp_path: Path) -> None:
    told, _, _ = _consult(tmp_path, str(REAL))
    keys = {one["key"] for one in told["flags"]}
    assert sorted({*TRAP, "two_builds"} - keys) == []
    assert len([one for one in told["findings"] if one["type"] == "variant"]) == 196
    assert {one["name"] for one in told["provenance"]["files"]} | {one["file"] for one in told["not_read"]} >= {
        file.name for file in REAL.iterdir() if not file.name.endswith(".tbi")
    }


def test_without_a_clinic_nothing_is_said_to_be_approved_for_the_tumour(tmp_path: Path) -> None:
    told, _, _ = _consult(tmp_path, *_files("grch37", "vcf.gz"), clinic=False)
    assert (told["options"], told["nothing_approved"]) == ([], True)
    assert "tumour_not_placed" in [one["key"] for one in told["flags"]]
