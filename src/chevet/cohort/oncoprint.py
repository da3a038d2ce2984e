"""Genes by patients: altered (and how), tested and not altered, not tested. No column carries a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.cohort.answer import Headings, Rows, cohort_label, gene_in
from chevet.cohort.cohort import Cohort
from chevet.cohort.index import ALTERED_KINDS
from chevet.cohort.pictures import BLUE, GREEN, ORANGE, PALE, PINK, VERMILION, WIDE, Spec, number, percent, picture
from chevet.privacy.disclosure import is_small, released_count, released_part, require_releasable
from chevet.store import bits
from chevet.words.labels import Lang, label

TOP = 10
COLUMNS_AT_MOST = 300
NOT_TESTED, NOT_ALTERED, SEVERAL = "not_tested", "not_altered", "several"
STATES = (NOT_TESTED, NOT_ALTERED, *ALTERED_KINDS, SEVERAL)
States = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Line:
    """One gene: its counts over the whole cohort (None where withheld), and its state in each drawn column."""

    gene: str
    altered: int | None
    tested: int | None
    states: tuple[str, ...]


@dataclass(frozen=True)
class Oncoprint:
    """Columns are patients in memo order; `withheld` genes are altered in too few to be drawn."""

    cohort: Cohort
    patients: int
    lines: tuple[Line, ...]
    withheld: tuple[str, ...]

    @property
    def columns(self) -> int:
        return len(self.lines[0].states) if self.lines else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "patients": self.patients,
            "columns": self.columns,
            "genes": [
                {"gene": x.gene, "altered": x.altered, "tested": x.tested, "states": list(x.states)} for x in self.lines
            ],
            "withheld": list(self.withheld),
        }

    def title(self, lang: Lang) -> str:
        return label("answer.oncoprint.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        withheld = label("answer.withheld", lang)
        rows: Rows = [[x.gene, x.altered, x.tested, _share(x, lang)] for x in self.lines]
        rows += [[gene, withheld, withheld, ""] for gene in self.withheld]
        return [label(f"answer.{k}", lang) for k in ("gene", "altered", "tested", "frequency")], rows

    def notes(self, lang: Lang) -> list[str]:
        shown, everybody = number(self.columns, lang), number(self.patients, lang)
        notes = [label("answer.oncoprint.shown", lang, n=shown, all=everybody)]
        notes += [label("answer.oncoprint.unnamed", lang), label("answer.genes.tested_note", lang)]
        return notes + ([label("answer.withheld_note", lang)] if self.withheld else [])

    def picture(self, lang: Lang) -> Spec:
        words = {s: _state(s, lang) for s in STATES}
        values = [
            {"gene": f"{x.gene}  {_share(x, lang)}", "column": i, "state": words[state]}
            for x in self.lines
            for i, state in enumerate(x.states)
        ]
        colours = dict(zip(STATES, ("#ffffff", PALE, BLUE, VERMILION, GREEN, PINK, ORANGE), strict=True))
        seen = [s for s in STATES if any(s in x.states for x in self.lines)]
        column: Spec = {
            "field": "column",
            "type": "ordinal",
            "axis": None,
            "scale": {"paddingInner": 0.12 if self.columns < 120 else 0},
        }
        spec = {
            "width": WIDE,
            "height": {"step": 26},
            "data": {"values": values},
            "mark": {"type": "rect", "height": {"band": 0.8}},
            "view": {"stroke": "#9aa7b3", "fill": "#ffffff"},
            "encoding": {
                "x": column,
                "y": {
                    "field": "gene",
                    "type": "nominal",
                    "sort": None,
                    "title": None,
                    "axis": {"labelFontStyle": "italic", "domain": False, "ticks": False},
                },
                "color": {
                    "field": "state",
                    "type": "nominal",
                    "title": None,
                    "scale": {"domain": [words[s] for s in seen], "range": [colours[s] for s in seen]},
                    "legend": {
                        "symbolType": "square",
                        "symbolStrokeColor": "#9aa7b3",
                        "symbolStrokeWidth": 1,
                        "columns": 4,
                    },
                },
            },
        }
        title = self.title(lang)
        told = "; ".join(f"{x.gene} {_share(x, lang)}" for x in self.lines)
        return picture(spec, title=title, subtitle=cohort_label(self.cohort, lang), alt=f"{title}: {told}", lang=lang)


def _state(state: str, lang: Lang) -> str:
    keys = {NOT_TESTED: "tested.not", NOT_ALTERED: "tested.not_found", SEVERAL: "answer.oncoprint.several"}
    return label(keys.get(state, f"alteration.{state}"), lang)


def _share(line: Line, lang: Lang) -> str:
    return percent(line.altered / line.tested, lang, 0) if line.altered is not None and line.tested else ""


def oncoprint(cohort: Cohort, *, genes: Sequence[str] = (), top: int = TOP) -> Oncoprint:
    """The genes altered in most patients, one column per patient; past three hundred, evenly spaced ones.

    Raises CannotConclude for an empty cohort, Refused for one of fewer patients than the floor.
    """
    cohort.asked("oncoprint")
    require_releasable(cohort.size, "patients in this cohort")
    index, members = cohort.index, cohort.bits
    found = bits.count_rows(index.altered_matrix("any") & index.tested_matrix("any"), members)
    named = [index.gene_row(g) for g in dict.fromkeys(gene_in(cohort, gene) for gene in genes)]
    rows = sorted(named or np.flatnonzero(found).tolist(), key=lambda r: (-int(found[r]), index.genes[r]))
    hidden = [r for r in rows if is_small(int(found[r]))]
    rows = [r for r in rows if r not in set(hidden)][:top]
    states = _states(cohort, rows)
    drawn = np.unique(np.linspace(0, states.shape[1] - 1, COLUMNS_AT_MOST).round().astype(np.int64))
    states = states[:, drawn]
    lines = tuple(_line(cohort, row, int(found[row]), states[i]) for i, row in enumerate(rows))
    return Oncoprint(cohort, cohort.size, lines, tuple(sorted(index.genes[r] for r in hidden)) if named else ())


def _line(cohort: Cohort, row: int, altered: int, states: States) -> Line:
    gene = cohort.index.genes[row]
    tested = bits.count(cohort.index.tested_bits(gene, "any") & cohort.bits)
    return Line(gene, released_part(altered, tested), released_count(tested), tuple(STATES[s] for s in states))


def _states(cohort: Cohort, rows: Sequence[int]) -> States:
    """(genes, patients) codes of STATES, columns in memo order: by the first gene, then the second, ..."""
    index = cohort.index
    who = bits.positions(cohort.bits, index.n_patients)
    states = np.zeros((len(rows), len(who)), dtype=np.int8)
    for i, row in enumerate(rows):
        tested = bits.unpack(index.tested_bits(index.genes[row], "any"), index.n_patients)[who]
        kinds = np.array([bits.unpack(index.altered_matrix(k)[row], index.n_patients)[who] for k in ALTERED_KINDS])
        altered = np.where(
            kinds.sum(axis=0) > 1, STATES.index(SEVERAL), STATES.index(NOT_ALTERED) + 1 + kinds.argmax(axis=0)
        )
        states[i] = np.where(~tested, 0, np.where(kinds.any(axis=0), altered, 1))
    order = np.lexsort([-states[i] for i in range(len(rows))][::-1]) if len(rows) else np.arange(len(who))
    return states[:, order]
