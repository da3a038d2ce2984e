"""Patients, samples, and everything the clinical files say of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.cbioportal import attributes
from chevet.records.cbioportal.folder import Study
from chevet.records.report import ImportReport
from chevet.records.rows import Column, Mask, by_value, mask, numbers, pc, said, shaped, whole_numbers
from chevet.records.tables import DAYS_PER_MONTH
from chevet.records.text import Columns, Lines, TextTable, read_table
from chevet.words import oncotree, samples, sexes, stages
from chevet.words.missing import is_missing

TYPES = frozenset({"STRING", "NUMBER", "BOOLEAN"})


@dataclass
class ClinicalRows:
    """The kept rows of one clinical file. Attributes become measurements unless they are taken."""

    table: str
    file: str
    lines: Lines
    patients: Column
    samples: Column | None
    columns: dict[str, Column]
    types: dict[str, str]
    report: ImportReport
    left: dict[str, Column] = field(init=False)
    primary: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = {name: _answers(column) for name, column in self.columns.items()}

    @property
    def rows(self) -> int:
        return len(self.lines)

    def first_of(self, names: Sequence[str]) -> str | None:
        return next((name for name in names if name in self.left), None)

    def take(self, names: Sequence[str], read: Callable[[Column], Column] | None = None) -> Column:
        """The first of these attributes, read; what cannot be read stays behind as a measurement, noted."""
        name = self.first_of(names)
        if name is None:
            return pa.nulls(self.rows, pa.string())
        given = self.left.pop(name)
        if read is None:
            return given
        values = read(given)
        lost = pc.and_(pc.is_valid(given), pc.is_null(values))
        if pc.any(lost).as_py():
            self.left[name] = pc.if_else(lost, given, pa.scalar(None, pa.string()))
            self.note(mask(lost), "value_not_understood")
        return values

    def note(self, where: Mask, reason: str) -> None:
        self.report.note(self.table, self.file, [int(line) for line in self.lines[where]], reason)


def _answers(column: Column) -> Column:
    """The column without its missing values; where + is an answer, so is -."""
    if not mask(pc.equal(pc.utf8_trim_whitespace(column), "+")).any():
        return said(column)
    return by_value(column, lambda text: "-" if text.strip() == "-" else None if is_missing(text) else text.strip())


def read_clinical(study: Study) -> None:
    """The patient, sample, diagnosis, treatment, event and measurement rows of the clinical files.

    A sample whose patient has no row in the patient file makes that patient, and a note says so.
    Raises BadInput when there is no sample file.
    """
    patient_files = [
        _patient_rows(study, read_table(path, Columns(required=("PATIENT_ID",), others=True), study.report, "patient",
                                        file=meta.data_file))
        for meta, path in study.of_kind(("CLINICAL", "PATIENT_ATTRIBUTES"))
    ]
    sample_files = [
        _sample_rows(study, read_table(path, Columns(required=("SAMPLE_ID", "PATIENT_ID"), others=True), study.report,
                                       "sample", file=meta.data_file))
        for meta, path in study.of_kind(("CLINICAL", "SAMPLE_ATTRIBUTES"), ("CLINICAL", "MIXED_ATTRIBUTES"))
    ]
    if not sample_files:
        raise BadInput(
            f"{study.folder.name}: no clinical sample file was found (datatype SAMPLE_ATTRIBUTES)",
            next_act="Add the sample file and its meta file: they tie every sample to its patient.",
        )
    for rows in patient_files:
        _add_patients(study, rows)
    for rows in sample_files:
        _add_samples(study, rows)
    _add_diagnoses(study, patient_files, sample_files)
    for rows in (*patient_files, *sample_files):
        _add_treatments(study, rows)
        _add_measurements(study, rows)


def _types(table: TextTable) -> dict[str, str]:
    """The datatype of each attribute, from the comment line that holds nothing but datatypes."""
    for _, text in table.comments:
        cells = [cell.strip().upper() for cell in text.lstrip("#").split("\t")]
        if len(cells) == len(table.header) and set(cells) <= TYPES:
            return dict(zip(table.header, cells, strict=True))
    return {}


def _patient_rows(study: Study, table: TextTable) -> ClinicalRows:
    table.announce(study.report, "patient")
    return _rows(study, table, "patient", "PATIENT_ID", study.patients)


def _sample_rows(study: Study, table: TextTable) -> ClinicalRows:
    table.announce(study.report, "sample")
    rows = _rows(study, table, "sample", "SAMPLE_ID", study.patient_of_sample)
    study.patient_of_sample.update(
        zip(rows.samples.to_pylist(), rows.patients.to_pylist(), strict=True))  # type: ignore[union-attr]
    return rows


def _rows(study: Study, table: TextTable, name: str, key: str, earlier: set[str] | dict[str, str]) -> ClinicalRows:
    """The rows with a name of their own; the others are rejected: no name, or a name seen before."""
    ids = said(table.column(key)).to_pylist()
    patients = said(table.column("PATIENT_ID"))
    keep = np.ones(table.rows, dtype=bool)
    rejected: dict[str, list[int]] = {}
    first: dict[str, int] = {}
    for row, (own, patient) in enumerate(zip(ids, patients.to_pylist(), strict=True)):
        reason = None
        if patient is None or own is None:
            reason = "missing_identifier"
        elif own in earlier or own in first:
            same = own in first and all(c[row].as_py() == c[first[own]].as_py() for c in table.columns.values())
            reason = f"duplicate_{name}" if same else f"duplicate_{name}_contradicts"
        else:
            first[own] = row
        if reason is not None:
            keep[row] = False
            rejected.setdefault(reason, []).append(int(table.lines[row]))
    for reason, lines in rejected.items():
        study.report.reject(name, table.file, lines, reason)
    chosen = pa.array(keep)
    return ClinicalRows(
        table=name, file=table.file, lines=table.lines[keep], patients=patients.filter(chosen),
        samples=said(table.column("SAMPLE_ID")).filter(chosen) if name == "sample" else None,
        columns={n: c.filter(chosen) for n, c in table.columns.items() if n not in ("PATIENT_ID", "SAMPLE_ID")},
        types=_types(table), report=study.report,
    )


def _add_patients(study: Study, rows: ClinicalRows) -> None:
    status = _add_endpoints(study, rows)
    vital_words = rows.take(attributes.VITAL, lambda c: pc.if_else(
        pc.is_valid(by_value(c, attributes.vital_status)), c, pa.scalar(None, pa.string())))
    from_words = by_value(vital_words, attributes.vital_status)
    if "alive_or_dead" in status:
        rows.note(mask(pc.not_equal(status["alive_or_dead"], from_words)), "vital_status_contradicts")
        from_words = pc.coalesce(status["alive_or_dead"], from_words)
    causes = by_value(vital_words, attributes.cause_of_death)
    special = by_value(vital_words, lambda text: text.casefold() not in attributes.PLAIN_VITAL, pa.bool_())
    other_words = mask(special) & mask(pc.is_null(causes))
    if other_words.any():  # words beyond alive and dead are kept
        rows.left["VITAL_STATUS"] = pc.if_else(pa.array(other_words), vital_words, pa.scalar(None, pa.string()))
    study.patients.update(rows.patients.to_pylist())
    study.add("patient", shaped("patient", rows.rows, {
        "patient_id": rows.patients, "sex": rows.take(attributes.PATIENT["sex"], lambda c: by_value(c, sexes.sex)),
        "birth_year": rows.take(attributes.PATIENT["birth_year"], lambda c: whole_numbers(c)[0]),
        "ethnicity": rows.take(attributes.PATIENT["ethnicity"]), "centre": rows.take(attributes.PATIENT["centre"]),
        "vital_status": from_words, "cause_of_death": causes,
        "last_news_days": status.get("days", pa.nulls(rows.rows, pa.float64())),
    }))


def _add_endpoints(study: Study, rows: ClinicalRows) -> dict[str, Column]:
    """One event row for each survival time that is whole; returns what overall survival says of the patients."""
    overall: dict[str, Column] = {}
    prefixes = [n.removesuffix("_STATUS") for n in rows.left if n.endswith("_STATUS")]
    for prefix in (p for p in prefixes if f"{p}_MONTHS" in rows.left):
        words = rows.take([f"{prefix}_STATUS"])
        has_occurred = by_value(words, attributes.occurred, pa.bool_())
        months_given = rows.take([f"{prefix}_MONTHS"])
        days, _ = numbers(months_given)
        days = pc.multiply(days, DAYS_PER_MONTH)
        negative = mask(pc.less(days, 0))
        whole = mask(pc.and_(pc.is_valid(has_occurred), pc.is_valid(days)))
        study.report.count_read("event", int(whole.sum()))
        study.report.reject("event", rows.file, [int(n) for n in rows.lines[whole & negative]], "negative_survival")
        kept = whole & ~negative
        rows.note(~whole, "survival_missing" if prefix == "OS" else "endpoint_missing")
        # What was said but makes no survival time stays as measurements: nothing is lost.
        broken = pa.array(~kept)
        rows.left[f"{prefix}_STATUS"] = pc.if_else(broken, words, pa.scalar(None, pa.string()))
        rows.left[f"{prefix}_MONTHS"] = pc.if_else(broken, months_given, pa.scalar(None, pa.string()))
        rows.note(mask(pc.and_(pc.is_valid(words), pc.is_null(has_occurred))), "unknown_status")
        endpoint = attributes.ENDPOINT.get(prefix)
        chosen = pa.array(kept)
        study.add("event", shaped("event", int(kept.sum()), {
            "patient_id": rows.patients.filter(chosen), "event": endpoint or prefix, "endpoint": endpoint,
            "occurred": has_occurred.filter(chosen), "start_days": days.filter(chosen),
        }))
        if prefix == "OS":
            overall = {
                "days": pc.if_else(pa.array(negative), pa.scalar(None, pa.float64()), days),
                "alive_or_dead": pc.if_else(has_occurred, "dead", "alive"),
            }
    return overall


def _add_samples(study: Study, rows: ClinicalRows) -> None:
    strangers = np.array([patient not in study.patients for patient in rows.patients.to_pylist()], dtype=bool)
    _make_patients(study, rows, strangers)
    types = rows.take(attributes.SAMPLE["sample_type_as_given"])
    known_types = by_value(types, samples.sample_type)
    rows.note(mask(pc.and_(pc.is_valid(types), pc.is_null(known_types))), "unknown_sample_type")
    of_barcode = pc.if_else(pc.is_null(types), by_value(rows.samples, samples.from_tcga_barcode), None)
    rows.note(mask(pc.is_valid(of_barcode)), "sample_type_from_barcode")
    known_types = pc.coalesce(known_types, of_barcode)
    codes, words = _tumours(study, rows)
    rows.primary = [sample_type == "primary" for sample_type in known_types.to_pylist()]
    study.add("sample", shaped("sample", rows.rows, {
        "sample_id": rows.samples, "patient_id": rows.patients, "oncotree_code": codes, "tumour_as_given": words,
        "sample_type": known_types, "sample_type_as_given": types,
        "material": rows.take(attributes.SAMPLE["material"]), "site": rows.take(attributes.SAMPLE["site"]),
        "purity": rows.take(attributes.SAMPLE["purity"], _fraction),
        "tmb_per_megabase": rows.take(attributes.SAMPLE["tmb_per_megabase"], lambda c: numbers(c)[0]),
        "msi": rows.take(attributes.SAMPLE["msi"]),
    }))


def _make_patients(study: Study, rows: ClinicalRows, strangers: Mask) -> None:
    made: dict[str, int] = {}
    for patient, line in zip(rows.patients.filter(pa.array(strangers)).to_pylist(), rows.lines[strangers], strict=True):
        made.setdefault(patient, int(line))
    study.report.count_read("patient", len(made))
    study.report.note("patient", rows.file, made.values(), "patient_from_sample_file")
    study.patients.update(made)
    study.add("patient", shaped("patient", len(made), {"patient_id": list(made)}))


def _fraction(column: Column) -> Column:
    """Numbers from 0 to 1; percentages and other scales are not guessed at."""
    values, _ = numbers(column)
    outside = pc.or_kleene(pc.greater(values, 1.0), pc.less(values, 0.0))
    return pc.if_else(pc.fill_null(outside, False), pa.scalar(None, pa.float64()), values)


def _tumours(study: Study, rows: ClinicalRows) -> tuple[Column, Column]:
    """OncoTree code and words of each sample's tumour; the study's own cancer type where the sample says nothing."""
    given_code = rows.take([attributes.TUMOUR_CODE])
    codes = by_value(given_code, oncotree.find)
    words = pa.nulls(rows.rows, pa.string())
    for name in attributes.TUMOUR_WORDS:
        more = rows.left.get(name, pa.nulls(rows.rows, pa.string()))
        codes, words = pc.coalesce(codes, by_value(more, oncotree.find)), pc.coalesce(words, more)
        if name in rows.left and rows.first_of(attributes.TUMOUR_WORDS) == name:
            rows.take([name])
    words = pc.coalesce(words, given_code, pa.scalar(study.cancer_type, pa.string()))
    silent = pc.and_(pc.is_null(codes), pc.equal(words, pa.scalar(study.cancer_type, pa.string())))
    if study.cancer_type is not None:
        codes = pc.if_else(pc.fill_null(silent, False), pa.scalar(study.cancer_code, pa.string()), codes)
    rows.note(mask(pc.and_(pc.is_null(codes), pc.is_valid(words))), "unknown_tumour_type")
    return codes, words


def _add_diagnoses(study: Study, patient_files: list[ClinicalRows], sample_files: list[ClinicalRows]) -> None:
    """One diagnosis for each patient, from the patient's attributes, else from those of the first primary sample."""
    rows: list[Any] = pa.concat_tables(study.parts["patient"]).column("patient_id").to_pylist()
    of_patient = {patient: row for row, patient in enumerate(rows)}
    names = (*attributes.DIAGNOSIS, "oncotree_code", "tumour_as_given")
    columns: dict[str, list[Any]] = {name: [None] * len(rows) for name in names}
    for source in (*patient_files, *sample_files):
        order = _order(source)
        for name, attribute_names in attributes.DIAGNOSIS.items():
            _fill(columns[name], source, attribute_names, _readers().get(name), of_patient, order)
    for source, made in zip(sample_files, study.parts["sample"], strict=True):
        patients = made.column("patient_id").to_pylist()
        for name in ("oncotree_code", "tumour_as_given"):
            given = made.column(name).to_pylist()
            for row in _order(source):
                if columns[name][of_patient[patients[row]]] is None:
                    columns[name][of_patient[patients[row]]] = given[row]
    stage_given = pa.array(columns["stage_as_given"], pa.string())
    study.report.count_read("diagnosis", len(rows))
    study.add("diagnosis", shaped("diagnosis", len(rows), {
        **columns, "patient_id": rows, "diagnosis_id": "1", "stage": by_value(stage_given, stages.stage),
        "diagnosed_days": 0.0,
    }))


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
    column: list[Any], source: ClinicalRows, names: Sequence[str], read: Callable[[Column], Column] | None,
    of_patient: dict[str, int], order: Sequence[int],
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


