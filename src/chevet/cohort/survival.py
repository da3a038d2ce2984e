"""Survival of a cohort, whole or in groups: curves, medians, intervals, numbers at risk, log-rank.

Answers are in months since diagnosis. Who came under observation later (`entry_days`) is at risk
from then on only. What is assumed is told in docs/explanation/survival.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chevet.cohort.answer import Headings, Rows, cohort_label, field_label, gene_in, said, value_label
from chevet.cohort.cohort import Cohort
from chevet.cohort.fields import FIELDS
from chevet.cohort.kaplan_meier import Curve, LogRank, Numbers, YesNo, kaplan_meier, log_rank
from chevet.errors import BadInput, CannotConclude
from chevet.paper.pictures import (
    COLOURS,
    INK,
    MANY_TICKS,
    PARAMETERS,
    WIDE,
    Spec,
    nothing,
    number,
    p_said,
    picture,
    shown,
)
from chevet.privacy.disclosure import (
    FLOOR,
    is_small,
    released_count,
    released_part,
    released_steps,
    require_releasable,
)
from chevet.records.tables import DAYS_PER_MONTH, STAGE
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.words.labels import Lang, label

ENDPOINT = "overall_survival"
EVERYBODY, REST = "cohort", "rest"
GROUPS_DRAWN = 8
GROUPS_AT_MOST, NAMES_TOLD = 12, 40
TICKS_AT_MOST = 8
MONTHS_AT_MOST = 1200


@dataclass(frozen=True)
class Group:
    """One curve, of five patients or more. `key` is the group's value; numbers are None where withheld or not reached.

    points    (month, share, low, high) at whole months, while at least five people remain; five events or more
              (or none) lie between one point and the next
    at_risk   people at risk at the answer's ticks, None where withheld
    """

    key: str
    patients: int
    events: int | None
    median: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    restricted_mean: float | None = None
    restricted_mean_error: float | None = None
    points: tuple[tuple[float, float, float | None, float | None], ...] = ()
    at_risk: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """Patients of the cohort who are on no curve, and why; None where withheld.

    no_group   of whom the group is not said, or who are in a group of fewer than five
    """

    no_time: int | None
    never_observed: int | None
    no_group: int | None


@dataclass(frozen=True)
class Survival:
    """Curves of a cohort's groups. `by` is empty for one curve; `up_to` is the end of the restricted means."""

    cohort: Cohort
    endpoint: str
    by: str
    groups: tuple[Group, ...]
    delayed_entry: bool
    test: LogRank | None
    up_to: float | None
    ticks: tuple[int, ...]
    left_out: LeftOut

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": "months",
            "endpoint": self.endpoint,
            "by": self.by or None,
            "groups": [
                {
                    "label": g.key,
                    "patients": g.patients,
                    "events": g.events,
                    "median": g.median,
                    "ci_low": g.ci_low,
                    "ci_high": g.ci_high,
                    "suppressed": g.events is None,
                    "restricted_mean": g.restricted_mean,
                    "restricted_mean_error": g.restricted_mean_error,
                    "curve": [dict(zip(("month", "survival", "low", "high"), p, strict=True)) for p in g.points],
                    "at_risk": [{"month": m, "patients": n} for m, n in zip(self.ticks, g.at_risk, strict=False)],
                }
                for g in self.groups
            ],
            "delayed_entry": self.delayed_entry,
            "restricted_mean_up_to": self.up_to,
            "log_rank": None
            if self.test is None
            else {
                "chi_square": self.test.chi_square,
                "degrees_of_freedom": self.test.degrees_of_freedom,
                "p": self.test.p,
            },
            "left_out": {
                "no_time": self.left_out.no_time,
                "never_observed": self.left_out.never_observed,
                "no_group": self.left_out.no_group,
            },
        }

    def title(self, lang: Lang) -> str:
        title = label(f"endpoint.{self.endpoint}", lang)
        title = title[0].upper() + title[1:]
        return title if not self.by else label("answer.survival.by", lang, endpoint=title, by=self._by(lang))

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        keys = ("group", "patients", "events", "median", "interval", "restricted_mean")
        withheld, open_end = label("answer.withheld", lang), label("answer.not_reached", lang)
        rows: Rows = []
        for g in self.groups:
            interval = " – ".join(open_end if e is None else number(e, lang, 1) for e in (g.ci_low, g.ci_high))
            counts: list[str | int | float | None] = [g.patients, withheld if g.events is None else g.events]
            if not g.points:
                rows.append([self.group_label(g.key, lang), *counts, "", "", ""])
                continue
            median = open_end if g.median is None else number(g.median, lang, 1)
            rows.append([self.group_label(g.key, lang), *counts, median, interval, number(g.restricted_mean, lang, 1)])
        return [label(f"answer.{key}", lang) for key in keys], rows

    def notes(self, lang: Lang) -> list[str]:
        notes = [note.say(lang) for note in self.cohort.definition.notes]
        if any(None in (g.median, g.ci_low, g.ci_high) for g in self.groups if g.points):
            notes.append(label("answer.not_reached_means", lang, floor=FLOOR))
        for key in ("no_time", "never_observed", "no_group"):
            n = getattr(self.left_out, key)
            if n != 0:
                said_n = label("answer.few", lang) if n is None else number(n, lang)
                notes.append(label(f"answer.survival.{key}", lang, n=said_n))
        if self.test is not None:
            notes.append(label("answer.survival.log_rank", lang, p=p_said(self.test.p, lang)))
        if self.up_to is not None:
            notes.append(label("answer.survival.restricted", lang, months=number(self.up_to, lang, 1)))
        notes.append(label("answer.survival.delayed" if self.delayed_entry else "answer.survival.not_delayed", lang))
        notes.append(label("answer.survival.steps", lang))
        if any(not g.points for g in self.groups):
            notes.append(label("answer.survival.withheld", lang))
        return notes

    def group_label(self, key: str, lang: Lang) -> str:
        """The name of a group in the reader's words."""
        if key in (EVERYBODY, REST, "altered", "not_altered", "first", "second"):
            return label(f"answer.group.{key}", lang)
        return value_label(self.by, key, lang)

    def picture(self, lang: Lang) -> Spec:
        drawn = [g for g in self.groups if g.points][:GROUPS_DRAWN]
        names = [self.group_label(g.key, lang) for g in drawn]
        end = self.ticks[-1] if self.ticks else 1
        colour: Spec = {
            "field": "group",
            "type": "nominal",
            "title": None,
            "sort": None,
            "scale": {"domain": names, "range": list(COLOURS[: len(names)])},
            "legend": {"columns": _in_a_row(names), "orient": "top", "symbolType": "stroke", "symbolOpacity": 1}
            if len(names) > 1
            else None,
        }
        x: Spec = {
            "field": "month",
            "type": "quantitative",
            "title": label("answer.survival.months", lang),
            "scale": {"domain": [0, end], "nice": False},
            "axis": {"values": list(self.ticks), "grid": False},
        }
        curves = {
            "width": WIDE,
            "height": 300,
            "data": {"values": _points(drawn, names)},
            "encoding": {"x": x, "color": colour},
            "layer": [
                {
                    "mark": {"type": "area", "interpolate": "linear", "opacity": 0.16},
                    "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
                },
                {
                    "mark": {"type": "line", "interpolate": "linear", "strokeWidth": 2.2, "tooltip": True},
                    "encoding": {
                        "y": {
                            "field": "share",
                            "type": "quantitative",
                            "scale": {"domain": [0, 1]},
                            "title": label("answer.survival.share", lang),
                            "axis": {"format": ".0%", "tickCount": 5},
                        }
                    },
                },
                {
                    "data": {"values": _median_lines(drawn, names)},
                    "mark": {"type": "rule", "strokeDash": [3, 3]},
                    "encoding": {
                        "x": {"field": "month", "type": "quantitative"},
                        "y": {"field": "from", "type": "quantitative"},
                        "y2": {"field": "to"},
                    },
                },
            ],
        }
        at_risk = {
            "title": {"text": label("answer.survival.at_risk", lang), "fontSize": 12, "anchor": "start", "offset": 6},
            "width": WIDE,
            "height": {"step": 20},
            "data": {"values": _at_risk(drawn, names, self.ticks, lang)},
            "transform": [{"filter": "!narrow || datum.drawn_narrow"}],
            "mark": {"type": "text", "fontSize": 11, "color": INK},
            "encoding": {
                "x": {
                    "field": "month",
                    "type": "quantitative",
                    "axis": None,
                    "scale": {"domain": [0, end], "nice": False},
                },
                "y": {
                    "field": "group",
                    "type": "nominal",
                    "sort": None,
                    "title": None,
                    "axis": {"domain": False, "ticks": False, "labelLimit": 150, "labelPadding": 26},
                },
                "text": {"field": "patients", "type": "nominal"},
            },
        }
        _, rows = self.rows(lang)
        medians = "; ".join(f"{row[0]}: {row[3]}" for row in rows if row[3])
        title = self.title(lang)
        if not drawn:
            said_nothing = label("answer.nothing_drawn", lang)
            return nothing(said_nothing, title=title, subtitle=cohort_label(self.cohort, lang), lang=lang)
        alt = f"{title}. {label('answer.median', lang)}: {medians}"
        spec = {
            "vconcat": [curves, at_risk],
            "bounds": "flush",
            "spacing": 78,
            "params": PARAMETERS,
        }
        return picture(spec, title=title, subtitle=cohort_label(self.cohort, lang), alt=alt, lang=lang)

    def _by(self, lang: Lang) -> str:
        if self.by in (EVERYBODY, "definition"):
            return label("answer.survival.rest", lang)
        return self.by if {g.key for g in self.groups} <= {"altered", "not_altered"} else field_label(self.by, lang)


