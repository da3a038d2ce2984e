"""The index, the query on an engine, and plain Python give one answer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import ibis
import numpy as np
import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chevet.cohort.definition import parse
from chevet.cohort.evaluate import evaluate
from chevet.cohort.index import CohortIndex
from chevet.cohort.nodes import Definition
from chevet.cohort.query import truths
from chevet.cohort.truth import ThreeValued
from chevet.store import bits
from chevet.store.engines import Engine
from chevet.store.lake import Lake
from chevet.store.version import Version
from tests.cohort import naive
from tests.engines_fixture import sail  # noqa: F401 (a fixture)
from tests.strategies import Rows, connection, definitions, record, rows, tables


def from_query(asked: list[Definition], backend: ibis.BaseBackend) -> list[list[bool | None]]:
    named = {f"asked_{i}": definition for i, definition in enumerate(asked)}
    expression = truths(named)
    found = backend.to_pyarrow(expression).sort_by("patient_id")
    return [found[name].to_pylist() for name in named]


def as_bits(answers: list[bool | None]) -> ThreeValued:
    return ThreeValued(*(bits.pack(np.array([a is side for a in answers], dtype=np.bool_)) for side in (True, False)))


def as_list(found: ThreeValued, n: int) -> list[bool | None]:
    assert bits.count(found.true & found.false) == 0
    true, false = (bits.unpack(side, n) for side in (found.true, found.false))
    return [True if t else False if f else None for t, f in zip(true, false, strict=True)]


@settings(max_examples=20, deadline=None)
@given(rows(), st.lists(definitions(), min_size=1, max_size=8))
def test_index_duckdb_polars_and_plain_python_give_one_answer(found: Rows, asked: list[Definition]) -> None:
    database = connection(found)
    duckdb, polars = (
        ibis.duckdb.from_connection(database),
        ibis.polars.connect({name: pl.from_arrow(table) for name, table in tables(found).items()}),
    )
    with tempfile.TemporaryDirectory() as directory:
        CohortIndex.build(database, Path(directory))
        index = CohortIndex.load(Path(directory))
        expected = [naive.answers(definition, found) for definition in asked]
        answers = [evaluate(d, index, lambda leaf: as_bits(from_query([leaf], duckdb)[0])) for d in asked]
        assert [as_list(answer, index.n_patients) for answer in answers] == expected
        assert from_query(asked, duckdb) == expected
        assert from_query(asked, polars) == expected


def lake_version(found: Rows, directory: Path) -> Version:
    lake = Lake(directory)
    lake.write("made_up", record(found), derive=[CohortIndex.build])
    return lake.open("made_up")


@settings(max_examples=4, deadline=None, phases=[Phase.generate])
@given(rows(), st.lists(definitions(), min_size=6, max_size=10))
def test_a_spark_connect_server_gives_the_same_answer(sail: str, found: Rows, asked: list[Definition]) -> None:  # noqa: F811
    with tempfile.TemporaryDirectory() as directory, Engine.from_setting(sail) as engine:
        version = lake_version(found, Path(directory))
        named = {f"asked_{i}": definition for i, definition in enumerate(asked)}
        answers = engine.run(truths(named), version).sort_by("patient_id")
        expected = [naive.answers(definition, found) for definition in asked]
        assert [answers[name].to_pylist() for name in named] == expected


def test_a_list_of_fractions_is_compared_as_doubles_on_every_engine(sail: str, tmp_path: Path) -> None:  # noqa: F811
    """A Spark server reads 64.9 as a decimal; in a list it would then miss the double 64.9."""
    found: Rows = {
        "patient": [{"patient_id": f"P{i}"} for i in range(3)],
        "measurement": [
            {"patient_id": f"P{i}", "measurement": "Ki-67 %", "value_number": value}
            for i, value in enumerate((64.9, 65.0))
        ],
    }
    asked = parse('measurement("Ki-67 %") in (64.9, 1)')
    version = lake_version(found, tmp_path)
    with Engine.from_setting(sail) as engine:
        answer = engine.run(truths({"asked": asked}), version).sort_by("patient_id")
    assert answer["asked"].to_pylist() == [True, False, None] == naive.answers(asked, found)
