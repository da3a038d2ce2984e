"""One phenopacket: a person, tumours, samples, treatments and findings, as rows of our tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from chevet.records.phenopackets.findings import read_interpretations
from chevet.records.phenopackets.moments import Moment, calendar_day, moment
from chevet.records.phenopackets.nodes import Node, Term
from chevet.records.phenopackets.rows import PacketRows
from chevet.words import oncotree, samples, stages

_VITAL_STATUS = {"ALIVE": "alive", "DECEASED": "dead"}
_SEX = {"FEMALE": "female", "MALE": "male", "OTHER_SEX": "other"}
_NOT_SAID = {"UNKNOWN_SEX", "UNKNOWN_STATUS", "UNKNOWN_KARYOTYPE"}
_HUMAN = "NCBITaxon:9606"
# Tumour progression and kind of material, by their NCI Thesaurus codes in the Phenopacket standard.
_SAMPLE_TYPES = {
    "NCIT:C8509": "primary", "NCIT:C84509": "primary", "NCIT:C4798": "recurrence", "NCIT:C4813": "recurrence",
    "NCIT:C3261": "metastasis", "NCIT:C162622": "normal", "NCIT:C164032": "normal",
}  # fmt: skip
_STAGES = {
    "NCIT:C28051": "0", "NCIT:C27966": "I", "NCIT:C28054": "II", "NCIT:C27970": "III", "NCIT:C27971": "IV",
}  # fmt: skip


class Packet:
    """Reads one packet into `rows`. `place` is where the packet stands in its folder or archive."""

    def __init__(self, content: dict[str, Any], place: int, rows: PacketRows) -> None:
        self._whole = Node(content)
        self._place = place
        self._rows = rows
        self._start = Moment()
        self._birth: float | None = None
        self.patient = ""

    def read(self) -> None:
        """Every part of the packet; what no part of the record holds is reported by its path."""
        subject = self._whole.child("subject")
        patient = subject.text("id")
        self._whole.text("id")
        if patient is None:
            self._rows.refuse("patient", self._place, "missing_identifier")
            return
        if self._rows.has("patient", patient):
            self._rows.refuse("patient", self._place, "duplicate_patient")
            return
        self.patient = patient
        born = subject.text("dateOfBirth")
        self._birth = calendar_day(born) if born else None
        diseases = self._whole.children("diseases")
        onsets = [moment(disease.child("onset")) for disease in diseases]
        self._start = _first(onsets)
        self._read_subject(subject, born)
        self._read_diseases(diseases, onsets)
        for node in self._whole.children("biosamples"):
            self._read_sample(node)
        for node in self._whole.children("measurements"):
            self._read_measurement(node, None)
        for node in self._whole.children("phenotypicFeatures"):
            self._read_feature(node, None)
        for node in self._whole.children("medicalActions"):
            self._read_action(node)
        read_interpretations(self._whole, patient, self._place, self._rows)
        for node in self._whole.children("files"):
            self._read_file(node, None)
        for path in self._whole.untaken():
            self._rows.leave(path, self._place)

    def _value(self, table: str, field: str, text: str | None) -> Any:
        return self._rows.value(table, field, text, self._place)

    def _day(self, when: Moment, table: str) -> float | None:
        """Days since the first diagnosis; a moment that cannot be counted is reported."""
        days = when.days_after(self._start, self._birth)
        if when.unread:
            self._rows.tell(table, self._place, "moment_not_a_day", "repaired")
        elif days is None and when != Moment():
            self._rows.tell(table, self._place, "moment_without_diagnosis", "repaired")
        return days

    def _measure(self, name: str, *, number: float | None = None, text: str | None = None, unit: str | None = None,
                 day: float | None = None, sample: str | None = None, profile: str | None = None) -> None:  # fmt: skip
        if number is not None or text is not None:
            self._rows.add(
                "measurement", self._place, patient_id=self.patient, sample_id=sample, measurement=name,
                profile=profile, value_number=number, value_text=text, unit=unit, measured_days=day,
            )  # fmt: skip

    def _measure_term(self, name: str, term: Term | None, sample: str | None = None) -> None:
        if term is not None:
            self._measure(name, text=term.words, sample=sample)

    def _read_subject(self, subject: Node, born: str | None) -> None:
        sex = subject.text("sex")
        vital = subject.child("vitalStatus")
        status = vital.text("status")
        cause = vital.term("causeOfDeath")
        last = self._day(moment(subject.child("timeAtLastEncounter")), "patient")
        death = self._day(moment(vital.child("timeOfDeath")), "patient")
        survived = self._survival_time(vital)
        self._species(subject)
        for word, known, field in ((sex, _SEX, "sex"), (status, _VITAL_STATUS, "vital_status")):
            if word is not None and word not in known and word not in _NOT_SAID:
                self._rows.tell("patient", self._place, f"unknown_{field}", "repaired")
        if born is not None and self._birth is None:
            self._rows.tell("patient", self._place, "wrong_date", "repaired")
        news = next((day for day in (survived, death, last) if day is not None), None)
        self._rows.add(
            "patient", self._place, patient_id=self.patient, sex=_SEX.get(sex or ""),
            birth_year=int(born[:4]) if born and self._birth is not None else None,
            vital_status=_VITAL_STATUS.get(status or ""), cause_of_death=cause.words if cause else None,
            last_news_days=news,
        )  # fmt: skip
        if last is not None and survived is not None and abs(last - survived) > 31:
            self._rows.tell("patient", self._place, "last_encounter_is_not_last_news", "noted")
        self._survival(_VITAL_STATUS.get(status or ""), survived, death)
        self._measure_term("gender", subject.term("gender"))
        word = subject.text("karyotypicSex")
        if word is not None and word not in _NOT_SAID:
            self._measure("karyotypicSex", text=word)

    def _species(self, node: Node) -> None:
        species = node.term("taxonomy")
        if species is not None and species.code != _HUMAN:
            self._rows.tell("patient", self._place, "not_human", "noted")

    def _survival_time(self, vital: Node) -> float | None:
        """Days from diagnosis, as the standard defines them; 0 is how the format says nothing."""
        days = vital.number("survivalTimeInDays")
        if days is not None and days <= 0:
            self._rows.refuse("event", self._place, "negative_survival" if days < 0 else "survival_time_zero")
            return None
        return days

    def _survival(self, status: str | None, survived: float | None, death: float | None) -> None:
        """Overall survival: only from what says so, never from the age at an encounter."""
        days = survived if survived is not None else death if status == "dead" else None
        if days is None:
            return
        if status is None:
            self._rows.refuse("event", self._place, "endpoint_incomplete")
        elif days < 0:
            self._rows.refuse("event", self._place, "negative_survival")
        else:
            self._rows.add(
                "event", self._place, patient_id=self.patient, event="overall_survival",
                endpoint="overall_survival", occurred=status == "dead", start_days=days,
            )  # fmt: skip

    def _read_diseases(self, diseases: list[Node], onsets: list[Moment]) -> None:
        for number, (node, onset) in enumerate(zip(diseases, onsets, strict=True), 1):
            term = node.term("term")
            if term is None:
                self._rows.refuse("diagnosis", self._place, "required_value_missing")
            elif node.yes("excluded"):
                self._measure("excludedDisease", text=term.words)
            else:
                self._read_disease(node, term, onset, number, len(diseases))

    def _read_disease(self, node: Node, term: Term, onset: Moment, number: int, among: int) -> None:
        staged = node.terms("diseaseStage")
        side = node.term("laterality")
        day = self._day(onset, "diagnosis")
        age = onset.age_days
        if age is None and onset.calendar_day is not None and self._birth is not None:
            age = onset.calendar_day - self._birth
        if age is not None and not 0 <= age < 130 * 365.25:
            self._rows.tell("diagnosis", self._place, "age_not_possible", "repaired")
            age = None
        stage = next((s for t in staged if (s := _STAGES.get(t.code) or stages.stage(t.label))), None)
        if staged and stage is None:
            self._rows.tell("diagnosis", self._place, "unknown_stage", "noted")
        self._rows.add(
            "diagnosis", self._place, patient_id=self.patient, diagnosis_id=str(number),
            oncotree_code=self._tumour(term, "diagnosis"), tumour_as_given=_both(term),
            age_at_diagnosis_years=None if age is None else age / 365.25,
            diagnosis_year=None if onset.calendar_day is None else _year(onset.calendar_day), stage=stage,
            stage_as_given="; ".join(t.words for t in staged) or None, laterality=side.words if side else None,
            diagnosed_days=0.0 if day is None and among == 1 else day,
        )  # fmt: skip
        self._measure_term("primarySite", node.term("primarySite"))
        for finding in node.terms("clinicalTnmFinding"):
            self._measure_term("clinicalTnmFinding", finding)
        resolved = self._day(moment(node.child("resolution")), "event")
        if resolved is not None:
            self._rows.add("event", self._place, patient_id=self.patient, event="resolution", start_days=resolved,
                           occurred=True, detail=term.words)  # fmt: skip

    def _tumour(self, term: Term, table: str) -> str | None:
        code = oncotree.from_ncit(term.code.removeprefix("NCIT:")) if term.code.startswith("NCIT:") else None
        code = code or (oncotree.find(term.label) if term.label else None)
        if code is None:
            self._rows.tell(table, self._place, "unknown_tumour_type", "noted")
        return code

    def _read_sample(self, node: Node) -> None:
        sample = node.text("id")
        owner = node.text("individualId")
        if sample is None:
            self._rows.refuse("sample", self._place, "missing_identifier")
            return
        if owner is not None and owner != self.patient:
            self._rows.refuse("sample", self._place, "sample_of_another_patient")
            return
        progress, material = node.term("tumorProgression"), node.term("materialSample")
        kind, tissue = node.term("sampleType"), node.term("sampledTissue")
        tumour = node.term("histologicalDiagnosis")
        self._species(node)
        kept = self._rows.add(
            "sample", self._place, sample_id=sample, patient_id=self.patient,
            parent_sample_id=node.text("derivedFromId"),
            oncotree_code=self._tumour(tumour, "sample") if tumour else None,
            tumour_as_given=_both(tumour) if tumour else None, sample_type=self._sample_type(progress, material),
            sample_type_as_given="; ".join(t.words for t in (progress, material) if t) or None,
            material=kind.words if kind else None, site=tissue.words if tissue else None,
            collected_days=self._day(moment(node.child("timeOfCollection")), "sample"),
        )  # fmt: skip
        if not kept:
            return
        for key in ("tumorGrade", "pathologicalStage", "sampleProcessing", "sampleStorage"):
            self._measure_term(key, node.term(key), sample)
        for key in ("pathologicalTnmFinding", "diagnosticMarkers"):
            for term in node.terms(key):
                self._measure_term(key, term, sample)
        self._measure("description", text=node.text("description"), sample=sample)
        for inner in node.children("measurements"):
            self._read_measurement(inner, sample)
        for inner in node.children("phenotypicFeatures"):
            self._read_feature(inner, sample)
        for inner in node.children("files"):
            self._read_file(inner, sample)

    def _sample_type(self, progress: Term | None, material: Term | None) -> str | None:
        given = [term for term in (progress, material) if term is not None]
        for term in given:
            found = _SAMPLE_TYPES.get(term.code) or samples.sample_type(term.label)
            if found:
                return found
        if given:
            self._rows.tell("sample", self._place, "unknown_sample_type", "noted")
        return None

    def _read_measurement(self, node: Node, sample: str | None) -> None:
        assay = node.term("assay")
        day = self._day(moment(node.child("timeObserved")), "measurement")
        if assay is None:
            self._rows.refuse("measurement", self._place, "required_value_missing")
            return
        value = node.child("value")
        self._read_value(assay.words, value, day, sample)
        for quantity in node.child("complexValue").children("typedQuantities"):
            kind = quantity.term("type")
            self._read_quantity(
                f"{assay.words}: {kind.words}" if kind else assay.words, quantity.child("quantity"), day, sample
            )

    def _read_value(self, name: str, value: Node, day: float | None, sample: str | None) -> None:
        quantity = value.child("quantity")
        term = value.term("ontologyClass")
        self._read_quantity(name, quantity, day, sample)
        if term is not None:
            self._measure(name, text=term.words, day=day, sample=sample)

    def _read_quantity(self, name: str, quantity: Node, day: float | None, sample: str | None) -> None:
        if quantity.is_empty:
            return
        unit = quantity.term("unit")
        self._measure(name, number=quantity.number("value"), unit=unit.words if unit else None, day=day, sample=sample)

    def _read_feature(self, node: Node, sample: str | None) -> None:
        kind = node.term("type")
        if kind is None:
            self._rows.refuse("measurement", self._place, "required_value_missing")
            return
        day = self._day(moment(node.child("onset")), "measurement")
        self._measure(kind.words, text="absent" if node.yes("excluded") else "present", day=day, sample=sample,
                      profile="phenotypicFeatures")  # fmt: skip

    def _read_action(self, node: Node) -> None:
        if node.is_empty:
            self._rows.refuse("treatment", self._place, "empty_entry")
            return
        act, name, kind = self._act(node)
        intent, response = node.term("treatmentIntent"), node.term("responseToTreatment")
        start, end = self._span(act)
        if name is None:
            self._rows.tell("treatment", self._place, "treatment_not_named", "noted")
        label = name.words if name else None
        treatment_class = kind or self._rows.class_of(label)
        self._rows.add(
            "treatment", self._place, patient_id=self.patient,
            treatment=self._value("treatment", "treatment", label), treatment_as_given=_both(name) if name else None,
            treatment_class=treatment_class, given=True, start_days=start, end_days=end,
            intent=intent.words if intent else None, best_response=response.words if response else None,
        )  # fmt: skip
        self._measure_term("treatmentTerminationReason", node.term("treatmentTerminationReason"))
        for harm in node.terms("adverseEvents"):
            self._rows.add("event", self._place, patient_id=self.patient, event="adverse_event", detail=harm.words)

    def _act(self, node: Node) -> tuple[Node, Term | None, str | None]:
        """What was done: the entry that says it, its name, and its class when the entry's kind is enough."""
        for key, named, kind in (
            ("treatment", "agent", None), ("procedure", "code", None), ("radiationTherapy", "modality", "radiotherapy"),
            ("therapeuticRegimen", "ontologyClass", None),
        ):  # fmt: skip
            act = node.child(key)
            if not act.is_empty:
                name = act.term(named)
                if key == "therapeuticRegimen" and name is None:
                    reference = act.child("externalReference")
                    name = Term(reference.text("id") or "", reference.text("description") or "")
                    name = name if name.words else None
                if key == "radiationTherapy":
                    self._measure("radiotherapy dosage", number=act.number("dosage"))
                    self._measure("radiotherapy fractions", number=act.number("fractions"))
                return act, name, kind
        return Node({}), None, None

    def _span(self, act: Node) -> tuple[float | None, float | None]:
        """First and last day of a treatment, from its doses, its regimen or its one day."""
        days = [self._day(moment(act.child(key)), "treatment") for key in ("performed", "startTime", "endTime")]
        start = days[0] if days[0] is not None else days[1]
        starts, ends = [start], [days[2]]
        for dose in act.children("doseIntervals"):
            interval = dose.child("interval")
            for key, bounds in (("start", starts), ("end", ends)):
                stamp = interval.text(key)
                day = calendar_day(stamp) if stamp else None
                bounds.append(self._day(Moment(calendar_day=day, unread=day is None), "treatment") if stamp else None)
        return (
            min((day for day in starts if day is not None), default=None),
            max((day for day in ends if day is not None), default=None),
        )

    def _read_file(self, node: Node, sample: str | None) -> None:
        address = node.text("uri")
        if address is None:
            self._rows.refuse("study_file", self._place, "empty_entry")
            return
        self._rows.add("study_file", self._place, kind="resource", name=address, patient_id=self.patient,
                       sample_id=sample)  # fmt: skip


def _first(onsets: list[Moment]) -> Moment:
    """The moment of the first diagnosis: the earliest that can be compared, ages before calendar days."""
    ages = [onset for onset in onsets if onset.age_days is not None]
    days = [onset for onset in onsets if onset.calendar_day is not None]
    if ages:
        return min(ages, key=lambda onset: onset.age_days or 0.0)
    return min(days, key=lambda onset: onset.calendar_day or 0.0) if days else Moment()


def _year(day: float) -> int:
    return date.fromordinal(int(day)).year


def _both(term: Term) -> str:
    """The words and the code of the source."""
    return f"{term.label} ({term.code})" if term.label and term.code else term.words
