"""Gene symbols of a column: told once each, and never guessed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("symbol", "chromosome", "gene", "remark"),
    [
        ("MLL4", "19", "KMT2B", "symbol_settled_by_place"),
        ("MLL4", "chr12", "KMT2D", "symbol_settled_by_place"),
        ("MLL4", "3", "MLL4", "ambiguous_gene"),
        ("MLL4", "GL000220.1", "MLL4", "ambiguous_gene"),
        ("MLL4", None, "MLL4", "ambiguous_gene"),
        ("MUM1", "19", "PWWP3A", "symbol_settled_by_place"),
        ("RAB39", "11", "RAB39A", "symbol_settled_by_place"),
        ("SIP1", "14", "GEMIN2", "symbol_settled_by_place"),
        ("ABP1", "7", "ABP1", "ambiguous_gene"),  # both its genes lie there
        ("TAZ", "X", "TAFAZZIN", "symbol_updated"),
        ("TAZ", "3", "WWTR1", "symbol_settled_by_place"),  # another gene bears that name, on the row's chromosome
        ("FAM123B", "23", "AMER1", "symbol_updated"),
        ("FAM123B", "Y", "FAM123B", "gene_on_another_chromosome"),
        ("LCA10", "X", "LCA10", "gene_on_another_chromosome"),
        ("LCA10", "12", "CEP290", "symbol_updated"),
        ("CD99", "24", "CD99", None),  # X and Y both have it
        ("KRAS", "7", "KRAS", None),  # an approved symbol is believed
        ("ND1", "M", "MT-ND1", "symbol_settled_by_place"),
        ("ND1", "26", "MT-ND1", "symbol_settled_by_place"),
        ("ND1", "1", "IVNS1ABP", "symbol_settled_by_place"),
        ("ND1", "2", "ND1", "ambiguous_gene"),
        ("1-Sep", "9", "1-Sep", "gene_became_a_date"),
    ],
)
def test_the_chromosome_decides_what_an_old_name_means(
    symbol: str, chromosome: str | None, gene: str, remark: str | None
) -> None:
    genes = named(pa.array([symbol]), chromosomes=pa.array([chromosome], pa.string()))
    assert (genes.gene.to_pylist(), genes.remark.to_pylist()) == ([gene], [remark])
    known = remark in (None, "symbol_updated", "symbol_settled_by_place")
    assert (genes.hgnc_id.to_pylist() != [None]) == known


def test_an_entrez_number_that_agrees_with_the_chromosome_comes_before_the_name() -> None:
    genes = named(
        pa.array(["MLL2", "MLL2", "nothing9"]), pa.array(["9757", "8085", "9757"]), pa.array(["19", "12", "1"])
    )
    assert genes.gene.to_pylist() == ["KMT2B", "KMT2D", "nothing9"]
    assert genes.remark.to_pylist() == ["symbol_updated", "symbol_updated", "gene_on_another_chromosome"]


ROWS = st.tuples(
    st.sampled_from([None, "TP53", "MLL4", "MLL2", "nothing9", "1-Sep", "TAZ"]),
    st.sampled_from([None, "7157", "9757", "-3"]),
    st.sampled_from([None, "12", "chr19", "23", "3", "odd"]),
)


@given(st.lists(ROWS, max_size=30), st.integers(0, 30))
def test_every_row_of_a_column_is_told_as_it_would_be_alone(rows: list[tuple[str | None, ...]], cut: int) -> None:
    columns = [pa.chunked_array([column[:cut], column[cut:]]) for column in _columns(rows)]
    whole = named(*columns)
    alone = [named(*_columns([row])) for row in rows]
    assert whole.gene.to_pylist() == [one.gene[0].as_py() for one in alone]
    assert whole.remark.to_pylist() == [one.remark[0].as_py() for one in alone]


def _columns(rows: list[tuple[str | None, ...]]) -> list[pa.StringArray]:
    return [pa.array([row[position] for row in rows], pa.string()) for position in range(3)]


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
