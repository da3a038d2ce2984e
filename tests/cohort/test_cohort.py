from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chevet import cohort
from chevet.cohort import diagnosis_under, measurement, mutated
from chevet.cohort.index import CohortIndex
from chevet.errors import BadInput
from chevet.store import bits
from chevet.store.lake import Lake
from tests.strategies import record


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A study of ten patients: odd ones have a tested lung tumour, and three of them L858R."""
    patients = [f"P{i}" for i in range(10)]
    odd = patients[1::2]
    found: dict[str, list[dict[str, Any]]] = {
        "patient": [{"patient_id": patient} for patient in patients],
        "diagnosis": [
            {"patient_id": patient, "diagnosis_id": "1", "oncotree_code": "LUAD" if patient in odd else "IDC"}
            for patient in patients
        ],
        "sample": [{"sample_id": f"S{patient}", "patient_id": patient} for patient in odd],
        "panel": [
            {"sample_id": f"S{patient}", "patient_id": patient, "alteration_type": "variant", "panel_id": "exome",
             "whole": True}
            for patient in odd
        ],
        "variant": [
            {"sample_id": f"S{patient}", "patient_id": patient, "gene": "EGFR", "consequence": "Missense_Mutation",
             "protein_change": "p.L858R"}
            for patient in odd[:3]
        ],
        "measurement": [
            {"patient_id": patient, "measurement": "remark", "value_text": f"remark {i}", "profile": "free"}
            for i, patient in enumerate(patients)
        ],
    }  # fmt: skip
    made = Lake(tmp_path, actor="tester")
    made.write("lungs", record(found), derive=[CohortIndex.build])
    return made


def test_a_cohort_holds_those_for_whom_the_definition_is_true(lake: Lake) -> None:
    asked = cohort.open(lake, "lungs", 'diagnosis under LUNG and mutated(EGFR, "L858R")')
    assert asked.size == 3
    assert [asked.index.patients[int(i)].as_py() for i in bits.positions(asked.bits, 10)] == ["P1", "P3", "P5"]


def test_whoever_was_not_tested_is_unknown_and_not_wild_type(lake: Lake) -> None:
    asked = cohort.open(lake, "lungs", "not mutated(EGFR)")
    assert asked.size == 2
    assert bits.count(asked.unknown_bits) == 5


def test_a_definition_made_in_python_asks_the_same(lake: Lake) -> None:
    made = cohort.open(lake, "lungs", diagnosis_under("LUNG") & mutated("EGFR", "p.Leu858Arg"))
    assert made.definition == cohort.open(lake, "lungs", 'diagnosis under LUNG and mutated(EGFR, "L858R")').definition
    assert made.size == 3


def test_what_the_index_does_not_hold_is_asked_of_the_engine(lake: Lake) -> None:
    asked = cohort.open(lake, "lungs", measurement("remark").is_in("remark 1", "remark 2") & ~mutated("EGFR"))
    assert "remark" in asked.index.measurements_elsewhere
    assert asked.size == 0
    assert bits.count(asked.unknown_bits) == 1


def test_a_measurement_that_the_study_never_made_is_refused_with_the_nearest(lake: Lake) -> None:
    with pytest.raises(BadInput, match="nearest: remark"):
        cohort.open(lake, "lungs", 'measurement("remarks") = "x"')


def test_every_question_is_entered_in_the_ledger_without_small_counts(lake: Lake) -> None:
    asked = cohort.open(lake, "lungs", "mutated(EGFR) and tested(KRAS)")
    assert asked.size == 3
    asked.asked("count")
    entry = list(lake.ledger.entries())[-1]
    assert entry.act == "question_asked"
    assert entry.facts == {
        "study": "lungs", "version": 1, "definition": "mutated(EGFR) and tested(KRAS)", "answer": "count",
        "patients": None,
    }  # fmt: skip
    assert lake.ledger.verify().intact