def survival(
    cohort: Cohort, *, by: str = "", endpoint: str = ENDPOINT, up_to: float | None = None, kind: str = "variant"
) -> Survival:
    """Curves of the cohort's patients, split by a field, by a gene (altered or not), or against the rest.

    by       a field or measurement of words (`stage`), a gene, or `cohort` for the cohort against everybody else
    up_to    months at which restricted means end; the shortest follow-up among the groups unless given
    kind     what counts as altered when `by` is a gene; patients not tested for it are left out, and counted

    Raises BadInput for an endpoint or a `by` that the study does not know, or that makes more than twelve
    groups, CannotConclude when no time is known, Refused when fewer patients than the floor have one.
    """
    cohort.asked("survival")
    require_releasable(cohort.size, "cohort")
    return curves(cohort, _split(cohort, by, kind), by=by, endpoint=endpoint, up_to=up_to)


def curves(
    cohort: Cohort, groups: dict[str, Bits], *, by: str, endpoint: str = ENDPOINT, up_to: float | None = None
) -> Survival:
    """The curves of these groups of patients, no patient in two of them."""
    index = cohort.index
    days, occurred = index.endpoint(endpoint)
    entry = np.nan_to_num(np.asarray(index.number("entry_days"), dtype=np.float64), nan=0.0)
    known = bits.pack(~np.isnan(days) & (np.nan_to_num(days) >= 0))
    seen = bits.pack((entry <= 0) | (entry < np.nan_to_num(days))) & known
    members = np.bitwise_or.reduce(list(groups.values())) if groups else bits.empty(index.n_patients)
    everybody = members if by in (EVERYBODY, "definition") else cohort.bits
    sizes = {key: bits.count(group & seen) for key, group in groups.items()}
    require_releasable(sum(sizes.values()), "timed")
    require_releasable(max(sizes.values()), "timed_group")
    large = {key: groups[key] & seen for key, n in sizes.items() if n >= FLOOR}
    times = {key: _Times.of(group, days, occurred, entry, index.n_patients) for key, group in large.items()}
    fitted = {key: kaplan_meier(t.exits, t.occurred, t.entries) for key, t in times.items()}
    ticks = _ticks(max(map(last_month, fitted.values())))
    if up_to is None:
        # A whole month: the exact end would be the day on which one person was last seen.
        up_to = float(math.floor(min(map(last_month, fitted.values())))) or None
    out = tuple(_group(key, curve, up_to, ticks) for key, curve in fitted.items())
    placed = np.bitwise_or.reduce(list(large.values()))
    left_out = LeftOut(
        released_count(bits.count(everybody & ~known)),
        released_count(bits.count(everybody & known & ~seen)),
        released_count(bits.count(everybody & seen & ~placed)),
    )
    delayed = any(bool((t.entries > 0).any()) for t in times.values())
    tested = [times[group.key] for group in out if group.points]
    return Survival(cohort, endpoint, by, out, delayed, _test(tested), up_to, ticks, left_out)


