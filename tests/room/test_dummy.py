"""Made-up data: the shape of an extract, and nothing of anybody in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


IN_FILES = POLICY.replace('hierarchy = "stage"', 'hierarchy = "stages.csv"').replace(
    'name = "vital_status"\nrole = "sensitive"', 'name = "vital_status"\nrole = "sensitive"\nhierarchy = "vital.csv"'
)


def made_from_files(folder: Path, policy: str, *shown: str) -> dict[str, bytes]:
    """Every file of the dummy of an extract whose release shows these values of a file of groups."""
    extract = write_extract(folder / "extract")
    (extract / "policy.toml").write_text(policy)
    (extract / "stages.csv").write_text("I;I-II;*\nIII;III-IV;*\n" if "vital.csv" in policy else "".join(shown))
    (extract / "vital.csv").write_text("".join(shown))
    write_dummies(extract, folder / "dummy", rows=60)
    return {path.name: path.read_bytes() for path in (folder / "dummy").iterdir()}


NO_GROUPS = POLICY.replace('hierarchy = "stage"', 'hierarchy = "stages.csv"').replace(
    'kind = "k-anonymity"\nk = 5', 'kind = "average-risk"\nat_most = 0.5'
)


@pytest.mark.parametrize("policy", [IN_FILES, NO_GROUPS])
def test_that_a_value_occurs_which_one_patient_may_have_is_not_told_by_a_dummy(tmp_path: Path, policy: str) -> None:
    usual = ("alive;known;*\n", "dead;known;*\n")
    without = made_from_files(tmp_path / "a", policy, *usual)
    assert made_from_files(tmp_path / "b", policy, *usual, "dead of AIDS;known;*\n") == without
    assert not any(b"AIDS" in content or b"alive;" in content for content in without.values())


def test_groups_that_hold_enough_people_have_their_own_names_in_a_dummy(tmp_path: Path) -> None:
    made_from_files(tmp_path, IN_FILES, "alive;known;*\n")
    stages = set(pq.read_table(tmp_path / "dummy" / "release.parquet")["stage"].to_pylist())
    assert {"I", "III", "I-II", "III-IV"} <= stages


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


REAL: dict[str, dict[str, Any]] = {
    "alterations": {
        "person": ["X"],
        "kind": ["variant"],
        "gene": ["MET"],
        "alteration": ["MET 5"],
        "detail": ["exact"],
    },
    "alterations_people": {"person": ["X"], "coverage": pa.array([0], pa.int32())},
    "alterations_tested": {"coverage": pa.array([0], pa.int32()), "kind": ["variant"], "gene": ["MET"]},
}


def beside(extract: Path, tables: dict[str, dict[str, Any]]) -> Path:
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), extract / f"{name}.parquet")
    return extract


def test_alterations_are_of_people_of_the_dummy_and_of_genes_that_everybody_knows(tmp_path: Path) -> None:
    extract = beside(write_extract(tmp_path / "extract"), REAL)
    written = {path.stem: pq.read_table(path) for path in write_dummies(extract, tmp_path / "dummy", rows=50)}
    assert set(written) == {*REAL, "release"}
    people = written["release"]["patient_id"].to_pylist()
    assert written["alterations_people"]["person"].to_pylist() == people
    assert set(written["alterations"]["person"].to_pylist()) <= set(people)
    for name in REAL:
        assert written[name].schema == pq.read_schema(extract / f"{name}.parquet")
        assert not {"X", "MET", "MET 5"} & {v for column in written[name].columns for v in column.to_pylist()}


def test_alterations_that_nothing_joins_to_the_table_are_of_numbered_people(tmp_path: Path) -> None:
    without = extract_table().drop_columns(["patient_id"])
    extract = beside(write_extract(tmp_path / "extract", without), REAL)
    (extract / "policy.toml").write_text(POLICY.replace("pseudonym = true", ""))
    written = {path.stem: pq.read_table(path) for path in write_dummies(extract, tmp_path / "dummy", rows=3)}
    assert written["alterations_people"]["person"].to_pylist() == ["person 0", "person 1", "person 2"]


def test_a_column_that_alterations_do_not_have_is_refused(tmp_path: Path) -> None:
    extract = beside(write_extract(tmp_path / "extract"), {"alterations": {"person": ["X"], "name": ["Y"]}})
    with pytest.raises(BadInput, match="alterations have no such columns: name"):
        write_dummies(extract, tmp_path / "dummy", rows=5)


def test_a_column_that_the_policy_does_not_know_is_refused() -> None:
    with pytest.raises(BadInput, match="says nothing of these columns: weight"):
        dummy_table(pa.schema([("sex", pa.string()), ("weight", pa.float64())]), Policy.parse(POLICY))
