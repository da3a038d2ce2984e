from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from chevet.errors import BadInput
from chevet.records import record_folder
from chevet.records.tables import TABLES
from chevet.synth import facts, maker


def fingerprints(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    maker.make(1_500, 7, tmp_path / "one")
    maker.make(1_500, 7, tmp_path / "two")
    assert fingerprints(tmp_path / "one") == fingerprints(tmp_path / "two")


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    maker.make(500, 7, tmp_path / "one")
    maker.make(500, 8, tmp_path / "two")
    one, two = fingerprints(tmp_path / "one"), fingerprints(tmp_path / "two")
    assert {name for name in one if one[name] == two[name]} == {"panel_gene.parquet", "study_file.parquet"}


def test_a_larger_cohort_begins_with_the_full_blocks_of_a_smaller_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maker, "BLOCK", 400)
    maker.make(800, 3, tmp_path / "small")
    maker.make(1_100, 3, tmp_path / "large")
    for file in sorted((tmp_path / "small").glob("*.parquet")):
        small, large = pq.read_table(file), pq.read_table(tmp_path / "large" / file.name)
        assert large.slice(0, small.num_rows).equals(small)


def test_a_cohort_is_written_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maker, "BLOCK", 200)
    told: list[float] = []
    maker.make(900, 3, tmp_path / "cohort", lambda what, part: told.append(part))
    assert pq.ParquetFile(tmp_path / "cohort" / "patient.parquet").num_row_groups == 5
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_made_up_cohort_is_a_complete_record(tmp_path: Path) -> None:
    rows = maker.make(3_000, 5, tmp_path)
    record = record_folder.read(tmp_path)
    assert record.report.as_json()["missing_files"] == []
    assert {name: table.num_rows for name, table in record.tables.items() if table.num_rows} == rows
    assert set(TABLES) - set(rows) == {"expression"}
    for tally in record.report.tallies.values():
        assert tally.rejected == 0
        assert tally.repaired == 0


def test_nobody_could_take_it_for_real_people(tmp_path: Path) -> None:
    maker.make(200, 5, tmp_path)
    record = record_folder.read(tmp_path)
    patient = record.tables["patient"]
    assert pc.all(pc.starts_with(patient["patient_id"], "SYN-")).as_py()
    assert pc.all(pc.starts_with(patient["centre"], "Hôpital Imaginaire ")).as_py()
    assert "do not exist" in record.about.title
    assert record.tables["study_file"].to_pylist()[0]["name"] == "synthetic"
    assert record.about.made_up


def test_every_table_has_its_keys_once(block: dict[str, pa.Table]) -> None:
    for name, table in block.items():
        key = list(TABLES[name].key)
        if key:
            assert table.group_by(key).aggregate([]).num_rows == table.num_rows


def test_nothing_that_a_hospital_may_not_know_is_complete(block: dict[str, pa.Table]) -> None:
    sometimes_empty = {
        "patient": ("sex", "birth_year", "vital_status", "last_news_days", "entry_days"),
        "diagnosis": ("oncotree_code", "age_at_diagnosis_years", "stage", "grade"),
        "sample": ("sample_type", "collected_days", "purity", "tmb_per_megabase", "msi"),
        "treatment": ("start_days", "end_days", "best_response"),
        "variant": ("vaf", "protein_change"),
    }
    for name, columns in sometimes_empty.items():
        for column in columns:
            assert 0 < block[name][column].null_count < block[name].num_rows, (name, column)


def test_about_ten_variants_three_copy_numbers_and_two_treatments_each(block: dict[str, pa.Table]) -> None:
    per_patient = {name: table.num_rows / block["patient"].num_rows for name, table in block.items()}
    assert 9 < per_patient["variant"] < 12
    assert 2.5 < per_patient["copy_number"] < 3.5
    assert 1.8 < per_patient["treatment"] < 3
    assert 1.1 < per_patient["sample"] < 1.2


def test_the_exome_has_no_list_of_genes_because_it_covers_all(tmp_path: Path) -> None:
    maker.make(50, 1, tmp_path)
    panels = pq.read_table(tmp_path / "panel_gene.parquet")["panel_id"]
    assert set(panels.to_pylist()) == set(facts.PANELS) - {"SYNTH-EXOME"}


@pytest.mark.parametrize("patients", [0, -5, 10_000_000])
def test_an_impossible_number_of_patients_is_refused(patients: int, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        maker.make(patients, 1, tmp_path)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(BadInput):
        maker.make(10, 1, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.docx"]


def test_an_earlier_made_up_cohort_is_written_over(tmp_path: Path) -> None:
    maker.make(20, 1, tmp_path)
    maker.make(10, 2, tmp_path)
    assert pq.read_table(tmp_path / "patient.parquet").num_rows == 10
