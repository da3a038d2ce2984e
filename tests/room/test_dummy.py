"""Made-up data: the shape of an extract, and nothing of anybody in it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.privacy.anonymity.policy import Policy
from chevet.room.dummy import dummy_table, write_dummies
from tests.room.made_extract import POLICY, extract_table, write_extract

SCHEMA = extract_table().schema


def made(folder: Path, table: pa.Table, **how: int) -> dict[str, bytes]:
    written = write_dummies(write_extract(folder / "extract", table), folder / "dummy", **how)
    return {path.name: path.read_bytes() for path in written}


@given(seeds=st.tuples(st.integers(0, 99), st.integers(100, 199)), people=st.integers(20, 60), seed=st.integers(0, 9))
def test_two_extracts_of_one_schema_and_policy_have_the_same_dummy(
    tmp_path_factory: pytest.TempPathFactory, seeds: tuple[int, int], people: int, seed: int
) -> None:
    one, other = extract_table(seeds[0]), extract_table(seeds[1], people)
    assert not one.equals(other)
    folder = tmp_path_factory.mktemp("two")
    assert made(folder / "a", one, rows=25, seed=seed) == made(folder / "b", other, rows=25, seed=seed)


def test_extracts_of_other_sexes_and_courses_have_the_same_dummy(tmp_path: Path) -> None:
    usual = extract_table()
    place = usual.column_names.index("sex")
    women = usual.set_column(place, "sex", pa.array(["female"] * usual.num_rows))
    assert made(tmp_path / "a", usual) == made(tmp_path / "b", women)


def test_a_dummy_has_the_columns_and_types_of_the_extract(tmp_path: Path) -> None:
    (written,) = write_dummies(write_extract(tmp_path / "extract"), tmp_path / "dummy", rows=40)
    table = pq.read_table(written)
    assert (table.schema, table.num_rows) == (SCHEMA, 40)


def test_nobody_of_the_extract_is_in_the_dummy(tmp_path: Path) -> None:
    (written,) = write_dummies(write_extract(tmp_path / "extract"), tmp_path / "dummy", rows=2000)
    assert not set(pq.read_table(written)["patient_id"].to_pylist()) & set(extract_table()["patient_id"].to_pylist())


def test_its_values_are_those_that_the_policy_lets_out() -> None:
    table = dummy_table(SCHEMA, Policy.parse(POLICY), 2000)
    ages = set(table["age_at_diagnosis_years"].to_pylist())
    assert "*" in ages
    assert not any(age.isdigit() for age in ages)  # lowest = 2: no single year
    assert {"alive", "dead"} == set(table["vital_status"].to_pylist()) - {None}


def test_another_seed_gives_other_rows() -> None:
    policy = Policy.parse(POLICY)
    assert not dummy_table(SCHEMA, policy, 30, 1).equals(dummy_table(SCHEMA, policy, 30, 2))


def test_alterations_are_of_people_of_the_dummy(tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "extract")
    real = {"patient_id": ["X"], "kind": ["variant"], "gene": ["MET"], "alteration": ["MET 5"], "detail": ["hotspot"]}
    pq.write_table(pa.table(real), extract / "alterations.parquet")
    alterations, people = (pq.read_table(path) for path in write_dummies(extract, tmp_path / "dummy", rows=50))
    assert set(alterations["patient_id"].to_pylist()) <= set(people["patient_id"].to_pylist())
    assert "MET" not in alterations["gene"].to_pylist()


def test_a_column_that_the_policy_does_not_know_is_refused() -> None:
    with pytest.raises(BadInput, match="says nothing of these columns: weight"):
        dummy_table(pa.schema([("sex", pa.string()), ("weight", pa.float64())]), Policy.parse(POLICY))
