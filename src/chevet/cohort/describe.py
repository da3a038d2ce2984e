"""Who the patients of a cohort are: one distribution per field, with what is not said counted too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from chevet.cohort.answer import Headings, Rows, cohort_label, field_label, value_label
from chevet.cohort.cohort import Cohort
from chevet.cohort.index import CohortIndex
from chevet.paper.pictures import BLUE, Spec, in_two_lines, nothing, number, picture
from chevet.privacy.disclosure import nothing_large, released_counts, released_part, require_releasable
from chevet.store import bits
from chevet.store.bits import Bits, Matrix
from chevet.words.labels import Lang, label

AGE, YEAR, TREATED = "age_band", "diagnosis_year", "treatment_class"
CHARTS = (
    "tumour", "stage", "sex", AGE, YEAR, "centre", "grade", "sample_type", "vital_status", TREATED,
)  # fmt: skip
NOT_SAID = ""
BAND_YEARS = 10
BARS_AT_MOST = 12
_ROWS_BY_BITS = 64


@dataclass(frozen=True)
class Distribution:
    """Patients per value of one field; `None` where withheld; the value "" is *not said*.

    exclusive   False when a patient may be counted under several values (treatments)
    """

    field: str
    counts: dict[str, int | None]
    exclusive: bool = True


@dataclass(frozen=True)
class Description:
    """The distributions of a cohort's patients."""

    cohort: Cohort
    patients: int
    distributions: tuple[Distribution, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "patients": self.patients,
            "suppressed": any(n is None for d in self.distributions for n in d.counts.values()),
            "distributions": [
                {
                    "field": d.field, "exclusive": d.exclusive,
                    "not_said": d.counts.get(NOT_SAID, 0),
                    "values": [{"value": v, "patients": n} for v, n in d.counts.items() if v != NOT_SAID],
                }
                for d in self.distributions
            ],
        }  # fmt: skip

    def title(self, lang: Lang) -> str:
        return label("answer.describe.title", lang, n=number(self.patients, lang))

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        withheld = label("answer.withheld", lang)
        headings = [label(f"answer.{k}", lang) for k in ("field", "value", "patients")]
        rows: Rows = [
            [_field(d.field, lang), _value(d.field, value, lang), withheld if n is None else n]
            for d in self.distributions
            for value, n in d.counts.items()
        ]
        return headings, rows

    def notes(self, lang: Lang) -> list[str]:
        notes = [note.say(lang) for note in self.cohort.definition.notes]
        if any(n is None for d in self.distributions for n in d.counts.values()):
            notes.append(label("answer.withheld_note", lang))
        if any(not d.exclusive for d in self.distributions):
            notes.append(label("answer.describe.several", lang))
        silent = [_field(d.field, lang) for d in self.distributions if not _tells(d)]
        if silent:
            notes.append(label("answer.describe.silent", lang, fields=", ".join(silent)))
        return notes

    def picture(self, lang: Lang) -> Spec:
        charts = [self._chart(d, lang) for d in self.distributions if _tells(d)]
        title = self.title(lang)
        fields = ", ".join(_field(d.field, lang) for d in self.distributions)
        alt = f"{title}. {label('answer.describe.alt', lang, fields=fields)}"
        subtitle = cohort_label(self.cohort, lang)
        if not charts:
            return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
        return picture(
            {"concat": charts, "columns": 2, "spacing": 34}, title=title, subtitle=subtitle, alt=alt, lang=lang
        )

    def _chart(self, distribution: Distribution, lang: Lang) -> Spec:
        values = _bars(distribution, lang)
        two_lines = in_two_lines([str(v["value"]) for v in values])
        return {
            "title": {"text": _field(distribution.field, lang), "fontSize": 13, "anchor": "start", "frame": "group",
                      "offset": 6},
            "width": 190, "height": {"step": 30 if two_lines else 20}, "data": {"values": values},
            "encoding": {
                "y": {"field": "value", "type": "nominal", "sort": None, "title": None,
                      "axis": {"labelLimit": 190} | two_lines},
                "x": {"field": "patients", "type": "quantitative", "title": None,
                      "axis": {"tickCount": 3, "format": ",d", "tickMinStep": 1}},
                "fillOpacity": {"field": "strength", "type": "quantitative", "legend": None,
                                "scale": {"domain": [0, 1], "range": [0.4, 1]}},
            },
            "layer": [
                {"mark": {"type": "bar", "color": BLUE, "tooltip": True}},
                {"mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
                 "encoding": {"text": {"field": "patients", "format": ",d"}, "fillOpacity": {"value": 1}}},
            ],
        }  # fmt: skip


def describe(cohort: Cohort) -> Description:
    """The distributions of tumour, stage, sex, age, year, centre and more, among the cohort's patients.

    Raises CannotConclude for an empty cohort, Refused for one of fewer patients than the floor.
    """
    cohort.asked("describe")
    require_releasable(cohort.size, "cohort")
    found = [_distribution(cohort.index, cohort.bits, name) for name in CHARTS]
    return Description(cohort, cohort.size, tuple(found))