def _add_treatments(study: Study, rows: ClinicalRows) -> None:
    for name, class_ in attributes.YES_NO_TREATMENT.items():
        if name in rows.left:
            given = rows.take([name], lambda c: by_value(c, attributes.yes_no, pa.bool_()))
            _treat(study, rows, given, class_, pa.nulls(rows.rows, pa.string()), pa.repeat(pa.scalar(name), rows.rows))
    for name in (n for n in attributes.SURGERY if n in rows.left):
        words = rows.take([name])
        plain = by_value(words, attributes.yes_no, pa.bool_())
        done = pc.coalesce(plain, pc.equal(words, words))
        act = pc.if_else(pc.is_null(plain), pc.utf8_lower(words), pa.scalar(None, pa.string()))
        _treat(study, rows, done, "surgery", act, words)


def _treat(study: Study, rows: ClinicalRows, given: Column, class_: str, act: Column, words: Column) -> None:
    told = pc.is_valid(given)
    kept = int(pc.sum(told).as_py() or 0)
    study.report.count_read("treatment", kept)
    study.add("treatment", shaped("treatment", kept, {
        "patient_id": rows.patients.filter(told), "treatment": act.filter(told),
        "treatment_as_given": words.filter(told), "treatment_class": class_, "given": given.filter(told),
    }))


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
        only_words = pc.if_else(pc.is_null(as_numbers), values, pa.scalar(None, pa.string()))
        words = values if typed == "STRING" else only_words
        study.report.count_read("measurement", len(values))
        study.add("measurement", shaped("measurement", len(values), {
            "patient_id": rows.patients.filter(told),
            "sample_id": rows.samples.filter(told) if rows.samples is not None else None,
            "measurement": name, "value_number": as_numbers, "value_text": words,
        }))
