"""One advice: what to do with a medicine, because of what, by which formula, on whose word."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, Union

from chevet.words import treatments
from chevet.words.labels import Lang, label

Kind: TypeAlias = Literal["avoid", "dose", "test_first", "interaction", "monitor"]
# the order in which a board reads them
KINDS: tuple[Kind, ...] = ("avoid", "dose", "test_first", "interaction", "monitor")


Filling: TypeAlias = Union["Said", str, float, int, tuple["Said", ...]]


@dataclass(frozen=True)
class Said:
    """A sentence of the labels with what fills it, told in either language by `text`.

    A filling that is itself `Said` is told in the same language, several stand one after the other, and a medicine
    and a number are written as the language writes them.
    """

    key: str
    values: tuple[tuple[str, Filling], ...] = ()

    def text(self, lang: Lang) -> str:
        """The sentence."""
        return label(self.key, lang, **{name: _told(value, lang) for name, value in self.values})


def say(key: str, **values: Filling) -> Said:
    """The sentence under this key of `labels_safety.tsv`, filled.

    >>> say("age", years=63).text("fr")
    '63 ans'
    """
    return Said(f"safety.{key}", tuple(values.items()))


def _told(value: Filling, lang: Lang) -> str:
    if isinstance(value, Said):
        return value.text(lang)
    if isinstance(value, tuple):
        texts = [one.text(lang) for one in value]
        whole = all(text.endswith(".") for text in texts)
        return (" " if whole else " ; " if lang == "fr" else "; ").join(texts)
    if isinstance(value, str):
        return treatments.name(value, lang)
    return number(value, lang)


def number(value: float, lang: Lang) -> str:
    """A number with at most four figures that count, with the decimal sign of the language.

    >>> number(84.25, "fr"), number(1234567, "en")
    ('84,25', '1234567')
    """
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return text.replace(".", ",") if lang == "fr" else text


@dataclass(frozen=True)
class Advice:
    """What to do with one medicine.

    because        the facts of this patient that it follows from
    formula        how `value` was computed, with its own numbers filled in; empty when nothing was
    value, unit    the figure that the advice comes to (a dose, a clearance, a share of the usual dose)
    sources        label section, guideline or study, each with its own date
    checked        the day on which we read the figure in its source; None: a reader must confirm it there
    """

    kind: Kind
    medicine: str
    what: Said
    because: tuple[Said, ...]
    sources: tuple[str, ...]
    checked: datetime.date | None
    formula: str = ""
    value: float | None = None
    unit: str = ""

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """The advice in words of one language."""
        return {
            "kind": self.kind, "medicine": self.medicine, "what": self.what.text(lang),
            "because": [one.text(lang) for one in self.because], "formula": self.formula or None,
            "value": self.value, "unit": self.unit or None, "sources": list(self.sources),
            "checked": self.checked.isoformat() if self.checked else None,
            "confirm": None if self.checked else label("safety.confirm", lang),
        }  # fmt: skip


@dataclass(frozen=True)
class NotKnown:
    """A fact that is missing, and the medicines for which it would be needed."""

    what: Said
    medicines: tuple[str, ...]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """The missing fact in words of one language."""
        return {"what": self.what.text(lang), "medicines": list(self.medicines)}
