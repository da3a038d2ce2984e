"""Which tumour: OncoTree codes of samples and patients, and one diagnosis for each patient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.records.cbioportal import attributes
from chevet.records.cbioportal.clinical_rows import ClinicalRows
from chevet.records.cbioportal.folder import Study
from chevet.records.rows import Column, by_value, mask, numbers, pc, shaped, whole_numbers
from chevet.words import oncotree, stages


def tumours_of(study: Study, rows: ClinicalRows) -> tuple[Column, Column]:
    """OncoTree code and words of each row's tumour: its own, else its patient's, else the study's own cancer type."""
    given_code = rows.take([attributes.TUMOUR_CODE])
    codes, words = by_value(given_code, oncotree.find), pa.nulls(rows.rows, pa.string())
    used = rows.first_of(attributes.TUMOUR_WORDS)
    for name in attributes.TUMOUR_WORDS:
        more = rows.left.get(name, pa.nulls(rows.rows, pa.string()))
        codes, words = pc.coalesce(codes, by_value(more, oncotree.find)), pc.coalesce(words, more)
    if used is not None:
        rows.take([used])
    words = pc.coalesce(words, given_code)
    rows.note(mask(pc.and_(pc.is_null(codes), pc.is_valid(words))), "unknown_tumour_type")
    silent = pc.is_null(words)
    fallback = study.cancer_code, study.cancer_type
    known = study.tumour_of_patient
    codes = pc.if_else(silent, by_value(rows.patients, lambda patient: known.get(patient, fallback)[0]), codes)
    words = pc.if_else(silent, by_value(rows.patients, lambda patient: known.get(patient, fallback)[1]), words)
    return codes, words


def remember_tumours(study: Study, rows: ClinicalRows) -> None:
    """Keep what a patient file says of each patient's tumour, for samples that say nothing."""
    if rows.first_of((attributes.TUMOUR_CODE, *attributes.TUMOUR_WORDS)) is None:
        return
    codes, words = tumours_of(study, rows)
    for patient, code, word in zip(rows.patients.to_pylist(), codes.to_pylist(), words.to_pylist(), strict=True):
        study.tumour_of_patient[patient] = code, word


def add_diagnoses(study: Study, patient_files: list[ClinicalRows], sample_files: list[ClinicalRows]) -> None:
    """One diagnosis for each patient, from the patient's attributes, else from those of the first primary sample."""
    rows: list[Any] = pa.concat_tables(study.parts["patient"]).column("patient_id").to_pylist()
    of_patient = {patient: row for row, patient in enumerate(rows)}
    names = (*attributes.DIAGNOSIS, "oncotree_code", "tumour_as_given")
    columns: dict[str, list[Any]] = {name: [None] * len(rows) for name in names}
    for source in (*patient_files, *sample_files):
        order = _order(source)
        for name, attribute_names in attributes.DIAGNOSIS.items():
            _fill(columns[name], source, attribute_names, _readers().get(name), of_patient, order)
    for patient, tumour in study.tumour_of_patient.items():
        for name, value in zip(("oncotree_code", "tumour_as_given"), tumour, strict=True):
            columns[name][of_patient[patient]] = value
    for source, made in zip(sample_files, study.parts["sample"], strict=True):
        patients = made.column("patient_id").to_pylist()
        for name in ("oncotree_code", "tumour_as_given"):
            given = made.column(name).to_pylist()
            for row in _order(source):
                if columns[name][of_patient[patients[row]]] is None:
                    columns[name][of_patient[patients[row]]] = given[row]
    stage_given = pa.array(columns["stage_as_given"], pa.string())
    study.report.count_read("diagnosis", len(rows))
    study.add(
        "diagnosis",
        shaped(
            "diagnosis",
            len(rows),
            {
                **columns,
                "patient_id": rows,
                "diagnosis_id": "1",
                "stage": by_value(stage_given, stages.stage),
                "diagnosed_days": 0.0,
            },
        ),
    )


def _readers() -> dict[str, Callable[[Column], Column]]:
    return {
        "age_at_diagnosis_years": lambda c: numbers(c)[0],
        "diagnosis_year": lambda c: whole_numbers(c)[0],
        "laterality": lambda c: by_value(c, attributes.side),
    }


def _order(source: ClinicalRows) -> list[int]:
    """Rows in the order in which they may speak for their patient: primary tumours first, then as they come."""
    return sorted(range(source.rows), key=lambda row: bool(source.primary) and not source.primary[row])


def _fill(
    column: list[Any],
    source: ClinicalRows,
    names: Sequence[str],
    read: Callable[[Column], Column] | None,
    of_patient: dict[str, int],
    order: Sequence[int],
) -> None:
    """Put a file's values into the diagnoses; a value that differs from the one there stays a measurement."""
    name = source.first_of(names)
    if name is None:
        return
    given, values = source.left[name], source.take(names, read).to_pylist()
    patients = source.patients.to_pylist()
    differs = np.zeros(source.rows, dtype=bool)
    for row in order:
        value, at = values[row], of_patient[patients[row]]
        if value is not None and column[at] is None:
            column[at] = value
        elif value is not None and column[at] != value:
            differs[row] = True
    if differs.any():
        left = source.left.get(name, pa.nulls(source.rows, pa.string()))
        source.left[name] = pc.if_else(pa.array(differs), given, left)
        source.note(differs, "second_value_kept_as_measurement")
