"""The page of one patient as plain facts: codes and numbers, no words of any language.

`assemble` makes it from one version of a study; the views put it into words, as HTML or PDF, French or English.
Nothing here is guessed: what the study does not say is null, and the views say so.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import chevet
from chevet.bedside import markers
from chevet.bedside.chart import Chart, Row, read_chart
from chevet.bedside.findings import Finding, Looked, Panel, findings, looked_for, panels
from chevet.bedside.important_genes import Source, important_genes, sources
from chevet.bedside.standing import Standing, standing
from chevet.cohort.index import CohortIndex
from chevet.store.version import Version
from chevet.words import oncotree


@dataclass(frozen=True)
class Tumour:
    """One tumour of the patient, with the words of the source beside the code."""

    oncotree_code: str | None
    as_given: str | None
    icdo_topography: str | None
    icdo_morphology: str | None
    age_at_diagnosis_years: float | None
    diagnosis_year: int | None
    stage: str | None
    stage_as_given: str | None
    grade: str | None
    laterality: str | None
    diagnosed_days: float | None


@dataclass(frozen=True)
class Sample:
    sample_id: str
    sample_type: str | None
    sample_type_as_given: str | None
    site: str | None
    collected_days: float | None
    purity: float | None
    tmb_per_megabase: float | None
    msi: str | None


@dataclass(frozen=True)
class Treatment:
    name: str | None
    as_given: str | None
    treatment_class: str | None
    given: bool
    start_days: float | None
    end_days: float | None
    line: int | None
    best_response: str | None


@dataclass(frozen=True)
class Event:
    event: str
    detail: str | None
    start_days: float | None


@dataclass(frozen=True)
class Endpoint:
    """A survival time of this patient: `occurred` at `days`, or not yet at last news."""

    endpoint: str
    occurred: bool | None
    days: float | None


@dataclass(frozen=True)
class Measurement:
    name: str
    value: float | str | None
    unit: str | None
    sample_id: str | None
    measured_days: float | None


@dataclass(frozen=True)
class Provenance:
    """What was read, with what, and when the page was made (ISO date, given by the caller)."""

    study: str
    version: int
    digest: str
    title: str
    source_format: str
    citation: str
    software: str
    made_on: str
    made_up: bool


@dataclass(frozen=True)
class PatientPage:
    """Everything the page says. `tumours[0]` is the tumour that the list of genes and the cohort refer to."""

    patient_id: str
    sex: str | None
    birth_year: int | None
    centre: str | None
    vital_status: str | None
    cause_of_death: str | None
    last_news_days: float | None
    tumours: tuple[Tumour, ...]
    samples: tuple[Sample, ...]
    markers: tuple[markers.Marker, ...]
    findings: tuple[Finding, ...]
    looked_for: tuple[Looked, ...]
    gene_lists: tuple[Source, ...]
    panels: tuple[Panel, ...]
    treatments: tuple[Treatment, ...]
    events: tuple[Event, ...]
    endpoints: tuple[Endpoint, ...]
    measurements: tuple[Measurement, ...]
    standing: Standing
    provenance: Provenance

    @property
    def tumour(self) -> Tumour | None:
        return self.tumours[0] if self.tumours else None

    def as_json(self) -> dict[str, Any]:
        """The page as one object for scripts; times in days or months as their names say."""
        return asdict(self)


def assemble(version: Version, index: CohortIndex, patient_id: str, *, made_on: datetime.date) -> PatientPage:
    """The page of one patient of this version of a study.

    made_on   the date written on the page; there is no clock here

    Raises BadInput when the study has no such patient.
    """
    connection = version.connect()
    try:
        chart = read_chart(connection, patient_id)
        tumours = _tumours(chart)
        code = tumours[0].oncotree_code if tumours else None
        important = important_genes(code, oncotree.ancestors(code)) if code else ()
        found = findings(chart, important)
        return PatientPage(
            **_who(chart.patient),
            tumours=tumours,
            samples=tuple(_pick(Sample, row) for row in chart.sample),
            markers=markers.of_patient(chart),
            findings=found,
            looked_for=looked_for(chart, found, important),
            gene_lists=sources(),
            panels=panels(chart),
            treatments=_treatments(chart.treatment),
            events=_events(chart.event),
            endpoints=_endpoints(chart.event),
            measurements=_measurements(chart.measurement),
            standing=standing(index, patient_id, code, found, important, no_results=chart.no_results),
            provenance=_provenance(version, made_on, version.made_up or chart.made_up),
        )
    finally:
        connection.close()


def _pick(kind: type[Any], row: Row) -> Any:
    """The row's columns that the dataclass has by the same name."""
    return kind(**{name: row[name] for name in kind.__dataclass_fields__})


def _who(row: Row) -> dict[str, Any]:
    names = ("patient_id", "sex", "birth_year", "centre", "vital_status", "cause_of_death", "last_news_days")
    return {name: row[name] for name in names}


def _when(days: float | None) -> tuple[bool, float]:
    return days is None, days or 0.0


def _tumours(chart: Chart) -> tuple[Tumour, ...]:
    rows = sorted(chart.diagnosis, key=lambda row: (_when(row["diagnosed_days"]), row["diagnosis_id"]))
    return tuple(
        Tumour(
            as_given=row["tumour_as_given"],
            **{name: row[name] for name in Tumour.__dataclass_fields__ if name != "as_given"},
        )
        for row in rows
    )


def _treatments(rows: Sequence[Row]) -> tuple[Treatment, ...]:
    treatments = [
        Treatment(
            name=row["treatment"], as_given=row["treatment_as_given"], treatment_class=row["treatment_class"],
            given=row["given"], start_days=row["start_days"], end_days=row["end_days"], line=row["line"],
            best_response=row["best_response"],
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(treatments, key=lambda t: (not t.given, _when(t.start_days), t.name or t.as_given or "")))


def _events(rows: Sequence[Row]) -> tuple[Event, ...]:
    events = [Event(row["event"], row["detail"], row["start_days"]) for row in rows if row["endpoint"] is None]
    return tuple(sorted(events, key=lambda event: (_when(event.start_days), event.event, event.detail or "")))


def _endpoints(rows: Sequence[Row]) -> tuple[Endpoint, ...]:
    found = [Endpoint(row["endpoint"], row["occurred"], row["start_days"]) for row in rows if row["endpoint"]]
    return tuple(sorted(found, key=lambda endpoint: endpoint.endpoint))


def _measurements(rows: Sequence[Row]) -> tuple[Measurement, ...]:
    found = [
        Measurement(
            name=row["measurement"],
            value=row["value_number"] if row["value_number"] is not None else row["value_text"],
            unit=row["unit"], sample_id=row["sample_id"], measured_days=row["measured_days"],
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda m: (m.name, m.sample_id or "", _when(m.measured_days), str(m.value))))


def _provenance(version: Version, made_on: datetime.date, made_up: bool) -> Provenance:
    about = version.about
    return Provenance(
        study=version.study, version=version.number, digest=version.digest, title=str(about.get("title", "")),
        source_format=str(about.get("source_format", "")), citation=str(about.get("citation", "")),
        software=f"Chevet {chevet.__version__}", made_on=made_on.isoformat(), made_up=made_up,
    )  # fmt: skip
