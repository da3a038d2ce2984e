"""Errors in the reader's language: a message by its key, with what it speaks of.

An error made by `error` is in English as all are (for logs, the ledger and scripts), and remembers its words, so that
the door that shows it to a person can say it in theirs. Keys stand in `labels_errors.tsv`: `error.KEY`, and
`error.KEY.next` for what to do now. Errors that are raised without words are said as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from chevet.errors import ChevetError
from chevet.words.labels import Lang, label

Kind = TypeVar("Kind", bound=ChevetError)


@dataclass(frozen=True)
class Words:
    """Words by their key, `error.KEY`, and the values that fill them; a value may be words itself, or a number."""

    key: str
    values: tuple[tuple[str, Any], ...] = ()

    def say(self, lang: Lang) -> str:
        """The words in this language."""
        return label(f"error.{self.key}", lang, **{name: _said(value, lang) for name, value in self.values})


def words(key: str, /, **values: Any) -> Words:
    """The words of this key.

    >>> words("unknown_gene", gene="EGFRR").say("en")
    'EGFRR is neither an HGNC gene symbol nor a name that this study uses'
    """
    return Words(key, tuple(values.items()))


def error(kind: type[Kind], message: str, then: str | Words | None = None, /, **values: Any) -> Kind:
    """An error of this kind, with the words of `error.MESSAGE`.

    then   the words of what to do now, as a key or filled; unless given, those of `MESSAGE.next`, with the same values
    """
    what = words(message, **values)
    act = then if isinstance(then, Words) else words(then or f"{message}.next", **values)
    made = kind(what.say("en"), next_act=act.say("en"))
    made.words = (what, act)
    return made


def in_language(shown: ChevetError, lang: Lang) -> tuple[str, str]:
    """The message and the next act in this language; in English where the error was raised without words."""
    if shown.words is None:
        return shown.message, shown.next_act
    what, act = shown.words
    return what.say(lang), act.say(lang)


def nearest(found: list[str] | tuple[str, ...]) -> Words | str:
    """`; nearest: A, B`, or nothing when there is nothing near."""
    return words("nearest", found=", ".join(found[:3])) if found else ""


def _said(value: Any, lang: Lang) -> str:
    if isinstance(value, Words):
        return value.say(lang)
    if isinstance(value, int):
        return f"{value:,}" if lang == "en" else f"{value:,}".replace(",", "\u202f")
    return str(value)
