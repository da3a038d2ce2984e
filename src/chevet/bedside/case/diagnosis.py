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


def _grade(digit: str, roman: str) -> str:
    """Words for one grade of the WHO, where no second one stands beside it (grade 2-3)."""
    second = r"(?! ?(?:a |ou |or |et |and |to |/ ?)?(?:[1-4]|iv|i{1,3})\b)"
    return rf"\b(?:grade|gr|oms|who)(?: (?:oms|who))? ?(?:{digit}|{roman})\b{second}"


# A histology or a grade that the words name beside a wider tumour: (tumour, words, the narrower tumour).
_NARROWER = (
    ("NSCLC", r"\bnon[ -](?:squamous|epidermoide)", ""), ("NSCLC", r"\badeno ?(?:carcinom|ca\b|k?\b)|\badk\b", "LUAD"),
    ("NSCLC", r"\b(?:squamous|epidermoide)", "LUSC"), ("LUNG", r"\bnon small|\bnon a petites", "NSCLC"),
    ("LUNG", r"\badenocarcinom", "LUAD"), ("LUNG", r"\b(?:squamous|epidermoide)", "LUSC"),
    ("LUNG", r"\bsmall cell|\ba petites cellules", "SCLC"),
    ("BRCA", r"\blobul", "ILC"), ("BRCA", r"\b(?:ductal|canalaire)", "IDC"),
    ("RCC", r"\bclear cell|\bcellules claires", "CCRCC"), ("RCC", r"\bpapill", "PRCC"),
    ("RCC", r"\bchromophob", "CHRCC"),
    ("OVT", r"\bhigh grade serous|\bsereux de haut grade", "HGSOC"),
    ("OVT", r"\blow grade serous|\bsereux de bas grade", "LGSOC"), ("OVT", r"\bclear cell|\bcellules claires", "CCOV"),
    ("UCEC", r"\bserous|\bsereux", "USC"), ("UCEC", r"\bendometrioid", "UEC"),
    ("THYROID", r"\bmedull", "THME"), ("THYROID", r"\banaplas", "THAP"), ("THYROID", r"\bpapill", "THPA"),
    ("THYROID", r"\bfollicul|\bvesicul", "THFO"), ("MEL", r"\buve", "UM"), ("MEL", r"\bacral|\bacro", "ACRM"),
    ("MEL", r"\bcutane|\bskin", "SKCM"), ("BLL", r"\bt[ -](?:cell|all)|\blymphoblastique t\b", "TLL"),
    ("BLL", r"\bph1? ?(?:\+|positi)|\bph1\b(?! ?(?:-|neg))|philadelphi[ae](?! ?(?:chromosome )?neg)", "BLLBCRABL1"),
    ("CHOL", r"\bintra ?hepat", "IHCH"),
    ("CHOL", r"\bextra ?hepat", "EHCH"), ("CERVIX", r"\b(?:squamous|epidermoide)", "CESC"),
    ("KIDNEY", r"\bclear cell|\bcellules claires", "CCRCC"),
    ("GB", r"\bidh[12]? ?(?:mut|r132)", "ASTR4"), ("DIFG", rf"{_grade('3', 'iii')}|{_grade('4', 'iv')}", "HGGNOS"),
    ("ASTR", _grade("2", "ii"), "ASTR2"), ("ASTR", _grade("4", "iv"), "ASTR4"),
    ("ASTR", rf"{_grade('3', 'iii')}|\banaplas", "ASTR3"),
    ("ODG", _grade("2", "ii"), "ODG2"), ("ODG", rf"{_grade('3', 'iii')}|\banaplas", "ODG3"),
)  # fmt: skip
_MORPHOLOGY = re.compile(r"\b(\d{4}/\d)\b")
_TOPOGRAPHY = re.compile(r"\b(C\d{2}\.\d)\b")
_NCIT = re.compile(r"\b(?:NCIT:)?(C\d{4,6})\b")


