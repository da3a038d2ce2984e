"""A study may name its genes as it likes: in no file of an analysis of genes does a name run, or leave its place."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from chevet.cli import main
from chevet.paper.spreadsheets import tab_separated
from chevet.targets.relations.tables import PAIRS
from chevet.targets.relations.tables import written as relations_written
from chevet.targets.selection.analysis import written as selection_written
from chevet.targets.shape.tables import SCHEMAS
from chevet.targets.shape.telling import written as shape_written
from chevet.words.signs import in_file_name
from tests.targets.shape.made_study import study, variant

CRAFTED = (
    "=HYPERLINK('http://x.test','a')",
    "@SUM(1)",
    "../../../evil",
    "/etc/evil",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "A\tB\nC\x00\x1b[2J\u202e",
    "{{7*7}}${7*7}#sys.inputs",
    "LONG" * 200,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with the genes of CRAFTED, each altered in a dozen patients."""
    folder = tmp_path_factory.mktemp("crafted") / "home"
    rows = [variant(7 * place % 60 + one, gene, "Missense_Mutation", "p.V600E")
            for place, gene in enumerate(CRAFTED) for one in range(12)]  # fmt: skip
    study(folder, more={"variant": rows})
    return folder


def _run(home: Path, *words: str) -> Result:
    environment = {"CHEVET_HOME": str(home), "CHEVET_ACTOR": "tester"}
    return CliRunner().invoke(main, ["targets", *words, "--study", "made"], env=environment)


@pytest.mark.parametrize("verb", ["rank", "shape", "relations"])
def test_every_row_of_every_table_keeps_its_columns_and_holds_no_formula(home: Path, tmp_path: Path, verb: str) -> None:
    result = _run(home, verb, "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    tables = sorted((tmp_path / "out").glob("*.tsv"))
    assert tables
    for table in tables:
        heading, *rows = csv.reader(table.read_text().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        assert {len(row) for row in rows} <= {len(heading)}, table.name
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+"))], table.name
        assert "\x1b" not in table.read_text(), table.name


@pytest.mark.parametrize("gene", CRAFTED, ids=range(len(CRAFTED)))
def test_a_drawing_of_a_crafted_gene_stays_in_its_folder_and_runs_nothing(
    home: Path, tmp_path: Path, gene: str
) -> None:
    out = tmp_path / "a" / "b" / "c" / "out"
    result = _run(home, "shape", "--gene", gene, "--out", str(out))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert all(file.parent == out for file in written)
    for page in out.glob("*.html"):
        assert "<img src=x" not in page.read_text()
        assert "<script>alert" not in page.read_text()


@pytest.mark.parametrize("gene", [CRAFTED[2], CRAFTED[5], CRAFTED[7]])
def test_a_dossier_of_a_crafted_gene_stays_in_its_folder_and_runs_nothing(
    home: Path, tmp_path: Path, gene: str
) -> None:
    out = tmp_path / "a" / "b" / "c" / "out"
    result = _run(home, "dossier", gene, "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(written) == 5
    assert all(file.parent == out for file in written)
    assert json.loads((out / f"{in_file_name(gene)}.json").read_text())["gene"] == gene
    for lang in ("en", "fr"):
        assert "<img src=x" not in (out / f"{in_file_name(gene)}.{lang}.html").read_text()


@pytest.mark.parametrize(
    ("written", "schema"),
    [
        (shape_written, SCHEMAS["fusions"]),
        (relations_written, PAIRS),
        (selection_written, pa.schema([("gene", "str")])),
    ],
)
@pytest.mark.parametrize("word", CRAFTED, ids=range(len(CRAFTED)))
def test_a_crafted_word_takes_one_cell_of_a_table(
    written: Callable[[pa.Table], bytes], schema: pa.Schema, word: str
) -> None:
    row = {name: word if schema.field(name).type == pa.string() else None for name in schema.names}
    if "partners" in row:
        row["partners"] = [{"pair": word, "patients": 9, "drives": True, "known": True}]
    lines = written(pa.Table.from_pylist([row], schema=schema)).decode().splitlines()
    assert len(lines) == 2
    cells = lines[1].split("\t")
    assert len(cells) == len(schema.names)
    assert not any(cell.startswith(("=", "@")) for cell in cells)


def test_numbers_of_a_table_stay_numbers() -> None:
    assert tab_separated(["a", "b", "c"], [[-1.5, 3, None]]) == b"a\tb\tc\n-1.5\t3\t\n"


@pytest.mark.parametrize("gene", CRAFTED, ids=range(len(CRAFTED)))
def test_a_crafted_name_makes_a_plain_name_of_a_file(gene: str) -> None:
    name = in_file_name(gene)
    assert 0 < len(name) <= 60
    assert not set(name) & set("/\\<>:|\n\t\x00")
    assert not name.startswith(".")