@dataclass(frozen=True)
class _Times:
    exits: Numbers
    occurred: YesNo
    entries: Numbers

    @staticmethod
    def of(members: Bits, days: Numbers, occurred: YesNo, entry: Numbers, n: int) -> _Times:
        rows = bits.positions(members, n)
        return _Times(days[rows] / DAYS_PER_MONTH, occurred[rows], entry[rows] / DAYS_PER_MONTH)


def _split(cohort: Cohort, by: str, kind: str) -> dict[str, Bits]:
    index, members = cohort.index, cohort.bits
    if not by:
        return {EVERYBODY: members}
    if by == EVERYBODY:
        return {EVERYBODY: members, REST: cohort.truth.false}
    name = "tumour" if by == "oncotree_code" else by
    if name in index.categories():
        return _split_by_words(cohort, name)
    if name in FIELDS or name in index.measurements or name in index.measurements_elsewhere:
        raise BadInput(f"{shown(by)} has no few words to make groups of", next_act=_may_be_used(cohort))
    try:
        gene = gene_in(cohort, by)
    except BadInput as error:
        raise BadInput(error.message, next_act=_may_be_used(cohort)) from None
    tested = index.tested_bits(gene, kind) & members
    altered = index.altered_bits(gene, kind)
    return {"altered": tested & altered, "not_altered": tested & ~altered}


