"""Gene symbols of a column: told once each, and never guessed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chevet.records.genes import named
from chevet.records.report import ImportReport


def test_each_row_has_its_gene_and_what_is_to_be_said_of_it() -> None:
    genes = named(pa.array(["TP53", "MLL2", "MLL4", "2-Sep", "nothing9", "NA", "TP53"]))
    assert genes.gene.to_pylist() == ["TP53", "KMT2D", "MLL4", "2-Sep", "nothing9", None, "TP53"]
    assert genes.remark.to_pylist() == [
        None, "symbol_updated", "ambiguous_gene", "gene_became_a_date", "unknown_gene", "no_gene_named", None,
    ]  # fmt: skip
    assert genes.as_given.to_pylist()[:2] == ["TP53", "MLL2"]


def test_an_entrez_number_settles_what_the_symbol_leaves_open() -> None:
    genes = named(pa.array(["ERCC5|x", None, "MLL4", "TP53"]), pa.array(["2073", "4609", "-3", "999999999999999"]))
    assert genes.gene.to_pylist() == ["ERCC5", "MYC", "MLL4", "TP53"]


def test_remarks_are_reported_by_line_and_only_where_asked() -> None:
    report = ImportReport()
    genes = named(pa.array(["MLL2", "nothing9", "nothing9"]))
    genes.tell(report, "variant", "f", np.array([5, 6, 7]), among=np.array([True, False, True]))
    assert [(r["reason"], r["line"], r["act"]) for r in report.rows().to_pylist()] == [
        ("symbol_updated", 5, "repaired"),
        ("unknown_gene", 7, "noted"),
    ]


def test_no_rows_have_no_genes() -> None:
    assert named(pa.array([], pa.string())).gene.to_pylist() == []
