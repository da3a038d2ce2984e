"""A study becomes one row per patient; a file becomes a table whose cells stay what they were."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chevet import synth
from chevet.errors import BadInput
from chevet.privacy.anonymity.extract import Source, read_table, study_table, table_digest
from chevet.privacy.keys import Key
from chevet.records import read
from chevet.store.lake import Lake
from chevet.store.version import Version
from tests.privacy.anonymity.people import ORDER


@pytest.fixture(scope="module")
def madeup(tmp_path_factory: pytest.TempPathFactory) -> Version:
    folder = tmp_path_factory.mktemp("madeup")
    synth.make(120, 3, folder / "cohort")
    lake = Lake(folder / "home")
    lake.write("madeup", read(folder / "cohort"))
    return lake.open("madeup")


def test_a_study_is_one_row_per_patient_in_their_order(madeup: Version) -> None:
    table = study_table(madeup)
    ids = list(map(str, table["patient_id"].to_pylist()))
    assert len(ids) == 120
    assert ids == sorted(set(ids))
    expected = "sex age_at_diagnosis_years diagnosis_year oncotree_code stage vital_status chemotherapy"
    assert {*expected.split(), "overall_survival_months", "overall_survival_occurred"} <= set(table.column_names)
    assert str(table.schema.field("age_at_diagnosis_years").type) == "int64"
    assert all(table[name].null_count < 120 for name in table.column_names)
    assert table_digest(study_table(madeup)) == table_digest(table)


def test_the_first_tumour_speaks_for_the_patient_and_all_are_counted(madeup: Version) -> None:
    table = study_table(madeup)
    diagnoses = madeup.table("diagnosis").to_pylist()
    for row in table.to_pylist():
        own = [d for d in diagnoses if d["patient_id"] == row["patient_id"]]
        first = min(own, key=lambda d: (d["diagnosed_days"] is None, d["diagnosed_days"] or 0, d["diagnosis_id"]))
        assert (row["tumours"], row["oncotree_code"]) == (len(own), first["oncotree_code"])


def test_a_source_says_where_it_comes_from(madeup: Version) -> None:
    said = Source.of_study(madeup).as_json(ORDER)
    assert (said["study"], said["version"], said["rows"], said["made_up"]) == ("madeup", 1, 120, True)
    assert madeup.digest not in said.values()
    assert said["study_hmac"] != Source.of_study(madeup).as_json(Key(bytes(range(32)), "other"))["study_hmac"]


def test_codes_in_a_text_file_keep_their_zeros_and_empty_cells_are_not_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('commune,stage\n01004,\n75056,"II"\n')
    table = read_table(tmp_path / "t.csv")
    assert table.to_pylist() == [{"commune": "01004", "stage": None}, {"commune": "75056", "stage": "II"}]
    (tmp_path / "t.tsv").write_text("commune\tstage\n01004\t\n75056\tII\n")
    assert table_digest(read_table(tmp_path / "t.tsv")) == table_digest(table)


def test_the_digest_is_of_the_cells_and_not_of_the_file(tmp_path: Path) -> None:
    table = pa.table({"age": pa.array([1, 2, None], pa.int32()), "sex": pa.array(["f", None, "m"]).dictionary_encode()})
    pq.write_table(table, tmp_path / "t.parquet")
    same = pa.table({"age": pa.chunked_array([[1], [2, None]], pa.int64()), "sex": ["f", None, "m"]})
    assert table_digest(read_table(tmp_path / "t.parquet")) == table_digest(same)
    assert table_digest(same) != table_digest(same.slice(0, 2))


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("t.csv", "a,a\n1,2\n", "its heading names a twice"),
        ("t.csv", "a,b\n", "it has no rows"),
        ("t.parquet", "no parquet", "it is not a table that can be read"),
        ("t.xlsx", "", "its name ends in none of .parquet, .csv, .tsv, .txt"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, name: str, content: str, found: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(BadInput, match=f"{name} cannot be used: {found}"):
        read_table(tmp_path / name)
