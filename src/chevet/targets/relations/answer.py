"""Relations as people read them: a table, what must be known besides, a matrix of tendencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chevet.cohort.answer import Headings, Rows, cohort_label, field_label
from chevet.paper.pictures import BLUE, VERMILION, Spec, number, picture, probability, shown
from chevet.targets.relations.asking import Relations
from chevet.words.labels import Lang, label

_DRAWN = 60
_WIDEST = 3.0
_SURE = ("together", "exclusive")
_COUNTS = ("tested", "both", "only_a", "only_b", "neither")
_PATHWAYS_SAID = 30


@dataclass(frozen=True)
class RelationsAnswer:
    """An answer in the sense of `cohort.answer.Answer`; every number in it has been released."""

    relations: Relations

    def as_json(self) -> dict[str, Any]:
        """Pairs and pathways as rows, and what was fitted and left out; null where withheld or not to be said."""
        made = self.relations
        source = made.source.__dict__ if made.source else None
        return {
            "kind": made.kind, "genes": list(made.genes), "pairs": made.pairs.to_pylist(),
            "pathways": made.pathways.to_pylist(), "model": made.about, "pathways_source": source,
        }  # fmt: skip

    def title(self, lang: Lang) -> str:
        """What the answer is about."""
        return label("targets.relations.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        """One row a pair, the surest first."""
        withheld = label("answer.withheld", lang)
        keys = ("gene_a", "gene_b", *_COUNTS, "expected", "ratio", "interval", "p", "q", "p_own_slopes",
                "tendency")  # fmt: skip
        rows: Rows = []
        for pair in self.relations.pairs.to_pylist():
            hidden = "" if pair["tendency"] in ("not_tested", "no_information") else withheld
            counts = [hidden if pair[name] is None else pair[name] for name in _COUNTS]
            rows.append([
                pair["gene_a"], pair["gene_b"], *counts, _figures(pair["expected"], lang),
                _figures(pair["ratio"], lang),
                _interval(pair["ratio_low"], pair["ratio_high"], lang), probability(pair["p"], lang),
                probability(pair["q"], lang), probability(pair["p_own_slopes"], lang),
                _tendency(pair, lang),
            ])  # fmt: skip
        return [label(f"targets.relations.{key}", lang) for key in keys], rows

    def pathway_rows(self, lang: Lang) -> tuple[Headings, Rows]:
        """One row a pathway, the surest first."""
        withheld = label("answer.withheld", lang)
        keys = ("pathway", "genes", "tested", "alone", "expected_alone", "several", "expected_several", "q_covered",
                "q_alone", "p_own_slopes", "tendency")  # fmt: skip
        rows: Rows = []
        for row in self.relations.pathways.to_pylist():
            hidden = "" if row["tendency"] == "not_compared" else withheld
            counts = {name: hidden if row[name] is None else row[name] for name in ("tested", "alone", "several")}
            rows.append([
                shown(row["pathway"]), len(row["genes"]), counts["tested"], counts["alone"],
                _figures(row["expected_alone"], lang), counts["several"], _figures(row["expected_several"], lang),
                probability(row["q_covered"], lang), probability(row["q_alone"], lang),
                probability(row["p_alone_own_slopes"], lang),
                _tendency(row, lang),
            ])  # fmt: skip
        return [label(f"targets.relations.{key}", lang) for key in keys], rows

    def notes(self, lang: Lang) -> list[str]:
        """How it was asked, what was left out, what is withheld, and each pathway in a sentence."""
        made, about = self.relations, self.relations.about
        notes = [note.say(lang) for note in made.cohort.definition.notes] if made.cohort else []
        notes.append(label(f"targets.relations.burden.{about['burden']}", lang))
        if about.get("within"):
            notes.append(label("targets.relations.within", lang, field=field_label(about["within"], lang),
                               n=number(about["strata"], lang)))  # fmt: skip
            if about["not_said"] is None:
                notes.append(label("targets.relations.few_not_said", lang))
            elif about["not_said"]:
                notes.append(label("targets.relations.not_said", lang, n=number(about["not_said"], lang)))
        else:
            notes.append(label("targets.relations.no_strata", lang))
        notes.append(label("targets.relations.note.own_slopes", lang))
        words = set(made.pairs.column("tendency").to_pylist())
        notes += [label(f"targets.relations.note.{word}", lang) for word in ("withheld", "not_tested") if word in words]
        if made.kind in ("amplification", "deletion", "any") and any(made.pairs["same_chromosome"].to_pylist()):
            notes.append(label("targets.relations.note.same_chromosome", lang))
        if about.get("pathways_too_large"):
            notes.append(label("targets.relations.note.too_large", lang, n=about["pathways_too_large"]))
        return notes + self._said_of_pathways(lang)

    def _said_of_pathways(self, lang: Lang) -> list[str]:
        rows = self.relations.pathways.to_pylist()
        said = [_pathway_sentence(row, lang) for row in rows[:_PATHWAYS_SAID]]
        source = self.relations.source
        if rows and source:
            said.append(label("targets.relations.source", lang, name=shown(source.name), day=source.released))
        return said

    def picture(self, lang: Lang) -> Spec:
        """The matrix of the first sixty genes: colour is log2 of observed over expected; a dot is a q at most 0.05.

        The dot is hollow where the tendency is not confirmed.
        """
        genes = list(self.relations.genes[:_DRAWN])
        order = {gene: place for place, gene in enumerate(genes)}
        pairs = [p for p in self.relations.pairs.to_pylist() if p["gene_a"] in order and p["gene_b"] in order]
        title = self.title(lang)
        sure = [p for p in pairs if p["tendency"] in _SURE]
        words = "; ".join(
            f"{p['gene_a']}–{p['gene_b']}: {label('targets.relations.tendency.' + p['tendency'], lang)}" for p in sure
        )
        cohort = self.relations.cohort
        return picture(
            _matrix(genes, [_square(p, order, lang) for p in pairs], lang), title=title,
            subtitle=cohort_label(cohort, lang) if cohort else "", alt=f"{title}. {words[:400]}", lang=lang,
        )  # fmt: skip


def _figures(value: float | None, lang: Lang) -> str:
    """Three figures at most, as people of this language write them."""
    if value is None:
        return ""
    return number(value, lang, 0 if value >= 100 else 1 if value >= 10 else 2)


def _tendency(row: Mapping[str, Any], lang: Lang) -> str:
    """The tendency, and whether it was not confirmed where each gene has a slope of its own."""
    word = label(f"targets.relations.tendency.{row['tendency']}", lang)
    return label("targets.relations.not_confirmed", lang, tendency=word) if row["holds"] is False else word


def _interval(low: float | None, high: float | None, lang: Lang) -> str:
    if low is None or high is None:
        return ""
    return label("targets.relations.from_to", lang, low=_figures(low, lang), high=_figures(high, lang))


def _pathway_sentence(row: Mapping[str, Any], lang: Lang) -> str:
    name, untested = shown(row["pathway"]), ", ".join(row["untested"][:8]) + ("…" if len(row["untested"]) > 8 else "")
    if row["tested"] is None:
        sentence = label(f"targets.relations.pathway.{row['tendency']}", lang, name=name)
    else:
        sentence = label(
            "targets.relations.pathway.said", lang, name=name, several=number(row["several"], lang),
            expected=_figures(row["expected_several"], lang), covered=number(row["alone"] + row["several"], lang),
            expected_covered=_figures(row["expected_covered"], lang), q=probability(row["q_alone"], lang),
            tendency=_tendency(row, lang),
        )  # fmt: skip
    return sentence + (" " + label("targets.relations.pathway.untested", lang, genes=untested) if untested else "")


def _square(pair: Mapping[str, Any], order: Mapping[str, int], lang: Lang) -> dict[str, Any]:
    a, b = sorted((pair["gene_a"], pair["gene_b"]), key=lambda gene: order[gene])
    told = pair["ratio"] is not None
    logarithm = -_WIDEST if told and pair["log2_ratio"] is None else pair["log2_ratio"] or 0.0
    dot = "" if pair["tendency"] not in _SURE else "○" if pair["holds"] is False else "●"
    hidden = {"together": "+", "exclusive": "\u2212"}.get(pair["tendency"], "")
    return {
        "a": a, "b": b, "ratio": max(-_WIDEST, min(_WIDEST, logarithm)), "mark": dot if told else hidden,
        "tendency": _tendency(pair, lang), "q": probability(pair["q"], lang),
    }  # fmt: skip


def _matrix(genes: list[str], squares: list[dict[str, Any]], lang: Lang) -> Spec:
    axis: Spec = {"labelFontStyle": "italic", "labelLimit": 90, "title": None, "domain": False, "ticks": False}
    side = max(160, min(26 * len(genes), max(560, 14 * len(genes))))
    legend = {"title": label("targets.relations.legend", lang), "orient": "bottom", "gradientLength": 240,
              "titleLimit": 760, "values": [-3, -2, -1, 0, 1, 2, 3]}  # fmt: skip
    scale = {"domain": [-_WIDEST, 0, _WIDEST], "range": [VERMILION, "#f7f7f7", BLUE]}
    colour = {"field": "ratio", "type": "quantitative", "scale": scale, "legend": legend}
    return {
        "width": side, "height": side, "data": {"values": squares},
        "encoding": {
            "x": {"field": "a", "type": "nominal", "sort": genes, "axis": {**axis, "labelAngle": -90}},
            "y": {"field": "b", "type": "nominal", "sort": genes, "axis": axis},
        },
        "layer": [
            {"mark": {"type": "rect", "stroke": "#ffffff", "tooltip": True}, "encoding": {"color": colour}},
            {"mark": {"type": "text", "fontSize": 11, "color": "#1b2733"}, "encoding": {"text": {"field": "mark"}}},
        ],
    }  # fmt: skip
