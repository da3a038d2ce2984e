"""The first screen: who, which tumour, and the four things a board asks first."""

from __future__ import annotations

from chevet.bedside.findings import Finding, Looked
from chevet.bedside.important_genes import KINDS
from chevet.bedside.markers import Marker
from chevet.bedside.page import PatientPage, Tumour
from chevet.bedside.standing import Frequency
from chevet.bedside.views.sheet import Card, CardLine, Chip, OutlookCard
from chevet.bedside.views.wording import Wording
from chevet.words.consequences import CONSEQUENCES

MOST_LINES = 6


def person(page: PatientPage, w: Wording) -> str:
    """Sex, age and centre in one line; what is not said is left to the facts below."""
    parts = [w.coded("sex", page.sex)]
    tumour = page.tumour
    if tumour is not None and tumour.age_at_diagnosis_years is not None:
        parts.append(w.word("age_at_diagnosis", n=w.number(int(tumour.age_at_diagnosis_years))))
    parts.append(page.centre)
    text = ", ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def tumour_line(tumour: Tumour | None, w: Wording) -> str:
    """The tumour, its code and its stage in one line."""
    if tumour is None or (tumour.oncotree_code is None and tumour.as_given is None):
        return w.word("no_tumour")
    return w.tumour(tumour.oncotree_code) if tumour.oncotree_code else str(tumour.as_given)


def chips(page: PatientPage, w: Wording) -> tuple[Chip, ...]:
    """Stage, grade, side and markers, as far as they are said."""
    found = []
    tumour = page.tumour
    if tumour is not None:
        if tumour.stage or tumour.stage_as_given:
            found.append(Chip(w.word("stage", stage=str(tumour.stage or tumour.stage_as_given)), True))
        if tumour.grade:
            found.append(Chip(w.word("grade", grade=tumour.grade), False))
        if tumour.laterality:
            found.append(Chip(side(tumour.laterality, w), False))
    found += [Chip(marker_words(marker, w), marker.state == "positive") for marker in page.markers]
    burdens = [sample.tmb_per_megabase for sample in page.samples if sample.tmb_per_megabase is not None]
    if burdens:
        found.append(Chip(w.word("unit.per_megabase", n=w.number(max(burdens), 1)), False))
    return tuple(found)


def side(laterality: str, w: Wording) -> str:
    """Left or right in words, anything else as given."""
    known = {"left": "left", "l": "left", "right": "right", "r": "right"}.get(laterality.strip().lower())
    return w.word(f"side.{known}") if known else laterality


def marker_words(marker: Marker, w: Wording) -> str:
    """`ER positive`, or the words of the source where they are neither positive nor negative."""
    group = "msi_state" if marker.marker == "MSI" else "marker_state"
    state = marker.values[0][1] if marker.state == "other" else w.word(f"{group}.{marker.state}")
    return f"{w.word(f'marker.{marker.marker}')} {state}"


def cards(page: PatientPage, w: Wording) -> tuple[Card, ...]:
    """Found, not tested, tested and not found: always these three, in this order."""
    altering = [f for f in page.findings if f.effect != "not_altering"]
    untested = [gene for gene in page.looked_for if gene.state == "not_tested"]
    unfound = [gene for gene in page.looked_for if gene.state == "not_found"]
    frequencies = {(f.gene, f.kind): f for f in page.standing.frequencies}
    found_lines = tuple(_found_line(f, frequencies.get((f.gene, f.kind)), w) for f in altering[:MOST_LINES])
    no_list = "" if page.looked_for else w.word("summary.no_list")
    return (
        Card(
            "found", f"{w.word('summary.found')} ({w.number(len(altering))})", "", found_lines,
            _more(len(altering) - len(found_lines), w),
            w.word("summary.found_none" if page.panels else "summary.found_untested"),
        ),
        Card(
            "not_tested", f"{w.word('summary.not_tested')} ({w.number(len(untested))})",
            w.word("summary.not_tested_meaning") if untested else "", _by_kind(untested, w), "",
            no_list or w.word("summary.not_tested_none"),
        ),
        Card(
            "not_found", f"{w.word('summary.not_found')} ({w.number(len(unfound))})", "", _by_kind(unfound, w), "",
            no_list or w.word("summary.not_found_none"),
        ),
    )  # fmt: skip


