"""Delimited text tables: every row has its line, nothing is shifted, damaged names are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.records import bytes as text_bytes
from chevet.records.report import ImportReport
from chevet.records.text import Columns, TextTable, read_properties, read_table

GENE = Columns(
    required=("Hugo_Symbol", "Sample"), optional=("t_ref_count", "t_alt_count"), known=frozenset({"n_depth"})
)


def read(folder: Path, content: str | bytes, columns: Columns = GENE) -> tuple[TextTable, ImportReport]:
    path = folder / "file.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = ImportReport()
    table = read_table(path, columns, report, "variant", file="file.txt")
    table.announce(report, "variant")
    return table, report


def file_repairs(report: ImportReport) -> dict[str, int]:
    return {entry["reason"]: entry["example_line"] for entry in report.as_json()["reasons"]}


def test_rows_keep_their_lines_past_comments_and_blank_lines(tmp_path: Path) -> None:
    table, report = read(tmp_path, "#version\n\nHugo_Symbol\tSample\nKRAS\tS1\n\n#why\nTP53\tS2\n")
    assert table.columns["Hugo_Symbol"].to_pylist() == ["KRAS", "TP53"]
    assert table.lines.tolist() == [4, 7]
    assert (table.header_line, table.comments) == (3, ((1, "#version"),))
    assert file_repairs(report) == {"comment_in_data": 6}


def test_a_column_name_in_quotes_may_hold_the_sign_between_cells(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('cell,"gain (CUL2,EPC1)", "loss ""17p""",TP53\n1,0,1,1\n')
    table = read_table(path, Columns(others=True), ImportReport(), "x", file="file.csv", delimiter=",", quotes=True)
    assert table.header == ("cell", "gain (CUL2,EPC1)", 'loss "17p"', "TP53")
    assert [column.to_pylist() for column in table.columns.values()] == [["1"], ["0"], ["1"], ["1"]]


def test_a_shifted_row_is_rejected_with_its_line_and_never_shifted(tmp_path: Path) -> None:
    table, report = read(tmp_path, "Hugo_Symbol\tSample\nKRAS\tS1\nTP53\nEGFR\tS2\tS3\nALK\tS4\n")
    assert table.columns["Sample"].to_pylist() == ["S1", "S4"]
    assert report.as_json()["tables"]["variant"] == {"read": 4, "kept": 2, "repaired": 0, "rejected": 2}
    assert report.rows().column("line").to_pylist() == [3, 4]


def test_quotation_marks_are_letters(tmp_path: Path) -> None:
    table, _ = read(tmp_path, 'Hugo_Symbol\tSample\nKRAS\t"S1\nTP53\t"S"2"\n')
    assert table.columns["Sample"].to_pylist() == ['"S1', '"S"2"']


@pytest.mark.parametrize("damaged", ["Hugo Symbol", "HUGO_SYMBOL", "Hugo_Simbol", "Hugo-Symbol", " Hugo_Symbol "])
def test_one_damaged_name_is_recognised_and_reported(tmp_path: Path, damaged: str) -> None:
    table, report = read(tmp_path, f"{damaged}\tSample\nKRAS\tS1\n")
    assert table.columns["Hugo_Symbol"].to_pylist() == ["KRAS"]
    assert file_repairs(report) == ({} if damaged.strip() == "Hugo_Symbol" else {"header_repaired": 1})


def test_a_replaced_word_in_an_optional_name_is_recognised(tmp_path: Path) -> None:
    table, report = read(tmp_path, "Hugo_Symbol\tSample\tt_ref_count\tt_ALTERNATE_count\nKRAS\tS1\t3\t4\n")
    assert "t_alt_count" not in table.columns  # too far from any name to be sure: it is simply not read
    table, report = read(tmp_path, "Hugo_Symbol\tSample\tt_ref_count\tt_a1t_count\nKRAS\tS1\t3\t4\n")
    assert table.columns["t_alt_count"].to_pylist() == ["4"]
    assert file_repairs(report) == {"header_repaired": 1}


def test_a_name_near_two_absent_ones_is_not_guessed(tmp_path: Path) -> None:
    columns = Columns(required=("Hugo_Symbol",), optional=("allele_1", "allele_2"))
    table, report = read(tmp_path, "Hugo_Symbol\tallele_3\nKRAS\tA\n", columns)
    assert set(table.columns) == {"Hugo_Symbol"}
    assert file_repairs(report) == {}


