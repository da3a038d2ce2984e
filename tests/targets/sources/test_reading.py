"""Files as people really have them: packed, quoted, cut short, in another code, or of another kind."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.targets.sources.kinds import SCHEMAS, Kind
from chevet.targets.sources.readers import READERS
from chevet.targets.sources.reading import Sent, read_gene_ids, read_rows, separator
from chevet.words.labels import has_label
from tests.targets.sources.made_files import read, written

COLUMNS = {"gene": ("symbol", "gene"), "medicine": ("drug",)}


@pytest.mark.parametrize(("name", "sign"), [("a.tsv", "\t"), ("a.csv", ","), ("a.txt", ";"), ("a.tsv.gz", "\t")])
def test_the_sign_between_cells_is_found_whatever_the_name_of_the_file(tmp_path: Path, name: str, sign: str) -> None:
    file = written(tmp_path, name, [("symbol", "drug"), ("EGFR", "gefitinib")], sign)
    assert separator(file) == sign
    assert read_rows(file, COLUMNS, ("gene",), "drugs").table.rows() == [(2, "EGFR", "gefitinib")]


def test_a_file_of_another_kind_is_refused_by_what_it_lacks(tmp_path: Path) -> None:
    file = written(tmp_path, "panel.tsv", [("symbol", "panel"), ("EGFR", "A")])
    with pytest.raises(
        BadInput, match=r"panel\.tsv is no table of drugs that is known here: it lacks medicine"
    ) as told:
        read("drugs", file)
    assert "drug_name" in told.value.next_act


def test_names_of_columns_are_told_whatever_their_capitals_and_the_best_known_is_preferred(tmp_path: Path) -> None:
    file = written(tmp_path, "a.tsv", [("GENE", "Symbol", "DRUG"), ("x", "EGFR", "gefitinib")])
    assert read_rows(file, COLUMNS, ("gene",), "drugs").table["gene"].to_list() == ["EGFR"]


def test_rows_with_too_few_or_too_many_cells_are_counted_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("gene\tdrug\nEGFR\tgefitinib\nEGFR\nBRAF\tdabrafenib\textra\nKIT\timatinib\n")
    made = read("drugs", file)
    assert made.table["gene"].to_pylist() == ["EGFR", "KIT"]
    assert (made.rows, made.left_out, made.first_rows) == (4, {"wrong_column_count": 2}, {"wrong_column_count": 3})


def test_genes_come_under_the_symbol_of_today_and_each_that_cannot_be_told_is_counted(tmp_path: Path) -> None:
    rows = [("gene", "drug"), ("MLL2", "a"), ("MLL4", "a"), ("1-Sep", "a"), ("", "a"), ("RP11-34P13.7", "a")]
    made = read("drugs", written(tmp_path, "a.tsv", rows))
    assert made.table["gene"].to_pylist() == ["KMT2D", "RP11-34P13.7"]
    assert made.left_out == {"gene_absent": 1, "gene_ambiguous": 1, "gene_became_a_date": 1}
    assert made.noted == {"symbol_updated": 1, "unknown_gene": 1}
    assert made.first_rows == {"gene_absent": 5, "gene_ambiguous": 3, "gene_became_a_date": 4}


def test_an_entrez_number_settles_a_name_that_several_genes_have_borne(tmp_path: Path) -> None:
    rows = [("gene", "entrez_id", "drug"), ("MLL4", "8085", "a"), ("", "1956", "a")]
    assert read("drugs", written(tmp_path, "a.tsv", rows)).table["gene"].to_pylist() == ["KMT2D", "EGFR"]


def test_an_ensembl_identifier_in_the_place_of_a_symbol_is_named_or_counted(tmp_path: Path) -> None:
    rows = [("gene", "drug"), ("ENSG00000146648.17", "a"), ("ENSG00000141510", "b"), ("KIT", "c")]
    made = read("drugs", written(tmp_path, "a.tsv", rows), ENSG00000146648="EGFR")
    assert made.table["gene"].to_pylist() == ["EGFR", "KIT"]
    assert made.left_out == {"gene_identifier_unknown": 1}


def test_rows_that_say_the_same_are_kept_once_and_counted(tmp_path: Path) -> None:
    rows = [("gene", "drug"), ("EGFR", "gefitinib"), ("EGFR", "gefitinib"), ("EGFR", "erlotinib")]
    made = read("drugs", written(tmp_path, "a.tsv", rows))
    assert made.table.num_rows == 2
    assert (made.left_out, made.first_rows) == ({"same_row_twice": 1}, {"same_row_twice": 3})


def test_a_file_in_another_code_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("gene,drug\r\nEGFR,gefitinib\r\nKIT,médicament\r\n".encode("cp1252"))
    assert read("drugs", file).table["medicine"].to_pylist() == ["gefitinib", "médicament"]
    file.write_bytes("gene,drug\nEGFR,gefitinib\n".encode("utf-16"))
    assert read("drugs", file).table["medicine"].to_pylist() == ["gefitinib"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only a comment\n", b"PAR1nothing more", b"\x1f\x8bbroken"])
@pytest.mark.parametrize("kind", sorted(READERS))
def test_an_empty_or_broken_file_is_bad_input_for_every_reader(tmp_path: Path, kind: Kind, content: bytes) -> None:
    file = tmp_path / "a.tsv"
    file.write_bytes(content)
    with pytest.raises(BadInput):
        READERS[kind](Sent(file))


def test_a_line_that_no_table_has_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.gmt"
    file.write_bytes(b"P\tx\tEGFR\nQ\tx\t" + b"A" * (65 << 20))
    with pytest.raises(BadInput, match="line 2: the line is longer than 64 MiB"):
        read("pathways", file)


def test_parquet_and_text_say_the_same(tmp_path: Path) -> None:
    rows = [
        ("gene", "drug", "phase", "approved", "approved_in"),
        ("EGFR", "gefitinib", "4", "true", "lung cancer|cancer"),
    ]
    pq.write_table(
        pa.table({"gene": ["EGFR"], "drug": ["gefitinib"], "phase": [4], "approved": [True],
                  "approved_in": [["lung cancer", "cancer"]]}),
        tmp_path / "a.parquet",
    )  # fmt: skip
    text = read("drugs", written(tmp_path, "a.tsv", rows))
    assert read("drugs", tmp_path / "a.parquet").table.to_pylist() == text.table.to_pylist()
    assert text.table["approved_in"].to_pylist() == [["cancer", "lung cancer"]]


def test_parts_of_a_parquet_file_in_a_folder_are_one_table_and_another_folder_is_refused(tmp_path: Path) -> None:
    for number, name in enumerate(("gefitinib", "erlotinib")):
        part = pa.table({"approvedSymbol": ["EGFR"], "prefName": [name], "urls": [[{"url": "x"}]]})
        pq.write_table(part, tmp_path / f"part-{number}.parquet")
    assert read("drugs", tmp_path).table["medicine"].to_pylist() == ["gefitinib", "erlotinib"]
    (tmp_path / "none").mkdir()
    with pytest.raises(BadInput, match="none is a folder without Parquet files"):
        read("drugs", tmp_path / "none")


def test_a_column_of_records_is_refused_by_name(tmp_path: Path) -> None:
    pq.write_table(pa.table({"gene": ["EGFR"], "drug": [{"name": "gefitinib"}]}), tmp_path / "a.parquet")
    with pytest.raises(BadInput, match="the columns drug hold records"):
        read("drugs", tmp_path / "a.parquet")


def test_an_identifier_of_two_symbols_tells_neither(tmp_path: Path) -> None:
    rows = [("symbol", "ensembl_id"), ("EGFR", "ENSG1"), ("KIT", "ENSG2"), ("KDR", "ENSG2"), ("", "ENSG3")]
    assert read_gene_ids(written(tmp_path, "names.tsv", rows)) == {"ENSG1": "EGFR"}


CELLS = st.one_of(
    st.sampled_from(
        ["EGFR", "MLL4", "1-Sep", "", "NA", "1e400", "-1", "0", "7", "0.5", "inf", "é", '"', '""', "a|b", "#", "\0"]
    ),
    st.text(st.characters(exclude_characters="\n\r\t", exclude_categories=["Cs"]), max_size=8),
)
HEADS = {
    "drugs": ["gene", "drug", "phase", "approved_in", "year_first"], "surface": ["gene", "score", "label"],
    "essential": ["gene"], "liabilities": ["gene", "event", "organ", "effect"], "drivers": ["gene", "role", "q"],
    "expression": ["gene", "liver", "lung"], "families": ["gene", "family"], "pathways": ["pathway", "gene"],
    "domains": ["gene", "start", "end", "name"],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(HEADS))
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.lists(CELLS, max_size=6), max_size=6), sign=st.sampled_from(["\t", ",", ";"]))
def test_whatever_the_cells_every_row_is_kept_or_counted_and_nothing_else_is_raised(
    tmp_path_factory: pytest.TempPathFactory, kind: Kind, rows: list[list[str]], sign: str
) -> None:
    head = HEADS[kind]
    file = written(tmp_path_factory.mktemp("any"), "any.txt", [head, *rows], sign)
    try:
        made = READERS[kind](Sent(file))
    except BadInput:
        return
    assert made.table.schema.names == SCHEMAS[kind].names
    if kind not in ("expression", "families"):  # there, one row says several things, or several rows say one
        assert made.table.num_rows + sum(made.left_out.values()) == made.rows
    for field in SCHEMAS[kind]:
        assert field.nullable or made.table[field.name].null_count == 0
    assert [reason for reason in made.left_out if not has_label(f"sources.left_out.{reason}")] == []
    assert [remark for remark in made.noted if not has_label(f"sources.noted.{remark}")] == []
    numbers = pl.DataFrame(made.table).select(pl.col(pl.Float32, pl.Float64))
    assert all(column.drop_nulls().is_finite().all() for column in numbers)


@pytest.mark.parametrize("kind", sorted(READERS))
@settings(max_examples=15, deadline=None)
@given(
    head=st.sampled_from(
        [b"", b"gene\tdrug\n", b"#1.2\n1\t1\n", b"gene,tissue,TPM\n", b"P\tx\tEGFR\n", b"\xff\xfe", b"PAR1"]
    ),
    rest=st.binary(max_size=200),
)
def test_any_bytes_are_read_or_refused_and_never_a_fault(
    tmp_path_factory: pytest.TempPathFactory, kind: Kind, head: bytes, rest: bytes
) -> None:
    file = tmp_path_factory.mktemp("bytes") / "any"
    file.write_bytes(head + rest)
    try:
        made = READERS[kind](Sent(file))
    except BadInput:
        return
    assert made.table.schema.names == SCHEMAS[kind].names
