"""Timeline files: what happened to each patient, in days since diagnosis.

Treatments become treatment rows, laboratory tests measurements, everything else events. Columns
that the record has no place for become measurements of that day, named `EVENT_TYPE.COLUMN`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from chevet.records.cbioportal.folder import Study
from chevet.records.rows import Column, Mask, by_value, mask, numbers, pc, said, shaped
from chevet.records.text import Columns, TextTable, read_table
from chevet.words import treatments

COLUMNS = Columns(
    required=("PATIENT_ID", "START_DATE", "EVENT_TYPE"), others=True, aliases={"SPECIMEN_REFERENCE_NUMBER": "SAMPLE_ID"}
)
PLACED = frozenset({"PATIENT_ID", "START_DATE", "STOP_DATE", "EVENT_TYPE"})
LOOKS = frozenset({"STYLE_SHAPE", "STYLE_COLOR"})
COLLECTED = ("specimen", "sample acquisition")


@dataclass(frozen=True)
class Happened:
    """The kept rows of one timeline file."""

    rows: int
    columns: dict[str, Column]
    patients: Column
    samples: Column
    kinds: Column
    start: Column
    stop: Column

    def part(self, where: Mask) -> Happened:
        at = pa.array(where)
        return Happened(
            int(where.sum()),
            {n: c.filter(at) for n, c in self.columns.items()},
            *(c.filter(at) for c in (self.patients, self.samples, self.kinds, self.start, self.stop)),
        )

    def said(self, name: str) -> Column:
        return self.columns.get(name, pa.nulls(self.rows, pa.string()))


def read_timelines(study: Study) -> None:
    """Every timeline file of the study."""
    for meta, path in study.of_kind(("CLINICAL", "TIMELINE")):
        table = read_table(path, COLUMNS, study.report, "event", file=meta.data_file)
        happened = _kept(study, table)
        kinds = by_value(happened.kinds, str.casefold)
        given, tests = mask(pc.equal(kinds, "treatment")), mask(pc.equal(kinds, "lab_test"))
        _treatments(study, happened.part(given))
        _tests(study, happened.part(tests))
        _events(study, happened.part(~given & ~tests))
        _collected(study, happened.part(mask(pc.is_in(kinds, pa.array(COLLECTED)))))


def _kept(study: Study, table: TextTable) -> Happened:
    """Rows of known patients; the others are rejected, as rows of the event table."""
    report, file = study.report, table.file
    report.count_read("event", len(table.wrong))
    report.reject("event", file, table.wrong, "wrong_column_count")
    patients, kinds = said(table.column("PATIENT_ID")), said(table.column("EVENT_TYPE"))
    strangers = mask(pc.invert(pc.is_in(patients, pa.array(sorted(study.patients), pa.string()))))
    nameless = mask(pc.is_null(kinds)) & ~strangers
    for where, reason in ((strangers, "unknown_patient"), (nameless, "no_event_type")):
        report.count_read("event", int(where.sum()))
        report.reject("event", file, table.at(where), reason)
    keep = ~strangers & ~nameless
    start, bad_start = numbers(table.column("START_DATE"))
    stop, bad_stop = numbers(table.column("STOP_DATE"))
    report.repair("event", file, table.at((bad_start | bad_stop) & keep), "wrong_date")
    report.note("event", file, [table.header_line] * len(LOOKS & set(table.columns)), "column_not_kept")
    samples = by_value(said(table.column("SAMPLE_ID")), lambda s: s if s in study.patient_of_sample else None)
    others = {n: said(c) for n, c in table.columns.items() if n not in PLACED | LOOKS}
    if "SAMPLE_ID" in others:  # a sample nobody knows stays as words
        others["SAMPLE_ID"] = pc.if_else(pc.is_valid(samples), pa.scalar(None, pa.string()), others["SAMPLE_ID"])
    return Happened(table.rows, others, patients, samples, kinds, start, stop).part(keep)


def _treatments(study: Study, part: Happened) -> None:
    agent, subtype, type_ = part.said("AGENT"), part.said("SUBTYPE"), part.said("TREATMENT_TYPE")
    classes = pc.coalesce(
        by_value(agent, _class_of_medicine),
        *(by_value(column, treatments.treatment_class) for column in (subtype, part.said("AGENT_CLASS"), type_)),
    )
    study.report.count_read("treatment", part.rows)
    study.add(
        "treatment",
        shaped(
            "treatment",
            part.rows,
            {
                "patient_id": part.patients,
                "treatment": pc.coalesce(by_value(agent, _name_of_medicine), pc.utf8_lower(agent)),
                "treatment_as_given": pc.coalesce(agent, subtype, type_),
                "treatment_class": classes,
                "given": True,
                "start_days": part.start,
                "end_days": part.stop,
            },
        ),
    )
    _others(study, part, ("AGENT",))


def _name_of_medicine(text: str) -> str | None:
    known = treatments.medicine(text)
    return None if known is None else known.name


def _class_of_medicine(text: str) -> str | None:
    known = treatments.medicine(text)
    return None if known is None else known.treatment_class


def _tests(study: Study, part: Happened) -> None:
    values, _ = numbers(part.said("RESULT"))
    names = pc.coalesce(part.said("TEST"), part.kinds)
    study.report.count_read("measurement", part.rows)
    study.add(
        "measurement",
        shaped(
            "measurement",
            part.rows,
            {
                "patient_id": part.patients,
                "sample_id": part.samples,
                "measurement": names,
                "profile": "timeline",
                "value_number": values,
                "value_text": pc.if_else(pc.is_null(values), part.said("RESULT"), pa.scalar(None, pa.string())),
                "unit": pc.coalesce(part.said("UNIT"), part.said("RESULT_UNIT")),
                "measured_days": part.start,
            },
        ),
    )
    _others(study, part, ("TEST", "RESULT", "UNIT", "RESULT_UNIT"))


def _events(study: Study, part: Happened) -> None:
    study.report.count_read("event", part.rows)
    study.add(
        "event",
        shaped(
            "event",
            part.rows,
            {
                "patient_id": part.patients,
                "event": part.kinds,
                "occurred": True,
                "start_days": part.start,
                "end_days": part.stop,
                "detail": part.said("STATUS"),
            },
        ),
    )
    _others(study, part, ("STATUS",))


def _others(study: Study, part: Happened, used: tuple[str, ...]) -> None:
    for name in (n for n in part.columns if n not in used):
        told = pc.is_valid(part.columns[name])
        values = part.columns[name].filter(told)
        as_numbers, _ = numbers(values)
        study.report.count_read("measurement", len(values))
        study.add(
            "measurement",
            shaped(
                "measurement",
                len(values),
                {
                    "patient_id": part.patients.filter(told),
                    "sample_id": part.samples.filter(told),
                    "measurement": pc.binary_join_element_wise(part.kinds.filter(told), pa.scalar(name), "."),
                    "profile": "timeline",
                    "value_number": as_numbers,
                    "value_text": pc.if_else(pc.is_null(as_numbers), values, pa.scalar(None, pa.string())),
                    "measured_days": part.start.filter(told),
                },
            ),
        )


def _collected(study: Study, part: Happened) -> None:
    """The day each sample was taken, from its specimen event; the first day said counts."""
    days: dict[str, float] = {}
    for sample, day in zip(part.samples.to_pylist(), part.start.to_pylist(), strict=True):
        if sample is not None and day is not None:
            days.setdefault(sample, day)
    for at, samples in enumerate(study.parts["sample"]):
        known = pc.coalesce(
            samples.column("collected_days"), by_value(samples.column("sample_id"), days.get, pa.float64())
        )
        position = samples.schema.get_field_index("collected_days")
        study.parts["sample"][at] = samples.set_column(position, samples.schema.field(position), known)
