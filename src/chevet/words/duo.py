"""Purposes of use, as the Data Use Ontology (DUO) of GA4GH codes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.words import facts


@dataclass(frozen=True)
class DataUse:
    """One term. `kind` is `permission` (what research is allowed) or `modifier` (a further condition)."""

    id: str
    code: str
    kind: str
    en: str
    fr: str


def find(text: str) -> DataUse | None:
    """The term with this identifier or short name, whatever its capitals; None when DUO has no such term.

    >>> find("hmb").id, find("DUO:0000007").code, find("fun") is None
    ('DUO:0000006', 'DS', True)
    """
    return _by_name().get(text.strip().upper())


def name(code: str, lang: Literal["en", "fr"]) -> str:
    """The term in words of this language; raises KeyError for a code that DUO does not have.

    >>> name("DS", "fr")
    'recherche sur une maladie précise'
    """
    term = _by_name()[code]
    return term.fr if lang == "fr" else term.en


@cache
def terms() -> tuple[DataUse, ...]:
    """Every term that says something: the two heads of the ontology's branches are left out."""
    return tuple(DataUse(*row) for row in facts.rows("duo.tsv"))


@cache
def _by_name() -> dict[str, DataUse]:
    return {key: term for term in terms() for key in (term.id, term.code)}
