"""Genes by patients: altered (and how), tested and not altered, not tested. No column carries a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.cohort.answer import Headings, Rows, cohort_label, gene_in
from chevet.cohort.cohort import Cohort
from chevet.cohort.genes import counts
from chevet.cohort.index import ALTERED_KINDS
from chevet.paper.pictures import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    PINK,
    RULE,
    VERMILION,
    WIDE,
    Spec,
    nothing,
    number,
    percent,
    picture,
)  # fmt: skip
from chevet.privacy.disclosure import FLOOR, is_small, released_count, released_part, require_releasable
from chevet.store import bits
from chevet.words.labels import Lang, label

TOP = 10
COLUMNS_AT_MOST = 300
NOT_TESTED, NOT_ALTERED, SEVERAL, ALTERED = "not_tested", "not_altered", "several", "altered"
# ALTERED stands for the kinds that too few patients have to be told apart.
STATES = (NOT_TESTED, NOT_ALTERED, *ALTERED_KINDS, SEVERAL, ALTERED)
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
    """Columns are patients in memo order. `withheld` genes are not drawn: one to four patients could be counted."""

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
            {
                "gene": f"{x.gene}  {_share(x, lang)}",
                "state": words[state],
                "tested": state != NOT_TESTED,
                "from": start,
                "to": end,
            }
            for x in self.lines
            for state, start, end in _runs(x.states)
        ]
        colours = dict(zip(STATES, (RULE, PALE, BLUE, VERMILION, GREEN, PINK, ORANGE, INK), strict=True))
        seen = [s for s in STATES if any(s in x.states for x in self.lines)]
        column: Spec = {
            "field": "from",
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": [0, self.columns], "nice": False},
        }
        spec = {
            "width": WIDE,
            "height": {"step": 26},
            "data": {"values": values},
            "layer": [
                {"mark": {"type": "rect", "height": {"band": 0.8}}, "transform": [{"filter": "datum.tested"}]},
                {"mark": {"type": "rect", "height": {"band": 0.08}}, "transform": [{"filter": "!datum.tested"}]},
            ],
            "encoding": {
                "x": column,
                "x2": {"field": "to"},
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
                    "legend": {"symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 140, "columns": 4},
                },
            },
        }
        title = self.title(lang)
        if not values:
            return nothing(label("answer.nothing_drawn", lang), title=title, lang=lang)
        told = "; ".join(f"{x.gene} {_share(x, lang)}" for x in self.lines)
        return picture(spec, title=title, subtitle=cohort_label(self.cohort, lang), alt=f"{title}: {told}", lang=lang)


def _state(state: str, lang: Lang) -> str:
    keys = {
        NOT_TESTED: "answer.oncoprint.not_tested",
        NOT_ALTERED: "tested.not_found",
        SEVERAL: "answer.oncoprint.several",
        ALTERED: "answer.group.altered",
    }
    return label(keys.get(state, f"alteration.{state}"), lang)


def _runs(states: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Neighbours of one state drawn as one: state, first column, column after the last.

    >>> list(_runs(["variant", "variant", "not_tested"]))
    [('variant', 0, 2), ('not_tested', 2, 3)]
    """
    start = 0
    for state, run in groupby(states):
        end = start + len(list(run))
        yield state, start, end
        start = end


def _share(line: Line, lang: Lang) -> str:
    return percent(line.altered / line.tested, lang, 0) if line.altered is not None and line.tested else ""


def oncoprint(cohort: Cohort, *, genes: Sequence[str] = (), top: int = TOP) -> Oncoprint:
    """The genes altered in most patients, one column per patient; past three hundred, evenly spaced ones.

    Raises CannotConclude for an empty cohort, Refused for one of fewer patients than the floor.
    """
    cohort.asked("oncoprint")
    require_releasable(cohort.size, "cohort")
    index, members = cohort.index, cohort.bits
    found, were_tested, _ = counts(cohort, members, "any", slice(None))
    named = [index.gene_row(g) for g in dict.fromkeys(gene_in(cohort, gene) for gene in genes)]
    rows = sorted(named or np.flatnonzero(found).tolist(), key=lambda r: (-int(found[r]), index.genes[r]))
    tested = were_tested[rows].tolist()
    drawable = {r for r, n in zip(rows, tested, strict=True) if _drawable(int(found[r]), n, cohort.size)}
    # Rare genes are many and not asked for; the others say that they are missing.
    hidden = [r for r in rows if r not in drawable and (named or found[r] >= FLOOR)][: None if named else top]
    rows = [r for r in rows if r in drawable][:top]
    states = _states(cohort, rows)
    drawn = np.unique(np.linspace(0, states.shape[1] - 1, COLUMNS_AT_MOST).round().astype(np.int64))
    states = states[:, drawn]
    lines = tuple(_line(cohort, row, int(found[row]), states[i]) for i, row in enumerate(rows))
    return Oncoprint(cohort, cohort.size, lines, tuple(sorted(index.genes[r] for r in hidden)))


def _drawable(altered: int, tested: int, everyone: int) -> bool:
    """Whether marks may be drawn for a gene: they are counted by whoever looks."""
    return not (is_small(everyone - tested) or is_small(tested) or released_part(altered, tested) is None)


def _folded(states: States) -> States:
    """The same states of one gene with the kinds of one to four patients joined, so that none can be counted."""
    counts = np.bincount(states, minlength=len(STATES))
    kinds = range(STATES.index(NOT_ALTERED) + 1, STATES.index(ALTERED))
    few = {k for k in kinds if is_small(int(counts[k]))}
    rest = sorted((k for k in kinds if counts[k] and k not in few), key=lambda k: int(counts[k]))
    while few and rest and is_small(sum(int(counts[k]) for k in few)):
        few.add(rest.pop(0))
    return np.where(np.isin(states, list(few)), np.int8(STATES.index(ALTERED)), states)


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
        states[i] = _folded(np.where(~tested, 0, np.where(kinds.any(axis=0), altered, 1)).astype(np.int8))
    order = np.lexsort([-states[i] for i in range(len(rows))][::-1]) if len(rows) else np.arange(len(who))
    return states[:, order]
