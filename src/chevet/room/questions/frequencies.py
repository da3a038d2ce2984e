"""How often genes are altered, in one cohort or in two side by side, from counts that may be said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scipy.special import ndtr

from chevet.cohort.answer import Headings, Rows
from chevet.cohort.nodes import Definition
from chevet.errors import CannotConclude
from chevet.paper.pictures import BLUE, INK, VERMILION, WIDE, Spec, nothing, percent, picture, probability
from chevet.room.questions.answers import noise_notes
from chevet.room.questions.numbers import Asked, FactCounts, Number
from chevet.room.questions.recipe import GENE
from chevet.room.questions.source import Source
from chevet.words.labels import Lang, label

DRAWN_AT_MOST = 30
SURE = 1.96
PAIRS_DRAWN = 20


@dataclass(frozen=True)
class Frequency:
    """A gene: altered out of tested. The share and its interval (sampling and noise) are None where not to be told."""

    gene: str
    altered: Number
    tested: Number
    share: float | None = None
    error: float = 0.0

    @property
    def low(self) -> float | None:
        return None if self.share is None else max(0.0, self.share - SURE * self.error)

    @property
    def high(self) -> float | None:
        return None if self.share is None else min(1.0, self.share + SURE * self.error)

    def as_json(self) -> dict[str, Any]:
        return {
            "gene": self.gene, "altered": self.altered.as_json(), "tested": self.tested.as_json(),
            "frequency": self.share, "ci_low": self.low, "ci_high": self.high,
        }  # fmt: skip


@dataclass(frozen=True)
class GenesAnswer:
    """Genes by falling frequency; those of which nothing can be told come last, by name."""

    asked: Asked
    genes: tuple[Frequency, ...]

    def as_json(self) -> dict[str, Any]:
        return self.asked.as_json() | {"genes": [gene.as_json() for gene in self.genes]}

    def title(self, lang: Lang) -> str:
        return label("answer.genes.title", lang, kind=label("alteration.variant", lang))

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        headings = [label(f"answer.{key}", lang) for key in ("gene", "altered", "tested", "frequency", "interval")]
        return headings, [
            [
                g.gene, g.altered.say(lang), g.tested.say(lang), percent(g.share, lang),
                "" if g.share is None else f"{percent(g.low, lang)} – {percent(g.high, lang)}",
            ]
            for g in self.genes
        ]  # fmt: skip

    def notes(self, lang: Lang) -> list[str]:
        return [
            *noise_notes(self.asked, lang),
            label("answer.genes.tested_note", lang),
            label("ask.genes.interval", lang),
        ]

    def picture(self, lang: Lang) -> Spec:
        values = [
            {"gene": g.gene, "frequency": g.share, "low": g.low, "high": g.high, "said": percent(g.share, lang)}
            for g in self.genes if g.share is not None
        ][:DRAWN_AT_MOST]  # fmt: skip
        title, subtitle = self.title(lang), self.asked.subtitle(lang)
        if not values:
            return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
        spec: Spec = {
            "width": WIDE, "height": {"step": 22}, "data": {"values": values},
            "encoding": {
                "y": {"field": "gene", "type": "nominal", "sort": None, "title": None,
                      "axis": {"labelFontStyle": "italic"}},
                "x": {"field": "frequency", "type": "quantitative", "title": label("answer.genes.axis", lang),
                      "axis": {"format": ".0%", "tickCount": 6}},
            },
            "layer": [
                {"mark": {"type": "bar", "color": BLUE, "opacity": 0.75, "tooltip": True}},
                {"mark": {"type": "rule", "color": INK, "strokeWidth": 1.6},
                 "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}},
                {"mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 11, "color": INK},
                 "encoding": {"x": {"field": "high", "type": "quantitative"}, "text": {"field": "said"}}},
            ],
        }  # fmt: skip
        said = "; ".join(f"{v['gene']} {v['said']}" for v in values[:5])
        return picture(spec, title=title, subtitle=subtitle, alt=f"{title}. {said}", lang=lang)


def genes(
    source: Source, asked: Asked, definition: Definition, names: Sequence[str] = (), top: int | None = None
) -> GenesAnswer:
    """Altered, tested, frequency and interval of the genes that are counted, or of these only."""
    wanted = list(dict.fromkeys(names)) or list(source.fact_names(GENE))
    if not wanted:
        raise CannotConclude("no gene is counted in this study", next_act="Ask how many there are, or who they are.")
    found = frequencies(source.facts(definition, GENE, wanted))
    ordered = found if names else sorted(found, key=lambda g: (g.share is None, -(g.share or 0.0), g.gene))
    return GenesAnswer(asked, tuple(ordered[:top]))


def frequencies(counts: FactCounts) -> list[Frequency]:
    """Shares with their standard error: of sampling, and of the noise in both numbers."""
    found = []
    for i, name in enumerate(counts.names):
        altered, tested = counts.having.number(i), counts.known.number(i)
        if tested.value is None or not tested.value or (altered.value is None and altered.below is None):
            found.append(Frequency(name, altered, tested))
            continue
        n = float(counts.known.values[i])
        share = min(1.0, max(0.0, float(counts.having.values[i]) / n))
        spread = share * (1 - share) / n
        spread += (float(counts.having.variances[i]) + share**2 * float(counts.known.variances[i])) / n**2
        found.append(Frequency(name, altered, tested, share, math.sqrt(spread)))
    return found


@dataclass(frozen=True)
class CompareAnswer:
    """Two cohorts side by side: sizes, and how often each gene is altered in either."""

    asked: Asked
    second: str
    sizes: tuple[Number, Number]
    pairs: tuple[tuple[Frequency, Frequency], ...]

    def as_json(self) -> dict[str, Any]:
        return self.asked.as_json() | {
            "second_definition": self.second,
            "first": self.sizes[0].as_json(), "second": self.sizes[1].as_json(),
            "genes": [
                {"gene": a.gene, "first": a.as_json(), "second": b.as_json(), "difference": d, "error": e, "p": p}
                for a, b in self.pairs for d, e, p in [difference(a, b)]
            ],
        }  # fmt: skip

    def title(self, lang: Lang) -> str:
        return label("answer.compare.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        keys = ("answer.gene", "answer.compare.first_share", "answer.compare.second_share", "ask.compare.difference",
                "answer.interval", "answer.p")  # fmt: skip
        rows: Rows = []
        for a, b in self.pairs:
            told, error, p = difference(a, b)
            ends = () if told is None else (told - SURE * error, told + SURE * error)
            rows.append(
                [a.gene, percent(a.share, lang), percent(b.share, lang), percent(told, lang),
                 " – ".join(percent(end, lang) for end in ends), probability(p, lang)]
            )  # fmt: skip
        return [label(key, lang) for key in keys], rows

    def notes(self, lang: Lang) -> list[str]:
        sizes = label(
            "answer.compare.sizes", lang, first=self.sizes[0].say(lang), a=self.asked.definition,
            second=self.sizes[1].say(lang), b=self.second,
        )  # fmt: skip
        return [sizes, *noise_notes(self.asked, lang), label("ask.compare.test", lang)]

    def picture(self, lang: Lang) -> Spec:
        names = [label("answer.group.first", lang), label("answer.group.second", lang)]
        values = [
            {"gene": one.gene, "cohort": names[i], "frequency": one.share, "low": one.low, "high": one.high}
            for pair in self.pairs if None not in (pair[0].share, pair[1].share) for i, one in enumerate(pair)
        ][: 2 * PAIRS_DRAWN]  # fmt: skip
        title, subtitle = self.title(lang), self.asked.subtitle(lang)
        if not values:
            return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
        spec: Spec = {
            "width": WIDE, "height": {"step": 13}, "data": {"values": values},
            "encoding": {
                "y": {"field": "gene", "type": "nominal", "sort": None, "title": None,
                      "axis": {"labelFontStyle": "italic"}},
                "yOffset": {"field": "cohort", "type": "nominal", "sort": None},
                "color": {"field": "cohort", "type": "nominal", "title": None, "sort": None,
                          "scale": {"domain": names, "range": [BLUE, VERMILION]}, "legend": {"orient": "top"}},
                "x": {"field": "frequency", "type": "quantitative", "title": label("answer.genes.axis", lang),
                      "axis": {"format": ".0%", "tickCount": 6}},
            },
            "layer": [
                {"mark": {"type": "bar", "opacity": 0.75, "tooltip": True}},
                {"mark": {"type": "rule", "color": INK},
                 "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"},
                              "color": {"value": INK}}},
            ],
        }  # fmt: skip
        return picture(spec, title=title, subtitle=subtitle, alt=title, lang=lang)


def difference(first: Frequency, second: Frequency) -> tuple[float | None, float, float | None]:
    """First share minus second, its standard error, and the two-sided p of no difference; None where not to be told."""
    if first.share is None or second.share is None:
        return None, 0.0, None
    error = math.hypot(first.error, second.error)
    told = first.share - second.share
    return told, error, None if error == 0 else float(2 * ndtr(-abs(told) / error))


def compare(
    source: Source, asked: Asked, first: Definition, second: Definition, names: Sequence[str] = ()
) -> CompareAnswer:
    """Two definitions side by side; a patient who fits both counts in both."""
    wanted = list(dict.fromkeys(names)) or list(source.fact_names(GENE))
    sides = [frequencies(source.facts(one, GENE, wanted)) if wanted else [] for one in (first, second)]
    pairs = sorted(zip(*sides, strict=True), key=lambda pair: _surprise(*pair))
    return CompareAnswer(asked, str(second), (source.states(first)[0], source.states(second)[0]), tuple(pairs))


def _surprise(first: Frequency, second: Frequency) -> tuple[float, str]:
    _, _, p = difference(first, second)
    return (2.0 if p is None else p, first.gene)
