"""The two pictures of the page, as Vega-Lite specifications: the patient's course, and survival of similar patients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from chevet.bedside.page import PatientPage
from chevet.bedside.standing import Outlook, Similar
from chevet.bedside.views.sheet import Picture
from chevet.bedside.views.wording import Lang, Wording
from chevet.records.tables import DAYS_PER_MONTH

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
INK, GREY, BLUE, PALE, AMBER = "#1b2733", "#5b6b7a", "#0b4f8a", "#9cc3e6", "#8a4b00"
WIDTH = 620

Row = dict[str, Any]


def _config(lang: Lang) -> dict[str, Any]:
    number = {"decimal": ",", "thousands": "\u202f", "percent": "\u202f%"} if lang == "fr" else {"decimal": ".", "thousands": ","}
    return {
        "background": "#ffffff",
        "padding": {"left": 14, "right": 14, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "axis": {"labelColor": GREY, "titleColor": GREY, "labelFontSize": 12, "titleFontSize": 12,
                 "titleFontWeight": "normal", "gridColor": "#e6eaee", "domainColor": "#9aa7b3", "tickColor": "#9aa7b3"},
        "locale": {"number": {**number, "grouping": [3], "currency": ["", ""]}},
    }  # fmt: skip


def _scale(last: float) -> tuple[float, int]:
    """The end of a month axis and the step of its ticks, in whole years where it is long."""
    step = next((step for step in (1, 3, 6, 12, 24, 36, 60, 120) if last / step <= 8), 120)
    return max(step, math.ceil(last / step) * step), step


def survival_picture(page: PatientPage, similar: Similar, w: Wording) -> Picture:
    """Two curves, the interval of the first, and how far this patient was followed."""
    nearest, everyone = similar.nearest, similar.everyone
    names = {
        "nearest": w.word("cohort.nearest", n=w.number(nearest.patients)),
        "everyone": w.word("cohort.everyone", n=w.number(everyone.patients)),
    }
    end, step = _scale(max(month for group in (nearest, everyone) for month, *_ in group.curve))
    layers = [
        _band(nearest),
        _line(everyone, names["everyone"], GREY, [5, 3]),
        _line(nearest, names["nearest"], BLUE, [1, 0]),
        *_curve_names({names["everyone"]: (everyone, GREY), names["nearest"]: (nearest, BLUE)}, end),
        *_this_patient(page, w, end),
    ]
    x = {"field": "month", "type": "quantitative", "title": w.word("cohort.axis_months"),
         "scale": {"domain": [0, end], "nice": False}, "axis": {"values": list(range(0, int(end) + 1, step)), "grid": False}}  # fmt: skip
    y = {"field": "alive", "type": "quantitative", "title": w.word("cohort.axis_alive"),
         "scale": {"domain": [0, 1]}, "axis": {"format": ".0%", "tickCount": 5}}  # fmt: skip
    spec = {
        "$schema": SCHEMA, "width": WIDTH, "height": 260, "config": _config(w.lang),
        "encoding": {"x": x, "y": y}, "layer": layers,
    }  # fmt: skip
    median = w.word("summary.median_not_reached")
    if nearest.median is not None:
        median = w.word("unit.months", n=w.number(nearest.median, 1))
    alt = w.word("cohort.curve_alt", median=median)
    return Picture(spec, alt, w.word("cohort.curve_caption", n=w.number(everyone.patients)))


def _values(group: Outlook) -> list[Row]:
    return [{"month": m, "alive": alive, "low": low, "high": high} for m, alive, low, high in group.curve]


def _band(group: Outlook) -> Row:
    return {
        "data": {"values": _values(group)},
        "mark": {"type": "area", "interpolate": "step-after", "color": PALE, "opacity": 0.45},
        "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }


def _line(group: Outlook, name: str, colour: str, dash: Sequence[int]) -> Row:
    mark = {"type": "line", "interpolate": "step-after", "color": colour, "strokeWidth": 2, "strokeDash": list(dash)}
    return {"data": {"values": _values(group), "name": name}, "mark": mark}


def _curve_names(curves: Mapping[str, tuple[Outlook, str]], end: float) -> list[Row]:
    """Each curve is named beside itself where the two are furthest apart, so that no key need be matched by colour.

    Curves fall: the empty place is above to the right of the higher one, below to the left of the lower one.
    """
    first, second = (group for group, _ in curves.values())
    months = [m for m in range(int(end * 0.2), int(end * 0.6) + 1)]
    at = max(months, key=lambda m: abs(_height(first, m) - _height(second, m)))
    heights = {name: _height(group, at) for name, (group, _) in curves.items()}
    upper = max(heights, key=lambda name: heights[name])
    return [
        {
            "data": {"values": [{"month": at, "alive": heights[name]}]},
            "mark": {
                "type": "text", "text": name, "color": colour, "fontSize": 12, "fontWeight": "bold",
                "align": "left" if name == upper else "right", "baseline": "bottom" if name == upper else "top",
                "dx": 8 if name == upper else -8, "dy": -6 if name == upper else 8,
            },
        }
        for name, (_, colour) in curves.items()
    ]  # fmt: skip


def _height(group: Outlook, month: float) -> float:
    return next((alive for m, alive, *_ in reversed(group.curve) if m <= month), 1.0)


def _this_patient(page: PatientPage, w: Wording, end: float) -> list[Row]:
    """An upright line where this patient's follow-up ends, with the words beside it."""
    own = next((e for e in page.endpoints if e.endpoint == "overall_survival"), None)
    if own is None or own.days is None or own.occurred is None:
        return []
    month = own.days / DAYS_PER_MONTH
    left = month > end * 0.6
    words = [w.word("cohort.this_patient"), w.word(f"vital.{'dead' if own.occurred else 'alive'}")]
    at = {"values": [{"month": month, "alive": 0}]}
    text = {"type": "text", "text": words, "align": "right" if left else "left", "dx": -6 if left else 6,
            "dy": -24, "color": AMBER, "fontSize": 12, "baseline": "top"}  # fmt: skip
    return [
        {"data": at, "mark": {"type": "rule", "color": AMBER, "strokeWidth": 1.5, "strokeDash": [2, 2]},
         "encoding": {"y": {"datum": 0}, "y2": {"datum": 1}}},
        {"data": at, "mark": text},
    ]  # fmt: skip