def _distribution(index: CohortIndex, members: Bits, name: str) -> Distribution:
    if name == TREATED:
        counts = {c or "unnamed": bits.count(index.treatment_class_bits(c) & members) for c in index.treatment_classes}
        size = bits.count(members)
        shown = {c: released_part(n, size) for c, n in _falling(counts).items() if n}
        return Distribution(name, _withheld_last(shown), exclusive=False)
    if name in (AGE, YEAR):
        labels, rows = _banded(index, name)
        counts = dict(zip(labels, bits.count_rows(rows, members).tolist(), strict=True))
        return Distribution(name, _released({v: n for v, n in counts.items() if n}))
    counts = category_counts(index, name, members)
    by_value = name in ("stage", "grade")
    ordered = dict(sorted(counts.items())) if by_value else _falling(counts)
    said = {v: n for v, n in ordered.items() if n and v != NOT_SAID}
    if ordered.get(NOT_SAID):
        said[NOT_SAID] = ordered[NOT_SAID]
    return Distribution(name, _released(said) if by_value else _withheld_last(_released(said)))


def _released(counts: dict[str, int]) -> dict[str, int | None]:
    """The counts that may leave; where each value is of so few that its name would count them, no name either."""
    return {NOT_SAID: None} if nothing_large(counts) else released_counts(counts)


def _withheld_last(counts: dict[str, int | None]) -> dict[str, int | None]:
    """What is withheld comes last, by name: its place among the others would tell how many it is."""
    return dict(sorted(counts.items(), key=lambda item: (item[1] is None, item[0] if item[1] is None else "")))


def category_counts(index: CohortIndex, name: str, members: Bits) -> dict[str, int]:
    """Patients of `members` per label of a category; the label "" counts those of whom nothing is said."""
    labels = index.category(name).labels if len(index.category(name).labels) > _ROWS_BY_BITS else None
    if labels is not None:
        codes = index.category(name).codes[bits.unpack(members, index.n_patients)]
        found = np.bincount(codes, minlength=len(labels))
    else:
        labels = index.category(name).labels
        found = bits.count_rows(index.category_bits(name), members)
    return dict(zip(labels, found.tolist(), strict=True))


# An index never changes: the bands of its numbers are worked out once.
_BANDS: WeakKeyDictionary[CohortIndex, dict[str, tuple[list[str], Matrix]]] = WeakKeyDictionary()


def _banded(index: CohortIndex, name: str) -> tuple[list[str], Matrix]:
    known = _BANDS.setdefault(index, {})
    if name not in known:
        source, width, say = ("age_at_diagnosis_years", BAND_YEARS, _band) if name == AGE else (name, 1, str)
        known[name] = _bands(index.number(source), width, say, index.n_patients)
    return known[name]


def _bands(numbers: np.ndarray[Any, Any], width: int, say: Callable[[int], str], n: int) -> tuple[list[str], Matrix]:
    missing = np.isnan(numbers)
    starts = np.where(missing, 0, np.floor(np.nan_to_num(numbers) / width) * width).astype(np.int64)
    values = np.unique(starts[~missing])
    codes = np.where(missing, len(values), np.searchsorted(values, starts))
    rows = bits.rows_from_pairs(codes, np.arange(n), len(values) + 1, n)
    return [*(say(int(v)) for v in values), NOT_SAID], rows


def _band(start: int) -> str:
    return f"{start}-{start + BAND_YEARS - 1}"


def _tells(distribution: Distribution) -> bool:
    """Whether there is something to draw besides *not said*."""
    return any(n for value, n in distribution.counts.items() if value != NOT_SAID)


def _falling(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _field(name: str, lang: Lang) -> str:
    return label(f"answer.field.{name}", lang) if name in (AGE, TREATED) else field_label(name, lang)


def _value(field: str, value: str, lang: Lang) -> str:
    if field == TREATED and value == "unnamed":
        return label("said.not", lang)
    return value_label(field, value, lang)


def _bars(distribution: Distribution, lang: Lang) -> list[dict[str, Any]]:
    """At most twelve bars; withheld values, and those past the twelfth, are in the table beside."""
    drawn = [(v, n) for v, n in distribution.counts.items() if n is not None]
    if distribution.field == YEAR and len(drawn) > BARS_AT_MOST:
        return _by_span([(v, n) for v, n in drawn if v != NOT_SAID], lang)
    kept, rest = drawn[:BARS_AT_MOST], drawn[BARS_AT_MOST:]
    bars = [
        {"value": _value(distribution.field, v, lang), "patients": n, "strength": int(v != NOT_SAID)} for v, n in kept
    ]
    if rest:
        others = label("answer.others", lang, n=len(rest))
        bars.append({"value": others, "patients": sum(n for _, n in rest), "strength": 0})
    return bars


def _by_span(years: list[tuple[str, int]], lang: Lang) -> list[dict[str, Any]]:
    """Calendar years joined into spans of five."""
    spans: dict[int, int] = {}
    for year, n in years:
        spans[int(year) // 5 * 5] = spans.get(int(year) // 5 * 5, 0) + n
    return [{"value": f"{start}-{start + 4}", "patients": n, "strength": 1} for start, n in sorted(spans.items())]
