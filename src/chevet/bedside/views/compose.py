"""From the plain facts of a page to the sheet that people read."""

from __future__ import annotations

from chevet.bedside.page import PatientPage
from chevet.bedside.views import details, summary
from chevet.bedside.views.comparison import cohort
from chevet.bedside.views.label_sources import label_sources
from chevet.bedside.views.pictures import timeline_picture
from chevet.bedside.views.sheet import Cell, Course, Fact, Sheet
from chevet.bedside.views.wording import Lang, Wording
from chevet.privacy.disclosure import FLOOR
from chevet.words import facts

# The tables of `words` that this page takes its names from.
VOCABULARIES = ("genes.tsv.gz", "oncotree.tsv", "oncotree_fr.tsv", "medicines.tsv")
UNNUMBERED, CHECKED = "not numbered by the source", ", checked on "
SECTIONS = ("patient", "found", "tested", "timeline", "cohort", "measurements", "labels", "limits", "provenance")


def compose(page: PatientPage, lang: Lang) -> Sheet:
    """The page in one language."""
    w = Wording(lang)
    return Sheet(
        lang=lang,
        title=w.word("title", patient=page.patient_id),
        eyebrow=w.word("eyebrow"),
        banner=w.word("made_up") if page.provenance.made_up else "",
        purpose=w.word("purpose"),
        patient=page.patient_id,
        person=summary.person(page, w),
        tumour=summary.tumour_line(page.tumour, w),
        chips=summary.chips(page, w),
        summary_heading=w.word("summary"),
        cards=summary.cards(page, w),
        outlook=summary.outlook_card(page, w),
        headings={name: w.word(f"section.{name}") for name in SECTIONS},
        facts=details.facts(page, w),
        tumours=tuple(details.tumour_facts(tumour, w) for tumour in page.tumours),
        markers=details.marker_facts(page, w),
        samples=details.samples(page.samples, w),
        found=details.found(page, w),
        tested=details.tested(page, w),
        course=_course(page, w),
        cohort=cohort(page, w),
        measurements=details.measurements(page.measurements, w),
        labels=label_sources(page, w),
        limits=_limits(page, w),
        provenance=_provenance(page, w),
        made_on=w.date(page.provenance.made_on),
    )


def _course(page: PatientPage, w: Wording) -> Course:
    picture = timeline_picture(page, w)
    return Course(
        picture=picture,
        empty="" if picture else w.word("timeline.empty"),
        treatments=details.treatments(page.treatments, w),
        events=details.events(page, w),
    )


def _limits(page: PatientPage, w: Wording) -> tuple[str, ...]:
    said = ["not_found", "list"]
    if page.standing.similar is not None:
        said = ["not_forecast", "other_care", "chance", *said]
    return (*(w.word(f"limit.{name}") for name in said), w.word("limit.floor", floor=w.number(FLOOR)))


def _version(given: str, w: Wording) -> str:
    """The version of a list as its table gives it, the words around it in the language of the page."""
    if given == UNNUMBERED:
        return w.word("provenance.unnumbered")
    version, checked, day = given.partition(CHECKED)
    return w.word("provenance.checked", version=version, date=w.date(day)) if checked else given


def _provenance(page: PatientPage, w: Wording) -> tuple[Fact, ...]:
    source = page.provenance
    version = w.word("provenance.study_value", study=source.study, version=w.number(source.version))
    tables = [(f"{table.source} ({table.reference})", table.version) for table in page.gene_lists]
    tables += [(row[1], row[2]) for row in facts.rows("sources.tsv") if row[0] in VOCABULARIES]
    words = [w.word("provenance.words_value", source=named, version=_version(v, w)) for named, v in tables]
    return (
        Fact(w.word("provenance.study"), Cell(version)),
        Fact(w.word("provenance.title"), details.cell(source.title, w)),
        Fact(w.word("provenance.citation"), details.cell(source.citation, w)),
        Fact(w.word("provenance.format"), Cell(source.source_format)),
        Fact(w.word("provenance.digest"), Cell(source.digest)),
        Fact(w.word("provenance.software"), Cell(source.software)),
        Fact(w.word("provenance.made_on"), Cell(w.date(source.made_on))),
        Fact(w.word("provenance.words"), Cell("; ".join(words))),
    )