def timeline_picture(page: PatientPage, w: Wording) -> Picture | None:
    """The patient's course on one axis of months, a lane per kind of fact; None when only the diagnosis is dated."""
    spans, points = _spans(page, w), _points(page, w)
    if not spans and len(points) < 2:
        return None
    lanes = [w.word(f"timeline.{lane}") for lane in ("diagnosis", "sample", "treatments", "events", "last_news")]
    used = [lane for lane in lanes if any(row["lane"] == lane for row in (*spans, *points))]
    last = max([row["month"] for row in points] + [row["until"] for row in spans])
    first = min([row["month"] for row in points] + [row["month"] for row in spans])
    end, step = _scale(last)
    start = math.floor(min(first, 0) / step) * step
    x = {"field": "month", "type": "quantitative", "title": w.word("timeline.caption"),
         "scale": {"domain": [start, end], "nice": False}, "axis": {"values": list(range(start, int(end) + 1, step))}}  # fmt: skip
    y = {"field": "lane", "type": "nominal", "title": None, "sort": used,
         "scale": {"domain": used}, "axis": {"labelPadding": 14, "labelLimit": 260, "labelColor": INK, "domain": False, "ticks": False, "labelFontSize": 13}}  # fmt: skip
    layers: list[Row] = [
        {"data": {"values": spans}, "mark": {"type": "bar", "height": 12, "color": PALE, "stroke": BLUE, "cornerRadius": 2},
         "encoding": {"x2": {"field": "until"}}},
        {"data": {"values": points}, "mark": {"type": "point", "filled": True, "size": 90, "color": BLUE},
         "encoding": {"shape": {"field": "shape", "type": "nominal", "scale": None, "legend": None}}},
        {"data": {"values": [*spans, *points]},
         "mark": {"type": "text", "dy": -13, "align": {"expr": f"datum.month > {start + (end - start) * 0.75} ? 'right' : 'left'"},
                  "fontSize": 11, "color": INK},
         "encoding": {"text": {"field": "name"}}},
    ]  # fmt: skip
    spec = {
        "$schema": SCHEMA, "width": WIDTH, "height": {"step": 40}, "config": _config(w.lang),
        "encoding": {"x": x, "y": y}, "layer": layers,
    }  # fmt: skip
    return Picture(spec, w.word("timeline.alt"), w.word("timeline.caption"))


def _spans(page: PatientPage, w: Wording) -> list[Row]:
    lane = w.word("timeline.treatments")
    return [
        {"lane": lane, "month": t.start_days / DAYS_PER_MONTH, "until": t.end_days / DAYS_PER_MONTH,
         "name": t.name or t.as_given or w.coded("treatment_class", t.treatment_class) or ""}
        for t in page.treatments
        if t.given and t.start_days is not None and t.end_days is not None
    ]  # fmt: skip


def _points(page: PatientPage, w: Wording) -> list[Row]:
    def point(lane: str, days: float, name: str, shape: str) -> Row:
        return {"lane": w.word(f"timeline.{lane}"), "month": days / DAYS_PER_MONTH, "name": name, "shape": shape}

    found = [point("diagnosis", t.diagnosed_days or 0.0, t.oncotree_code or "", "diamond") for t in page.tumours]
    found += [
        point("sample", s.collected_days, w.coded("sample_type", s.sample_type) or "", "square")
        for s in page.samples
        if s.collected_days is not None
    ]
    found += [
        point(
            "treatments",
            t.start_days,
            t.name or t.as_given or w.coded("treatment_class", t.treatment_class) or "",
            "circle",
        )
        for t in page.treatments
        if t.given and t.start_days is not None and t.end_days is None
    ]
    found += [
        point(
            "events",
            e.start_days,
            w.word(f"event.{e.event}") if e.event in ("progression", "relapse") else e.event,
            "triangle-up",
        )
        for e in page.events
        if e.start_days is not None and e.event not in ("death", "last_contact")
    ]
    own = next((e.days for e in page.endpoints if e.endpoint == "overall_survival"), None)
    news = page.last_news_days if page.last_news_days is not None else own
    if news is not None:
        found.append(point("last_news", news, w.coded("vital", page.vital_status) or "", "cross"))
    return found