def _more(n: int, w: Wording) -> str:
    return w.word("and_more", n=w.number(n)) if n > 0 else ""


def _found_line(finding: Finding, frequency: Frequency | None, w: Wording) -> CardLine:
    return CardLine(
        f"{gene_words(finding)} {alteration_words(finding, w)}",
        frequency_words(frequency, w) if frequency else "",
        finding.why in ("treatment", "driver"),
    )


def gene_words(finding: Finding) -> str:
    """The gene, or both partners of a fusion."""
    return f"{finding.gene}::{finding.partner}" if finding.partner else finding.gene


def alteration_words(finding: Finding, w: Wording) -> str:
    """The protein change, else the kind of alteration and what the source says of it."""
    if finding.kind == "variant":
        return finding.change or consequence_words(finding, w) or w.word("kind.variant")
    return w.word(f"kind.{finding.kind}") + (f" ({finding.change})" if finding.change else "")


def consequence_words(finding: Finding, w: Wording) -> str:
    """The consequence of a variant in words; as given when it is none that we know."""
    if finding.consequence is None:
        return ""
    known = CONSEQUENCES.get(finding.consequence)
    if known is None:
        return finding.consequence
    return known.fr if w.lang == "fr" else known.en


def frequency_words(frequency: Frequency, w: Wording) -> str:
    """`34 of 1,499 tested (2.3%)`, or that the numbers are too small to show."""
    if frequency.tested == 0:
        return ""
    if frequency.altered is None or frequency.tested is None:
        return w.word("found.withheld")
    return w.word(
        "summary.of_tested", altered=w.number(frequency.altered), tested=w.number(frequency.tested),
        percent=w.percent(frequency.altered / frequency.tested, 1),
    )  # fmt: skip


def _by_kind(genes: list[Looked], w: Wording) -> tuple[CardLine, ...]:
    """One line per kind of alteration: those that may guide treatment in front, in bold."""
    lines = []
    for kind in KINDS:
        for why in ("treatment", "driver"):
            named = [gene.gene for gene in genes if gene.kind == kind and gene.why == why]
            if named:
                lines.append(
                    (why != "treatment", CardLine(", ".join(named), w.word(f"kinds.{kind}"), why == "treatment"))
                )
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def outlook_card(page: PatientPage, w: Wording) -> OutlookCard:
    """The median of the most similar patients with its interval, and this patient's own follow-up."""
    similar = page.standing.similar
    heading = w.word("summary.outlook")
    if similar is None:
        because = w.word(f"cohort.none.{page.standing.none_because}")
        return OutlookCard(heading, "", "", "", (because, follow_up(page, w)))
    nearest = similar.nearest
    reached = nearest.median is not None
    value = w.number(nearest.median, 1) if nearest.median is not None else w.word("summary.median_not_reached")
    return OutlookCard(
        heading, value, w.word("unit.months", n="").strip() if reached else "", w.word("summary.median"),
        (outlook_sentence(page, w), follow_up(page, w)),
    )  # fmt: skip


def outlook_sentence(page: PatientPage, w: Wording) -> str:
    similar = page.standing.similar
    assert similar is not None
    nearest = similar.nearest
    kept = w.number(nearest.patients)
    if nearest.median is None:
        return w.word("cohort.sentence_open", n=kept)
    median = w.word("unit.months", n=w.number(nearest.median, 1))
    return w.word("cohort.sentence", n=kept, median=median, interval=interval_words(nearest.ci_low, nearest.ci_high, w))


def interval_words(low: float | None, high: float | None, w: Wording) -> str:
    """An interval in months, one end of which may not be reached."""
    lower = w.number(low, 1) if low is not None else w.number(0)
    if high is None:
        return w.word("interval_open", low=w.word("unit.months", n=lower))
    return w.word("interval", low=lower, high=w.word("unit.months", n=w.number(high, 1)))


def follow_up(page: PatientPage, w: Wording) -> str:
    """This patient's own overall survival time, as far as it is said."""
    own = next((e for e in page.endpoints if e.endpoint == "overall_survival"), None)
    days, dead = (own.days, own.occurred) if own else (page.last_news_days, None)
    if own is None and page.vital_status is not None:
        dead = page.vital_status == "dead"
    if days is None or dead is None:
        return w.word("cohort.this_unsaid")
    return w.word("cohort.this_dead" if dead else "cohort.this_alive", when=w.months(days))
