"""Numbers and missing values of a text column."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.records.rows import by_value, numbers, said, shaped, whole_numbers


def test_numbers_are_read_and_words_are_pointed_at() -> None:
    values, wrong = numbers(pa.array([" 1.5", "-8e-04", "+2", "5.", ".5", "NA", "", "1,5", "inf", "1e999", "0x10"]))
    assert values.to_pylist() == [1.5, -8e-4, 2, 5, 0.5, None, None, None, None, None, None]
    assert wrong.tolist() == [False] * 7 + [True] * 4


def test_whole_numbers_refuse_fractions_and_sizes_that_lose_digits() -> None:
    values, wrong = whole_numbers(pa.array(["7", "7.0", "7.5", "-1", "99999999999999999999", "NA"]))
    assert values.to_pylist() == [7, 7, None, -1, None, None]
    assert wrong.tolist() == [False, False, True, False, True, False]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_python_writes_is_read_back(number: float) -> None:
    values, wrong = numbers(pa.array([repr(number)]))
    assert (values.to_pylist(), wrong.tolist()) == ([number], [False])


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=8), st.integers(1, 3))
def test_a_column_in_pieces_reads_as_the_whole(texts: list[str | None], piece: int) -> None:
    pieces = [texts[i : i + piece] for i in range(0, len(texts), piece)]
    whole = said(pa.array(texts, pa.string())).to_pylist()
    assert said(pa.chunked_array(pieces, pa.string())).to_pylist() == whole


def test_a_change_is_made_once_for_each_text() -> None:
    seen: list[str] = []

    def change(text: str) -> str:
        seen.append(text)
        return text.upper()

    assert by_value(pa.array(["a", None, "b", "a"]), change).to_pylist() == ["A", None, "B", "A"]
    assert seen == ["a", "b"]


def test_a_table_has_every_column_of_its_schema() -> None:
    table = shaped("panel_gene", 2, {"panel_id": "P", "gene": ["KRAS", "TP53"]})
    assert table.to_pylist() == [{"panel_id": "P", "gene": "KRAS"}, {"panel_id": "P", "gene": "TP53"}]
    with pytest.raises(pa.ArrowInvalid):
        shaped("panel_gene", 1, {"panel_id": "P", "gene": ["KRAS", "TP53"]})
