"""What the pages of a consultation hold: words of one language, already chosen and cut, and nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from chevet.words.labels import Lang

if TYPE_CHECKING:
    from chevet.bedside.views.sheet import Fact, Table

Answer: TypeAlias = Literal["yes", "no", "not_stated"]
# `unknown`: no finding was given, or the tumour could not be placed, and nothing can be concluded
Outcome: TypeAlias = Literal["option", "condition", "nothing", "unknown"]

# Beside every colour, so that none is needed.
MARKS: dict[Answer, str] = {"yes": "✓", "no": "✗", "not_stated": "?"}


@dataclass(frozen=True)
class Match:
    """One question to an option (does it fit this tumour?), its answer, and the answer as a word."""

    what: str
    answer: Answer
    word: str


@dataclass(frozen=True)
class OptionCard:
    """An option as page one shows it; `open` holds what must be tested or checked first."""

    rank: int
    therapy: str
    because: str
    tier: str
    approvals: tuple[str, ...]
    matches: tuple[Match, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class Against:
    """Medicines that must not be given for one reason."""

    therapies: str
    why: str


@dataclass(frozen=True)
class Block:
    """A heading with lines under it; `more` says how many lines had no room."""

    heading: str
    lines: tuple[str, ...]
    more: str = ""


@dataclass(frozen=True)
class PageOne:
    """The decision, for one side of A4.

    alarms     that files may be another patient's, or contradict each other: above everything
    evidence   belongs to the options and stands below them
    before     what the proposed medicines ask before they are given
    """

    tumour: str
    as_given: str
    chips: tuple[str, ...]
    drivers_heading: str
    drivers: str
    alarms: tuple[str, ...]
    outcome: Outcome
    outcome_word: str
    headline: str
    nothing: str
    may_heading: str
    options: tuple[OptionCard, ...]
    further: Block
    evidence: Block
    may_not_heading: str
    may_not: tuple[Against, ...]
    may_not_more: str
    may_not_none: str
    for_want_heading: str
    for_want: str
    before: Block
    care: Block
    blocks: tuple[Block, ...]
    legend: str


@dataclass(frozen=True)
class OptionDetail:
    """An option in full."""

    heading: str
    why: str
    matches: tuple[Match, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Section:
    """A part of the annex; `is_long` lets a screen fold it."""

    key: str
    heading: str
    intro: str
    table: Table
    is_long: bool = False


@dataclass(frozen=True)
class Drawing:
    """A picture of our own as SVG, for a wide and for a narrow page, with the words that stand for it."""

    svg: str
    narrow: str
    alt: str
    caption: str


@dataclass(frozen=True)
class ConsultationSheet:
    """The whole consultation in one language, in the order in which it is read."""

    lang: Lang
    title: str
    eyebrow: str
    case: str
    made_on: str
    notice: str
    knowledge: tuple[str, ...]
    one: PageOne
    annex_heading: str
    options_heading: str
    options_none: str
    options: tuple[OptionDetail, ...]
    drawings_heading: str
    drawings: tuple[Drawing, ...]
    sections: tuple[Section, ...]
    provenance_heading: str
    provenance: tuple[Fact, ...]
