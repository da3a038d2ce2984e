"""Patients, samples, and everything the clinical files say of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.cbioportal import attributes
from chevet.records.cbioportal.clinical_rows import NO_WORDS, ClinicalRows, rows_of
from chevet.records.cbioportal.diagnoses import add_diagnoses, remember_tumours, tumours_of
from chevet.records.cbioportal.folder import Study
from chevet.records.cbioportal.survival import endpoints, read_survival
from chevet.records.rows import Column, by_value, mask, numbers, pc, shaped, whole_numbers
from chevet.records.text import Columns, read_table
from chevet.words import samples, sexes

PATIENT_FILE = Columns(required=("PATIENT_ID",), others=True)
SAMPLE_FILE = Columns(required=("SAMPLE_ID", "PATIENT_ID"), others=True)


def read_clinical(study: Study) -> None:
    """The patient, sample, diagnosis, treatment, event and measurement rows of the clinical files.

    A sample whose patient has no row in the patient file makes that patient, and a note says so.
    Without a patient file the sample file speaks for the patients, too. Raises BadInput when there
    is no sample file.
    """
    patient_files, sample_files = _patient_files(study), _sample_files(study)
    if not sample_files:
        raise BadInput(
            f"{study.folder.name}: no clinical sample file was found (datatype SAMPLE_ATTRIBUTES)",
            next_act="Add the sample file and its meta file: they tie every sample to its patient.",
        )
    for rows in sample_files:
        _make_patients(study, rows, speak=not patient_files)
    for rows in sample_files:
        _add_samples(study, rows)
    add_diagnoses(study, patient_files, sample_files)
    for rows in (*patient_files, *sample_files):
        _add_treatments(study, rows)
        _add_measurements(study, rows)


def _patient_files(study: Study) -> list[ClinicalRows]:
    files = []
    for meta, path in study.of_kind(("CLINICAL", "PATIENT_ATTRIBUTES")):
        table = read_table(path, PATIENT_FILE, study.report, "patient", file=meta.data_file)
        rows = rows_of(study.report, table, "patient", study.patients)
        _add_patients(study, rows)
        remember_tumours(study, rows)
        files.append(rows)
    return files


def _sample_files(study: Study) -> list[ClinicalRows]:
    files = []
    for meta, path in study.of_kind(("CLINICAL", "SAMPLE_ATTRIBUTES"), ("CLINICAL", "MIXED_ATTRIBUTES")):
        table = read_table(path, SAMPLE_FILE, study.report, "sample", file=meta.data_file)
        rows = rows_of(study.report, table, "sample", study.patient_of_sample)
        names = rows.samples.to_pylist() if rows.samples is not None else []
        study.patient_of_sample.update(zip(names, rows.patients.to_pylist(), strict=True))
        files.append(rows)
    return files


def _add_patients(study: Study, rows: ClinicalRows) -> None:
    news = read_survival(study, rows)
    study.patients.update(rows.patients.to_pylist())
    study.add(
        "patient",
        shaped(
            "patient",
            rows.rows,
            {
                "patient_id": rows.patients,
                "sex": rows.take(attributes.PATIENT["sex"], lambda c: by_value(c, sexes.sex)),
                "birth_year": rows.take(attributes.PATIENT["birth_year"], lambda c: whole_numbers(c)[0]),
                "ethnicity": rows.take(attributes.PATIENT["ethnicity"]),
                "centre": rows.take(attributes.PATIENT["centre"]),
                "vital_status": news.vital_status,
                "cause_of_death": news.cause_of_death,
                "last_news_days": news.days,
            },
        ),
    )


def _make_patients(study: Study, rows: ClinicalRows, *, speak: bool) -> None:
    """Add the patients that only a sample file names; `speak`: with what it says of them."""
    first = np.zeros(rows.rows, dtype=bool)
    seen: set[str] = set(study.patients)
    for row, patient in enumerate(rows.patients.to_pylist()):
        first[row] = patient not in seen
        seen.add(patient)
    study.report.count_read("patient", int(first.sum()))
    study.report.note("patient", rows.file, rows.lines[first].tolist(), "patient_from_sample_file")
    at = pa.array(first)
    said_here = _of_patients(rows) if speak else []
    made = ClinicalRows(
        "patient",
        rows.file,
        rows.lines[first],
        rows.patients.filter(at),
        None,
        {name: rows.columns[name].filter(at) for name in said_here},
        rows.types,
        study.report,
    )
    for name in said_here:  # the other rows of a patient keep what they say, as measurements
        rows.left[name] = pc.if_else(at, NO_WORDS, rows.left[name])
    if speak:
        _add_patients(study, made)
        _add_measurements(study, made)
    else:
        study.patients.update(made.patients.to_pylist())
        study.add("patient", shaped("patient", made.rows, {"patient_id": made.patients}))


def _of_patients(rows: ClinicalRows) -> list[str]:
    """The attributes of a sample file that belong to the patient."""
    names = [name for names in attributes.PATIENT.values() for name in names] + list(attributes.VITAL)
    pairs = [f"{prefix}_{what}" for prefix in endpoints(list(rows.left)) for what in ("STATUS", "MONTHS")]
    return [name for name in rows.left if name in names or name in pairs]


def _add_samples(study: Study, rows: ClinicalRows) -> None:
    types = rows.take(attributes.SAMPLE["sample_type_as_given"])
    known_types = by_value(types, samples.sample_type)
    rows.note(mask(pc.and_(pc.is_valid(types), pc.is_null(known_types))), "unknown_sample_type")
    of_barcode = pc.if_else(pc.is_null(types), by_value(rows.samples, samples.from_tcga_barcode), NO_WORDS)
    rows.note(mask(pc.is_valid(of_barcode)), "sample_type_from_barcode")
    known_types = pc.coalesce(known_types, of_barcode)
    codes, words = tumours_of(study, rows)
    rows.primary = [sample_type == "primary" for sample_type in known_types.to_pylist()]
    study.add(
        "sample",
        shaped(
            "sample",
            rows.rows,
            {
                "sample_id": rows.samples,
                "patient_id": rows.patients,
                "oncotree_code": codes,
                "tumour_as_given": words,
                "sample_type": known_types,
                "sample_type_as_given": types,
                "material": rows.take(attributes.SAMPLE["material"]),
                "site": rows.take(attributes.SAMPLE["site"]),
                "purity": rows.take(attributes.SAMPLE["purity"], _fraction),
                "tmb_per_megabase": rows.take(attributes.SAMPLE["tmb_per_megabase"], lambda c: numbers(c)[0]),
                "msi": rows.take(attributes.SAMPLE["msi"]),
            },
        ),
    )


def _fraction(column: Column) -> Column:
    """Numbers from 0 to 1; percentages and other scales are not guessed at."""
    values, _ = numbers(column)
    outside = pc.or_kleene(pc.greater(values, 1.0), pc.less(values, 0.0))
    return pc.if_else(pc.fill_null(outside, False), pa.scalar(None, pa.float64()), values)


def _add_treatments(study: Study, rows: ClinicalRows) -> None:
    for name, class_ in attributes.YES_NO_TREATMENT.items():
        if name in rows.left:
            given = rows.take([name], lambda c: by_value(c, attributes.yes_no, pa.bool_()))
            _treat(study, rows, given, class_, pa.nulls(rows.rows, pa.string()), pa.repeat(pa.scalar(name), rows.rows))
    for name in (n for n in attributes.SURGERY if n in rows.left):
        words = rows.take([name])
        plain = by_value(words, attributes.yes_no, pa.bool_())
        done = pc.coalesce(plain, pc.equal(words, words))
        act = pc.if_else(pc.is_null(plain), pc.utf8_lower(words), NO_WORDS)
        _treat(study, rows, done, "surgery", act, words)


def _treat(study: Study, rows: ClinicalRows, given: Column, class_: str, act: Column, words: Column) -> None:
    told = pc.is_valid(given)
    kept = int(pc.sum(told).as_py() or 0)
    study.report.count_read("treatment", kept)
    study.add(
        "treatment",
        shaped(
            "treatment",
            kept,
            {
                "patient_id": rows.patients.filter(told),
                "treatment": act.filter(told),
                "treatment_as_given": words.filter(told),
                "treatment_class": class_,
                "given": given.filter(told),
            },
        ),
    )


def _add_measurements(study: Study, rows: ClinicalRows) -> None:
    """Every value not taken. A column of numbers gives numbers; words, and bounds such as >8, stay words."""
    for name, column in rows.left.items():
        told = pc.is_valid(column)
        values = column.filter(told)
        if not len(values):
            continue
        as_numbers, wrong = numbers(values)
        typed = rows.types.get(name)
        if typed != "NUMBER" and wrong.any():
            as_numbers = pa.nulls(len(values), pa.float64())
        only_words = pc.if_else(pc.is_null(as_numbers), values, NO_WORDS)
        words = values if typed == "STRING" else only_words
        study.report.count_read("measurement", len(values))
        study.add(
            "measurement",
            shaped(
                "measurement",
                len(values),
                {
                    "patient_id": rows.patients.filter(told),
                    "sample_id": rows.samples.filter(told) if rows.samples is not None else None,
                    "measurement": name,
                    "value_number": as_numbers,
                    "value_text": words,
                },
            ),
        )
