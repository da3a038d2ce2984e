"""The forest plot: a hazard ratio and its interval per gene, on a scale on which twice and half are alike."""

from __future__ import annotations

from typing import Any

from chevet.paper.pictures import BLUE, GREY, INK, VERMILION, WIDE, Spec, nothing, number, picture, probability
from chevet.targets.outcome.by_gene import ESTIMATED
from chevet.words.labels import Lang, label

DRAWN_AT_MOST = 25
_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
# Farther out, the ends of an interval are cut at the edge.
_FARTHEST = 20.0


def forest(genes: list[dict[str, Any]], by_treatment: bool, title: str, subtitle: str, lang: Lang) -> Spec:
    """The genes with an estimate, in their order, as Vega-Lite; at most twenty-five."""
    drawn = [row for row in genes if row["state"] == ESTIMATED][:DRAWN_AT_MOST]
    values = [value for row in drawn for value in (_sides(row, lang) if by_treatment else _whole(row, lang))]
    if not values:
        return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
    told = "; ".join(f"{value['gene']} {value['text']}" for value in values[:5])
    layers = [_one(), _intervals(by_treatment), _points(by_treatment), _texts()]
    spec = {
        "width": WIDE,
        "height": {"step": 18 if by_treatment else 24},
        "data": {"values": values},
        "encoding": _places(values, by_treatment, lang),
        "layer": layers if by_treatment else [*layers, _shrunken()],
    }
    return picture(spec, title=title, subtitle=subtitle, alt=f"{title}. {told}", lang=lang)


def _whole(row: dict[str, Any], lang: Lang) -> list[dict[str, Any]]:
    ends = row["hazard_ratio"], row["ci_low"], row["ci_high"]
    text = f"{_ratio_said(*ends, lang)}  q {probability(row['q'], lang)}"
    return [_value(row["gene"], *ends, text) | {"shrunken": row["shrunken"]}]


def _sides(row: dict[str, Any], lang: Lang) -> list[dict[str, Any]]:
    found = []
    for side in ("carriers", "others"):
        ends = row[f"{side}_ratio"], row[f"{side}_low"], row[f"{side}_high"]
        text = _ratio_said(*ends, lang)
        if side == "carriers":
            text += f"  q {probability(row['q'], lang)}"
        found.append(_value(row["gene"], *ends, text) | {"side": label(f"targets.outcome.side.{side}", lang)})
    return found


def _value(gene: str, ratio: float, low: float, high: float, text: str) -> dict[str, Any]:
    cut = [min(max(end, 1 / _FARTHEST), _FARTHEST) for end in (ratio, low, high)]
    return {"gene": gene, "ratio": cut[0], "low": cut[1], "high": cut[2], "text": text}


def _ratio_said(ratio: float, low: float, high: float, lang: Lang) -> str:
    return f"{number(ratio, lang, 2)} ({number(low, lang, 2)} – {number(high, lang, 2)})"


def _places(values: list[dict[str, Any]], by_treatment: bool, lang: Lang) -> Spec:
    least, most = min(0.5, *(v["low"] for v in values)), max(2.0, *(v["high"] for v in values))
    room = (most / least) ** 0.45
    y: Spec = {"field": "gene", "type": "nominal", "sort": None, "title": None, "axis": {"labelFontStyle": "italic"}}
    x: Spec = {
        "field": "ratio",
        "type": "quantitative",
        # One line each, so that a telephone has room.
        "title": label("targets.outcome.axis_treatment" if by_treatment else "targets.outcome.axis", lang).split("|"),
        "scale": {"type": "log", "domain": [least * 0.95, most * room], "nice": False},
        "axis": {"values": [tick for tick in _TICKS if least * 0.95 <= tick <= most], "format": "~g"},
    }
    return {"y": y, "x": x} | ({"yOffset": {"field": "side", "type": "nominal"}} if by_treatment else {})


def _one() -> Spec:
    """The line at 1: no difference."""
    line = {"type": "rule", "color": GREY, "strokeDash": [4, 3]}
    return {"data": {"values": [{"one": 1.0}]}, "mark": line,
            "encoding": {"x": {"field": "one", "type": "quantitative"}, "y": None, "yOffset": None}}  # fmt: skip


def _colour(by_treatment: bool) -> Spec:
    if not by_treatment:
        return {"value": BLUE}
    return {"field": "side", "type": "nominal", "title": None, "scale": {"range": [VERMILION, BLUE]}, "sort": None}


def _intervals(by_treatment: bool) -> Spec:
    ends = {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}
    return {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": ends | {"color": _colour(by_treatment)}}


def _points(by_treatment: bool) -> Spec:
    mark = {"type": "point", "filled": True, "shape": "square", "size": 70, "opacity": 1, "tooltip": True}
    return {"mark": mark, "encoding": {"color": _colour(by_treatment)}}


def _texts() -> Spec:
    mark = {"type": "text", "align": "left", "dx": 8, "fontSize": 11, "color": INK}
    return {"mark": mark, "encoding": {"x": {"field": "high", "type": "quantitative"}, "text": {"field": "text"}}}


def _shrunken() -> Spec:
    """Where the estimate lies once all genes are taken into account."""
    mark = {"type": "point", "filled": False, "shape": "diamond", "size": 90, "opacity": 1, "color": VERMILION}
    return {
        "transform": [{"filter": "isValid(datum.shrunken)"}],
        "mark": mark | {"strokeWidth": 1.8},
        "encoding": {"x": {"field": "shrunken", "type": "quantitative"}},
    }
