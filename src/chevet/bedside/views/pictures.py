"""The two pictures of the page, as Vega-Lite specifications: the patient's course, and survival of similar patients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from chevet.bedside.page import PatientPage
from chevet.bedside.standing import Outlook, Similar
from chevet.bedside.views.sheet import Picture
from chevet.bedside.views.wording import Lang, Wording
from chevet.paper import pictures
from chevet.records.tables import DAYS_PER_MONTH

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
INK, GREY, BLUE, PALE, AMBER = "#1b2733", "#5b6b7a", "#0b4f8a", "#9cc3e6", "#8a4b00"
WIDTH = 460
MOST_OF_LABELS = 0.4  # of the width of a picture, for the words beside its axis

Row = dict[str, Any]


def _config(lang: Lang) -> dict[str, Any]:
    french = {"decimal": ",", "thousands": "\u202f", "percent": "\u202f%"}
    number = french if lang == "fr" else {"decimal": ".", "thousands": ","}
    return {
        "background": "#ffffff",
        "padding": {"left": 14, "right": 14, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "axis": {"labelColor": GREY, "titleColor": GREY, "labelFontSize": 12, "titleFontSize": 12,
                 "titleFontWeight": "normal", "gridColor": "#e6eaee", "domainColor": "#9aa7b3", "tickColor": "#9aa7b3"},
        "axisY": {"labelLimit": 260},
        "locale": {"number": {**number, "grouping": [3], "currency": ["", ""]}},
    }  # fmt: skip


def fitted(picture: Picture, total: int, font: str) -> Row:
    """The specification drawn `total` units wide, axis and words included; long words of the axis are cut."""
    config = {**picture.spec["config"], "font": font, "axisY": {"labelLimit": round(total * MOST_OF_LABELS)}}
    fit = {"type": "fit-x", "contains": "padding"}
    return {**picture.spec, "width": total, "autosize": fit, "config": config}


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
    end, step = _scale(max((month for group in (nearest, everyone) for month, *_ in group.curve), default=1))
    layers = [
        _band(nearest),
        _line(everyone, names["everyone"], GREY, [5, 3]),
        _line(nearest, names["nearest"], BLUE, [1, 0]),
        *_curve_names({names["everyone"]: (everyone, GREY), names["nearest"]: (nearest, BLUE)}, end),
        *_this_patient(page, w, end),
    ]
    ticks = list(range(0, int(end) + 1, step))
    x = {"field": "month", "type": "quantitative", "title": w.word("cohort.axis_months"),
         "scale": {"domain": [0, end], "nice": False}, "axis": {"values": ticks, "grid": False}}  # fmt: skip
    y = {"field": "alive", "type": "quantitative", "title": w.word("cohort.axis_alive"),
         "scale": {"domain": [0, 1]}, "axis": {"format": ".0%", "tickCount": 5}}  # fmt: skip
    spec = {
        "$schema": SCHEMA, "width": WIDTH, "height": 190, "config": _config(w.lang),
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
        "mark": {"type": "area", "interpolate": "linear", "color": PALE, "opacity": 0.45},
        "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }


def _line(group: Outlook, name: str, colour: str, dash: Sequence[int]) -> Row:
    mark = {"type": "line", "interpolate": "linear", "color": colour, "strokeWidth": 2, "strokeDash": list(dash)}
    return {"data": {"values": _values(group), "name": name}, "mark": mark}


def _curve_names(curves: Mapping[str, tuple[Outlook, str]], end: float) -> list[Row]:
    """The name of each curve with its stroke, so that colour is never needed to match them.

    Curves fall, so the upper right is empty; where both stay high, the lower right is.
    """
    high = max(_height(group, int(end * 0.5)) for group, _ in curves.values()) > 0.7
    strokes = dict(zip(curves, ("- - -", "\u2014\u2014"), strict=True))
    heights = dict(zip(curves, (0.2, 0.29) if high else (0.86, 0.95), strict=True))
    return [
        {
            "data": {"values": [{"month": end, "alive": heights[name]}]},
            "mark": {"type": "text", "text": f"{strokes[name]} {name}", "color": colour, "fontSize": 12,
                     "fontWeight": "bold", "align": "right", "dx": -4},
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
    words = f"{w.word('cohort.this_patient')}\u00a0: " if w.lang == "fr" else f"{w.word('cohort.this_patient')}: "
    words += w.word(f"vital.{'dead' if own.occurred else 'alive'}")
    at = {"values": [{"month": month, "alive": 1}]}
    side = "right" if month > end * 0.75 else "center" if month > end * 0.25 else "left"
    text = {"type": "text", "text": words, "align": side, "dy": -9,
            "color": AMBER, "fontSize": 12}  # fmt: skip
    return [
        {"data": at, "mark": {"type": "rule", "color": AMBER, "strokeWidth": 1.5, "strokeDash": [2, 2]},
         "encoding": {"y": {"datum": 0}, "y2": {"datum": 1}}},
        {"data": at, "mark": text},
    ]  # fmt: skip


def timeline_picture(page: PatientPage, w: Wording) -> Picture | None:
    """The patient's course on one axis of months, a lane per kind of fact and per treatment.

    None when nothing but the diagnosis is dated.
    """
    marks = _marks(page, w)
    if len({mark["month"] for mark in marks}) < 2 and not any("until" in mark for mark in marks):
        return None
    lanes = list(dict.fromkeys(mark["lane"] for mark in marks))
    end, step = _scale(max(mark["until"] if "until" in mark else mark["month"] for mark in marks))
    start = math.floor(min(0.0, *(mark["month"] for mark in marks)) / step) * step
    ticks = list(range(start, int(end) + 1, step))
    x = {"field": "month", "type": "quantitative", "title": None, "axis": {"values": ticks},
         "scale": {"domain": [start, end], "nice": False}}  # fmt: skip
    axis = {
        "labelPadding": 14,
        "labelColor": INK,
        "domain": False,
        "ticks": False,
        "labelFontSize": 12,
    }
    y = {"field": "lane", "type": "nominal", "title": None, "sort": lanes, "scale": {"domain": lanes}, "axis": axis}
    turn = start + (end - start) * 0.6
    word = {"type": "text", "dx": {"expr": f"datum.month > {turn} ? -9 : 9"}, "fontSize": 12, "color": INK,
            "align": {"expr": f"datum.month > {turn} ? 'right' : 'left'"}}  # fmt: skip
    bar = {"type": "bar", "height": 11, "color": PALE, "stroke": BLUE, "cornerRadius": 2}
    dot = {"type": "point", "filled": True, "size": 80, "color": BLUE}
    shape = {"field": "shape", "type": "nominal", "scale": None, "legend": None}
    spans = {"values": [mark for mark in marks if "until" in mark]}
    points = {"values": [mark for mark in marks if "until" not in mark]}
    layers: list[Row] = [
        {"data": spans, "mark": bar, "encoding": {"x2": {"field": "until"}}},
        {"data": points, "mark": dot, "encoding": {"shape": shape}},
        {"data": points, "mark": word, "encoding": {"text": {"field": "name"}}},
    ]  # fmt: skip
    spec = {
        "$schema": SCHEMA, "width": WIDTH, "height": {"step": 26}, "config": _config(w.lang),
        "encoding": {"x": x, "y": y}, "layer": layers,
    }  # fmt: skip
    return Picture(spec, w.word("timeline.alt"), w.word("timeline.caption"))


def _marks(page: PatientPage, w: Wording) -> list[Row]:
    """What is dated, lane after lane in the order in which lanes are drawn; `until` makes a mark a span."""

    def point(lane: str, days: float, name: str, shape: str) -> Row:
        return {
            "lane": pictures.shown(lane),
            "month": days / DAYS_PER_MONTH,
            "name": pictures.shown(name),
            "shape": shape,
        }

    def word(lane: str) -> str:
        return w.word(f"timeline.{lane}")

    marks = [point(word("diagnosis"), t.diagnosed_days or 0.0, t.oncotree_code or "", "diamond") for t in page.tumours]
    for sample in page.samples:
        if sample.collected_days is not None:
            name = w.coded("sample_type", sample.sample_type) or ""
            marks.append(point(word("sample"), sample.collected_days, name, "square"))
    for treatment in page.treatments:
        if treatment.given and treatment.start_days is not None:
            kind = w.coded("treatment_class", treatment.treatment_class)
            lane = treatment.name or kind or treatment.as_given or word("treatments")
            mark = point(lane, treatment.start_days, "", "circle")
            if treatment.end_days is not None and treatment.end_days > treatment.start_days:
                mark["until"] = treatment.end_days / DAYS_PER_MONTH
            marks.append(mark)
    for event in page.events:
        if event.start_days is not None and event.event not in ("death", "last_contact"):
            known = event.event in ("progression", "relapse")
            name = w.word(f"event.{event.event}") if known else event.event
            marks.append(point(word("events"), event.start_days, name, "triangle-up"))
    own = next((e.days for e in page.endpoints if e.endpoint == "overall_survival"), None)
    news = page.last_news_days if page.last_news_days is not None else own
    if news is not None:
        marks.append(point(word("last_news"), news, w.coded("vital", page.vital_status) or "", "cross"))
    return marks
