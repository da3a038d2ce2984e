"""Pictures of noisy counts: a bar ends at the estimate, and a line shows where the true number lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chevet.paper.pictures import BLUE, INK, WIDE, Spec, in_two_lines, nothing, picture
from chevet.room.questions.numbers import Number
from chevet.words.labels import Lang, label

BARS_AT_MOST = 24
Bars = Sequence[tuple[str, Number]]


def bars(title: str, subtitle: str, groups: Sequence[tuple[str, Bars]], lang: Lang) -> Spec:
    """One chart of bars per group; numbers that are not said have no bar, and stand in the table beside."""
    charts = [chart for name, found in groups if (chart := _chart(name, found, lang, wide=len(groups) == 1))]
    if not charts:
        return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
    said = "; ".join(f"{name}: {part.say(lang)}" for _, found in groups[:1] for name, part in list(found)[:5])
    body: Spec = charts[0] if len(charts) == 1 else {"concat": charts, "columns": 2, "spacing": 34}
    return picture(body, title=title, subtitle=subtitle, alt=f"{title}. {said}", lang=lang)


def _chart(name: str, found: Bars, lang: Lang, *, wide: bool) -> Spec | None:
    values = [
        {
            "value": value, "patients": part.value, "low": max(0, part.value - part.within),
            "high": part.value + part.within, "said": part.say(lang),
        }
        for value, part in found if part.value is not None
    ][:BARS_AT_MOST]  # fmt: skip
    if not any(value["patients"] for value in values):
        return None
    two_lines = in_two_lines([str(value["value"]) for value in values])
    top = max(int(str(value["high"])) for value in values)
    encoding: Spec = {
        "y": {"field": "value", "type": "nominal", "sort": None, "title": None,
              "axis": {"labelLimit": 190} | two_lines},
        "x": {"field": "patients", "type": "quantitative", "title": label("answer.patients", lang) if wide else None,
              "scale": {"domain": [0, top * (1.25 if wide else 1.6)]},
              "axis": {"tickCount": 5 if wide else 3, "format": ",d", "tickMinStep": 1}},
    }  # fmt: skip
    chart: Spec = {
        "width": WIDE if wide else 190, "height": {"step": 34 if wide else 30 if two_lines else 20},
        "data": {"values": values}, "encoding": encoding,
        "layer": [
            {"mark": {"type": "bar", "color": BLUE, "tooltip": True, "opacity": 0.75}},
            {"mark": {"type": "rule", "color": INK, "strokeWidth": 1.6},
             "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}},
            {"mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 11, "color": INK},
             "encoding": {"x": {"field": "high", "type": "quantitative"}, "text": {"field": "said"}}},
        ],
    }  # fmt: skip
    return chart if wide or not name else chart | {"title": {"text": name, "fontSize": 13, "anchor": "start",
                                                             "frame": "group", "offset": 6}}  # fmt: skip


def squares(
    title: str, subtitle: str, rows: str, columns: str, found: Sequence[tuple[str, str, Number]], lang: Lang
) -> Spec:
    """A table as coloured squares; what is not said is left white."""
    values: list[dict[str, Any]] = [
        {"row": a, "column": b, "patients": part.value, "said": part.say(lang)}
        for a, b, part in found if part.value is not None
    ]  # fmt: skip
    if not values:
        return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
    top = max(value["patients"] for value in values)
    spec: Spec = {
        "width": {"step": 76}, "height": {"step": 24}, "data": {"values": values},
        "encoding": {
            "x": {"field": "column", "type": "nominal", "sort": None, "title": columns,
                  "axis": {"labelAngle": -35, "labelLimit": 150}},
            "y": {"field": "row", "type": "nominal", "sort": None, "title": rows, "axis": {"labelLimit": 230}},
        },
        "layer": [
            {"mark": {"type": "rect", "tooltip": True},
             "encoding": {"color": {"field": "patients", "type": "quantitative",
                                    "title": label("answer.patients", lang), "scale": {"range": ["#f3f7fa", BLUE]}}}},
            {"mark": {"type": "text", "fontSize": 10},
             "encoding": {"text": {"field": "said"},
                          "color": {"condition": {"test": f"datum.patients > {top * 0.6}", "value": "white"},
                                    "value": INK}}},
        ],
    }  # fmt: skip
    said = "; ".join(f"{v['row']}, {v['column']}: {v['said']}" for v in values[:4])
    return picture(spec, title=title, subtitle=subtitle, alt=f"{title}. {said}", lang=lang)
