"""The section on where the patient stands: outcomes of similar patients, and how they were chosen."""

from __future__ import annotations

from chevet.bedside.page import PatientPage
from chevet.bedside.similar import WEIGHTS, Feature
from chevet.bedside.standing import LANDMARKS_MONTHS, Outlook, Similar
from chevet.bedside.views.pictures import survival_picture
from chevet.bedside.views.sheet import Cell, Cohort, Table
from chevet.bedside.views.summary import follow_up, interval_words, outlook_sentence
from chevet.bedside.views.wording import Wording


def cohort(page: PatientPage, w: Wording) -> Cohort:
    """The sentence, the curve, the numbers behind it, and the rule in words."""
    similar = page.standing.similar
    if similar is None:
        because = w.word(f"cohort.none.{page.standing.none_because}")
        empty = Table(w.word("cohort.table"), (), ())
        return Cohort((because, follow_up(page, w)), None, empty, "", ())
    return Cohort(
        sentences=(outlook_sentence(page, w), follow_up(page, w)),
        picture=survival_picture(page, similar, w),
        outcomes=_outcomes(similar, w),
        how_heading=w.word("cohort.how"),
        how=_how(similar, w),
    )


def _outcomes(similar: Similar, w: Wording) -> Table:
    groups = (similar.nearest, similar.everyone)
    headings = (
        w.word("cohort.table"),
        w.word("cohort.nearest", n=w.number(similar.nearest.patients)),
        w.word("cohort.everyone", n=w.number(similar.everyone.patients)),
    )
    rows = [(Cell(_years(months, w)), *(_alive(group, months, w) for group in groups)) for months in LANDMARKS_MONTHS]
    rows.append((Cell(w.word("cohort.row_median")), *(_median(group, w) for group in groups)))
    deaths = (w.word("found.withheld") if group.deaths is None else w.number(group.deaths) for group in groups)
    rows.append((Cell(w.word("cohort.row_deaths")), *(Cell(words) for words in deaths)))
    return Table(w.word("cohort.table"), headings, tuple(rows))


def _years(months: int, w: Wording) -> str:
    years = months // 12
    return w.word("cohort.row_at_one") if years == 1 else w.word("cohort.row_at", n=w.number(years))


def _alive(group: Outlook, months: int, w: Wording) -> Cell:
    landmark = next((found for found in group.landmarks if found.months == months), None)
    if landmark is None:
        return Cell(w.word("cohort.not_followed"), said=False)
    if landmark.alive is None:
        return Cell(w.word("found.withheld"), said=False)
    if landmark.low is None or landmark.high is None:
        return Cell(w.percent(landmark.alive))
    interval = w.word("interval", low=w.percent(landmark.low), high=w.percent(landmark.high))
    return Cell(w.percent(landmark.alive), note=f"({interval})")


def _median(group: Outlook, w: Wording) -> Cell:
    if group.median is None:
        return Cell(w.word("summary.median_not_reached"))
    median = w.word("unit.months", n=w.number(group.median, 1))
    return Cell(median, note=f"({interval_words(group.ci_low, group.ci_high, w)})")


def _how(similar: Similar, w: Wording) -> tuple[str, ...]:
    def features(names: tuple[Feature, ...], weighted: bool) -> str:
        words = [w.word(f"feature.{name}") for name in names]
        if weighted:
            weights = [w.number(WEIGHTS[name]) for name in names]
            words = [
                w.word("feature.weighted", feature=word, weight=weight)
                for word, weight in zip(words, weights, strict=True)
            ]
        return w.joined(words)

    said = [
        w.word(
            "cohort.how_candidates", n=w.number(similar.candidates), tumour=w.tumour(similar.tumour),
            kept=w.number(similar.nearest.patients),
        ),
        w.word("cohort.how_used", features=features(similar.used, True)),
    ]  # fmt: skip
    if similar.unsaid:
        said.append(w.word("cohort.how_unsaid", features=features(similar.unsaid, False)))
    if "alterations" in similar.used:
        said.append(w.word("cohort.how_genes", n=w.number(similar.genes)))
    said.append(w.word("cohort.how_blind"))
    if similar.delayed_entry:
        said.append(w.word("limit.delayed"))
    return tuple(said)
