"""Facts that a clinical note says plainly, in English or French. What it only hints at is left unread.

Every fact taken from a note is named, so that the page can say that it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from chevet.therapy.knowledge.base import rows
from chevet.words import treatments

_NEGATION = re.compile(
    r"\b(?:no|not|without|non|pas|sans|never|jamais|no evidence of)\b[ -]*(?:\w+ ){0,2}$",
    re.IGNORECASE,
)  # fmt: skip
_GROWN = re.compile(
    r"(?:progress(?:ed|ion|ing|ive disease)?|relapsed|refractory|failed|failure|progressé|a progressé|échec|évolué)"
    r"\s+(?:of\s+|de\s+)?(?:on|under|after|to|following|sous|après|with|during|de)\s+([^.;()]{3,120})",
    re.IGNORECASE,
)  # fmt: skip
_GIVEN = re.compile(
    r"(?:previously treated with|pretreated with|prior|previous|after|following|received|traitée? par|après|a reçu)\s+"
    r"([^.;()]{3,120})",
    re.IGNORECASE,
)  # fmt: skip
_ECOG = re.compile(r"\b(?:ecog|performance status|ps|oms)\W{0,3}(?:ps\W{0,3})?([0-4])\b", re.IGNORECASE)
_AGE = re.compile(r"\b(\d{1,3})[- ]?(?:years?[- ]old|y\.?o\.?|ans)\b", re.IGNORECASE)


@dataclass
class Noted:
    """What a note says. A fact that two phrases contradict is left out, and named in `unclear`."""

    features: dict[str, bool] = field(default_factory=dict)
    extent: str | None = None
    line: int | None = None
    ecog: int | None = None
    age_years: float | None = None
    given: list[str] = field(default_factory=list)
    progressed_on: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def read_note(text: str) -> Noted:
    """The facts of a note.

    >>> note = read_note("mCRPC, progressed on enzalutamide; no brain metastases")
    >>> note.features, note.progressed_on
    ({'castration_resistant': True, 'brain_metastases': False}, ['enzalutamide'])
    """
    noted = Noted()
    words = " ".join(text.split())
    for pattern, kind, name, value in _phrases():
        for found in pattern.finditer(words):
            negated = _NEGATION.search(words[: found.start()]) is not None
            _take(noted, kind, name, value, negated=negated)
    for found in _GROWN.finditer(words):
        noted.progressed_on += [name for name in medicines_in(found[1]) if name not in noted.progressed_on]
    for found in _GIVEN.finditer(words):
        if _NEGATION.search(words[: found.start()]) is None:
            noted.given += [name for name in medicines_in(found[1]) if name not in noted.given]
    ecog, age = _ECOG.search(words), _AGE.search(words)
    noted.ecog = int(ecog[1]) if ecog else None
    noted.age_years = float(age[1]) if age and int(age[1]) <= 120 else None
    return noted


def medicines_in(text: str) -> list[str]:
    """Every medicine and class of treatment that a text names, by its international name."""
    found: list[str] = []
    tokens = re.findall(r"[\w-]+", text.lower())
    at = 0
    while at < len(tokens):
        for length in (4, 3, 2, 1):
            phrase = " ".join(tokens[at : at + length])
            names = _treatments(phrase)
            if names and at + length <= len(tokens):
                found += [name for name in names if name not in found]
                at += length - 1
                break
        at += 1
    return found


def _treatments(phrase: str) -> tuple[str, ...]:
    medicine = treatments.medicine(phrase)
    if medicine is not None:
        return (medicine.name,)
    regimen = regimens().get(phrase)
    if regimen is not None:
        return regimen
    of_class = treatments.treatment_class(phrase)
    return (of_class,) if of_class and of_class not in ("other", "supportive") else ()


@cache
def regimens() -> dict[str, tuple[str, ...]]:
    """Regimens by their usual names, each with its medicines."""
    table = resources.files("chevet.bedside") / "tables" / "regimens.tsv"
    return {
        name.strip().lower(): tuple(medicine.strip() for medicine in row["medicines"].split("+"))
        for _, row in rows(table)
        for name in row["names"].split("|")
    }


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    table = resources.files("chevet.bedside") / "tables" / "clinical_phrases.tsv"
    return tuple(
        (re.compile(row["phrase"], re.IGNORECASE), row["kind"], row["name"], row["value"]) for _, row in rows(table)
    )


def _take(noted: Noted, kind: str, name: str, value: str, *, negated: bool) -> None:
    if kind == "feature":
        said = (value == "yes") != negated
        if noted.features.get(name, said) != said:
            noted.unclear.append(name)
        noted.features.setdefault(name, said)
    elif negated:
        return
    elif kind == "extent":
        noted.extent = noted.extent or name
    else:
        noted.line = noted.line or int(name)
