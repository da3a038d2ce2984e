"""`chevet targets import`, `sources`, `withdraw` and `tractability` as a person and as a script call them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet.cli import main
from chevet.cli.targets.import_base import EVERY_READER
from chevet.store.lake import Lake
from chevet.targets.sources.kinds import KINDS
from tests.targets.sources.made_files import written

DRUGS = [("gene", "drug", "action", "phase", "approved", "approved_in"),
         ("KRAS", "sotorasib", "inhibitor", "4", "true", "lung cancer"), ("", "x", "", "", "", "")]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["targets", *map(str, arguments)])


def answer(*arguments: object) -> dict[str, Any]:
    result = call(*arguments, "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_table_is_brought_in_and_told_with_what_was_left_out(home: Path, tmp_path: Path) -> None:
    result = call(
        "import", "drugs", written(tmp_path, "drugs.tsv", DRUGS), "--name", "made", "--released", "2026-01-02"
    )
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "drugs: 2 rows read; 1 rows in the kept table", "  left out: no gene named: 1 (first at row 3)"
    ]  # fmt: skip
    listed = answer("sources")
    (one,) = listed["sources"]
    assert (one["kind"], one["source"]["name"], one["source"]["released"]) == ("drugs", "made", "2026-01-02")
    assert "drugs" not in listed["absent"]
    assert "expression" in listed["absent"]
    (entry,) = [entry for entry in Lake(home).ledger.entries() if entry.act == "target_source_imported"]
    assert entry.facts == {"kind": "drugs", "sha256": one["source"]["sha256"], "rows": 1}


def test_a_script_gets_the_counts_and_the_hash_of_the_file(home: Path, tmp_path: Path) -> None:
    made = answer("import", "drugs", written(tmp_path, "drugs.tsv", DRUGS))
    assert (made["rows_read"], made["rows_kept"], made["left_out"]) == (2, 1, {"gene_absent": 1})
    assert (made["name"], made["released"], len(made["sha256"])) == ("drugs", "", 64)


def test_a_folder_has_the_hash_of_its_files_and_their_names(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "safety"
    folder.mkdir()
    file = written(folder, "risks.tsv", [("target", "event"), ("KRAS", "rash")])
    first = answer("import", "liabilities", folder)["sha256"]
    file.rename(folder / "harms.tsv")
    assert answer("import", "liabilities", folder)["sha256"] != first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("drugs", "panel.tsv"), "is no table of drugs that is known here"),
     (("drugs", "drugs.tsv", "--released", "2999-01-01"), "a release of 2999-01-01 is yet to come"),
     (("drugs", "drugs.tsv", "--name", "x" * 101), "a name of 101 signs is too long"),
     (("drugs", "drugs.tsv", "--name", "a\x1b[31mb"), "has signs that cannot be shown"),
     (("drugs", "."), "is a folder without Parquet files")],
)  # fmt: skip
def test_a_wrong_file_or_day_is_bad_input_and_nothing_is_kept(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    written(tmp_path, "drugs.tsv", DRUGS)
    written(tmp_path, "panel.tsv", [("gene", "panel"), ("KRAS", "A")])
    kind, name, *more = arguments
    result = call("import", kind, tmp_path / name, *more)
    assert result.exit_code == 4
    assert said in result.stderr
    assert answer("sources")["sources"] == []


def test_a_table_that_was_brought_in_by_mistake_is_withdrawn(home: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "drugs.tsv", DRUGS)
    call("import", "drugs", file, "--name", "right")
    call("import", "drugs", file, "--name", "wrong")
    result = call("withdraw", "drugs", "--lang", "fr")
    assert result.stdout.splitlines() == [
        "drugs\u00a0: wrong n’est plus utilisée",
        "drugs\u00a0: right est de nouveau utilisée",
    ]
    assert answer("withdraw", "drugs")["in_use"] is None
    assert call("withdraw", "drugs").exit_code == 4
    acts = [entry.act for entry in Lake(home).ledger.entries()]
    assert acts.count("target_source_withdrawn") == 2


def test_a_gene_is_told_with_its_medicine_its_source_and_what_nobody_asked(home: Path, tmp_path: Path) -> None:
    call("import", "drugs", written(tmp_path, "drugs.tsv", DRUGS), "--name", "made", "--released", "2026-01-02")
    lines = call("tractability", "KRAS").stdout.splitlines()
    assert lines[0].startswith("KRAS: oncogene")
    assert lines[1] == (
        "  + an approved medicine acts on it: sotorasib (inhibitor, approved); "
        "for cancers named there: lung cancer [made, release of 2 January 2026]"
    )
    assert "Not asked, for want of tables: essential, expression, families, liabilities, surface" in lines[3]
    assert "is not known to be safe" in lines[4]


def test_genes_are_found_under_old_names_and_told_once(home: Path) -> None:
    made = answer("tractability", "MLL2", "KMT2D", "EGFR")
    assert [one["gene"] for one in made["genes"]] == ["KMT2D", "EGFR"]
    assert [len(one["lines"]) for one in made["genes"]] == [6, 6]


def test_many_genes_go_to_a_file_that_a_spreadsheet_opens_and_takes_no_word_for_a_formula(
    home: Path, tmp_path: Path
) -> None:
    call("import", "drugs", written(tmp_path, "drugs.tsv", DRUGS), "--name", "=made", "--released", "2026-01-02")
    names = written(tmp_path, "genes.txt", [("KRAS",), ("# no gene",), ("EGFR",)])
    result = call("tractability", "--genes", names, "--csv", tmp_path / "out.csv", "--lang", "fr")
    assert result.stdout == "12 lignes écrites dans out.csv\n"
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        head, first, *rest = csv.reader(file)
    assert head == ["gène", "question", "se prononce", "ce qui est connu", "source"]
    assert first[:3] == ["KRAS", "peut-on l’atteindre", "pour"]
    assert first[4] == "'=made, publication du 2 janvier 2026"
    assert [row[0] for row in rest] == ["KRAS"] * 5 + ["EGFR"] * 6


def test_without_a_gene_there_is_nothing_to_ask(home: Path) -> None:
    assert call("tractability").exit_code == 4


def test_every_kind_can_be_brought_in() -> None:
    assert set(EVERY_READER) == set(KINDS)


def test_a_name_that_is_no_gene_is_bad_input_with_the_nearest(home: Path) -> None:
    result = call("tractability", "EGRF")
    assert result.exit_code == 4
    assert "EGRF is no gene that HGNC knows" in result.stderr
    assert "EGFR" in result.stderr
