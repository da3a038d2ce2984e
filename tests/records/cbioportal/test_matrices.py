"""Genes by samples: every cell is kept, rejected or mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chevet.errors import BadInput
from chevet.records import read
from chevet.records.cbioportal import matrices
from chevet.records.record import Record
from tests.records.made_study import a_study, check_accounts, lines_of, meta

CNA = ("COPY_NUMBER_ALTERATION", "DISCRETE", "cna")


def record_of(folder: Path, content: str, kind: tuple[str, str, str] = CNA) -> Record:
    genetic, datatype, stable_id = kind
    record = read(
        a_study(
            folder, {"meta_x.txt": meta(genetic, datatype, "data_x.txt", stable_id=stable_id), "data_x.txt": content}
        )
    )
    check_accounts(record)
    return record


def cells(record: Record, table: str, value: str) -> list[tuple[Any, ...]]:
    return [(r["sample_id"], r["gene"], r[value]) for r in record.tables[table].to_pylist()]


def test_calls_are_kept_cell_by_cell_and_empty_ones_too(tmp_path: Path) -> None:
    record = record_of(tmp_path, "Hugo_Symbol\tEntrez_Gene_Id\tS1\tS2\nMYC\t4609\t2\tNA\nTP53\t7157\t-2\t0\n")
    assert cells(record, "copy_number", "call") == [
        ("S1", "MYC", 2),
        ("S1", "TP53", -2),
        ("S2", "MYC", None),
        ("S2", "TP53", 0),
    ]


def test_a_call_that_is_none_is_emptied_and_reported(tmp_path: Path) -> None:
    record = record_of(tmp_path, "Hugo_Symbol\tS1\tS2\nMYC\t3\t-1.5\nTP53\thigh\t1\n")
    assert [call for *_, call in cells(record, "copy_number", "call")] == [None, None, None, 1]
    assert lines_of(record, "call_not_understood") == [2, 2, 3]


def test_cells_of_unknown_samples_are_rejected_one_by_one(tmp_path: Path) -> None:
    record = record_of(tmp_path, "Hugo_Symbol\tS1\tS8\tS9\nMYC\t1\t1\t1\nTP53\t0\t0\t0\n")
    assert record.report.tally("copy_number").as_json() == {"read": 6, "kept": 2, "repaired": 0, "rejected": 4}
    assert lines_of(record, "unknown_sample") == [2, 2, 3, 3]


def test_a_gene_given_twice_and_a_ragged_row_are_rejected(tmp_path: Path) -> None:
    record = record_of(tmp_path, "Hugo_Symbol\tS1\tS2\nMYC\t1\t1\nMYC\t2\t2\nTP53\t0\n")
    assert record.report.tally("copy_number").as_json() == {"read": 4, "kept": 2, "repaired": 0, "rejected": 2}
    assert (lines_of(record, "gene_twice_in_matrix"), lines_of(record, "wrong_column_count")) == ([3], [4])


def test_the_entrez_number_settles_an_unknown_symbol(tmp_path: Path) -> None:
    record = record_of(tmp_path, "Hugo_Symbol\tEntrez_Gene_Id\tS1\nERCC5|x\t2073\t1\n\t4609\t2\nnothing\t-5\t0\n")
    assert [gene for _, gene, _ in cells(record, "copy_number", "call")] == ["ERCC5", "MYC", "nothing"]
    assert record.tables["copy_number"].column("gene_as_given").to_pylist() == ["ERCC5|x", "4609", "nothing"]


@pytest.mark.parametrize("header", ["Gene Symbol", "Hugo Symbol", "Locus ID"])
def test_names_of_other_programs_for_the_gene_column_are_known(tmp_path: Path, header: str) -> None:
    gene = "4609" if header == "Locus ID" else "MYC"
    record = record_of(tmp_path, f"{header}\tCytoband\tS1\n{gene}\t8q24\t2\n")
    assert cells(record, "copy_number", "call") == [("S1", "MYC", 2)]


def test_a_matrix_without_gene_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"data_x\.txt, line 1: no column names the genes"):
        record_of(tmp_path, "what\tS1\nMYC\t2\n")


def test_log_ratios_and_expression_keep_their_scale(tmp_path: Path) -> None:
    log2 = ("COPY_NUMBER_ALTERATION", "LOG2-VALUE", "log2CNA")
    ratio = record_of(tmp_path / "a", "Hugo_Symbol\tS1\nMYC\t-0.5\n", log2)
    assert cells(ratio, "copy_number", "log2_ratio") == [("S1", "MYC", -0.5)]
    assert not [r for r in ratio.tables["panel"].to_pylist() if r["alteration_type"] == "copy_number"]
    score = record_of(tmp_path / "b", "Hugo_Symbol\tS1\tS2\nMYC\t1e1\tx\n", ("MRNA_EXPRESSION", "Z-SCORE", "z"))
    assert cells(score, "expression", "value") == [("S1", "MYC", 10.0), ("S2", "MYC", None)]
    assert score.tables["expression"].column("unit").to_pylist() == ["Z-SCORE", "Z-SCORE"]
    assert lines_of(score, "wrong_number") == [2]


def test_proteins_name_one_gene_or_keep_their_words(tmp_path: Path) -> None:
    content = "Composite.Element.REF\tS1\nBRAF|B-Raf\t1\nAKT1 AKT2|AKT\t2\n"
    record = record_of(tmp_path, content, ("PROTEIN_LEVEL", "LOG2-VALUE", "rppa"))
    rows = [(r["gene"], r["gene_as_given"]) for r in record.tables["expression"].to_pylist()]
    assert rows == [("BRAF", "BRAF|B-Raf"), (None, "AKT1 AKT2|AKT")]


def test_the_long_form_rejects_repeats_and_strangers(tmp_path: Path) -> None:
    content = "Hugo_Symbol\tSample_Id\tValue\tcbp_driver\nMYC\tS1\t2\t\nMYC\tS1\t1\t\nMYC\tS9\t1\t\nMYC\tS2\t0\t\n"
    record = record_of(tmp_path, content, ("COPY_NUMBER_ALTERATION", "DISCRETE_LONG", "gistic"))
    assert cells(record, "copy_number", "call") == [("S1", "MYC", 2), ("S2", "MYC", 0)]
    assert (lines_of(record, "duplicate_call"), lines_of(record, "unknown_sample")) == ([3], [4])


def test_a_matrix_read_in_many_runs_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "Hugo_Symbol\tS1\tS2\n" + "".join(f"G{i}\t{i % 3}\t{-(i % 3)}\n" for i in range(20))
    whole = record_of(tmp_path / "a", content).tables["copy_number"]
    monkeypatch.setattr(matrices, "CELLS_AT_ONCE", 6)
    parts = record_of(tmp_path / "b", content).tables["copy_number"]
    assert sorted(map(str, parts.to_pylist())) == sorted(map(str, whole.to_pylist()))
