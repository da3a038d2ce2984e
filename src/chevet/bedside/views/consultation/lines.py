"""Lines of a page: words of its language, cut where they are too long, and what had no room counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chevet.bedside.views.consultation.sheet import Block
from chevet.bedside.views.wording import Wording
from chevet.words import treatments
from chevet.words.labels import label

Told = dict[str, Any]

NAMES, LINES = 5, 4
LETTERS = 150  # of one line: two rows of print


def word(key: str, w: Wording, **values: object) -> str:
    """A label of the consultation."""
    return label(f"consultation.{key}", w.lang, **values)


def short(text: str, letters: int = LETTERS) -> str:
    """The text, cut between two words when it is longer.

    >>> short("one two three", 9)
    'one two …'
    """
    plain = " ".join(text.split())
    if len(plain) <= letters:
        return plain
    cut = plain[: letters - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[letters // 2 :] else cut) + " …"


def names(every: Sequence[str], at_most: int = NAMES) -> str:
    """The first names, and how many more there are.

    >>> names(["a", "b", "c"], 2)
    'a, b (+1)'
    """
    text = ", ".join(every[:at_most])
    return f"{text} (+{len(every) - at_most})" if len(every) > at_most else text


def more(count: int, w: Wording) -> str:
    """How many had no room; nothing where all had."""
    return word("more", w, n=count) if count > 0 else ""


def block(heading: str, lines: Sequence[str], w: Wording, *, at_most: int = LINES) -> Block:
    """The first lines under a heading, cut, and how many more there are."""
    return Block(heading, tuple(short(line) for line in lines[:at_most]), more(len(lines) - at_most, w))


def medicine(name: str, w: Wording) -> str:
    """A treatment by its name in the reader's language."""
    kind = treatments.treatment_class(name) if treatments.medicine(name) is None else None
    return w.coded("treatment_class", kind) or name if kind else treatments.name(name, w.lang)


def because(one: Told) -> str:
    """The findings that speak for, or against, a treatment."""
    return ", ".join(finding["label"] for finding in one["because"])


def where(told: Told) -> str:
    """Whose approvals count; `unsaid` where the case does not say it."""
    return str(told["jurisdiction"]) if told["jurisdiction_said"] else "unsaid"
