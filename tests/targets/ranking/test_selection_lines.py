"""Selection as lines of evidence, and what `chevet targets drivers` wrote read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chevet.errors import BadInput
from chevet.targets.selection.analysis import written
from chevet.targets.selection.drivers import COLUMNS
from chevet.targets.selection.lines import lines, read_drivers


def row(gene: str, **told: Any) -> dict[str, Any]:
    every = dict.fromkeys(COLUMNS, 1.0) | {name: 5 for name in COLUMNS if name[:2] == "n_"}
    return every | {"gene": gene} | told


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


def test_the_effect_is_that_of_the_surest_class_of_change() -> None:
    (line,) = lines(table(row("TP53", q_global=1e-9, w_mis=8.0, p_mis=1e-4, w_non=40.0, p_trunc=1e-8)))
    assert (line.finding, line.standing, line.scale, line.effect) == ("under_selection", "for", "w_non", 40.0)


def test_a_gene_without_excess_speaks_neither_way() -> None:
    (line,) = lines(table(row("TTN", q_global=0.5)))
    assert (line.finding, line.standing) == ("not_under_selection", "neutral")


def test_fewer_changes_than_expected_do_not_speak_for_a_gene() -> None:
    (line,) = lines(table(row("POLR2A", q_global=1e-5, w_mis=0.2, w_non=0.0, w_ind=0.5)))
    assert (line.finding, line.standing) == ("depleted", "neutral")


def test_a_withheld_gene_is_not_concluded() -> None:
    (line,) = lines(table(row("EGFR") | {name: None for name in COLUMNS if name != "gene"}))
    assert (line.standing, line.effect, line.q) == ("not_concluded", None, None)


def test_what_drivers_wrote_is_read_as_it_stood(tmp_path: Path) -> None:
    made = table(row("TP53", q_global=1e-9), row("EGFR") | {name: None for name in COLUMNS if name != "gene"})
    (tmp_path / "genes.tsv").write_bytes(written(made.select(COLUMNS)))
    (tmp_path / "model.json").write_text(json.dumps({"study": {"name": "made"}}))
    read, source, model = read_drivers(tmp_path)
    assert [(one["gene"], one["q_global"], one["n_mis"]) for one in read.to_pylist()] == [
        ("TP53", 1e-9, 5), ("EGFR", None, None),
    ]  # fmt: skip
    assert (source.name, len(source.sha256), model["study"]["name"]) == ("genes.tsv", 64, "made")
    assert read_drivers(tmp_path / "genes.tsv")[0].equals(read)


@pytest.mark.parametrize("text", [
    "gene\tq_global\nTP53\t0.1\n",
    "\t".join(COLUMNS) + "\n" + "\t".join(["TP53", *["x"] * (len(COLUMNS) - 1)]) + "\n",
    "\t".join(COLUMNS) + "\n" + 2 * ("\t".join(["TP53", *["1"] * (len(COLUMNS) - 1)]) + "\n"),
    "",
])  # fmt: skip
def test_another_table_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "genes.tsv").write_text(text)
    with pytest.raises(BadInput) as error:
        read_drivers(tmp_path)
    assert "genes.tsv" in error.value.message
