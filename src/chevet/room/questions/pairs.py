"""Which genes are altered together, from rounded counts of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from chevet.cohort.answer import Headings, Rows
from chevet.cohort.association import false_discovery_rates, fisher_exact, log2_odds_ratio
from chevet.cohort.nodes import Definition
from chevet.paper.pictures import BLUE, VERMILION, Spec, nothing, number, picture, probability
from chevet.room.questions.answers import noise_notes
from chevet.room.questions.by_index import FromIndex
from chevet.room.questions.numbers import Asked, Number
from chevet.room.questions.recipe import GENE
from chevet.words.labels import Lang, label

SURE = 0.05
COLUMNS = ("both", "only_a", "only_b", "neither")


@dataclass(frozen=True)
class Pair:
    """Two genes in the patients tested for both; ratio, p and q are None where one of the four is not said."""

    a: str
    b: str
    four: tuple[Number, Number, Number, Number]
    log2_odds_ratio: float | None = None
    p: float | None = None
    q: float | None = None

    def as_json(self) -> dict[str, Any]:
        counts = {name: part.as_json() for name, part in zip(COLUMNS, self.four, strict=True)}
        return {"a": self.a, "b": self.b, "log2_odds_ratio": self.log2_odds_ratio, "p": self.p, "q": self.q} | counts


@dataclass(frozen=True)
class PairsAnswer:
    """Every pair of the genes, the surest first; those whose numbers are not said come last, by name."""

    asked: Asked
    pairs: tuple[Pair, ...]

    def as_json(self) -> dict[str, Any]:
        return self.asked.as_json() | {"pairs": [pair.as_json() for pair in self.pairs]}

    def title(self, lang: Lang) -> str:
        return label("answer.cooccurrence.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        headings = [label(f"ask.pair.{key}", lang) for key in ("genes", *COLUMNS)]
        headings += [label("answer.log2_odds_ratio", lang), label("answer.q", lang)]
        rows: Rows = [
            [f"{pair.a}, {pair.b}", *(part.say(lang) for part in pair.four), number(pair.log2_odds_ratio, lang, 2),
             probability(pair.q, lang)]
            for pair in self.pairs
        ]  # fmt: skip
        return headings, rows

    def notes(self, lang: Lang) -> list[str]:
        return [*noise_notes(self.asked, lang), label("answer.cooccurrence.note", lang)]

    def picture(self, lang: Lang) -> Spec:
        values = [
            {"a": pair.a, "b": pair.b, "ratio": max(-3.0, min(3.0, pair.log2_odds_ratio)),
             "sure": (pair.q or 0.0) <= SURE}
            for pair in self.pairs if pair.log2_odds_ratio is not None
        ]  # fmt: skip
        title, subtitle = self.title(lang), self.asked.subtitle(lang)
        if not values:
            return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
        spec: Spec = {
            "width": {"step": 34}, "height": {"step": 26}, "data": {"values": values},
            "encoding": {
                "x": {"field": "b", "type": "nominal", "title": None,
                      "axis": {"labelFontStyle": "italic", "labelAngle": -45}},
                "y": {"field": "a", "type": "nominal", "title": None, "axis": {"labelFontStyle": "italic"}},
            },
            "layer": [
                {"mark": {"type": "rect", "tooltip": True},
                 "encoding": {"color": {"field": "ratio", "type": "quantitative",
                                        "title": label("answer.log2_odds_ratio", lang),
                                        "scale": {"domain": [-3, 0, 3], "range": [VERMILION, "#f5f5f5", BLUE]}}}},
                {"transform": [{"filter": "datum.sure"}], "mark": {"type": "point", "filled": True, "color": "black"}},
            ],
        }  # fmt: skip
        return picture(spec, title=title, subtitle=subtitle, alt=title, lang=lang)


def cooccurrence(
    source: FromIndex, asked: Asked, definition: Definition, names: Sequence[str] = (), top: int = 12
) -> PairsAnswer:
    """Pairs of the most altered genes, or of these. Ratio and test are of the rounded counts."""
    counted = source.facts(definition, GENE, list(dict.fromkeys(names)) or list(source.fact_names(GENE)))
    said = [i for i in range(len(counted.names)) if counted.having.number(i).value]
    chosen = said if names else sorted(said, key=lambda i: (-counted.having.values[i], counted.names[i]))[:top]
    genes = [counted.names[i] for i in chosen]
    found = [Pair(a, b, source.pair(definition, a, b)) for a, b in combinations(genes, 2)]
    told = [pair for pair in found if all(part.value is not None for part in pair.four)]
    if not told:
        return PairsAnswer(asked, tuple(found))
    a, b, c, d = (np.array([pair.four[k].value for pair in told], dtype=np.int64) for k in range(4))
    ratios, _ = log2_odds_ratio(a, b, c, d)
    p = fisher_exact(a, b, c, d)
    tested = [
        Pair(pair.a, pair.b, pair.four, float(ratio), float(one), float(q))
        for pair, ratio, one, q in zip(told, ratios, p, false_discovery_rates(p), strict=True)
    ]
    tested.sort(key=lambda pair: (pair.p or 0.0, pair.a, pair.b))
    return PairsAnswer(asked, (*tested, *(pair for pair in found if pair not in told)))
