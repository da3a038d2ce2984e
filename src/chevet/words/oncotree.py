"""Tumour types as OncoTree calls them, from tissue down to histology, with NCIt and ICD-O-3 beside.

Codes are OncoTree's own. `LUNG` stands for the tissue and everything below it; the root is `TISSUE`.
French names are ours; `name(code, "fr")` gives the English name where there is none yet.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.words import facts


@dataclass(frozen=True)
class TumourType:
    """One node of OncoTree; `parent` is empty for the root. NCIt and ICD-O-3 codes are empty where unknown."""

    code: str
    name: str
    name_fr: str
    parent: str
    main_type: str
    tissue: str
    ncit: str
    icdo_topography: str
    icdo_morphology: str


def get(code: str) -> TumourType | None:
    """The tumour type with this code, as OncoTree spells it; None when there is none.

    >>> get("LUAD").name, get("LUAD").parent
    ('Lung Adenocarcinoma', 'NSCLC')
    """
    return _types().get(code)


def find(text: str | None) -> str | None:
    """The code that a code or a full name means, whatever its capitals; None when it is neither.

    Codes that OncoTree has since renamed are found under their present code.

    >>> find("luad"), find("Lung adenocarcinoma"), find("Breast Invasive Carcinoma"), find("a cough")
    ('LUAD', 'LUAD', 'BRCA', None)
    """
    if not text:
        return None
    words = " ".join(text.lower().split())
    return _by_words().get(words)


@cache
def descendants(code: str) -> frozenset[str]:
    """The code and every code below it; empty when OncoTree has no such code.

    >>> {"LUNG", "NSCLC", "LUAD", "LUSC", "SCLC"} <= descendants("LUNG")
    True
    """
    if code not in _types():
        return frozenset()
    found: set[str] = set()
    waiting = [code]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(_children().get(one, ()))
    return frozenset(found)


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above, nearest first, up to and with the tissue; the root is left out.

    >>> ancestors("LUAD")
    ('NSCLC', 'LUNG')
    """
    above: list[str] = []
    node = _types().get(code)
    while node is not None and node.parent in _types() and node.parent != "TISSUE" and node.parent not in above:
        above.append(node.parent)
        node = _types()[node.parent]
    return tuple(above)


def tissue_of(code: str) -> str | None:
    """The tissue (level 1) code that this code lies under; None when the code is unknown.

    >>> tissue_of("LUAD"), tissue_of("LUNG")
    ('LUNG', 'LUNG')
    """
    if code not in _types():
        return None
    return (code, *ancestors(code))[-1]


def name(code: str, lang: Literal["en", "fr"]) -> str:
    """The name in this language; the code itself when OncoTree does not know it.

    >>> name("LUAD", "fr")
    'Adénocarcinome du poumon'
    """
    node = _types().get(code)
    if node is None:
        return code
    return (node.name_fr or node.name) if lang == "fr" else node.name


def from_ncit(code: str) -> str | None:
    """The OncoTree code of an NCIt code such as `C3512` or `NCIT:C3512`; None when no code, or several, bear it.

    >>> from_ncit("NCIT:C3512")
    'LUAD'
    """
    return _by_ncit().get(code.upper().removeprefix("NCIT:"))


def from_icdo(morphology: str, topography: str) -> str | None:
    """The OncoTree code of an ICD-O-3 pair; None when the pair is unknown or several codes fit.

    >>> from_icdo("8140/3", "C34.9")
    'LUAD'
    """
    codes = _by_icdo().get((morphology, topography), ())
    return codes[0] if len(codes) == 1 else None


def from_tcga(cohort: str) -> str | None:
    """The OncoTree code of a TCGA cohort abbreviation; None when there is no such cohort.

    >>> from_tcga("LAML"), from_tcga("KIRC")
    ('AML', 'CCRCC')
    """
    return _tcga().get(cohort.strip().upper())


def suggest(text: str) -> list[str]:
    """Up to three codes whose code or name comes near, the same letters in another order first.

    >>> suggest("LUGN")[0]
    'LUNG'
    """
    near = difflib.get_close_matches(text.upper(), list(_types()), n=8, cutoff=0.6)
    near.sort(key=lambda code: sorted(code) != sorted(text.upper()))
    if len(near) < 3:
        named = difflib.get_close_matches(" ".join(text.lower().split()), list(_by_words()), n=3, cutoff=0.75)
        near.extend(_by_words()[words] for words in named)
    return list(dict.fromkeys(near))[:3]


@cache
def _types() -> dict[str, TumourType]:
    french = dict(facts.rows("oncotree_fr.tsv"))
    return {
        code: TumourType(code, en, french.get(code, ""), parent, main, tissue, ncit, topography, morphology)
        for code, en, parent, main, tissue, ncit, topography, morphology in facts.rows("oncotree.tsv")
    }


@cache
def _children() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for node in _types().values():
        found[node.parent].append(node.code)
    return {parent: tuple(codes) for parent, codes in found.items()}


@cache
def _by_words() -> dict[str, str]:
    found: dict[str, str] = {}
    for old, code in facts.rows("oncotree_renamed.tsv"):
        found[old.lower()] = code
    for node in _types().values():
        found[" ".join(node.name.lower().split())] = node.code
        if node.name_fr:
            found.setdefault(node.name_fr.lower(), node.code)
    # A code wins over a name that is spelt the same.
    found.update({node.code.lower(): node.code for node in _types().values()})
    return found


@cache
def _by_ncit() -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    for node in _types().values():
        if node.ncit:
            found[node.ncit].append(node.code)
    for ncit, code in facts.rows("ncit_oncotree.tsv"):
        found[ncit] = [code]
    return {ncit: codes[0] for ncit, codes in found.items() if len(codes) == 1}


@cache
def _by_icdo() -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (morphology, topography): tuple(codes.split("|"))
        for morphology, topography, codes in facts.rows("icdo_oncotree.tsv")
    }


@cache
def _tcga() -> dict[str, str]:
    return dict(facts.rows("tcga_oncotree.tsv"))
