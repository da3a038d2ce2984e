"""The sections below the first screen: facts, findings, tests, course and measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chevet.bedside.findings import Finding, State
from chevet.bedside.page import Endpoint, Event, Measurement, PatientPage, Sample, Treatment, Tumour
from chevet.bedside.standing import Frequency
from chevet.bedside.views.sheet import Cell, Fact, Found, Genes, Table, Tested
from chevet.bedside.views.summary import (
    alteration_words,
    consequence_words,
    frequency_words,
    gene_words,
    marker_words,
    side,
)
from chevet.bedside.views.wording import Wording
from chevet.records.tables import DAYS_PER_MONTH

MOST_MAIN = 12
# The events that say what an endpoint says, when it occurred (True) or had not yet (False).
SAME_FACT: Mapping[tuple[str, bool], tuple[str, ...]] = {
    ("overall_survival", True): ("death",),
    ("overall_survival", False): ("last_contact",),
    ("progression_free_survival", True): ("progression",),
    ("progression_free_interval", True): ("progression",),
    ("disease_free_survival", True): ("relapse",),
    ("disease_free_interval", True): ("relapse",),
}
STATES: tuple[State, ...] = ("found", "unclear", "not_tested", "not_found")


def cell(text: str | None, w: Wording, note: str = "") -> Cell:
    """The text, or that the source does not say it."""
    return Cell(text, note=note) if text else Cell(w.word("not_said"), said=False)


def table(caption: str, headings: Sequence[str], rows: Sequence[tuple[Cell, ...]], none: str, w: Wording) -> Table:
    """A table without the columns that no row says; the line under it names them."""
    silent = [i for i in range(len(headings)) if rows and all(not row[i].said or not row[i].text for row in rows)]
    named = [headings[i] for i in silent if any(not row[i].said for row in rows)]
    kept = [i for i in range(len(headings)) if i not in silent]
    return Table(
        caption=caption,
        headings=tuple(headings[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in rows),
        none=none,
        unsaid=w.word("columns_unsaid", names=w.joined(named)) if named else "",
    )


def facts(page: PatientPage, w: Wording) -> tuple[Fact, ...]:
    """Who the patient is."""
    tumour = page.tumour
    year = tumour.diagnosis_year if tumour else None
    age = tumour.age_at_diagnosis_years if tumour else None
    news = w.coded("vital", page.vital_status)
    when = "" if page.last_news_days is None else w.months(page.last_news_days)
    found = [
        Fact(w.word("fact.patient"), cell(page.patient_id, w)),
        Fact(w.word("fact.sex"), cell(w.coded("sex", page.sex), w)),
        Fact(w.word("fact.age"), cell(None if age is None else w.word("unit.years", n=w.number(age, 1)), w)),
        Fact(w.word("fact.diagnosis_year"), cell(None if year is None else str(year), w)),
        Fact(w.word("fact.centre"), cell(page.centre, w)),
        Fact(w.word("fact.vital_status"), cell(", ".join(part for part in (news, when) if part), w)),
    ]
    if page.cause_of_death:
        found.append(Fact(w.word("fact.cause_of_death"), cell(page.cause_of_death, w)))
    return tuple(found)


def marker_facts(page: PatientPage, w: Wording) -> tuple[Fact, ...]:
    """Receptors and microsatellites, then one small line with what the source says of them."""
    found = []
    for marker in page.markers:
        words = marker_words(marker, w).removeprefix(w.word(f"marker.{marker.marker}")).strip()
        found.append(Fact(w.word(f"marker_long.{marker.marker}"), Cell(words)))
    given = [
        w.word("marker_given", name=field_words(name), value=value)
        for marker in page.markers
        for name, value in marker.values
    ]
    return (*found, Fact(w.word("marker_source"), Cell("", note="; ".join(given)))) if given else ()


def field_words(name: str) -> str:
    """The name of a field of the source as words; abbreviations keep their capitals.

    >>> field_words("ER_STATUS"), field_words("HER2_SNP6"), field_words("MSI_SENSOR_SCORE")
    ('ER status', 'HER2 SNP6', 'MSI sensor score')
    """
    words = name.replace("_", " ").split()
    return " ".join(word.lower() if word.isupper() and word.isalpha() and len(word) > 3 else word for word in words)


def tumour_facts(tumour: Tumour, w: Wording) -> tuple[Fact, ...]:
    """One tumour, code and words of the source."""
    name = w.tumour(tumour.oncotree_code) if tumour.oncotree_code else None
    stage = tumour.stage or tumour.stage_as_given
    given = tumour.stage_as_given if tumour.stage and tumour.stage_as_given != tumour.stage else None
    icdo = " ".join(code for code in (tumour.icdo_morphology, tumour.icdo_topography) if code)
    found = [Fact(w.word("fact.tumour"), cell(name, w))]
    if tumour.as_given:
        found.append(Fact(w.word("fact.tumour_as_given"), cell(tumour.as_given, w)))
    if icdo:
        found.append(Fact(w.word("fact.icdo"), cell(icdo, w)))
    note = w.word("fact.as_given", word="", given=given).strip() if given else ""
    return (
        *found,
        Fact(w.word("fact.stage"), cell(stage, w, note)),
        Fact(w.word("fact.grade"), cell(tumour.grade, w)),
        Fact(w.word("fact.laterality"), cell(side(tumour.laterality, w) if tumour.laterality else None, w)),
    )


def sample_numbers(rows: Sequence[Sample]) -> dict[str, str]:
    """`(1)`, `(2)`, ... for the samples, by which the findings name them; nothing where there is only one."""
    return {row.sample_id: f"({i})" if len(rows) > 1 else "" for i, row in enumerate(rows, start=1)}


def samples(rows: Sequence[Sample], w: Wording) -> Table:
    numbers = sample_numbers(rows)

    def line(sample: Sample) -> tuple[Cell, ...]:
        purity, burden = sample.purity, sample.tmb_per_megabase
        return (
            Cell(sample.sample_id, note=numbers[sample.sample_id]),
            cell(w.coded("sample_type", sample.sample_type) or sample.sample_type_as_given, w),
            cell(sample.site, w),
            cell(None if sample.collected_days is None else w.months(sample.collected_days), w),
            cell(None if purity is None else w.percent(purity), w),
            cell(None if burden is None else w.word("unit.per_megabase", n=w.number(burden, 1)), w),
        )

    keys = ("sample", "sample.type", "sample.site", "sample.collected", "sample.purity", "fact.tmb")
    headings = [w.word(key) for key in keys]
    return table(w.word("samples"), headings, [line(row) for row in rows], w.word("sample.none"), w)


def found(page: PatientPage, w: Wording) -> Found:
    """Findings that count first; beyond 12, those off the tumour's list go to a second table."""
    counted = [f for f in page.findings if f.effect != "not_altering"]
    silent = [f for f in page.findings if f.effect == "not_altering"]
    listed = sum(f.why in ("treatment", "driver") for f in counted)
    cut = len(counted) if len(counted) <= MOST_MAIN else max(listed, MOST_MAIN)
    frequencies = {(f.gene, f.kind): f for f in page.standing.frequencies}
    group = page.standing.tumour
    last = w.word("found.frequency", tumour=group) if group else w.word("found.frequency_none")
    keys = ("found.gene", "found.alteration", "found.consequence", "found.vaf", "found.origin")
    headings = (*(w.word(key) for key in keys), last)

    numbers = sample_numbers(page.samples)

    def lines(rows: Sequence[Finding]) -> Table:
        cells = [_finding_line(f, frequencies.get((f.gene, f.kind)), numbers, w) for f in rows]
        return table(w.word("found.caption"), headings, cells, w.word(none), w)

    others = len(counted) - cut
    number = w.number(others)
    none = "found.none" if page.panels else "tested.none"
    return Found(
        main=lines(counted[:cut]),
        others_heading=w.word("found.more", n=number) if others else "",
        others=lines(counted[cut:]),
        others_left_out=w.word("found.more_pdf", n=number) if others else "",
        silent_heading=w.word("found.silent") if silent else "",
        silent=tuple(f"{f.gene} {f.change or consequence_words(f, w)}".strip() for f in silent),
    )


