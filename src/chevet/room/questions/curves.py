"""Survival from counts by interval: who ended, who was last seen, and who came, in each span of months.

A life table with delayed entry. Counts have noise (or are rounded), so the band around a curve holds
both: what another sample would have shown, and what the noise has moved.
Source: Cutler and Ederer, J Chronic Dis 1958; Greenwood's variance, with the noise of the counts added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from chevet.cohort.answer import Headings, Rows
from chevet.cohort.nodes import Definition
from chevet.errors import CannotConclude
from chevet.paper.pictures import COLOURS, WIDE, Spec, nothing, number, percent, picture
from chevet.privacy.noise.cube import NOT_SAID
from chevet.records.tables import STAGE
from chevet.room.questions.answers import noise_notes
from chevet.room.questions.axes import ENDPOINT, ENTRY, EXIT, months_of
from chevet.room.questions.by_index import FromIndex
from chevet.room.questions.lifetable import Intervals
from chevet.room.questions.numbers import Asked, Number, noised
from chevet.room.questions.source import Source
from chevet.room.questions.words import axis_label, value_words
from chevet.words.labels import Lang, label

GROUPS_DRAWN = 8
_LEGEND: Spec = {"orient": "top", "columns": 4, "symbolType": "stroke", "symbolOpacity": 1}
LEAST_AT_RISK = 4  # times the noise of the number at risk: below, a curve would be noise


@dataclass(frozen=True)
class Curve:
    """One group. `points` are (month, share, low, high); `at_risk` (month, people); `median` and its interval (sampling
    and noise) are None where not reached."""

    key: str
    patients: Number
    points: tuple[tuple[int, float, float, float], ...]
    at_risk: tuple[tuple[int, Number], ...]
    median: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True)
class SurvivalAnswer:
    """Curves of a cohort's groups; groups of which no curve can be told are left out, and named."""

    asked: Asked
    by: str
    curves: tuple[Curve, ...]
    without: tuple[str, ...]
    delayed_entry: bool

    def as_json(self) -> dict[str, Any]:
        return self.asked.as_json() | {
            "unit": "months", "endpoint": ENDPOINT, "by": self.by or None, "delayed_entry": self.delayed_entry,
            "groups": [
                {
                    "label": c.key, "patients": c.patients.as_json(), "median": c.median,
                    "ci_low": c.ci_low, "ci_high": c.ci_high,
                    "curve": [dict(zip(("month", "survival", "low", "high"), p, strict=True)) for p in c.points],
                    "at_risk": [{"month": month} | n.as_json() for month, n in c.at_risk],
                }
                for c in self.curves
            ],
            "no_curve": list(self.without),
        }  # fmt: skip

    def title(self, lang: Lang) -> str:
        title = label(f"endpoint.{ENDPOINT}", lang)
        title = title[0].upper() + title[1:]
        return label("answer.survival.by", lang, endpoint=title, by=axis_label(self.by, lang)) if self.by else title

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        months = (12, 24, 60)
        headings = [
            label("answer.group", lang),
            label("answer.patients", lang),
            label("answer.median", lang),
            label("answer.interval", lang),
        ]
        headings += [label("ask.survival.at", lang, months=month) for month in months]
        rows: Rows = [
            [self._name(c.key, lang), c.patients.say(lang),
             _month(c.median, lang), f"{_month(c.ci_low, lang)} – {_month(c.ci_high, lang)}",
             *(_share_at(c, month, lang) for month in months)]
            for c in self.curves
        ]  # fmt: skip
        return headings, rows

    def notes(self, lang: Lang) -> list[str]:
        notes = [*noise_notes(self.asked, lang), label("ask.survival.band", lang)]
        notes.append(label("answer.survival.delayed" if self.delayed_entry else "answer.survival.not_delayed", lang))
        if self.without:
            names = ", ".join(self._name(key, lang) for key in self.without)
            notes.append(label("ask.survival.without", lang, groups=names))
        return notes

    def picture(self, lang: Lang) -> Spec:
        drawn = self.curves[:GROUPS_DRAWN]
        title, subtitle = self.title(lang), self.asked.subtitle(lang)
        if not drawn:
            return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
        names = [self._name(c.key, lang) for c in drawn]
        values = [
            {"group": name, "month": month, "share": share, "low": low, "high": high}
            for name, c in zip(names, drawn, strict=True) for month, share, low, high in c.points
        ]  # fmt: skip
        colour: Spec = {
            "field": "group", "type": "nominal", "title": None, "sort": None,
            "scale": {"domain": names, "range": list(COLOURS[: len(names)])},
            "legend": _LEGEND if len(names) > 1 else None,
        }  # fmt: skip
        spec: Spec = {
            "width": WIDE, "height": 300, "data": {"values": values},
            "encoding": {
                "x": {"field": "month", "type": "quantitative", "title": label("answer.survival.months", lang),
                      "axis": {"grid": False, "tickCount": 8}},
                "color": colour,
            },
            "layer": [
                {"mark": {"type": "area", "opacity": 0.16},
                 "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}},
                {"mark": {"type": "line", "strokeWidth": 2.2, "point": {"size": 18, "filled": True}, "tooltip": True},
                 "encoding": {"y": {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1]},
                                    "title": label("answer.survival.share", lang), "axis": {"format": ".0%"}}}},
            ],
        }  # fmt: skip
        _, rows = self.rows(lang)
        medians = "; ".join(f"{row[0]}: {row[2]}" for row in rows)
        alt = f"{title}. {label('answer.median', lang)}: {medians}"
        return picture(spec, title=title, subtitle=subtitle, alt=alt, lang=lang)

    def _name(self, key: str, lang: Lang) -> str:
        return label("answer.group.cohort", lang) if not self.by else value_words(self.by, key, lang)