def _split_by_words(cohort: Cohort, name: str) -> dict[str, Bits]:
    """The cohort's patients of each label. Groups of fewer than the floor are not drawn, so not counted either."""
    index, members = cohort.index, cohort.bits
    labels, rows = index.category(name).labels, index.category_bits(name)
    sizes = dict(zip(labels, bits.count_rows(rows, members).tolist(), strict=True))
    if sum(n >= FLOOR for text, n in sizes.items() if text) > GROUPS_AT_MOST:
        raise BadInput(
            f"{shown(name)} makes more than {GROUPS_AT_MOST} groups of patients",
            next_act=f"Narrow the definition, or split by something else. {_may_be_used(cohort)}",
        )
    found = {text: rows[i] & members for i, text in enumerate(labels) if text}
    order = list(STAGE) if name == "stage" else []
    keys = sorted(found, key=lambda k: (order.index(k) if k in order else -1, -sizes[k], k))
    return {key: found[key] for key in keys}


def _may_be_used(cohort: Cohort) -> str:
    """What `by` accepts in this study: whatever is said in two to twelve words."""
    index = cohort.index
    names = [n for n in index.categories() if 2 <= sum(map(bool, index.category(n).labels)) <= GROUPS_AT_MOST]
    told = ", ".join(shown(n) for n in names[:NAMES_TOLD]) + (", ..." if len(names) > NAMES_TOLD else "")
    return f"Use a gene, `cohort`, or one of: {told}." if names else "Use a gene, or `cohort`."


def last_month(curve: Curve) -> float:
    """The last time, in months, at which at least the floor is still at risk: nothing is shown after it."""
    enough = curve.times[curve.at_risk >= FLOOR]
    return float(enough[-1]) if len(enough) else 0.0


def _group(key: str, curve: Curve, up_to: float | None, ticks: Sequence[int]) -> Group:
    reach = last_month(curve)
    median = curve.quantile(0.5)
    mean = curve.restricted_mean(up_to) if up_to and (up_to <= curve.last or curve.survival[-1] == 0) else None
    middle, low, high = (
        e if math.isfinite(e) and e <= reach else None for e in (median.value, median.low, median.high)
    )
    at_risk = released_at_risk(curve, ticks)
    if is_small(curve.n_events):
        # With so few events each step of the curve is one person's, and their number could be read from it.
        return Group(key, curve.n, None, at_risk=at_risk)
    return Group(
        key,
        curve.n,
        released_part(curve.n_events, curve.n),
        middle,
        low,
        high,
        restricted_mean=None if mean is None else mean.value,
        restricted_mean_error=None if mean is None else mean.standard_error,
        points=released_points(curve),
        at_risk=at_risk,
    )