def _finding_line(
    finding: Finding, frequency: Frequency | None, numbers: Mapping[str, str], w: Wording
) -> tuple[Cell, ...]:
    fractions = [
        f"{w.percent(seen.vaf)} {numbers.get(seen.sample_id, seen.sample_id)}".strip()
        for seen in finding.seen
        if seen.vaf is not None
    ]
    consequence = consequence_words(finding, w)
    if finding.effect == "unclear":
        consequence = w.word("effect_unclear")
    share = None
    if frequency and frequency.altered is not None and frequency.tested:
        share = frequency.altered / frequency.tested
    words = frequency_words(frequency, w) if frequency else ""
    return (
        Cell(gene_words(finding), note=w.word(f"why.{finding.why}") if finding.why in ("treatment", "driver") else ""),
        Cell(alteration_words(finding, w)),
        cell(consequence, w) if finding.kind == "variant" else Cell("", said=True),
        cell(", ".join(fractions), w) if finding.kind == "variant" else Cell(""),
        cell(w.coded("origin", finding.origin), w) if finding.kind in ("variant", "fusion") else Cell(""),
        Cell(words, share=share) if words else Cell(w.word("found.not_counted"), said=False),
    )


def tested(page: PatientPage, w: Wording) -> Tested:
    """The tests done, and the three states of the genes to look for."""
    numbers = sample_numbers(page.samples)
    lines = []
    for panel in page.panels:
        genes = w.word("tested.whole") if panel.genes is None else w.number(panel.genes)
        unknown = panel.genes == 0
        sees = [w.word(f"alteration_type.{kind}") for kind in panel.sees]
        lines.append((
            Cell(panel.panel_id),
            Cell(w.word("tested.genes_unknown"), said=False) if unknown else Cell(genes),
            Cell(w.joined(sees)),
            Cell(", ".join(f"{sample} {numbers.get(sample, '')}".strip() for sample in panel.samples)),
        ))  # fmt: skip
    silent = sorted({kind for panel in page.panels for kind in panel.without_results})
    notes = [w.word("tested.no_results", kinds=w.joined([w.word(f"alteration_type.{kind}") for kind in silent]))]
    keys = ("tested.panel", "tested.genes", "tested.sees", "tested.samples")
    tumour = page.tumour.oncotree_code if page.tumour else None
    return Tested(
        panels=Table(w.word("tested.panels"), tuple(w.word(k) for k in keys), tuple(lines), w.word("tested.none")),
        notes=tuple(notes) if silent else (),
        intro=w.word("tested.intro", tumour=w.tumour(tumour))
        if tumour and page.looked_for
        else w.word("summary.no_list"),
        genes=tuple(_genes(state, page, w) for state in STATES) if page.looked_for else (),
    )


