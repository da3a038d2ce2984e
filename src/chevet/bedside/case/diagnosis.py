"""From a code or a diagnosis in words to OncoTree, and what the words say besides (triple negative)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

from chevet.genomics.alteration import Alteration
from chevet.genomics.names import all_named
from chevet.therapy.case import Diagnosis
from chevet.therapy.knowledge.base import rows
from chevet.words import oncotree


def placed(code: str | None, text: str | None) -> Diagnosis:
    """The diagnosis; `oncotree` is empty when neither the code nor the words could be placed.

    >>> placed("LUAD", None).oncotree, placed(None, "adénocarcinome du poumon").oncotree, placed(None, "cough").oncotree
    ('LUAD', 'LUAD', '')
    """
    found = oncotree.find(code) or _by_words(code or "")
    if not found and text:
        found = _by_words(text)
    return Diagnosis(found or "", (text or code or "").strip())


def said_besides(text: str) -> tuple[Alteration, ...]:
    """Markers that the words of a diagnosis say: triple negative is three of them."""
    plain = _plain(text)
    if "triple negative" in plain or "triple-negative" in plain or "tnbc" in plain:
        return tuple(one for name in ("ER-", "PR-", "HER2-negative") for one in all_named(name))
    return ()


def _by_words(text: str) -> str | None:
    known = oncotree.find(text)
    if known:
        return known
    plain = _plain(text)
    exact = _names().get(plain)
    if exact:
        return exact
    fitting = [(len(name), code) for name, code in _names().items() if re.search(rf"\b{re.escape(name)}\b", plain)]
    return max(fitting)[1] if fitting else None


@cache
def _names() -> dict[str, str]:
    table = resources.files("chevet.bedside") / "tables" / "tumour_names.tsv"
    named = {_plain(oncotree.name(code, "en")): code for code in oncotree.descendants("TISSUE")}
    named |= {_plain(oncotree.name(code, "fr")): code for code in oncotree.descendants("TISSUE")}
    return named | {_plain(name): row["oncotree"] for _, row in rows(table) for name in row["names"].split("|")}


def _plain(text: str) -> str:
    """Small letters, no accents, one space between words."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).replace("-", " ").split())
