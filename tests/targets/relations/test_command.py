"""`chevet targets relations`, as a person and as a script ask it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from chevet.cli.targets.relations import command
from chevet.store.lake import Lake
from chevet.targets.evidence import Source
from chevet.targets.sources.kept import keep

GENES = ("--gene", "KRAS", "--gene", "EGFR", "--gene", "TP53", "--gene", "BRAF")


@pytest.fixture(autouse=True)
def lake(made_lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("CHEVET_HOME", str(made_lake.home))
    monkeypatch.delenv("CHEVET_LANG", raising=False)
    return made_lake


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(command, ["--study", "made_up", *map(str, words)])


def _pathways(folder: Path) -> Path:
    file = folder / "pathways.tsv"
    file.write_text("pathway\tgene\nRAS\tKRAS\nRAS\tBRAF\nRAS\tEGFR\nRAS\tNOSUCHGENE\n")
    return file


def test_a_script_reads_pairs_pathways_and_the_model(tmp_path: Path) -> None:
    ran = _run(*GENES, "--within", "tumour", "--pathways", _pathways(tmp_path), "--json")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert len(told["pairs"]) == 6
    assert set(told["genes"]) == {"KRAS", "EGFR", "TP53", "BRAF"}
    assert told["pathways"][0]["untested"] == ["NOSUCHGENE"]
    assert (told["model"]["burden"], told["model"]["within"]) == ("given", "tumour")


def test_a_person_reads_tables_in_french_and_takes_files_home(tmp_path: Path, lake: Lake) -> None:
    before = len(list(lake.ledger.entries()))
    out = tmp_path / "out"
    ran = _run(
        *GENES, "--pathways", _pathways(tmp_path), "--lang", "fr", "--out", out, "--html", tmp_path / "page.html"
    )
    assert ran.exit_code == 0, ran.output
    assert "les deux, attendu" in ran.stdout
    assert "Personne n’a été testé pour\u00a0: NOSUCHGENE." in ran.stdout
    assert sorted(file.name for file in out.iterdir()) == ["model.json", "pairs.tsv", "pathways.tsv"]
    assert (out / "pairs.tsv").read_text().count("\n") == 7
    exported = [entry.facts["file"] for entry in list(lake.ledger.entries())[before:] if "file" in entry.facts]
    assert sorted(exported) == ["model.json", "page.html", "pairs.tsv", "pathways.tsv"]


def test_genes_of_a_file_are_the_genes_compared(tmp_path: Path) -> None:
    (tmp_path / "genes.txt").write_text("# of the panel\nKRAS\nTP53\n")
    told = json.loads(_run("--genes", tmp_path / "genes.txt", "--json").stdout)
    assert set(told["genes"]) == {"KRAS", "TP53"}


def test_only_cancer_genes_are_taken_when_asked() -> None:
    told = json.loads(_run("--top", "5", "--cancer-genes", "--json").stdout)
    assert len(told["genes"]) == 5


def test_a_pathway_of_no_table_says_how_to_bring_one_in(made_lake: Lake) -> None:
    ran = _run(*GENES, "--pathway", "RAS")
    assert ran.exit_code != 0
    assert "chevet targets import pathways FILE" in ran.stderr


def test_a_kept_pathway_is_asked_by_name_and_told_with_its_source(
    tmp_path: Path, made_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("studies", "ledger", "keys"):
        if (made_lake.home / name).exists():
            (home / name).symlink_to(made_lake.home / name)
    table = pa.table({"pathway": ["RAS", "RAS", "other"], "gene": ["KRAS", "BRAF", "TP53"], "described": ["", "", ""]})
    keep(home, "pathways", table, Source("pathways of others", "2026-01-02", "0" * 64), datetime.date(2026, 1, 3))
    monkeypatch.setenv("CHEVET_HOME", str(home))
    told = json.loads(_run(*GENES, "--pathway", "RAS", "--json").stdout)
    assert [row["pathway"] for row in told["pathways"]] == ["RAS"]
    assert told["pathways_source"]["released"] == "2026-01-02"


def test_a_gene_that_no_one_knows_is_refused_with_the_nearest() -> None:
    ran = _run("--gene", "KRASS", "--gene", "TP53")
    assert ran.exit_code != 0
    assert "KRASS" in ran.stderr
