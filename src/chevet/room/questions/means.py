"""The mean and the sum of a field, with noise: every value cut to bounds, so that nobody weighs more than another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from chevet.cohort.answer import Headings, Rows, field_label
from chevet.cohort.nodes import Definition
from chevet.errors import CannotConclude
from chevet.paper.pictures import BLUE, INK, WIDE, Spec, number, picture
from chevet.privacy.noise.sums import Bounds, Estimate
from chevet.room.questions.answers import noise_notes
from chevet.room.questions.by_noise import FromNoise
from chevet.room.questions.numbers import Asked, Number, noised
from chevet.words.labels import Lang, label

Kind = Literal["mean", "sum"]
OF_VALUES: tuple[Kind, ...] = ("mean", "sum")
MOST_DIGITS = 12
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class ValuesAnswer:
    """A mean or a sum, with the interval that holds the true one, and in how many patients the field is recorded."""

    asked: Asked
    kind: Kind
    field: str
    bounds: Bounds
    estimate: Estimate
    patients: Number

    def as_json(self) -> dict[str, Any]:
        told = {name: round(value, MOST_DIGITS) for name, value in self._told().items()}
        return self.asked.as_json() | {
            "field": self.field, "between": [self.bounds.low, self.bounds.high], **told, **self.patients.as_json(),
        }  # fmt: skip

    def title(self, lang: Lang) -> str:
        return label(f"ask.values.{self.kind}_title", lang, field=field_label(self.field, lang))

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        headings = [label(f"ask.values.{self.kind}", lang), label("answer.interval", lang),
                    label("ask.values.patients", lang)]  # fmt: skip
        value, interval = self._said(lang)
        return headings, [[value, interval, self.patients.say(lang)]]

    def notes(self, lang: Lang) -> list[str]:
        low, high = (self._written(bound, lang, _places(bound)) for bound in (self.bounds.low, self.bounds.high))
        return [
            *noise_notes(self.asked, lang),
            label("ask.values.cut", lang, low=low, high=high),
            label(f"ask.values.{self.kind}_interval", lang),
        ]

    def picture(self, lang: Lang) -> Spec:
        value, interval = self._said(lang)
        seen = self.bounds if self.kind == "mean" else self.estimate
        axis = {"format": self._format(), "tickCount": 5}
        scale = {"domain": [seen.low, seen.high], "zero": False}
        x = {"type": "quantitative", "title": field_label(self.field, lang), "scale": scale, "axis": axis}
        spec: Spec = {
            "width": WIDE, "height": 60, "data": {"values": [self._told() | {"said": value}]},
            "layer": [
                {"mark": {"type": "rule", "color": INK, "strokeWidth": 1.6},
                 "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}}},
                {"mark": {"type": "point", "filled": True, "size": 90, "color": BLUE, "opacity": 1, "tooltip": True},
                 "encoding": {"x": x | {"field": self.kind}}},
                {"mark": {"type": "text", "dy": -14, "fontSize": 12, "color": INK},
                 "encoding": {"x": x | {"field": self.kind}, "text": {"field": "said"}}},
            ],
        }  # fmt: skip
        title = self.title(lang)
        alt = f"{title}. {value} ({interval})"
        return picture(spec, title=title, subtitle=self.asked.subtitle(lang), alt=alt, lang=lang)

    def _told(self) -> dict[str, float]:
        return {self.kind: self.estimate.value, "low": self.estimate.low, "high": self.estimate.high}

    @property
    def _digits(self) -> int:
        """As many decimals as the interval bears: two figures of its width."""
        width = self.estimate.high - self.estimate.low
        return min(MOST_DIGITS, max(0, 1 - math.floor(math.log10(width))))

    def _said(self, lang: Lang) -> tuple[str, str]:
        """The number and its interval as they are read: the ends are rounded outward, so that none is lost by it."""
        tenths = 10**self._digits
        ends = math.floor(self.estimate.low * tenths) / tenths, math.ceil(self.estimate.high * tenths) / tenths
        value, low, high = (self._written(one, lang, self._digits) for one in (self.estimate.value, *ends))
        return value, f"{low} – {high}"

    def _written(self, value: float, lang: Lang, digits: int) -> str:
        """A year has no mark between its thousands; a sum of years has."""
        text = number(value, lang, digits)
        if not self._of_years or abs(value) >= TEN_THOUSAND:
            return text
        return text.replace("\u202f" if lang == "fr" else ",", "")

    @property
    def _of_years(self) -> bool:
        return self.field.endswith("_year")

    def _format(self) -> str:
        return f".{self._digits}f" if self._of_years else f",.{self._digits}f"


def _places(bound: float) -> int:
    """The decimals that a bound was written with."""
    return len(f"{bound:.{MOST_DIGITS}f}".rstrip("0").partition(".")[2])


def answer(
    source: FromNoise, asked: Asked, definition: Definition, kind: Kind, field: str, bounds: Bounds
) -> ValuesAnswer:
    """The mean or the sum of a field over those for whom the definition is true and who have it recorded.

    Raises CannotConclude when too few stand out of the noise; it was paid for, and the same question costs nothing.
    """
    found = source.totals(definition, field, bounds)
    estimate = found.mean() if kind == "mean" else found.sum()
    if estimate is None:
        raise CannotConclude(
            f"noise drowns this {kind}: too few patients, or bounds too wide for so many",
            next_act="Ask of more patients, or between closer bounds that are known outside (--between LOW HIGH).",
        )
    return ValuesAnswer(asked, kind, field, bounds, estimate, noised(found.people, found.people_error**2))
