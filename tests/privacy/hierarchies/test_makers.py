from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.privacy.hierarchies import makers
from chevet.privacy.hierarchies.hierarchy import Hierarchy


def _rows(made: Hierarchy) -> list[list[str]]:
    return [[made.labels[i][nodes[leaf]] for i, nodes in enumerate(made.nodes)] for leaf in range(made.n_leaves)]


def _mapping(tmp_path: Path, text: str) -> Hierarchy:
    file = tmp_path / "centres.csv"
    file.write_text(text, encoding="utf-8")
    return makers.from_mapping("centre", file)


def test_a_file_of_groups_is_completed_with_the_top_and_the_value_not_said(tmp_path: Path) -> None:
    made = _mapping(tmp_path, "Villejuif;South;Paris\nSaint-Denis;North;Paris\nLyon;Rhône\n")
    assert _rows(made) == [
        ["Villejuif", "South", "Paris", "*"],
        ["Saint-Denis", "North", "Paris", "*"],
        ["Lyon", "Rhône", "Lyon", "*"],
        ["", "", "", "*"],
    ]


def test_a_file_that_has_its_own_top_keeps_one(tmp_path: Path) -> None:
    assert _rows(_mapping(tmp_path, "a;x;*\nb;x;*\n")) == [["a", "x", "*"], ["b", "x", "*"], ["", "", "*"]]


def test_a_group_that_bears_the_name_of_a_value_is_told_apart_from_it(tmp_path: Path) -> None:
    assert _rows(_mapping(tmp_path, "C34;C34\nC34.1;C34\nC50;C50\n"))[:3] == [
        ["C34", "C34+", "*"], ["C34.1", "C34+", "*"], ["C50", "C50", "*"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [("a\nb\n", "one column"), ("", "one column"), ("a;x\na;y\n", "twice"), ("a;x;1\nb;x;2\n", "divides a group"),
     ("a;x;x\nb;y;x\n", "different groups")],
)  # fmt: skip
def test_a_file_that_is_no_hierarchy_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        _mapping(tmp_path, text)
    assert says in refused.value.message


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(BadInput):
        makers.from_mapping("x", tmp_path / "x.csv")
    (tmp_path / "x.csv").write_text("a;b\n", encoding="utf-8")
    with pytest.raises(BadInput):
        makers.from_mapping("x", tmp_path / "x.csv", delimiter="; ")


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60))
def test_a_value_stands_alone_as_long_as_enough_rows_hold_it(values: list[str]) -> None:
    for value, five, twenty, top in _rows(makers.by_frequency("letter", values, [5, 20])):
        assert (five == value) is (values.count(value) >= 5)
        assert (twenty == value) is (values.count(value) >= 20)
        assert top == "*"


@pytest.mark.parametrize("bars", [[], [1], [5, 5], [20, 5]])
def test_bars_of_frequency_must_rise(bars: list[int]) -> None:
    with pytest.raises(BadInput):
        makers.by_frequency("letter", ["a"], bars)


def test_a_hierarchy_that_was_made_is_written_and_read_as_it_was(tmp_path: Path) -> None:
    made = makers.by_prefix("postcode", ["94800", "94270", "75012", ""], [3, 2])
    made.write_csv(tmp_path / "postcode.csv")
    assert (tmp_path / "postcode.csv").read_text(encoding="utf-8").splitlines()[0] == "94800;948**;94***;*"
    assert _rows(Hierarchy.read_csv("postcode", tmp_path / "postcode.csv")) == _rows(made)


def test_bands_are_named_for_the_file_they_belong_to() -> None:
    made = makers.by_bands("size_mm", ["3", "20", "50"], [["5", "20"], ["20"]])
    assert made.name == "size_mm"
    assert _rows(made)[1] == ["20", "20 or more", "20 or more", "*"]
