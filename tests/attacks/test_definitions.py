"""Words in a definition stay words: no question becomes another question, whatever is written in it.

The naive room pastes the asked value into SQL; ours reads a grammar and hands values to the engine as values.
"""

from __future__ import annotations

import unicodedata

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.cohort import cohort as cohorts
from chevet.cohort.count import count
from chevet.cohort.definition import measurement, parse
from chevet.errors import BadInput
from chevet.store.lake import Lake
from tests.bedside import small_study

PAYLOADS = (
    "x' OR '1'='1",
    "x' OR 1=1 --",
    "x'; DROP TABLE patient; --",
    "x' UNION SELECT patient_id FROM patient --",
    'x" or sex = "female',
    "x\\' OR 1=1 --",
    "x') OR ('a'='a",
    "x'/**/OR/**/true--",
)
GRAMMAR = (
    "sex = female; drop table patient",
    "sex = female --",
    "sex = female or 1 = 1",
    "sex = (select patient_id from patient)",
    "read_csv('/etc/passwd')",
    "mutated(TP53'; --)",
    "__import__('os').system('id')",
    "sex = female or all()",
    "{0.__class__}",
    "sex = ${CHEVET_HOME}",
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return small_study.lake(tmp_path_factory.mktemp("home"), small_study.study_rows())


def _naive(lake: Lake, value: str) -> int:
    """The count of a room that pastes what is asked into its query."""
    database = duckdb.connect()
    database.register("measurement", lake.open("small").table("measurement"))
    query = f"SELECT count(DISTINCT patient_id) FROM measurement WHERE value_text = '{value}'"
    return int(database.execute(query).fetchall()[0][0])


def _ours(lake: Lake, value: str) -> int | None:
    return count(cohorts.open(lake, "small", measurement("ER_STATUS").equals(value))).inside


def test_a_pasted_query_answers_for_everybody_and_ours_for_nobody(lake: Lake) -> None:
    everybody = small_study.OTHERS
    assert _naive(lake, "no such value") == _ours(lake, "no such value") == 0
    assert _naive(lake, "x' OR '1'='1") >= everybody
    assert [_ours(lake, payload) for payload in PAYLOADS] == [0] * len(PAYLOADS)


@pytest.mark.parametrize("text", GRAMMAR)
def test_what_is_not_the_language_is_not_read(text: str) -> None:
    with pytest.raises(BadInput):
        parse(text)


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_one_definition_or_bad_input(text: str) -> None:
    try:
        read = parse(text)
    except BadInput:
        return
    assert parse(str(read)) == read


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=30))
def test_any_value_is_read_back_as_that_very_value(value: str) -> None:
    try:
        asked = measurement("ER_STATUS").equals(value)
    except ValueError:
        assert any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value), "only control signs are turned away"
        return
    assert parse(str(asked)) == asked
