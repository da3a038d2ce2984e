"""The page in the words of one language: what `html` and `pdf` lay out, and nothing else.

A sheet holds text that people read, already worded, and pictures as specifications. It has the same shape in
French and in English. `Cell.said` is False where the source says nothing, so that a view can show it as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chevet.bedside.views.wording import Lang

if TYPE_CHECKING:  # a page of a consultation has such cells, and asks nothing of a cohort
    from chevet.bedside.findings import State


@dataclass(frozen=True)
class Cell:
    """A piece of text; `share` draws a small bar, 0 to 1; `note` is smaller text after it."""

    text: str
    said: bool = True
    note: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Fact:
    label: str
    cell: Cell


@dataclass(frozen=True)
class Table:
    """Rows of cells; `none` stands in for a table without rows, `unsaid` names what no row says."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    none: str = ""
    unsaid: str = ""


@dataclass(frozen=True)
class Chip:
    """A short fact of the head of the page, such as `ER positive`."""

    text: str
    strong: bool


@dataclass(frozen=True)
class CardLine:
    text: str
    note: str = ""
    important: bool = False


@dataclass(frozen=True)
class Card:
    """One box of the summary; `state` chooses its mark and border, so that it never rests on colour alone."""

    state: State
    heading: str
    meaning: str
    lines: tuple[CardLine, ...]
    more: str
    none: str


@dataclass(frozen=True)
class OutlookCard:
    heading: str
    value: str
    unit: str
    interval: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Genes:
    """Alterations of one state: `items` are (gene, kind of alteration, why it is looked for)."""

    state: State
    heading: str
    meaning: str
    items: tuple[tuple[str, str, str], ...]
    none: str


@dataclass(frozen=True)
class Picture:
    """A Vega-Lite specification, the text that stands for it, and its caption."""

    spec: dict[str, Any]
    alt: str
    caption: str


@dataclass(frozen=True)
class Found:
    """The findings: `main` always shown, `others` on the full page only, `silent` by name."""

    main: Table
    others_heading: str
    others: Table
    others_left_out: str
    silent_heading: str
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Tested:
    panels: Table
    notes: tuple[str, ...]
    intro: str
    genes: tuple[Genes, ...]


@dataclass(frozen=True)
class Course:
    """What happened when."""

    picture: Picture | None
    empty: str
    treatments: Table
    events: Table


@dataclass(frozen=True)
class Cohort:
    sentences: tuple[str, ...]
    picture: Picture | None
    outcomes: Table
    how_heading: str
    how: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole page in one language, in the order in which it is read."""

    lang: Lang
    title: str
    eyebrow: str
    banner: str
    purpose: str
    patient: str
    person: str
    tumour: str
    chips: tuple[Chip, ...]
    summary_heading: str
    cards: tuple[Card, ...]
    outlook: OutlookCard
    headings: dict[str, str]
    facts: tuple[Fact, ...]
    tumours: tuple[tuple[Fact, ...], ...]
    markers: tuple[Fact, ...]
    samples: Table
    found: Found
    tested: Tested
    course: Course
    cohort: Cohort
    measurements: Table
    labels: Table
    limits: tuple[str, ...]
    provenance: tuple[Fact, ...]
    made_on: str
