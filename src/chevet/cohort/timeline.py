"""One patient's samples, treatments and events on one axis of time since diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from chevet.cohort.answer import Headings, Rows
from chevet.errors import BadInput
from chevet.paper.pictures import BLUE, GREEN, VERMILION, WIDE, Spec, nothing, number, picture, shown
from chevet.records.tables import DAYS_PER_MONTH
from chevet.store.version import Version
from chevet.words.errors import error
from chevet.words.labels import Lang, has_label, label

SAMPLE, TREATMENT, EVENT = "sample", "treatment", "event"


@dataclass(frozen=True)
class Item:
    """Something that happened: `end_days` is None for what happens at one moment, both are None when undated."""

    row: str
    what: str
    start_days: float | None
    end_days: float | None


@dataclass(frozen=True)
class Timeline:
    """A patient's course. It speaks of one person and is no anonymous answer: it stays where the record is."""

    study: str
    version: int
    patient: str
    items: tuple[Item, ...]

    def as_json(self) -> dict[str, Any]:
        names = ("row", "what", "start_days", "end_days")
        return {"patient": self.patient, "items": [{n: getattr(i, n) for n in names} for i in self.items]}

    def title(self, lang: Lang) -> str:
        return label("answer.timeline.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        keys = ("timeline.kind", "timeline.what", "timeline.from", "timeline.to")
        rows: Rows = [
            [
                label(f"answer.timeline.one.{i.row}", lang),
                _word(i, lang),
                number(i.start_days, lang),
                number(i.end_days, lang),
            ]
            for i in self.items
        ]
        return [label(f"answer.{key}", lang) for key in keys], rows

    def notes(self, lang: Lang) -> list[str]:
        undated = sum(i.start_days is None for i in self.items)
        key = "answer.timeline.undated_one" if undated == 1 else "answer.timeline.undated"
        return [label(key, lang, n=number(undated, lang))] if undated else []

    def picture(self, lang: Lang) -> Spec:
        dated = _on_one_line([i for i in self.items if i.start_days is not None])
        values = [
            {
                "row": label(f"answer.timeline.row.{i.row}", lang),
                "what": " · ".join(_word(each, lang) for each in (i, *others)),
                "lasts": i.end_days is not None and i.end_days > (i.start_days or 0),
                "line": f"{n:03d}",
                "from": (i.start_days or 0) / DAYS_PER_MONTH,
                "to": ((i.start_days if i.end_days is None else i.end_days) or 0) / DAYS_PER_MONTH,
            }
            for n, (i, *others) in enumerate(dated)
        ]
        colours = {SAMPLE: GREEN, TREATMENT: BLUE, EVENT: VERMILION}
        seen = [r for r in colours if any(i.row == r for i, *_ in dated)]
        rows = [label(f"answer.timeline.row.{r}", lang) for r in seen]
        half = max((float(i.end_days or i.start_days or 0) for i, *_ in dated), default=0.0) / DAYS_PER_MONTH / 2
        base: Spec = {
            "y": {
                "field": "line",
                "type": "nominal",
                "axis": None,
                "scale": {"domain": [v["line"] for v in values]},
            },
            "x": {
                "field": "from",
                "type": "quantitative",
                "title": label("answer.timeline.months", lang),
                "axis": {"tickCount": 8, "tickMinStep": 1},
            },
            "color": {
                "field": "row",
                "type": "nominal",
                "title": None,
                "scale": {"domain": rows, "range": [colours[r] for r in seen]},
            },
        }
        spec = {
            "width": WIDE,
            "height": {"step": 28},
            "data": {"values": values},
            "encoding": base,
            "layer": [
                {
                    "mark": {"type": "bar", "height": 9, "cornerRadius": 2},
                    "transform": [{"filter": "datum.lasts"}],
                    "encoding": {"x2": {"field": "to"}},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                    "transform": [{"filter": "!datum.lasts"}],
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": -3, "dy": -12, "fontSize": 12},
                    "transform": [{"filter": f"datum.from <= {half}"}],
                    "encoding": {"text": {"field": "what"}, "color": {"value": "#1b2733"}},
                },
                {
                    "mark": {"type": "text", "align": "right", "dx": 4, "dy": -12, "fontSize": 12},
                    "transform": [{"filter": f"datum.from > {half}"}],
                    "encoding": {"text": {"field": "what"}, "color": {"value": "#1b2733"}},
                },
            ],
        }
        title = self.title(lang)
        subtitle = label("answer.subtitle", lang, who=shown(self.patient), study=self.study, version=self.version)
        if not dated:
            return nothing(label("answer.timeline.none", lang), title=title, subtitle=subtitle, lang=lang)
        alt = f"{title}. " + "; ".join(str(v["what"]) for v in values[:12])
        return picture(spec, title=title, subtitle=subtitle, alt=alt, lang=lang)


def _on_one_line(items: Sequence[Item]) -> list[list[Item]]:
    """Events of one moment share a line: a death is also the end of overall survival."""
    lines: list[list[Item]] = []
    for item in items:
        last = lines[-1][0] if lines else None
        if last and item.row == EVENT and (last.row, last.start_days, last.end_days) == (EVENT, item.start_days, None):
            lines[-1].append(item)
        else:
            lines.append([item])
    return lines


def _word(item: Item, lang: Lang) -> str:
    for key in (
        f"sample_type.{item.what}",
        f"treatment_class.{item.what}",
        f"endpoint.{item.what}",
        f"page.event.{item.what}",
    ):
        if has_label(key):
            return label(key, lang)
    return shown(item.what)


def timeline(version: Version, patient: str) -> Timeline:
    """What the study says happened to this patient, in order; what has no date comes last.

    Raises BadInput when the study has no such patient.
    """
    only = pc.field("patient_id") == patient
    if not version.table("patient", ["patient_id"], only).num_rows:
        raise error(BadInput, "no_such_patient")
    items = [
        *(
            _item(SAMPLE, r["sample_type"] or r["sample_type_as_given"], r["collected_days"], None)
            for r in version.table(
                "sample", ["sample_type", "sample_type_as_given", "collected_days"], only
            ).to_pylist()
        ),
        *(
            _item(
                TREATMENT,
                _treatment(r["treatment"], r["treatment_as_given"], r["treatment_class"]),
                r["start_days"],
                r["end_days"],
            )
            for r in version.table("treatment", None, only).to_pylist()
            if r["given"]
        ),
        *(
            _item(EVENT, r["event"], r["start_days"], r["end_days"])
            for r in version.table("event", None, only).to_pylist()
            if r["endpoint"] is None or r["occurred"]
        ),
    ]
    items.sort(key=lambda i: (i.start_days is None, i.start_days or 0.0))
    return Timeline(version.study, version.number, patient, tuple(items))


def _treatment(medicine: str | None, as_given: str | None, of_class: str | None) -> str | None:
    """The medicine; or what the source wrote, unless that is only the class in other letters.

    >>> _treatment(None, "HORMONE_THERAPY", "hormone_therapy"), _treatment(None, "breast conserving", "surgery")
    ('hormone_therapy', 'breast conserving')
    """
    written, classed = ("".join(filter(str.isalpha, (text or "").lower())) for text in (as_given, of_class))
    return medicine or (of_class if written in ("", classed) else as_given)


def _item(row: str, what: str | None, start: float | None, end: float | None) -> Item:
    return Item(row, what or "", start, end)
