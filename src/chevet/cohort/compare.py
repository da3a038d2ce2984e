"""Two cohorts side by side: altered genes, clinical differences, survival.

A patient who fits both definitions is left out of both, and counted: the tests take the two groups
as different people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2_contingency, mannwhitneyu

from chevet.cohort import survival as survival_of
from chevet.cohort.answer import Headings, Rows, field_label, gene_in
from chevet.cohort.association import false_discovery_rates, fisher_exact, log2_odds_ratio
from chevet.cohort.cohort import Cohort
from chevet.cohort.describe import category_counts
from chevet.cohort.genes import Counts, counts
from chevet.cohort.genes_beside import tested_to_tell
from chevet.cohort.nodes import Altered, Amplified, Deleted, Fused, Mutated
from chevet.errors import BadInput, CannotConclude, Refused
from chevet.paper.pictures import BLUE, VERMILION, WIDE, Spec, nothing, number, p_said, percent, picture, probability
from chevet.privacy.disclosure import FLOOR, is_small, released_count, released_part, require_releasable
from chevet.privacy.subtraction import Marks
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.words.labels import Lang, label

CATEGORIES = ("tumour", "stage", "sex", "grade", "centre", "sample_type")
NUMBERS = ("age_at_diagnosis_years", "diagnosis_year", "tmb_per_megabase")
GENES_DRAWN = 20


@dataclass(frozen=True)
class GeneDifference:
    """A gene in both cohorts; numbers are None where a small count would be known. Ratio above 0: more in the first.

    q               among the genes whose numbers are all shown
    by_definition   True when a cohort's definition names the gene: the difference was made, not found
    """

    gene: str
    altered_first: int | None
    tested_first: int | None
    altered_second: int | None
    tested_second: int | None
    log2_odds_ratio: float | None
    p: float | None
    q: float | None
    by_definition: bool = False

    @property
    def frequencies(self) -> tuple[float | None, float | None]:
        first = self.altered_first / self.tested_first if self.altered_first is not None and self.tested_first else None
        second = (
            self.altered_second / self.tested_second if self.altered_second is not None and self.tested_second else None
        )
        return first, second


@dataclass(frozen=True)
class ClinicalDifference:
    """A field in both cohorts: the test that was used, its p, and the medians when the field is a number."""

    field: str
    test: str
    p: float
    median_first: float | None = None
    median_second: float | None = None


@dataclass(frozen=True)
class Comparison:
    """What differs between two cohorts. A number of patients is None where it would give away a small count."""

    first: Cohort
    second: Cohort
    patients_first: int | None
    patients_second: int | None
    overlap: int | None
    kind: str
    genes: tuple[GeneDifference, ...]
    clinical: tuple[ClinicalDifference, ...]
    survival: survival_of.Survival | None

    def as_json(self) -> dict[str, Any]:
        names = (
            "gene",
            "altered_first",
            "tested_first",
            "altered_second",
            "tested_second",
            "log2_odds_ratio",
            "p",
            "q",
            "by_definition",
        )
        return {
            "first": {"definition": str(self.first.definition), "patients": self.patients_first},
            "second": {"definition": str(self.second.definition), "patients": self.patients_second},
            "overlap_left_out": self.overlap,
            "kind": self.kind,
            "genes": [{**{n: getattr(g, n) for n in names}, "suppressed": g.p is None} for g in self.genes],
            "clinical": [
                {
                    "field": c.field,
                    "test": c.test,
                    "p": c.p,
                    "median_first": c.median_first,
                    "median_second": c.median_second,
                }
                for c in self.clinical
            ],
            "survival": None if self.survival is None else self.survival.as_json(),
        }

    def title(self, lang: Lang) -> str:
        return label("answer.compare.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        withheld = label("answer.withheld", lang)

        def part(altered: int | None, tested: int | None, share: float | None) -> str:
            if altered is None or tested is None:
                return withheld
            return f"{percent(share, lang)} ({number(altered, lang)} / {number(tested, lang)})"

        rows: Rows = [
            [
                g.gene,
                part(g.altered_first, g.tested_first, g.frequencies[0]),
                part(g.altered_second, g.tested_second, g.frequencies[1]),
                number(g.log2_odds_ratio, lang, 2),
                probability(g.p, lang),
                probability(g.q, lang),
            ]
            for g in self.genes
        ]
        keys = ("gene", "compare.first_share", "compare.second_share", "log2_odds_ratio", "p", "q")
        return [label(f"answer.{key}", lang) for key in keys], rows

    def notes(self, lang: Lang) -> list[str]:
        sizes = label(
            "answer.compare.sizes",
            lang,
            first=number(_or(self.patients_first, label("answer.withheld", lang)), lang),
            a=str(self.first.definition),
            second=number(_or(self.patients_second, label("answer.withheld", lang)), lang),
            b=str(self.second.definition),
        )
        notes = [sizes]
        if self.overlap != 0:
            n = label("answer.few", lang) if self.overlap is None else number(self.overlap, lang)
            notes.append(label("answer.compare.overlap", lang, n=n))
        named = sorted(g.gene for g in self.genes if g.by_definition)
        if named:
            notes.append(label("answer.compare.by_definition", lang, genes=", ".join(named)))
        for c in self.clinical:
            field = field_label(c.field, lang)
            said = {"field": field[:1].upper() + field[1:], "p": p_said(c.p, lang)}
            notes.append(label("answer.compare.clinical", lang, **said, test=label(f"answer.compare.{c.test}", lang)))
        if self.survival is not None and self.survival.test is not None:
            medians = [
                label("answer.not_reached", lang) if g.median is None else number(g.median, lang, 1)
                for g in self.survival.groups
            ]
            p = p_said(self.survival.test.p, lang)
            notes.append(label("answer.compare.survival", lang, first=medians[0], second=medians[1], p=p))
        if any(g.p is None for g in self.genes) or None in (self.patients_first, self.patients_second):
            notes.append(label("answer.withheld_note", lang))
        return notes

    def picture(self, lang: Lang) -> Spec:
        names = [label("answer.group.first", lang), label("answer.group.second", lang)]
        drawn = [g for g in self.genes if g.p is not None and not g.by_definition][:GENES_DRAWN]
        values = [
            {"gene": g.gene, "cohort": names[i], "frequency": share, "q": probability(g.q, lang)}
            for g in drawn
            for i, share in enumerate(g.frequencies)
        ]
        spec = {
            "width": WIDE,
            "height": {"step": 22},
            "data": {"values": values},
            "encoding": {
                "y": {
                    "field": "gene",
                    "type": "nominal",
                    "sort": None,
                    "title": None,
                    "axis": {"labelFontStyle": "italic", "grid": True},
                },
                "x": {
                    "field": "frequency",
                    "type": "quantitative",
                    "title": label("answer.genes.axis", lang),
                    "axis": {"format": ".0%", "tickCount": 6},
                },
            },
            "layer": [
                {
                    "mark": {"type": "line", "color": "#9aa7b3", "strokeWidth": 2},
                    "encoding": {"detail": {"field": "gene"}},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "tooltip": True},
                    "encoding": {
                        "color": {
                            "field": "cohort",
                            "type": "nominal",
                            "title": None,
                            "scale": {"domain": names, "range": [BLUE, VERMILION]},
                        },
                        "shape": {
                            "field": "cohort",
                            "type": "nominal",
                            "title": None,
                            "scale": {"domain": names, "range": ["circle", "diamond"]},
                        },
                    },
                },
            ],
        }
        title = self.title(lang)
        who = "; ".join(f"{n}: {c.definition}" for n, c in zip(names, (self.first, self.second), strict=True))
        if lang == "fr":
            who = who.replace(";", "\u202f;").replace(":", "\u00a0:")
        version = self.first.version
        subtitle = label("answer.subtitle", lang, who=who, study=version.study, version=version.number)
        if not drawn:
            return nothing(label("answer.nothing_drawn", lang), title=title, subtitle=subtitle, lang=lang)
        told = "; ".join(f"{g.gene} q {probability(g.q, lang)}" for g in drawn[:5])
        return picture(spec, title=title, subtitle=subtitle, alt=f"{title}: {told}", lang=lang)


def compare(
    first: Cohort,
    second: Cohort,
    *,
    genes: Sequence[str] = (),
    kind: str = "variant",
    endpoint: str = survival_of.ENDPOINT,
) -> Comparison:
    """What differs between two cohorts of one study.

    genes   these only; otherwise every gene tested in at least five patients of each and altered in someone

    Raises BadInput for cohorts of different studies or versions, CannotConclude or Refused when either
    is too small once the patients of both are left out.
    """
    if first.version.path != second.version.path:
        raise BadInput("the cohorts are of different studies or versions", next_act="Compare within one study.")
    first.asked("compare")
    second.asked("compare")
    shared = first.bits & second.bits
    a, b = first.bits & ~shared, second.bits & ~shared
    n_a = require_releasable(bits.count(a), "first_only")
    n_b = require_releasable(bits.count(b), "second_only")
    beside = tested_to_tell(first.index, a, [kind]), tested_to_tell(first.index, b, [kind])
    genes_found = _genes(first, second, (a, b), kind, genes, (beside[0][0][kind], beside[1][0][kind]))
    lived = _survival(first, a, b, endpoint)
    return Comparison(
        first,
        second,
        _size(n_a, beside=beside[0][1], lived=lived, key="first"),
        _size(n_b, beside=beside[1][1], lived=lived, key="second"),
        released_count(bits.count(shared)),
        kind,
        genes_found,
        _clinical(first, a, b),
        lived,
    )


def _size(patients: int, *, beside: bool, lived: survival_of.Survival | None, key: str) -> int | None:
    """The patients of a cohort, unless one to four of them would be known: as not tested, or without a time.

    beside   whether it may be told beside the numbers tested
    """
    parts = {g.patients for g in (lived.groups if lived else ()) if g.key == key}
    return None if not beside or any(is_small(patients - part) for part in parts) else patients


def _or(number: int | None, word: str) -> int | str:
    return word if number is None else number


def _named(kind: str, *cohorts: Cohort) -> frozenset[str]:
    """The genes that the definitions of these cohorts ask to be altered, or not, in this way."""
    asking = {Mutated: "variant", Amplified: "amplification", Deleted: "deletion", Fused: "fusion", Altered: kind}
    leaves = [leaf for cohort in cohorts for leaf in cohort.definition.leaves()]
    meant = [leaf for leaf in leaves if type(leaf) in asking and kind in ("any", asking[type(leaf)])]
    return frozenset(g for leaf in meant for g in (getattr(leaf, "gene", None), getattr(leaf, "partner", None)) if g)


def _genes(
    first: Cohort, second: Cohort, sides: tuple[Bits, Bits], kind: str, wanted: Sequence[str],
    tested_told: tuple[Marks, Marks],
) -> tuple[GeneDifference, ...]:  # fmt: skip
    """tested_told   for either side, (classes,) whether the number tested may be told beside the others"""
    index = first.index
    chosen = [index.gene_row(gene_in(first, gene)) for gene in dict.fromkeys(wanted)] if wanted else slice(None)
    names = [index.genes[row] for row in chosen] if isinstance(chosen, list) else index.genes
    altered_a, tested_a, _ = counts(first, sides[0], kind, chosen)
    altered_b, tested_b, _ = counts(first, sides[1], kind, chosen)
    used = np.flatnonzero((tested_a >= FLOOR) & (tested_b >= FLOOR) & ((altered_a + altered_b > 0) | bool(wanted)))
    cells = np.array([altered_a[used], tested_a[used] - altered_a[used],
                      altered_b[used], tested_b[used] - altered_b[used]])  # fmt: skip
    named = _named(kind, first, second)
    by_definition = np.array([names[row] in named for row in used], dtype=bool)
    # A q rests on every p beside it: one that is withheld could be worked out from the others' q.
    classes = index.coverage(kind)[0][chosen][used]
    beside = tested_told[0][classes] & tested_told[1][classes]
    shown = ~_has_small(cells.T) & beside
    p = fisher_exact(*cells)
    q = np.full(len(used), np.nan)
    q[shown & ~by_definition] = false_discovery_rates(p[shown & ~by_definition])
    ratio, _ = log2_odds_ratio(*cells)
    found = []
    for i, row in enumerate(used):
        numbers = (float(ratio[i]), float(p[i]), None if by_definition[i] else float(q[i])) if shown[i] else None
        four = tuple(int(c) for c in cells[:, i])
        found.append(_released(names[row], four, numbers, bool(by_definition[i]), bool(beside[i])))
    return tuple(sorted(found, key=lambda g: (g.p is None, g.by_definition, g.p or 0.0, g.gene)))


def _released(
    gene: str, cells: tuple[int, ...], numbers: tuple[float, float, float | None] | None, by_definition: bool,
    beside: bool,
) -> GeneDifference:  # fmt: skip
    if not beside:
        return GeneDifference(gene, None, None, None, None, None, None, None, by_definition)
    altered_a, normal_a, altered_b, normal_b = cells
    tested_a, tested_b = altered_a + normal_a, altered_b + normal_b
    first, second = released_part(altered_a, tested_a), released_part(altered_b, tested_b)
    # With one side withheld, p and the other counts would give it away.
    ratio, p, q = numbers or (None, None, None)
    return GeneDifference(gene, first, tested_a, second, tested_b, ratio, p, q, by_definition)


def _clinical(cohort: Cohort, a: Bits, b: Bits) -> tuple[ClinicalDifference, ...]:
    index = cohort.index
    found = []
    for name in CATEGORIES:
        of_a, of_b = category_counts(index, name, a), category_counts(index, name, b)
        table = _joined(np.array([[of_a[v], of_b[v]] for v in of_a if v and of_a[v] + of_b[v]]).reshape(-1, 2))
        if len(table) < 2 or (table.sum(axis=0) < FLOOR).any():
            continue
        if len(table) == 2:
            found.append(ClinicalDifference(name, "fisher", _rounded(float(fisher_exact(*table.ravel())[0]))))
        else:
            found.append(
                ClinicalDifference(name, "chi_square", _rounded(float(chi2_contingency(table, correction=False)[1])))
            )
    for name in NUMBERS:
        values = np.asarray(index.number(name), dtype=np.float64)
        of = [values[bits.unpack(side, index.n_patients)] for side in (a, b)]
        of = [side[~np.isnan(side)] for side in of]
        if min(map(len, of)) < FLOOR:
            continue
        p = _rounded(float(mannwhitneyu(of[0], of[1], method="asymptotic").pvalue))
        if not np.isnan(p):
            found.append(ClinicalDifference(name, "mann_whitney", p, float(np.median(of[0])), float(np.median(of[1]))))
    return tuple(found)


def _rounded(p: float) -> float:
    """Three figures of a p whose counts are not shown: all of them would let the counts be worked out by trying."""
    return float(f"{p:.3g}")


def _joined(table: Counts) -> Counts:
    """(values, 2) counts with the values of one to four patients on either side joined, so that none is left so small.

    No row when that cannot be had: a p of small counts lets them be worked out by trying.
    """
    few = _has_small(table)
    rows, joining = table[np.lexsort((table.min(axis=1, initial=0), ~few))], int(few.sum())
    while 0 < joining < len(rows) and _has_small(rows[:joining].sum(axis=0, keepdims=True)).any():
        joining += 1
    joined = np.vstack([rows[:joining].sum(axis=0, keepdims=True), rows[joining:]]) if joining else rows
    return joined[:0] if _has_small(joined).any() else joined


def _has_small(rows: Counts) -> npt.NDArray[np.bool_]:
    return np.asarray(((rows > 0) & (rows < FLOOR)).any(axis=1), dtype=np.bool_)


def _survival(cohort: Cohort, a: Bits, b: Bits, endpoint: str) -> survival_of.Survival | None:
    """Both curves, or None when the study does not know the endpoint of enough patients."""
    if endpoint not in cohort.index.endpoints:
        return None
    try:
        return survival_of.curves(cohort, {"first": a, "second": b}, by="definition", endpoint=endpoint)
    except (CannotConclude, Refused):
        return None