def released_points(
    curve: Curve, first: Sequence[float] = ()
) -> tuple[tuple[float, float, float | None, float | None], ...]:
    """(month, share, low, high) at whole months, so that no single event can be read from a step.

    first   months that matter most: kept wherever the rule allows, the others between them

    Between one point and the next lie no event, or at least five, and so after the last one; the
    curve ends while five people remain on it. Empty with one to four events.
    """
    reach = math.floor(last_month(curve))
    months = np.arange(0, reach + 1, 1 + reach // MONTHS_AT_MOST, dtype=np.float64)
    months = months[curve.at_risk_at(np.nextafter(months, np.inf)) >= FLOOR]
    if not len(months) or is_small(curve.n_events):
        return ()
    so_far = np.concatenate([[0], np.cumsum(curve.events)])[np.searchsorted(curve.times, months, side="right")]
    kept = np.zeros(len(months), dtype=bool)
    for wanted in (np.isin(months, first), ~kept):
        for i in np.flatnonzero(wanted):
            before, after = so_far[:i][kept[:i]], so_far[i + 1 :][kept[i + 1 :]]
            last, following = before[-1] if len(before) else 0, after[0] if len(after) else curve.n_events
            kept[i] |= not is_small(int(so_far[i] - last)) and not is_small(int(following - so_far[i]))
    asked = months[kept]
    return tuple(
        (float(m), float(s), said(low), said(high)) for m, s, low, high in zip(asked, *curve.at(asked), strict=True)
    )


def released_at_risk(curve: Curve, ticks: Sequence[float]) -> tuple[int | None, ...]:
    """People at risk at each tick: withheld where few, and where few came or left since the last number shown."""
    numbers = curve.at_risk_at(np.array(ticks, dtype=np.float64)).tolist()
    shown = released_steps([curve.n, *numbers])[1:]
    return tuple(released_count(n) if show else None for n, show in zip(numbers, shown, strict=True))


def _test(groups: Sequence[_Times]) -> LogRank | None:
    """The log-rank test among the groups shown; None for one group, or when they cannot be compared."""
    if len(groups) < 2:
        return None
    codes = np.repeat(np.arange(len(groups)), [len(g.exits) for g in groups])
    joined = [np.concatenate([getattr(g, part) for g in groups]) for part in ("exits", "occurred", "entries")]
    try:
        return log_rank(joined[0], joined[1], codes, joined[2])
    except CannotConclude:
        return None


def _ticks(last: float) -> tuple[int, ...]:
    """Whole months for the axis, in steps that people count in."""
    step = next((s for s in (1, 3, 6, 12, 24, 36, 60, 120) if last / s <= TICKS_AT_MOST), 120)
    return tuple(range(0, max(step, math.ceil(last / step) * step) + 1, step))


def _in_a_row(names: Sequence[str]) -> int:
    """Columns of the legend: all names in one row when they fit."""
    return len(names) if sum(len(name) + 6 for name in names) < 90 else 2


def _points(groups: Sequence[Group], names: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"group": name, "month": m, "share": s, "low": low, "high": high}
        for g, name in zip(groups, names, strict=True)
        for m, s, low, high in g.points
    ]


def _median_lines(groups: Sequence[Group], names: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"group": name, "month": g.median, "from": 0, "to": 0.5}
        for g, name in zip(groups, names, strict=True)
        if g.median is not None
    ]


def _at_risk(groups: Sequence[Group], names: Sequence[str], ticks: Sequence[int], lang: Lang) -> list[dict[str, Any]]:
    on_narrow = [len(ticks) <= MANY_TICKS or i % 2 == 0 for i in range(len(ticks))]
    return [
        {"group": name, "month": m, "patients": "–" if n is None else number(n, lang), "drawn_narrow": drawn}
        for g, name in zip(groups, names, strict=True)
        for m, n, drawn in zip(ticks, g.at_risk, on_narrow, strict=True)
    ]
