"""Codes of diseases and of tumours: ICD-10, and the two axes of ICD-O-3."""

from __future__ import annotations

import re
from functools import cache

from chevet.privacy.hierarchies import facts
from chevet.privacy.hierarchies.ladder import Ladder, Steps

_CODE = re.compile(r"([A-Z]\d{2})(?:\.?[0-9A-Z]{1,3})?", re.IGNORECASE | re.ASCII)
_TOPOGRAPHY = re.compile(r"(C\d{2})(?:\.?\d)?", re.IGNORECASE | re.ASCII)
_MORPHOLOGY = re.compile(r"M?(\d{4})(?:/([012369]))?", re.IGNORECASE | re.ASCII)


def icd10() -> Ladder:
    """ICD-10 (and its national editions): category, block, chapter. Outside chapter II the chapter is the block."""
    return Ladder("icd10", ("category", "block", "chapter"), of_icd10, "C34.1")


def topography() -> Ladder:
    """ICD-O-3 topography: category, then group of sites."""
    return Ladder("icdo_topography", ("category", "block"), of_topography, "C34.1")


def morphology() -> Ladder:
    """ICD-O-3 morphology: histological group, broad group, behaviour; the behaviour digit goes last."""
    return Ladder("icdo_morphology", ("histology", "broad_histology", "behaviour"), of_morphology, "8140/3")


def of_icd10(code: str) -> Steps | None:
    """Category, block and chapter of a code, with or without its point.

    >>> of_icd10("C34.1"), of_icd10("I219"), of_icd10("Z99X9999")
    (('C34.-', 'C30-C39', 'chapter II'), ('I21.-', 'chapter IX', 'chapter IX'), None)
    """
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    category = found[1].upper()
    for chapter, first, last in _icd10():
        if first <= category <= last:
            block = f"{first}-{last}" if chapter == "II" else f"chapter {chapter}"
            return (f"{category}.-", block, f"chapter {chapter}")
    return None


def of_topography(code: str) -> Steps | None:
    """Category and group of sites.

    >>> of_topography("C34.1"), of_topography("C99.9")
    (('C34.-', 'C30-C39'), None)
    """
    found = _TOPOGRAPHY.fullmatch(code)
    if found is None:
        return None
    category = found[1].upper()
    group = next((f"{first}-{last}" for first, last in _topography() if first <= category <= last), None)
    return None if group is None else (f"{category}.-", group)


def of_morphology(code: str) -> Steps | None:
    """Histological group, broad group and behaviour (`/-` when not said).

    >>> of_morphology("8140/3"), of_morphology("8500")
    (('8140-8389/3', 'epithelial/3', '/3'), ('8500-8549/-', 'epithelial/-', '/-'))
    """
    found = _MORPHOLOGY.fullmatch(code)
    if found is None:
        return None
    behaviour = f"/{found[2] or '-'}"
    for first, last, broad, _ in _morphology():
        if first <= found[1] <= last:
            return (f"{first}-{last}{behaviour}", f"{broad}{behaviour}", behaviour)
    return None


@cache
def _icd10() -> list[list[str]]:
    return facts.rows("icd10.tsv")


@cache
def _topography() -> list[list[str]]:
    return facts.rows("icdo_topography.tsv")


@cache
def _morphology() -> list[list[str]]:
    return facts.rows("icdo_morphology.tsv")
