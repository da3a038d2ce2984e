"""Patients, samples, treatments and measurements of the clinical files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chevet.records import read
from chevet.records.record import Record
from tests.records.made_study import SAMPLES, a_study, check_accounts, lines_of, reasons


def record_of(folder: Path, patients: str | None = None, samples: str | None = None) -> Record:
    changes: dict[str, str | bytes | None] = {"data_mutations.txt": None, "meta_mutations.txt": None}
    changes |= {} if patients is None else {"data_clinical_patient.txt": patients}
    changes |= {} if samples is None else {"data_clinical_sample.txt": samples}
    record = read(a_study(folder, changes))
    check_accounts(record)
    return record


def column(record: Record, table: str, name: str) -> list[Any]:
    return record.tables[table].column(name).to_pylist()


def measured(record: Record) -> set[tuple[str, str | None, str, float | None, str | None]]:
    return {
        (row["patient_id"], row["sample_id"], row["measurement"], row["value_number"], row["value_text"])
        for row in record.tables["measurement"].to_pylist()
    }


def test_patients_have_their_sex_and_last_news(tmp_path: Path) -> None:
    record = record_of(tmp_path)
    assert column(record, "patient", "sex") == ["female", "male"]
    assert column(record, "patient", "vital_status") == ["dead", "alive"]
    assert column(record, "patient", "last_news_days") == [365.25, 730.5]


def test_repeated_patients_are_rejected_and_contradictions_said(tmp_path: Path) -> None:
    record = record_of(tmp_path, "PATIENT_ID\tSEX\nP1\tMale\nP2\tMale\nP1\tMale\nP1\tFemale\n\tMale\n")
    assert column(record, "patient", "sex") == ["male", "male"]
    assert [
        lines_of(record, reason)
        for reason in ("duplicate_patient", "duplicate_patient_contradicts", "missing_identifier")
    ] == [[4], [5], [6]]
    assert record.report.tally("patient").rejected == 3


def test_repeated_samples_are_rejected_and_contradictions_said(tmp_path: Path) -> None:
    record = record_of(tmp_path, samples=f"{SAMPLES}P1\tS1\tLUAD\nP2\tS1\tLUAD\nNA\tS3\tLUAD\nP1\tNA\tLUAD\n")
    assert column(record, "sample", "patient_id") == ["P1", "P2"]
    assert [
        lines_of(record, reason)
        for reason in ("duplicate_sample", "duplicate_sample_contradicts", "missing_identifier")
    ] == [[4], [5], [6, 7]]


def test_a_patient_of_the_sample_file_alone_is_made_and_noted(tmp_path: Path) -> None:
    record = record_of(tmp_path, samples=f"{SAMPLES}P9\tS9\tLUAD\nP9\tS8\tLUAD\n")
    assert column(record, "patient", "patient_id") == ["P1", "P2", "P9"]
    assert lines_of(record, "patient_from_sample_file") == [4]
    assert record.report.tally("patient").as_json() == {"read": 3, "kept": 3, "repaired": 0, "rejected": 0}


def test_without_a_patient_file_the_sample_file_speaks_for_the_patients(tmp_path: Path) -> None:
    samples = (
        "PATIENT_ID\tSAMPLE_ID\tSEX\tOS_STATUS\tOS_MONTHS\tCOLOUR\n"
        "P1\tS1\tFemale\t1:DECEASED\t6\tred\nP1\tS2\tMale\t1:DECEASED\t6\tblue\nP2\tS3\tMale\t\t\tred\n"
    )
    folder = a_study(
        tmp_path,
        {
            "data_clinical_patient.txt": None,
            "meta_clinical_patient.txt": None,
            "data_clinical_sample.txt": samples,
            "data_mutations.txt": None,
        },
    )
    record = read(folder)
    check_accounts(record)
    assert column(record, "patient", "sex") == ["female", "male"]
    assert column(record, "event", "patient_id") == ["P1"]
    assert lines_of(record, "survival_missing") == [4]
    assert ("P1", "S2", "SEX", None, "Male") in measured(record)  # the second sample says something else: kept
    assert ("P2", "S3", "COLOUR", None, "red") in measured(record)


def test_attributes_without_a_place_become_measurements_none_dropped(tmp_path: Path) -> None:
    patients = (
        "#Id\tA\tB\tC\tD\n#Id\tA\tB\tC\tD\n#STRING\tNUMBER\tSTRING\tSTRING\tNUMBER\n#1\t1\t1\t1\t1\n"
        "PATIENT_ID\tSCORE\tCOHORT\tER\tLIMIT\nP1\t1.5\t1\t+\t>8\nP2\tNA\t2\t-\t3\n"
    )
    record = record_of(tmp_path, patients)
    assert measured(record) == {
        ("P1", None, "SCORE", 1.5, None),
        ("P1", None, "COHORT", 1, "1"),
        ("P2", None, "COHORT", 2, "2"),
        ("P1", None, "ER", None, "+"),
        ("P2", None, "ER", None, "-"),
        ("P1", None, "LIMIT", None, ">8"),
        ("P2", None, "LIMIT", 3, None),
    }
    assert record.tables["patient"].num_rows == 2


def test_a_value_that_its_field_cannot_hold_is_kept_as_a_measurement_and_noted(tmp_path: Path) -> None:
    record = record_of(tmp_path, "PATIENT_ID\tSEX\tAGE\nP1\twarm\t>89\nP2\tMale\t61\n")
    assert column(record, "patient", "sex") == [None, "male"]
    assert column(record, "diagnosis", "age_at_diagnosis_years") == [None, 61]
    assert measured(record) == {("P1", None, "SEX", None, "warm"), ("P1", None, "AGE", None, ">89")}
    assert lines_of(record, "value_not_understood") == [2, 2]


@pytest.mark.parametrize(
    ("attribute", "text", "expected"),
    [
        ("CHEMOTHERAPY", "YES", ("chemotherapy", True, None)),
        ("RADIO_THERAPY", "no", ("radiotherapy", False, None)),
        ("HORMONE_THERAPY", "1", ("hormone_therapy", True, None)),
        ("BREAST_SURGERY", "BREAST CONSERVING", ("surgery", True, "breast conserving")),
        ("SURGERY", "NO", ("surgery", False, None)),
    ],
)
def test_treatments_told_as_attributes_become_rows(tmp_path: Path, attribute: str, text: str, expected: object) -> None:
    record = record_of(tmp_path, f"PATIENT_ID\t{attribute}\nP1\t{text}\nP2\tnull\n")
    [row] = record.tables["treatment"].to_pylist()
    assert (row["treatment_class"], row["given"], row["treatment"]) == expected
    assert row["patient_id"] == "P1"


def test_samples_have_their_type_site_and_scores(tmp_path: Path) -> None:
    samples = (
        "PATIENT_ID\tSAMPLE_ID\tSAMPLE_TYPE\tTUMOR_PURITY\tTMB_NONSYNONYMOUS\tMSI_TYPE\tPRIMARY_SITE\n"
        "P1\tS1\tMetastasis\t0.4\t12.5\tStable\tLung\nP2\tS2\tstone\t40\tNA\tNA\tNA\n"
    )
    record = record_of(tmp_path, samples=samples)
    rows = record.tables["sample"].select(["sample_type", "purity", "tmb_per_megabase", "msi", "site"]).to_pylist()
    assert rows == [
        {"sample_type": "metastasis", "purity": 0.4, "tmb_per_megabase": 12.5, "msi": "Stable", "site": "Lung"},
        {"sample_type": None, "purity": None, "tmb_per_megabase": None, "msi": None, "site": None},
    ]
    assert ("P2", "S2", "TUMOR_PURITY", None, "40") in measured(record) or (
        "P2",
        "S2",
        "TUMOR_PURITY",
        40.0,
        None,
    ) in measured(record)  # a percentage is not guessed
    assert reasons(record)["sample", "unknown_sample_type"] == 1
