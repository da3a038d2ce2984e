"""Survival times: every endpoint, every way to write a status, and nothing guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet.records import read
from chevet.records.record import Record
from tests.records.made_study import a_study, check_accounts, lines_of


def record_of(folder: Path, *rows: str) -> Record:
    record = read(
        a_study(
            folder,
            {
                "data_clinical_patient.txt": "\n".join(rows) + "\n",
                "data_mutations.txt": None,
                "meta_mutations.txt": None,
            },
        )
    )
    check_accounts(record)
    return record


@pytest.mark.parametrize(
    ("status", "occurred"),
    [
        ("LIVING", False),
        ("DECEASED", True),
        ("0:LIVING", False),
        ("1:DECEASED", True),
        ("1:any", True),
        ("Alive", False),
    ],
)
def test_every_way_to_write_a_status_is_read(tmp_path: Path, status: str, occurred: bool) -> None:
    record = record_of(tmp_path, "PATIENT_ID\tOS_STATUS\tOS_MONTHS", f"P1\t{status}\t2")
    [event] = record.tables["event"].to_pylist()
    assert event == {
        "patient_id": "P1",
        "event": "overall_survival",
        "endpoint": "overall_survival",
        "occurred": occurred,
        "start_days": 60.875,
        "end_days": None,
        "detail": None,
    }


def test_each_endpoint_has_its_name_and_others_are_named_as_given(tmp_path: Path) -> None:
    prefixes = ["OS", "DSS", "DFS", "PFS", "DFI", "PFI", "RFS"]
    header = "PATIENT_ID\t" + "\t".join(f"{p}_STATUS\t{p}_MONTHS" for p in prefixes) + "\tER_STATUS"
    record = record_of(tmp_path, header, "P1\t" + "\t".join("1:x\t1" for _ in prefixes) + "\t+")
    pairs = [(row["event"], row["endpoint"]) for row in record.tables["event"].to_pylist()]
    assert pairs == [
        (name, name)
        for name in (
            "overall_survival",
            "disease_specific_survival",
            "disease_free_survival",
            "progression_free_survival",
            "disease_free_interval",
            "progression_free_interval",
        )
    ] + [("RFS", None)]
    assert record.tables["measurement"].column("measurement").to_pylist() == ["ER_STATUS"]


def test_half_a_survival_time_makes_none_but_is_not_lost(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        "PATIENT_ID\tOS_STATUS\tOS_MONTHS\tDFS_STATUS\tDFS_MONTHS",
        "P1\t1:DECEASED\t[Not Available]\t1:Recurred\tNA",
        "P2\t\t12\t\t",
        "P3\tlost\t3\t0:DiseaseFree\t3",
    )
    assert record.tables["event"].column("patient_id").to_pylist() == ["P3"]
    assert lines_of(record, "survival_missing") == [2, 3, 4]
    assert lines_of(record, "endpoint_missing") == [2, 3]
    assert lines_of(record, "unknown_status") == [4]
    assert {(r["patient_id"], r["measurement"]) for r in record.tables["measurement"].to_pylist()} == {
        ("P1", "OS_STATUS"),
        ("P1", "DFS_STATUS"),
        ("P2", "OS_MONTHS"),
        ("P3", "OS_STATUS"),
        ("P3", "OS_MONTHS"),
    }
    assert record.tables["patient"].column("vital_status").to_pylist()[:3] == ["dead", None, None]


def test_a_negative_time_is_rejected(tmp_path: Path) -> None:
    record = record_of(tmp_path, "PATIENT_ID\tOS_STATUS\tOS_MONTHS", "P1\t1:DECEASED\t-2", "P2\t0:LIVING\t0")
    assert record.tables["event"].column("start_days").to_pylist() == [0]
    assert lines_of(record, "negative_survival") == [2]
    assert record.tables["patient"].column("last_news_days").to_pylist() == [None, 0]


def test_the_cause_of_death_comes_from_the_vital_status(tmp_path: Path) -> None:
    record = record_of(tmp_path, "PATIENT_ID\tVITAL_STATUS", "P1\tDied of Disease", "P2\tLiving", "P3\tDead, at home")
    rows = [(r["vital_status"], r["cause_of_death"]) for r in record.tables["patient"].to_pylist()]
    assert rows == [("dead", "Died of Disease"), ("alive", None), ("dead", None)]
    assert record.tables["measurement"].column("value_text").to_pylist() == ["Dead, at home"]


def test_two_words_that_contradict_each_other_are_noted(tmp_path: Path) -> None:
    record = record_of(tmp_path, "PATIENT_ID\tVITAL_STATUS\tOS_STATUS\tOS_MONTHS", "P1\tLiving\t1:DECEASED\t3")
    assert record.tables["patient"].column("vital_status").to_pylist()[0] == "dead"
    assert lines_of(record, "vital_status_contradicts") == [2]
