"""`chevet targets shape` as a person and as a script call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet.cli import main
from chevet.store.lake import Lake
from chevet.targets.selection.drivers import COLUMNS
from tests.targets.shape.made_study import study


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    study(folder)
    return folder


def _run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["targets", "shape", "--study", "made", *arguments], env={"CHEVET_HOME": str(home)})


def _json(home: Path, *arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_run(home, *arguments, "--json").stdout)
    return told


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ("Hotspots", "V600", "suppressor", "lost on both copies")),
    ("fr", ("Points chauds", "V600", "suppresseur", "perdu sur les deux copies")),
])  # fmt: skip
def test_it_says_what_was_found_in_both_languages(home: Path, lang: str, words: tuple[str, ...]) -> None:
    said = _run(home, "--lang", lang)
    assert said.exit_code == 0, said.output
    assert [word for word in words if word not in said.output] == []


def test_a_script_gets_the_rows_and_what_was_assumed(home: Path) -> None:
    told = _json(home)
    assert [(row["gene"], row["residue"]) for row in told["tables"]["hotspots"]] == [("BRAF", "V600")]
    assert (told["about"]["background"], told["about"]["unevenness_measured"], told["files"]) == ("even", False, [])


def test_tables_and_a_drawing_of_each_gene_are_written_and_entered_in_the_ledger(home: Path, tmp_path: Path) -> None:
    told = _json(home, "--gene", "BRAF", "--out", str(tmp_path / "out"))
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == set(told["files"]) >= {"hotspots.tsv", "patterns.tsv", "model.json", "BRAF.html"}
    assert (tmp_path / "out" / "hotspots.tsv").read_text().splitlines()[1].startswith("BRAF\tV600\t600\t30\t40")
    acts = [(entry.act, entry.facts.get("file")) for entry in Lake(home).ledger.entries()][-len(written) :]
    assert {("table_exported", "hotspots.tsv"), ("picture_exported", "BRAF.html")} <= set(acts)


def test_selection_is_read_from_what_drivers_wrote(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "genes.tsv"
    file.write_text("\t".join(COLUMNS) + "\nTP53" + "\t1" * (len(COLUMNS) - 1) + "\n")
    told = _json(home, "--selection", str(file))
    assert [row["gene"] for row in told["tables"]["patterns"]] == ["BRAF"]
    assert told["about"]["selection_given"]


@pytest.mark.parametrize(("arguments", "exit_code"), [
    (("--where", "diagnosis under BREAST"), 5), (("--where", "fused(ALK, KIF5B)"), 3), (("--gene", "NOTAGENE"), 4),
    (("--reference", "elsewhere"), 4),
])  # fmt: skip
def test_what_cannot_be_answered_says_who_must_act(home: Path, arguments: tuple[str, ...], exit_code: int) -> None:
    assert _run(home, *arguments).exit_code == exit_code