def _genes(state: State, page: PatientPage, w: Wording) -> Genes:
    items = tuple(
        (gene.gene, w.word(f"kind.{gene.kind}"), w.word(f"why.{gene.why}"))
        for gene in page.looked_for
        if gene.state == state
    )
    return Genes(state, w.word(f"state.{state}"), w.word(f"meaning.{state}"), items, w.word("tested.group_none"))


def treatments(rows: Sequence[Treatment], w: Wording) -> Table:
    def line(treatment: Treatment) -> tuple[Cell, ...]:
        kind = w.coded("treatment_class", treatment.treatment_class)
        given = w.word("treatment.yes" if treatment.given else "treatment.no")
        number = w.word("treatment.line", n=str(treatment.line)) if treatment.line is not None else ""
        return (
            cell(treatment.name or kind or treatment.as_given, w, number),
            cell(kind, w),
            Cell(given),
            _when(treatment, w) if treatment.given else Cell(""),
            cell(treatment.best_response, w) if treatment.given else Cell(""),
        )

    keys = ("name", "class", "given", "when", "response")
    headings = tuple(w.word(f"treatment.{key}") for key in keys)
    return table(w.word("treatment.caption"), headings, [line(row) for row in rows], w.word("treatment.none"), w)


def _when(treatment: Treatment, w: Wording) -> Cell:
    if treatment.start_days is None:
        return Cell(w.word("treatment.undated"), said=False)
    if treatment.end_days is None:
        return Cell(w.word("treatment.from", start=w.months(treatment.start_days)))
    start = w.number(treatment.start_days / DAYS_PER_MONTH, 1)
    return Cell(w.word("treatment.from_to", start=start, end=w.months(treatment.end_days)))


def events(page: PatientPage, w: Wording) -> Table:
    def line(event: Event) -> tuple[Cell, ...]:
        known = event.event in ("death", "last_contact", "progression", "relapse")
        name = w.word(f"event.{event.event}") if known else event.event
        when = None if event.start_days is None else w.months(event.start_days)
        return Cell(name, note=event.detail or ""), cell(when, w)

    rows = [line(event) for event in page.events]
    for endpoint in page.endpoints:
        if endpoint.days is not None and endpoint.occurred is not None and not _told(endpoint, page.events):
            said = "occurred" if endpoint.occurred else "not_yet"
            group = "survival" if endpoint.endpoint == "overall_survival" else "endpoint"
            when = w.word(f"{group}.{said}", when=w.months(endpoint.days))
            rows.append((Cell(w.word(f"endpoint.{endpoint.endpoint}")), Cell(when)))
    return Table(w.word("event.caption"), (w.word("event.what"), w.word("event.when")), tuple(rows))


def _told(endpoint: Endpoint, events: Sequence[Event]) -> bool:
    """Whether an event says the same thing as the endpoint, on the same day."""
    same = SAME_FACT.get((endpoint.endpoint, bool(endpoint.occurred)), ())
    return any(
        event.event in same and event.start_days is not None and abs(event.start_days - (endpoint.days or 0)) < 1
        for event in events
    )


def measurements(rows: Sequence[Measurement], w: Wording) -> Table:
    def line(measurement: Measurement) -> tuple[Cell, ...]:
        value = measurement.value
        text = w.number(value, 4) if isinstance(value, float | int) else value
        unit = f" {measurement.unit}" if measurement.unit and text else ""
        when = "" if measurement.measured_days is None else w.months(measurement.measured_days)
        return Cell(measurement.name), cell(f"{text}{unit}" if text else None, w, when)

    headings = (w.word("measurement.name"), w.word("measurement.value"))
    lines = tuple(map(line, rows))
    return Table(w.word("measurement.caption"), headings, lines, w.word("measurement.none"))
