"""Which genes are altered together, or never together, in patients tested for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.cohort.answer import Headings, Rows, cohort_label, gene_in
from chevet.cohort.association import false_discovery_rates, fisher_exact, log2_odds_ratio
from chevet.cohort.cohort import Cohort
from chevet.errors import BadInput, CannotConclude
from chevet.paper.pictures import BLUE, VERMILION, Spec, number, picture, probability
from chevet.privacy.disclosure import FLOOR, is_small, require_releasable
from chevet.privacy.subtraction import few, pairs_to_tell
from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.words.errors import error
from chevet.words.labels import Lang, label

GENES = 20
SIGNIFICANT = 0.05
UNTOLD = ("unclear", "withheld")
CELLS = ("both", "only_a", "only_b", "neither")
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """Two genes, in patients tested for both. All numbers are None where one of the four is of one to four people:
    each gene's other pairs tell how many have it, so that one number would give all four away. So they are where these,
    less those of another pair that was tested in other patients, would be of one to four.

    tendency    together, exclusive, or unclear when q is above 0.05; withheld where it would narrow a hidden number
    corrected   True when a count of 0 made one half be added to all four before the ratio
    """

    a: str
    b: str
    both: int | None
    only_a: int | None
    only_b: int | None
    neither: int | None
    log2_odds_ratio: float | None
    p: float | None
    q: float | None
    tendency: str
    corrected: bool


@dataclass(frozen=True)
class Cooccurrence:
    """Every pair of the genes, the surest first; `genes` by falling frequency."""

    cohort: Cohort
    kind: str
    genes: tuple[str, ...]
    pairs: tuple[Pair, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "pairs": [
                {
                    **{
                        k: getattr(p, k)
                        for k in ("a", "b", *CELLS, "log2_odds_ratio", "p", "q", "tendency", "corrected")
                    },
                    "suppressed": p.p is None,
                }
                for p in self.pairs
            ],
            "kind": self.kind,
        }

    def title(self, lang: Lang) -> str:
        return label("answer.cooccurrence.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        keys = ("gene_a", "gene_b", *CELLS, "log2_odds_ratio", "p", "q", "tendency")
        withheld = label("answer.withheld", lang)
        rows: Rows = [
            [
                p.a,
                p.b,
                *(withheld if getattr(p, c) is None else getattr(p, c) for c in CELLS),
                number(p.log2_odds_ratio, lang, 2),
                probability(p.p, lang),
                probability(p.q, lang),
                label(f"answer.tendency.{p.tendency}", lang),
            ]
            for p in self.pairs
        ]
        return [label(f"answer.{key}", lang) for key in keys], rows

    def notes(self, lang: Lang) -> list[str]:
        notes = [note.say(lang) for note in self.cohort.definition.notes] + [label("answer.cooccurrence.note", lang)]
        if any(p.p is None for p in self.pairs):
            notes.append(label("answer.cooccurrence.withheld", lang))
        if any(p.corrected for p in self.pairs):
            notes.append(label("answer.cooccurrence.corrected", lang))
        return notes

    def picture(self, lang: Lang) -> Spec:
        order = {gene: i for i, gene in enumerate(self.genes)}
        values = []
        for p in self.pairs:
            a, b = sorted((p.a, p.b), key=lambda gene: order[gene])
            ratio = None if p.log2_odds_ratio is None else max(-3.0, min(3.0, p.log2_odds_ratio))
            withheld = {"together": "+", "exclusive": "\u2212"}.get(p.tendency, "")
            values.append(
                {
                    "a": a,
                    "b": b,
                    "ratio": 0.0 if ratio is None else ratio,
                    "mark": withheld if ratio is None else "" if p.tendency in UNTOLD else "●",
                    "tendency": label(f"answer.tendency.{p.tendency}", lang),
                    "q": probability(p.q, lang),
                }
            )
        axis: Spec = {"labelFontStyle": "italic", "labelLimit": 90, "title": None, "domain": False, "ticks": False}
        side = max(160, min(26 * len(self.genes), max(560, 14 * len(self.genes))))
        spec = {
            "width": side,
            "height": side,
            "data": {"values": values},
            "encoding": {
                "x": {"field": "a", "type": "nominal", "sort": list(self.genes), "axis": {**axis, "labelAngle": -90}},
                "y": {"field": "b", "type": "nominal", "sort": list(self.genes), "axis": axis},
            },
            "layer": [
                {
                    "mark": {"type": "rect", "stroke": "#ffffff", "tooltip": True},
                    "encoding": {
                        "color": {
                            "field": "ratio",
                            "type": "quantitative",
                            "scale": {"domain": [-3, 0, 3], "range": [VERMILION, "#f7f7f7", BLUE]},
                            "legend": {
                                "title": label("answer.cooccurrence.legend", lang),
                                "orient": "bottom",
                                "gradientLength": 240,
                                "titleLimit": 340,
                                "values": [-3, -2, -1, 0, 1, 2, 3],
                            },
                        }
                    },
                },
                {"mark": {"type": "text", "fontSize": 11, "color": "#1b2733"}, "encoding": {"text": {"field": "mark"}}},
            ],
        }
        title = self.title(lang)
        clear = "; ".join(
            f"{p.a}–{p.b}: {label(f'answer.tendency.{p.tendency}', lang)}"
            for p in self.pairs
            if p.tendency not in UNTOLD
        )
        return picture(
            spec, title=title, subtitle=cohort_label(self.cohort, lang), alt=f"{title}. {clear[:400]}", lang=lang
        )


def cooccurrence(cohort: Cohort, *, genes: Sequence[str] = (), top: int = GENES, kind: str = "variant") -> Cooccurrence:
    """Odds ratio, Fisher's two-sided p and Benjamini-Hochberg's q of each pair of genes.

    genes   these; otherwise the `top` genes altered in most patients of the cohort

    Raises BadInput for fewer than two genes or more than 200, CannotConclude or Refused
    for too small a cohort.
    """
    cohort.asked("cooccurrence")
    require_releasable(cohort.size, "cohort")
    rows = _chosen(cohort, genes, top, kind)
    if len(rows) < 2 and not genes:
        raise error(CannotConclude, "fewer_than_two_genes")
    if not 2 <= len(rows) <= 200:
        raise error(BadInput, "genes_to_pair", n=len(rows))
    a, b = np.triu_indices(len(rows), 1)
    altered, of_gene, tested = _counted(cohort, rows, kind)
    both, only_a, only_b, neither = (cell[a, b] for cell in _cells(altered, of_gene, tested))
    compared = (both + only_a + only_b + neither) > 0
    p = np.where(compared, fisher_exact(both, only_a, only_b, neither), 1.0)
    ratio, corrected = log2_odds_ratio(both, only_a, only_b, neither)
    small = compared & few(both, only_a, only_b, neither)
    shown = compared & ~small
    shown[shown] = pairs_to_tell(altered, of_gene, tested, cohort.bits, a[shown], b[shown])
    # A q rests on every p beside it: one that is withheld could be worked out from the others' q.
    q = np.ones(len(p))
    q[shown] = false_discovery_rates(p[shown])
    names = [cohort.index.genes[row] for row in rows]
    hidden = np.flatnonzero(small)
    tendencies = tendencies_of_hidden([c[hidden] for c in (both, only_a, only_b, neither)], int(compared.sum()))
    told = dict(zip(hidden.tolist(), tendencies, strict=True))
    pairs = []
    for i in np.flatnonzero(compared).tolist():
        four = (int(both[i]), int(only_a[i]), int(only_b[i]), int(neither[i]))
        pair = (names[a[i]], names[b[i]])
        if shown[i]:
            tendency = _tendency(float(ratio[i]), bool(q[i] <= SIGNIFICANT))
            numbers = (float(ratio[i]), float(p[i]), float(q[i]))
            pairs.append(Pair(*pair, *four, *numbers, tendency, bool(corrected[i])))
        else:
            pairs.append(Pair(*pair, None, None, None, None, None, None, None, told.get(i, "withheld"), False))
    return Cooccurrence(cohort, kind, tuple(names), tuple(sorted(pairs, key=_surest)))


def _tendency(ratio: float, sure: bool) -> str:
    return "unclear" if not sure else "together" if ratio > 0 else "exclusive"


def tendencies_of_hidden(cells: Sequence[Counts], pairs: int) -> list[str]:
    """The tendency of each pair whose numbers are withheld, if it is the same whatever they are; else `withheld`.

    A reader may know how many have each gene, and so every table that could stand here. The tendency is told when
    all of them on this side of chance agree, each surely enough for `pairs` comparisons (Bonferroni: q needs the p).
    The table nearest to chance has the largest p of them: it alone is tested.
    """
    both, only_a, only_b, neither = cells
    margin_a, margin_b, everyone = both + only_a, both + only_b, both + only_a + only_b + neither
    side = np.sign(both * everyone - margin_a * margin_b)
    small = np.arange(1, FLOOR)[:, None]
    x = np.vstack([small + 0 * both, small - (everyone - margin_a - margin_b), margin_a - small, margin_b - small])
    fits = (x >= np.maximum(0, margin_a + margin_b - everyone)) & (x <= np.minimum(margin_a, margin_b))
    fits &= (np.sign(x * everyone - margin_a * margin_b) == side) & (side != 0)
    least, most = np.where(fits, x, everyone).min(axis=0), np.where(fits, x, -1).max(axis=0)
    several = most > least
    nearest = np.where(several, np.where(side > 0, least, most), both)
    p = fisher_exact(nearest, margin_a - nearest, margin_b - nearest, everyone - margin_a - margin_b + nearest)
    sure = several & (p * pairs <= SIGNIFICANT)
    return [_tendency(s, True) if told else "withheld" for s, told in zip(side.tolist(), sure.tolist(), strict=True)]


def _surest(pair: Pair) -> tuple[bool, float, str, str]:
    """By p where it is shown; pairs whose numbers are withheld come after, by name."""
    return pair.p is None, pair.p or 0.0, pair.a, pair.b


def _chosen(cohort: Cohort, genes: Sequence[str], top: int, kind: str) -> list[int]:
    index = cohort.index
    if genes:
        return [index.gene_row(gene) for gene in dict.fromkeys(gene_in(cohort, g) for g in genes)]
    found = bits.count_rows(index.altered_matrix(kind), cohort.bits)
    order = sorted(np.flatnonzero(found > 0).tolist(), key=lambda row: (-int(found[row]), index.genes[row]))
    return [row for row in order if not is_small(int(found[row]))][:top]


def _counted(cohort: Cohort, rows: Sequence[int], kind: str) -> tuple[Matrix, Counts, Matrix]:
    """Who of the cohort has each gene altered, in which set each gene was tested, and who these sets are."""
    classes, sets = cohort.index.coverage(kind)
    used, of_gene = np.unique(classes[list(rows)], return_inverse=True)
    tested = sets[used] & cohort.bits
    return cohort.index.altered_matrix(kind)[list(rows)] & tested[of_gene], of_gene, tested


def _cells(altered: Matrix, of_gene: Counts, tested: Matrix) -> tuple[Counts, Counts, Counts, Counts]:
    """both, only a, only b, neither: (genes, genes) each, among patients tested for both."""
    both, alike = bits.pairwise_counts(altered), bits.pairwise_counts(tested)[np.ix_(of_gene, of_gene)]
    a_tested = np.stack([bits.count_rows(altered, of_class) for of_class in tested], axis=1)[:, of_gene]
    only_a, only_b = a_tested - both, a_tested.T - both
    return both, only_a, only_b, alike - both - only_a - only_b
