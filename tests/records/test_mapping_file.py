"""A mapping file is read whole: each fault names its place, its rule and the nearest valid word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.records.mapping import EndpointRule, FieldRule
from chevet.records.mapping_file import load, parse, shipped

GOOD = """
title = "Our register"
missing = ["?"]
[[table]]
record = "patient"
files = "people.csv"
fields = { patient_id = "id", sex = { column = ["sexe", "sex"], values = { "1" = "male" } } }
[[table]]
record = "event"
files = ["people.csv"]
fields = { patient_id = "id" }
[[table.endpoint]]
endpoint = "overall_survival"
time = "months"
status = "dead"
unit = "months"
occurred = [1]
not_yet = [0]
"""


def fault_of(text: str) -> str:
    with pytest.raises(BadInput) as error:
        parse(text, "our.toml")
    assert "our.toml" in error.value.message
    assert "how-to" in error.value.next_act
    return error.value.message


def test_a_good_mapping_is_read_as_it_is_written() -> None:
    mapping = parse(GOOD, "our.toml")
    patient, event = mapping.tables
    assert (mapping.title, mapping.missing, mapping.unlisted) == ("Our register", ("?",), "reject")
    assert patient.fields["patient_id"] == FieldRule(columns=("id",))
    assert patient.fields["sex"] == FieldRule(columns=("sexe", "sex"), values={"1": "male"})
    assert event.endpoints == (EndpointRule("overall_survival", "months", "dead", ("1",), ("0",), "months"),)
    assert event.columns_used() == {"id", "months", "dead"}


def test_a_mapping_by_which_every_row_would_be_left_out_is_told() -> None:
    text = """
[[table]]
record = "variant"
files = "v.csv"
fields = { sample_id = "s", patient_id = "p" }
"""
    message = fault_of(text)
    assert "variant name a patient, and no [[table]] feeds patient" in message
    assert "variant name a sample, and no [[table]] feeds sample" in message
    assert len(parse('unlisted = "add"' + text, "our.toml").tables) == 1


def test_every_shipped_mapping_is_good_and_found_by_its_name() -> None:
    assert shipped() == ["tcga"]
    assert [load(Path(name)).name for name in shipped()] == shipped()


def test_an_absent_mapping_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        load(tmp_path / "tgca.toml")
    assert "no mapping file tgca.toml" in error.value.message
    assert "tcga" in error.value.next_act


def test_all_faults_are_told_at_once_with_their_place_and_the_nearest_word() -> None:
    message = fault_of("""
titel = "x"
unlisted = "ad"
[[table]]
record = "patient"
files = "../people.csv"
fields = { patient_id = "id", seks = "sex", centre = 7, birth_year = { column = "b", constant = 1 } }
[[table]]
record = "varient"
[[table]]
record = "sample"
files = "s.csv"
unpivot = "others"
fields = { sample_id = { column = "s", through = "tcga" } }
[[table.endpoint]]
endpoint = "overall_surviv"
""")
    for fault in (
        "titel: there is no such key; nearest: title",
        "unlisted: 'ad' is none of reject, add, stop; nearest: add",
        "table 1, files: '../people.csv' leaves the folder being imported",
        "table 1, fields.seks: patient has no such field; nearest: sex",
        "table 1, fields.centre: should be a column's name or a table, is a number",
        "table 1, fields.birth_year.column: give a column (or several, the first filled one counts) or a constant",
        "table 2, record: 'varient' is no table of the record; nearest: variant",
        "table 3, fields.sample_id.through: only oncotree_code goes through a crosswalk",
        "table 3, fields: patient_id is required and nothing feeds it",
        "table 3, unpivot: only the measurement table",
        "table 3, endpoint 1, endpoint: 'overall_surviv' is none of",
    ):
        assert fault in message


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ('diagnosed_days = { column = "d", date_format = "%Y" }', "count from the date in another column"),
        ('age_at_diagnosis_years = { column = "d", since = "e" }', "count from the date in another column"),
        ('grade = { column = "d", date_format = "%Y" }', "grade is not made from a date"),
        ('grade = { column = "d", unit = "months" }', "grade has no unit to convert to"),
        ('grade = { column = "d", values = ["a"] }', "should be a table of their value = our value"),
        ('grade = { column = "d", otherwise = "ignore" }', "'ignore' is none of empty, reject, stop"),
    ],
)
def test_a_rule_that_its_field_cannot_follow_is_a_fault(rule: str, fault: str) -> None:
    start = '[[table]]\nrecord = "diagnosis"\nfiles = "a.csv"\n[table.fields]\npatient_id = "p"\ndiagnosis_id = "i"\n'
    assert fault in fault_of(start + rule)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ('{ same = ["gene", "colour"] }', "variant has no field colour"),
        ('{ keep = "most" }', "same: is needed"),
        ('{ same = "gene", keep = "most" }', "of: says which numbers to add up"),
        ('"gene"', "duplicates: should be a table, is text"),
    ],
)
def test_a_rule_for_duplicates_is_checked(rule: str, fault: str) -> None:
    text = f"""[[table]]
record = "variant"
files = "a.csv"
fields = {{ sample_id = "s", patient_id = "p" }}
duplicates = {rule}"""
    assert fault in fault_of(text)


@pytest.mark.parametrize(
    "text", ["", "title = 'x'", "[[table", "table = 3", "table = [3]", "[table]\nrecord='patient'"]
)
def test_what_is_no_mapping_is_told(text: str) -> None:
    assert fault_of(text)


KEYS = st.sampled_from(
    ["title", "missing", "table", "record", "files", "fields", "unpivot", "once", "reject", "duplicates", "set_aside",
     "endpoint", "column", "values", "through", "unit", "constant", "otherwise", "since", "date_format", "same", "keep",
     "of", "time", "status", "occurred", "not_yet", "patient_id", "sex", "whole"]
)  # fmt: skip
WORDS = st.sampled_from(["patient", "event", "variant", "measurement", "id", "others", "most", "days", "*.csv", ""])
SCALARS = WORDS | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False, width=16)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)


def as_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value)


@given(st.dictionaries(KEYS, VALUES, max_size=6), st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_mapping_is_good_or_bad_input(content: dict[str, Any], tables: list[dict[str, Any]]) -> None:
    text = "\n".join(f"{key} = {as_toml(value)}" for key, value in (content | {"table": tables}).items())
    try:
        mapping = parse(text, "any.toml")
    except BadInput as error:
        assert error.message.startswith("mapping any.toml has")  # noqa: PT017
    else:
        assert mapping.tables


@given(st.text())
def test_any_text_is_good_or_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        parse(text, "any.toml")
