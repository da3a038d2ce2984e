"""A table that is opened in a spreadsheet shows what it says, and runs nothing."""

from __future__ import annotations

import csv
import io

import pytest

from chevet.paper.spreadsheets import csv_file


@pytest.mark.parametrize("number", ["-2,59", "-2.59", "+3", "-1\u202f234,5", "-4.1e-10", "-12 %", "-12\u202f%"])
def test_a_negative_number_in_a_csv_stays_a_number(number: str) -> None:
    assert next(csv.reader(csv_file([], [[number]]).decode("utf-8-sig").splitlines()[1:])) == [number]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("rest", ["cmd", "1+A1", "2,59)*B2"])
def test_words_that_a_spreadsheet_takes_for_a_formula_are_quoted_in_cells_and_headings(start: str, rest: str) -> None:
    text = io.StringIO(csv_file([start + rest], [[start + rest]]).decode("utf-8-sig"), newline="")
    assert list(csv.reader(text)) == [["'" + start + rest]] * 2
