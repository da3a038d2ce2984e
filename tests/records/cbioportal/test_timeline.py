"""What happened to each patient, in days since diagnosis."""

from __future__ import annotations

from pathlib import Path

from chevet.records import read
from chevet.records.record import Record
from tests.records.made_study import a_study, check_accounts, lines_of, meta, reasons

META = meta("CLINICAL", "TIMELINE", "data_timeline.txt")


def record_of(folder: Path, *rows: str) -> Record:
    content = "\n".join(row.replace("|", "\t") for row in rows) + "\n"
    record = read(a_study(folder, {"meta_timeline.txt": META, "data_timeline.txt": content}))
    check_accounts(record)
    return record


def test_treatments_have_their_medicine_class_and_days(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        "PATIENT_ID|START_DATE|STOP_DATE|EVENT_TYPE|TREATMENT_TYPE|SUBTYPE|AGENT|DOSE",
        "P1|10|90|TREATMENT|Medical Therapy||Herceptin|6",
        "P1|-5||Treatment|Radiation Therapy|WPRT||",
        "P2|NA||TREATMENT|Medical Therapy|Chemotherapy|mystery drug|",
    )
    rows = [
        (r["patient_id"], r["treatment"], r["treatment_class"], r["start_days"], r["end_days"], r["given"])
        for r in record.tables["treatment"].to_pylist()
    ]
    assert rows == [
        ("P1", "trastuzumab", "targeted_therapy", 10, 90, True),
        ("P1", None, "radiotherapy", -5, None, True),
        ("P2", "mystery drug", "chemotherapy", None, None, True),
    ]
    others = {
        (r["measurement"], r["value_number"], r["value_text"], r["measured_days"])
        for r in record.tables["measurement"].to_pylist()
    }
    assert ("TREATMENT.DOSE", 6, None, 10) in others
    assert ("Treatment.SUBTYPE", None, "WPRT", -5) in others


def test_laboratory_tests_are_measurements_of_a_day(tmp_path: Path) -> None:
    record = record_of(
        tmp_path, "PATIENT_ID|START_DATE|EVENT_TYPE|TEST|RESULT", "P1|3|LAB_TEST|PSA|12.5", "P1|9|LAB_TEST|PSA|>100"
    )
    rows = [
        (r["measurement"], r["value_number"], r["value_text"], r["measured_days"], r["profile"])
        for r in record.tables["measurement"].to_pylist()
    ]
    assert rows == [("PSA", 12.5, None, 3, "timeline"), ("PSA", None, ">100", 9, "timeline")]


def test_specimens_give_their_sample_its_day(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        "PATIENT_ID|START_DATE|EVENT_TYPE|SPECIMEN_REFERENCE_NUMBER|SPECIMEN_SITE",
        "P1|7|SPECIMEN|S1|liver",
        "P1|9|SEQUENCING|S1|",
        "P2|8|SPECIMEN|S99|lung",
    )
    assert record.tables["sample"].column("collected_days").to_pylist() == [7, None]
    kept = {(r["sample_id"], r["measurement"], r["value_text"]) for r in record.tables["measurement"].to_pylist()}
    assert kept == {
        ("S1", "SPECIMEN.SPECIMEN_SITE", "liver"),
        (None, "SPECIMEN.SPECIMEN_SITE", "lung"),
        (None, "SPECIMEN.SAMPLE_ID", "S99"),
    }


def test_everything_else_is_an_event_and_strangers_are_rejected(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        "PATIENT_ID|START_DATE|STOP_DATE|EVENT_TYPE|STATUS",
        "P1|30|40|STATUS|Progression",
        "P9|1||STATUS|x",
        "P1|soon||IMAGING|",
        "P1|1|||",
        "P1|2",
    )
    rows = [r for r in record.tables["event"].to_pylist() if r["endpoint"] is None]
    assert [(r["event"], r["detail"], r["start_days"], r["end_days"], r["occurred"]) for r in rows] == [
        ("STATUS", "Progression", 30, 40, True),
        ("IMAGING", None, None, None, True),
    ]
    assert [
        lines_of(record, reason) for reason in ("unknown_patient", "wrong_date", "no_event_type", "wrong_column_count")
    ] == [[3], [4], [5], [6]]
    assert reasons(record)["event", "wrong_date"] == 1