def placed(code: str | None, text: str | None) -> Diagnosis:
    """The diagnosis; `oncotree` is empty when neither the code nor the words could be placed.

    >>> placed("LUAD", None).oncotree, placed(None, "adénocarcinome du poumon").oncotree, placed(None, "cough").oncotree
    ('LUAD', 'LUAD', '')
    >>> placed("8140/3 C34.9", None).oncotree, placed("NCIT:C3512", None).oncotree
    ('LUAD', 'LUAD')
    """
    found = oncotree.find(code) or _of_code(code or "") or _by_words(code or "")
    if found and text:
        found = _narrowed(found, _plain(text[:2000]))
    elif text:
        found = _by_words(text) or _of_code(text)
    return Diagnosis(found or "", (text or code or "").strip()[:500])


def said_besides(text: str) -> tuple[Alteration, ...]:
    """Markers that the words of a diagnosis say: triple negative is three of them."""
    plain = _plain(text)
    if re.search(r"\b(?:triple negati\w+|tnbc)\b", plain):
        return tuple(one for name in ("ER-", "PR-", "HER2-negative") for one in all_named(name))
    return ()


def _of_code(text: str) -> str | None:
    morphology, topography, ncit = _MORPHOLOGY.search(text), _TOPOGRAPHY.search(text), _NCIT.search(text)
    if morphology is not None and topography is not None:
        return oncotree.from_icdo(morphology[1], topography[1])
    return oncotree.from_ncit(ncit[1]) if ncit is not None else None


def _by_words(text: str) -> str | None:
    plain = _plain(text[:2000])
    usual = _usual_names().get(plain) or _abbreviations().get(text.strip().upper())
    exact = usual or oncotree.find(text) or _names().get(plain)
    if exact:
        return _narrowed(exact, plain)
    fitting = [
        (len(name), code)
        for name, code in _names().items()
        if name in plain and code not in _organs() and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain)
    ]
    if fitting:
        return _narrowed(max(fitting)[1], plain)
    short = [_abbreviations()[token] for token in re.findall(r"[A-Za-z0-9-]+", text) if token in _abbreviations()]
    return _narrowed(short[0], plain) if len(set(short)) == 1 else None


def _narrowed(code: str, plain: str) -> str:
    """The narrower tumour whose histology the words name beside."""
    for wider, words, narrower in _NARROWER:
        if code == wider and re.search(words, plain):
            return _narrowed(narrower, plain) if narrower else code
    return code


@cache
def _names() -> dict[str, str]:
    named = {_plain(oncotree.name(code, "en")): code for code in sorted(oncotree.descendants("TISSUE"))}
    named |= {_plain(oncotree.name(code, "fr")): code for code in sorted(oncotree.descendants("TISSUE"))}
    return named | _usual_names()


@cache
def _usual_names() -> dict[str, str]:
    return {_plain(name): code for name, code in _usual() if not _is_abbreviation(name)}


@cache
def _organs() -> frozenset[str]:
    """Codes that stand for an organ: `liver` inside a sentence may be where a tumour spread to."""
    named = {code for _, code in _usual()}
    return frozenset(
        code for code in oncotree.descendants("TISSUE") if not oncotree.ancestors(code) and code not in named
    )


@cache
def _abbreviations() -> dict[str, str]:
    """Names in capitals, as they are and in full capitals: NSCLC, mCRPC, LMC."""
    found = {name: code for name, code in _usual() if _is_abbreviation(name)}
    return {name.upper(): code for name, code in found.items()} | found


def _is_abbreviation(name: str) -> bool:
    return " " not in name and len(name) <= 7 and sum(sign.isupper() for sign in name) >= 2


@cache
def _usual() -> tuple[tuple[str, str], ...]:
    table = resources.files("chevet.bedside") / "tables" / "tumour_names.tsv"
    return tuple((name.strip(), row["oncotree"]) for _, row in rows(table) for name in row["names"].split("|"))


def _plain(text: str) -> str:
    """Small letters, no accents, one space between words."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("’", "'"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).replace("-", " ").split())