def test_a_known_name_is_never_taken_for_a_damaged_one(tmp_path: Path) -> None:
    columns = Columns(required=("Hugo_Symbol",), optional=("t_depth",), known=frozenset({"n_depth"}))
    table, _ = read(tmp_path, "Hugo_Symbol\tn_depth\nKRAS\t3\n", columns)
    assert set(table.columns) == {"Hugo_Symbol"}


def test_all_absent_columns_are_named_at_once_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, "#v\nGene_Symbol\tother\nKRAS\tS1\n")
    assert refused.value.message == (
        'file.txt, line 2: column "Hugo_Symbol" is absent (nearest: column 1); column "Sample" is absent'
    )


@pytest.mark.parametrize("content", ["", "\n\n", "#only a comment\n", "\ufeff"])
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadInput, match=r"file\.txt: the file is empty"):
        read(tmp_path, content)


def test_two_columns_of_one_name_are_refused_only_when_they_are_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"line 1: 1 column name\(s\) stand more than once, at columns \[1, 3\]"):
        read(tmp_path, "Hugo_Symbol\tSample\tHugo_Symbol\nKRAS\tS1\tTP53\n")
    table, _ = read(tmp_path, "Hugo_Symbol\tSample\tx\tx\nKRAS\tS1\t1\t2\n")
    assert table.rows == 1


def test_a_header_of_millions_of_cells_is_refused_and_one_of_thousands_is_quick(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="more than 1,000,000 columns"):
        read(tmp_path, "Hugo_Symbol\tSample" + "\t" * 1_000_001 + "\n")
    header = "Hugo_Symbol\tSample\t" + "\t".join(f"S{n}" for n in range(20_000))
    table, _ = read(tmp_path, f"{header}\n", Columns(required=("Hugo_Symbol", "Sample"), others=True))
    assert len(table.columns) == 20_002


def test_a_repeated_header_is_no_row(tmp_path: Path) -> None:
    table, report = read(tmp_path, "Hugo_Symbol\tSample\nKRAS\tS1\nHugo_Symbol\tSample\nTP53\tS2\n")
    assert table.lines.tolist() == [2, 4]
    assert file_repairs(report) == {"repeated_header": 3}


def test_mended_rows_are_counted_and_a_mended_header_is_not(tmp_path: Path) -> None:
    _, report = read(tmp_path, "Hugo_Symbol\tSample\té\nKRAS\tS1\té\nTP53\tS2\tx\n".encode("cp1252"))
    assert report.as_json()["tables"]["variant"] == {"read": 2, "kept": 2, "repaired": 1, "rejected": 0}
    assert report.rows().column("line").to_pylist() == [1, 2]


def test_properties_keep_their_first_value_and_their_colons(tmp_path: Path) -> None:
    path = tmp_path / "meta.txt"
    path.write_text("name: a: b\n#c: d\nname: other\nno property\nempty:\n")
    assert read_properties(path, file="meta.txt") == ({"name": "a: b", "empty": ""}, [])


cells = st.text(st.characters(codec="utf-8", exclude_characters="\t\n\r\0"), max_size=5)


@given(rows=st.lists(st.lists(cells, min_size=1, max_size=4), max_size=12), block=st.integers(1, 40))
def test_every_line_is_a_row_a_comment_a_blank_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], block: int
) -> None:
    """Whatever the rows and the size of the blocks, kept cells are those of the line the report names."""
    folder = tmp_path_factory.mktemp("rows")
    content = "Hugo_Symbol\tSample\n" + "".join("\t".join(row) + "\n" for row in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_bytes, "BLOCK", block)
        table, report = read(folder, content)
    expected = {}
    for line, row in enumerate(rows, 2):
        if len(row) == 2 and not row[0].startswith("#") and row != ["Hugo_Symbol", "Sample"]:
            expected[line] = row
    pairs = zip(*(table.columns[name].to_pylist() for name in ("Hugo_Symbol", "Sample")), strict=True)
    assert dict(zip(table.lines.tolist(), map(list, pairs), strict=True)) == expected
    wrong = [n for n, row in enumerate(rows, 2) if len(row) != 2 and not row[0].startswith("#") and row != [""]]
    assert list(table.wrong) == wrong
    tally = report.tally("variant")
    assert (tally.read, tally.kept, tally.rejected) == (len(expected) + len(wrong), len(expected), len(wrong))
