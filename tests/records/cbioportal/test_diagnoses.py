"""One diagnosis for each patient, and which tumour each sample is of."""

from __future__ import annotations

from pathlib import Path

from chevet.records import read
from chevet.records.record import Record
from tests.records.made_study import a_study, check_accounts, lines_of, meta


def record_of(folder: Path, patients: str, samples: str, **more: str) -> Record:
    files = {name.replace("__", "."): content for name, content in more.items()}
    files |= {"data_clinical_patient.txt": patients, "data_clinical_sample.txt": samples}
    record = read(a_study(folder, {"data_mutations.txt": None, **files}))
    check_accounts(record)
    return record


def test_the_primary_sample_speaks_first_and_other_values_stay_measurements(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        "PATIENT_ID\nP1\n",
        "PATIENT_ID\tSAMPLE_ID\tSAMPLE_TYPE\tONCOTREE_CODE\tTUMOR_STAGE\tGRADE\n"
        "P1\tS1\tMetastasis\tSCLC\tIV\t3\nP1\tS2\tPrimary\tLUAD\t2\t3\n",
    )
    [diagnosis] = record.tables["diagnosis"].to_pylist()
    assert (diagnosis["oncotree_code"], diagnosis["stage"], diagnosis["stage_as_given"], diagnosis["grade"]) == (
        "LUAD",
        "II",
        "2",
        "3",
    )
    assert [(r["sample_id"], r["measurement"], r["value_text"]) for r in record.tables["measurement"].to_pylist()] == [
        ("S1", "TUMOR_STAGE", "IV")
    ]
    assert lines_of(record, "second_value_kept_as_measurement") == [2]


def test_the_study_s_cancer_type_stands_in_where_nothing_else_is_said(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        "PATIENT_ID\tCANCER_TYPE_DETAILED\nP1\tSmall Cell Lung Cancer\nP2\t\n",
        "PATIENT_ID\tSAMPLE_ID\tCANCER_TYPE\nP1\tS1\t\nP2\tS2\t\nP2\tS3\tMelanoma of the moon\n",
        meta_cancer_type__txt=meta("CANCER_TYPE", "CANCER_TYPE", "types.txt"),
        types__txt="other\tOther\tRed\ttissue\nlung\tLung Adenocarcinoma\tWhite\tLung\n",
    )
    samples = [(r["oncotree_code"], r["tumour_as_given"]) for r in record.tables["sample"].to_pylist()]
    assert samples == [
        ("SCLC", "Small Cell Lung Cancer"),
        ("LUAD", "Lung Adenocarcinoma"),
        (None, "Melanoma of the moon"),
    ]
    assert record.tables["diagnosis"].column("oncotree_code").to_pylist() == ["SCLC", "LUAD"]
    assert lines_of(record, "unknown_tumour_type") == [4]


def test_a_study_of_mixed_cancers_lends_no_cancer_type(tmp_path: Path) -> None:
    study = "type_of_cancer: mixed\ncancer_study_identifier: made\nname: m\n"
    record = record_of(tmp_path, "PATIENT_ID\nP1\n", "PATIENT_ID\tSAMPLE_ID\nP1\tS1\n", meta_study__txt=study)
    assert record.tables["sample"].column("tumour_as_given").to_pylist() == [None]
    assert record.tables["diagnosis"].num_rows == 1


def test_sides_and_years_are_read(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        "PATIENT_ID\tLATERALITY\tYEAR_OF_DIAGNOSIS\tAGE_AT_DIAGNOSIS\tAGE\nP1\tl\t2001\t51.5\t60\n",
        "PATIENT_ID\tSAMPLE_ID\nP1\tS1\n",
    )
    [row] = record.tables["diagnosis"].to_pylist()
    assert (row["laterality"], row["diagnosis_year"], row["age_at_diagnosis_years"]) == ("left", 2001, 51.5)
    assert record.tables["measurement"].column("measurement").to_pylist() == ["AGE"]
