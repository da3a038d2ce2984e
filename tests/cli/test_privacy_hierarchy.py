"""`chevet privacy hierarchy`: listing, showing and making hierarchies, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from chevet.cli.privacy.hierarchy import command
from chevet.errors import BadInput
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.hierarchies.registry import ladder, names
from chevet.words.labels import has_label


def _run(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def _json(*words: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_run(*words, "--json").stdout)
    return answer


@pytest.fixture
def ages(tmp_path: Path) -> Path:
    (tmp_path / "ages.txt").write_text("63\n41\n\n63\n92\n", encoding="utf-8")
    return tmp_path / "ages.txt"


def test_every_built_in_hierarchy_is_listed_with_its_levels() -> None:
    assert tuple(one["name"] for one in _json("list")["hierarchies"]) == names()
    assert {"name": "age", "example": "63", "levels": ["age_5", "age_10", "age_20", "*"], "listed": True} in _json(
        "list"
    )["hierarchies"]


def test_every_level_has_a_name_in_both_languages() -> None:
    kinds = [ladder({"bands": "bands:5", "mask": "mask:2"}.get(name, name)) for name in names()]
    assert all(has_label(f"hierarchy.level.{level}") for kind in kinds for level in kind.levels)
    assert "chapitre" in _run("list", "--lang", "fr").stdout


def test_values_of_a_file_are_shown_with_what_they_become(ages: Path) -> None:
    shown = _json("show", "age", "--values", ages)
    assert shown["rows"] == [
        ["63", "60-64", "60-69", "60-79", "*"],
        ["41", "40-44", "40-49", "40-59", "*"],
        ["", "", "", "", "*"],
        ["92", "90+", "90+", "80+", "*"],
    ]
    assert shown["groups"] == [4, 4, 4, 4, 1]
    assert "non renseigné" in _run("show", "age", "--values", ages, "--lang", "fr").stdout


def test_without_a_file_the_whole_domain_is_shown_in_part() -> None:
    shown = _json("show", "departement", "--first", 2)
    assert (len(shown["rows"]), shown["groups"][0]) == (2, 110)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_column_of_a_table_can_be_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table.{suffix}"
    if suffix == "csv":
        path.write_text("patient,stage\nP-1,IIIA\nP-2,\n", encoding="utf-8")
    else:
        pq.write_table(pa.table({"patient": ["P-1", "P-2"], "stage": ["IIIA", None]}), path)
    rows = _json("show", "stage", "--values", path, "--column", "stage")["rows"]
    assert rows == [["IIIA", "III*", "III-IV", "*"], ["", "", "", "*"]]
    wrong = _run("show", "stage", "--values", path, "--column", "stade")
    assert (wrong.exit_code, "patient, stage" in wrong.stderr) == (BadInput.exit_code, True)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("--kind", "prefix", "--lengths", "1"), ["63", "6*", "*"]),
        (("--kind", "bands", "--cuts", "40,65", "--cuts", "65"), ["63", "40 to <65", "below 65", "*"]),
        (("--kind", "frequency", "--at-least", "2"), ["63", "63", "*"]),
        (("--kind", "built-in", "--name", "age"), ["63", "60-64", "60-69", "60-79", "*"]),
    ],
)
def test_a_hierarchy_is_made_and_written_as_it_is_read(
    tmp_path: Path, ages: Path, words: tuple[str, ...], first: list[str]
) -> None:
    out = tmp_path / "made.csv"
    made = _json("make", *words, "--values", ages, "--out", out)
    read = Hierarchy.read_csv("made", out)
    assert (made["values"], made["groups"]) == (4, [len(labels) for labels in read.labels])
    assert [read.labels[level][read.nodes[level][0]] for level in range(read.levels)] == first


def test_a_file_of_groups_becomes_a_hierarchy(tmp_path: Path) -> None:
    (tmp_path / "centres.csv").write_text("Villejuif,South\nSaint-Denis,North\n", encoding="utf-8")
    out = tmp_path / "centre.csv"
    words = ("--mapping", tmp_path / "centres.csv", "--delimiter", ",", "--out", out)
    said = _run("make", "--kind", "mapping", *words, "--lang", "fr")
    assert "3 valeurs, 3 niveaux" in said.stdout
    assert out.read_text(encoding="utf-8") == "Villejuif;South;*\nSaint-Denis;North;*\n;;*\n"


@pytest.mark.parametrize(
    "words",
    [("--kind", "prefix"), ("--kind", "prefix", "--lengths", "x"), ("--kind", "bands"), ("--kind", "frequency"),
     ("--kind", "mapping"), ("--kind", "built-in")],
)  # fmt: skip
def test_what_is_missing_is_told_with_the_next_act(tmp_path: Path, ages: Path, words: tuple[str, ...]) -> None:
    ran = _run("make", *words, "--values", ages, "--out", tmp_path / "made.csv")
    assert (ran.exit_code, "→" in ran.stderr) == (BadInput.exit_code, True)
    assert not (tmp_path / "made.csv").exists()


def test_a_wrong_value_is_counted_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "ages.txt").write_text("63\nsecret\n", encoding="utf-8")
    ran = _run("show", "age", "--values", tmp_path / "ages.txt")
    assert ran.exit_code == BadInput.exit_code
    assert "1 rows hold a value that the hierarchy age does not know" in ran.stderr
    assert "secret" not in ran.stderr + ran.stdout


@pytest.mark.parametrize("name", ["no.parquet", "no.txt"])
def test_a_file_of_another_kind_is_bad_input(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe\x00")
    assert _run("show", "age", "--values", tmp_path / name, "--column", "a").exit_code == BadInput.exit_code