def survival(source: Source, asked: Asked, definition: Definition, by: str = "") -> SurvivalAnswer:
    """Overall survival of the cohort, whole or by the values of a field: *no curve* is an answer, too.

    CannotConclude for a study without times.
    """
    if not source.has(EXIT):
        raise CannotConclude("this study has too few survival times to count", next_act="Ask another study.")
    keys = source.axis(by).labels if by else (NOT_SAID,)
    sizes = [source.by(definition, [by]).number(i) for i in range(len(keys))] if by else [source.states(definition)[0]]
    drawn, without = [], []
    for key, size, counts in zip(keys, sizes, _intervals(source, definition, by), strict=True):
        if by and key == NOT_SAID:
            continue
        found = None if counts is None else _curve(key, size, counts)
        if found is None:
            without.append(key)
        else:
            drawn.append(found)
    order = list(STAGE) if by == "stage" else []
    drawn.sort(key=lambda c: (order.index(c.key) if c.key in order else -1, -(c.patients.value or 0), c.key))
    return SurvivalAnswer(asked, by, tuple(drawn), tuple(_worth_naming(without)), source.has(ENTRY))


def _intervals(source: Source, definition: Definition, by: str) -> list[Intervals | None]:
    """What each group's curve is drawn from; None where nothing of it may be told."""
    months = months_of(source.axis(EXIT))
    if isinstance(source, FromIndex):
        return [None if one is None else Intervals.of_merged(one, months) for one in source.follow_up(definition, by)]
    split = [by] if by else []
    exits = source.by(definition, [*split, EXIT])
    entries = source.by(definition, [*split, ENTRY]) if source.has(ENTRY) else None
    places = [(i,) for i in range(len(source.axis(by).labels))] if by else [()]
    return [Intervals.of(exits, entries, place, months) for place in places]


def _worth_naming(keys: Sequence[str]) -> list[str]:
    return sorted(key for key in keys if not key.endswith("~other"))


def _curve(key: str, size: Number, counts: Intervals) -> Curve | None:
    months, at_risk, spread = counts.months, counts.at_risk, counts.spread
    share, log_spread = 1.0, 0.0
    points: list[tuple[int, float, float, float]] = [(0, 1.0, 1.0, 1.0)]
    shown: list[tuple[int, Number]] = []
    for j, (month, end) in enumerate(pairwise(months)):
        if at_risk[j] <= max(20.0, LEAST_AT_RISK * math.sqrt(spread[j])):
            break
        shown.append((month, noised(float(at_risk[j]), float(spread[j]))))
        exposed = max(1.0, float(at_risk[j] + counts.came[j] / 2 - counts.left[j] / 2))
        hazard = min(0.999, max(0.0, float(counts.events[j]) / exposed))
        share *= 1 - hazard
        noise = float(counts.spread_of_event[j]) + hazard**2 * float(spread[j])
        log_spread += hazard / (exposed * (1 - hazard)) + noise / (exposed * (1 - hazard)) ** 2
        half = 1.96 * math.sqrt(log_spread)
        shares = [share, share * math.exp(-half), min(1.0, share * math.exp(half))]
        if counts.digits is not None:
            shares = [round(one, counts.digits) for one in shares]
        points.append((end, shares[0], shares[1], shares[2]))
    if len(points) < 3:
        return None
    return Curve(key, size, tuple(points), tuple(shown), *(_crossing(points, column) for column in (1, 2, 3)))


def _crossing(points: Sequence[tuple[int, float, float, float]], column: int) -> float | None:
    """Where the line through the points (1), or a side of its band (2, 3), crosses one half; None where it does not."""
    for before, after in pairwise(points):
        high, low = before[column], after[column]
        if low <= 0.5 < high:
            return before[0] + (high - 0.5) / (high - low) * (after[0] - before[0])
    return None


def _month(month: float | None, lang: Lang) -> str:
    return label("answer.not_reached", lang) if month is None else number(month, lang, 1)


def _share_at(curve: Curve, month: int, lang: Lang) -> str:
    found = next((point for point in curve.points if point[0] == month), None)
    if found is None:
        return ""
    return f"{percent(found[1], lang, 0)} ({percent(found[2], lang, 0)} – {percent(found[3], lang, 0)})"
