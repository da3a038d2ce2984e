"""A gene drawn over its length: a stem for each residue that changes, as high as patients have it, over its domains."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from chevet.paper.pictures import BLUE, GREY, PALE, SKY, VERMILION, WIDE, Row, Spec, nothing, picture, shown
from chevet.records.rows import pc
from chevet.targets.evidence import Source
from chevet.targets.shape.changes import KINDS
from chevet.targets.shape.heads import Heads
from chevet.words.labels import Lang, label

_NAMED = 8
_HEIGHT = 220
_COLOURS = {"missense": BLUE, "truncating": VERMILION, "in_frame": SKY}
_LEAST_WIDTH_OF_A_NAME = 0.07


@dataclass(frozen=True)
class Lollipop:
    """The drawing of one gene.

    domains   rows of name, start and end, by place; None when no table of domains is kept
    source    where the domains come from
    """

    heads: Heads
    domains: tuple[Row, ...] | None = None
    source: Source | None = None

    def picture(self, lang: Lang) -> Spec:
        """The drawing as a Vega-Lite description; it says so where there is nothing that may be drawn."""
        gene = self.heads.gene
        title, subtitle = label("shape.lollipop.title", lang, gene=gene), " ".join(self._notes(lang))
        if not self.heads.rows:
            return nothing(label("shape.lollipop.nothing", lang), title=title, subtitle=subtitle, lang=lang)
        highest = max(self.heads.rows, key=lambda row: int(row["patients"]))
        alt = label("shape.lollipop.alt", lang, gene=gene, n=len(self.heads.rows), residue=highest["residue"],
                    patients=highest["patients"])  # fmt: skip
        drawn: Spec = {"vconcat": [self._stems(lang), *self._axis(lang)], "spacing": 4,
                       "resolve": {"scale": {"x": "shared"}}}  # fmt: skip
        return picture(drawn, title=title, subtitle=subtitle, alt=alt, lang=lang)

    def _notes(self, lang: Lang) -> list[str]:
        notes = []
        if not self.heads.known:
            notes.append(label("shape.lollipop.length", lang))
        if self.heads.withheld:
            notes.append(label("shape.lollipop.withheld", lang))
        if self.domains is None:
            notes.append(label("shape.lollipop.no_domains", lang))
        elif self.source is not None:
            notes.append(label("shape.lollipop.domains", lang, source=self.source.name, released=self.source.released))
        return notes

    @property
    def _length(self) -> int:
        """The length of the protein; where it is not known, its domains may end behind the last change."""
        ends = [] if self.heads.known else [int(row["end"]) for row in self.domains or ()]
        return max(self.heads.length, *ends, 1)

    def _x(self) -> Spec:
        return {"field": "place", "type": "quantitative", "scale": {"domain": [0, self._length], "nice": False}}

    def _stems(self, lang: Lang) -> Spec:
        rows = sorted(self.heads.rows, key=lambda row: -int(row["patients"]))
        values = [
            {**row, "kind": label(f"shape.kind.{row['kind']}", lang), "named": row["residue"] if rank < _NAMED else ""}
            for rank, row in enumerate(rows)
        ]
        kinds = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
        colour: Spec = {
            "field": "kind", "type": "nominal", "title": None, "legend": {"orient": "top"},
            "scale": {"domain": [label(f"shape.kind.{kind}", lang) for kind in kinds],
                      "range": [_COLOURS[kind] for kind in kinds]},
        }  # fmt: skip
        y: Spec = {"field": "patients", "type": "quantitative", "title": label("shape.patients", lang),
                   "axis": {"tickMinStep": 1}, "scale": {"zero": True}}  # fmt: skip
        x = {**self._x(), "axis": None}
        return {
            "width": WIDE, "height": _HEIGHT, "data": {"values": values},
            "layer": [
                {"mark": {"type": "rule", "color": GREY}, "encoding": {"x": x, "y": y, "y2": {"datum": 0}}},
                {"mark": {"type": "circle", "size": 70, "opacity": 1, "tooltip": True},
                 "encoding": {"x": x, "y": y, "color": colour}},
                {"mark": {"type": "text", "dy": -10, "fontSize": 11},
                 "encoding": {"x": x, "y": y, "text": {"field": "named", "type": "nominal"}}},
            ],
        }  # fmt: skip

    def _axis(self, lang: Lang) -> list[Spec]:
        """The protein as a bar, with its domains upon it."""
        x = {**self._x(), "field": "start", "title": label("shape.residue", lang), "axis": {"grid": False}}
        bar: Spec = {"data": {"values": [{"start": 0, "end": self._length}]},
                     "mark": {"type": "rect", "color": PALE, "y": 7, "y2": 17},
                     "encoding": {"x": x, "x2": {"field": "end"}}}  # fmt: skip
        values = [
            {"start": row["start"], "end": row["end"], "middle": (row["start"] + row["end"]) / 2,
             "name": shown(str(row["name"])) if self._has_room(row) else ""}
            for row in self.domains or () if row["end"] <= self._length
        ]  # fmt: skip
        if not values:
            return [{"width": WIDE, "height": 24, "layer": [bar]}]
        boxes: Spec = {"data": {"values": values}, "mark": {"type": "rect", "color": "#b9c6d3", "stroke": "#ffffff"},
                       "encoding": {"x": x, "x2": {"field": "end"}}}  # fmt: skip
        names: Spec = {"data": {"values": values}, "mark": {"type": "text", "fontSize": 10, "limit": 160},
                       "encoding": {"x": {**x, "field": "middle"},
                                    "text": {"field": "name", "type": "nominal"}}}  # fmt: skip
        return [{"width": WIDE, "height": 24, "layer": [bar, boxes, names]}]

    def _has_room(self, row: Row) -> bool:
        return bool((row["end"] - row["start"]) >= _LEAST_WIDTH_OF_A_NAME * self._length)


def domains_of(table: pa.Table, gene: str) -> tuple[Row, ...]:
    """The domains of a gene in a table of kind `domains`, each once, by place."""
    rows = table.filter(pc.equal(table.column("gene"), gene)).select(["name", "start", "end"]).to_pylist()
    each = {(row["start"], row["end"], row["name"]): row for row in rows}
    return tuple(each[key] for key in sorted(each))
