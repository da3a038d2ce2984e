"""How often each gene is altered, among the patients in whom it was tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.cohort.answer import Headings, Rows, cohort_label, gene_in
from chevet.cohort.association import wilson_interval
from chevet.cohort.cohort import Cohort
from chevet.cohort.genes_beside import altered_to_tell, tested_to_tell
from chevet.cohort.index import ALTERED_KINDS
from chevet.paper.pictures import BLUE, WIDE, Spec, nothing, number, percent, picture
from chevet.privacy.disclosure import is_small, released_count, released_part, require_releasable
from chevet.privacy.subtraction import Marks
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.words.labels import Lang, label

KINDS = (*ALTERED_KINDS, "any")
BARS_AT_MOST = 40
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class GeneFrequency:
    """A gene in a cohort. `altered` counts only patients in whom it was tested; None where withheld.

    off_panel   True when it was also found in patients in whom no panel was to look for it
    """

    gene: str
    kind: str
    altered: int | None
    tested: int | None
    frequency: float | None
    ci_low: float | None
    ci_high: float | None
    off_panel: bool = False

    @property
    def withheld(self) -> bool:
        return self.altered is None or self.tested is None


@dataclass(frozen=True)
class GeneFrequencies:
    """Genes by falling frequency; those whose counts are withheld come after, in alphabetical order.

    more   how many further genes were found and are not listed
    """

    cohort: Cohort
    genes: tuple[GeneFrequency, ...]
    more: int

    def as_json(self) -> dict[str, Any]:
        names = ("gene", "kind", "altered", "tested", "frequency", "ci_low", "ci_high")
        return {
            "genes": [{**{n: getattr(g, n) for n in names}, "suppressed": g.withheld} for g in self.genes],
            "more": self.more,
        }

    def title(self, lang: Lang) -> str:
        kinds = {g.kind for g in self.genes}
        kind = label(f"alteration.{kinds.pop()}", lang) if len(kinds) == 1 else label("answer.genes.by_kind", lang)
        return label("answer.genes.title", lang, kind=kind)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        keys = ("gene", "kind", "altered", "tested", "frequency", "interval")
        withheld = label("answer.withheld", lang)
        rows: Rows = [
            [
                g.gene, label(f"alteration.{g.kind}", lang), withheld if g.altered is None else g.altered,
                withheld if g.tested is None else g.tested, percent(g.frequency, lang),
                "" if g.ci_low is None else f"{percent(g.ci_low, lang)} – {percent(g.ci_high, lang)}",
            ]
            for g in self.genes
        ]  # fmt: skip
        return [label(f"answer.{key}", lang) for key in keys], rows

    def notes(self, lang: Lang) -> list[str]:
        notes = [note.say(lang) for note in self.cohort.definition.notes] + [label("answer.genes.tested_note", lang)]
        if any(g.withheld for g in self.genes):
            notes.append(label("answer.withheld_note", lang))
        if any(g.off_panel for g in self.genes):
            notes.append(label("answer.genes.off_panel", lang))
        if self.more:
            notes.append(label("answer.genes.more", lang, n=number(self.more, lang)))
        return notes

    def picture(self, lang: Lang) -> Spec:
        values = [
            {
                "gene": g.gene, "kind": label(f"alteration.{g.kind}", lang), "frequency": g.frequency,
                "low": g.ci_low, "high": g.ci_high, "altered": g.altered, "tested": g.tested,
                "text": f"{percent(g.frequency, lang)}  ({number(g.altered, lang)} / {number(g.tested, lang)})",
            }
            for g in self.genes if g.frequency is not None
        ][:BARS_AT_MOST]  # fmt: skip
        several = len({v["kind"] for v in values}) > 1
        encoding: Spec = {
            "y": {"field": "gene", "type": "nominal", "sort": None, "title": None,
                  "axis": {"labelFontStyle": "italic"}},
            "x": {"field": "frequency", "type": "quantitative", "title": label("answer.genes.axis", lang),
                  "scale": {"domain": [0, _axis_end(values)]}, "axis": {"format": ".0%", "tickCount": 6}},
        }  # fmt: skip
        if several:
            encoding["color"] = {"field": "kind", "type": "nominal", "title": None}
            encoding["yOffset"] = {"field": "kind", "type": "nominal"}
        spec = {
            "width": WIDE, "height": {"step": 14 if several else 22}, "data": {"values": values}, "encoding": encoding,
            "layer": [
                {"mark": {"type": "bar", "tooltip": True} | ({} if several else {"color": BLUE})},
                {"mark": {"type": "rule", "color": "#1b2733"},
                 "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}},
                {"mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 11},
                 "encoding": {"text": {"field": "text"}, "x": {"field": "high", "type": "quantitative"},
                              "color": {"value": "#1b2733"}}},
            ],
        }  # fmt: skip
        title = self.title(lang)
        if not values:
            told_nothing = label("answer.nothing_drawn", lang)
            return nothing(told_nothing, title=title, subtitle=cohort_label(self.cohort, lang), lang=lang)
        told = "; ".join(f"{v['gene']} {v['text']}" for v in values[:5])
        return picture(spec, title=title, subtitle=cohort_label(self.cohort, lang), alt=f"{title}. {told}", lang=lang)


def _axis_end(values: Sequence[dict[str, Any]]) -> float:
    """Room for the words after the longest bar."""
    return float(max((v["high"] for v in values), default=0.65) * 1.55)


def gene_frequencies(
    cohort: Cohort, *, kinds: Sequence[str] = ("variant",), genes: Sequence[str] = (), top: int | None = None
) -> GeneFrequencies:
    """Altered, tested, frequency and its 95 % interval (Wilson) of each gene.

    kinds   variant, amplification, deletion, fusion, or any (found in any way, tested in at least one)
    genes   these only, in this order; otherwise every gene found altered in someone who was tested
    top     at most so many genes of each kind

    Raises CannotConclude for an empty cohort, Refused for one of fewer patients than the floor,
    BadInput for a gene that the study does not know.
    """
    cohort.asked("genes")
    require_releasable(cohort.size, "cohort")
    rows = [cohort.index.gene_row(gene) for gene in dict.fromkeys(gene_in(cohort, gene) for gene in genes)]
    told = _told(cohort, kinds, rows)
    found: list[GeneFrequency] = []
    more = 0
    for kind in kinds:
        of_kind = _of_kind(cohort, kind, rows, told[kind])
        ordered = of_kind if rows else sorted(of_kind, key=_rank)
        found += ordered[:top]
        more += len(ordered) - len(ordered[:top])
    return GeneFrequencies(cohort, tuple(found), more)


def _rank(gene: GeneFrequency) -> tuple[bool, float, str]:
    return gene.withheld, -(gene.frequency or 0.0), gene.gene


def _told(cohort: Cohort, kinds: Sequence[str], rows: list[int]) -> dict[str, tuple[Marks, Marks]]:
    """For each kind, (genes,) whether altered and tested of each gene may be told beside the others."""
    chosen = np.array(rows or range(len(cohort.index.genes)), dtype=np.int64)
    classes, _ = tested_to_tell(cohort.index, cohort.bits, kinds)
    tested = {kind: told[cohort.index.coverage(kind)[0][chosen]] for kind, told in classes.items()}
    if len(classes) == 1:
        return {kind: (np.ones(len(chosen), dtype=np.bool_), told) for kind, told in tested.items()}
    altered = altered_to_tell(cohort.index, cohort.bits, classes, chosen)
    return {kind: (altered[kind], tested[kind]) for kind in classes}


def _of_kind(cohort: Cohort, kind: str, rows: list[int], told: tuple[Marks, Marks]) -> list[GeneFrequency]:
    altered, tested, found = counts(cohort, cohort.bits, kind, rows or slice(None))
    low, high = wilson_interval(altered, tested)
    chosen = enumerate(rows) if rows else ((int(i), int(i)) for i in np.flatnonzero(altered > 0))
    return [
        _released(
            (cohort.index.genes[row], kind),
            (int(altered[i]), int(tested[i]), int(found[i])),
            (float(low[i]), float(high[i])),
            (bool(told[0][i]), bool(told[1][i])),
        )
        for i, row in chosen
    ]


def _released(
    of: tuple[str, str], counted: tuple[int, int, int], interval: tuple[float, float], told: tuple[bool, bool]
) -> GeneFrequency:
    altered, tested, found = counted
    shown = released_part(altered, tested) if told[0] else None
    whole = released_count(tested) if told[1] else None
    off_panel = found > altered and not is_small(found - altered)
    if shown is None or whole is None or tested == 0:
        return GeneFrequency(*of, shown, whole, None, None, None, off_panel)
    return GeneFrequency(*of, shown, whole, altered / tested, *interval, off_panel)


def counts(cohort: Cohort, members: Bits, kind: str, rows: list[int] | slice) -> tuple[Counts, Counts, Counts]:
    """Per gene, among `members`: altered and tested, tested, and altered whether tested or not. (genes,) each."""
    index = cohort.index
    altered = index.altered_matrix(kind)[rows]
    classes, sets = index.coverage(kind)
    classes, tested = classes[rows], bits.count_rows(sets, members)
    both, found = np.zeros((2, len(altered)), dtype=np.int64)
    for block in bits.row_blocks(altered):
        here = altered[block] & members
        found[block] = bits.count_rows(here)
        both[block] = bits.count_rows(here & sets[classes[block]])
    return both, tested[classes], found
