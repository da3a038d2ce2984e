"""Markers from any spelling: `MSI-H`, `TMB 14 mut/Mb`, `PD-L1 TPS 60 %`, `ER+`, `HER2 2+ FISH negative`, `del(17p)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration
from chevet.genomics.marker_units import is_total
from chevet.words import biomarkers

# A result that is not there: neither found nor absent.
UNTOLD = re.compile(
    r"\b(?:unknown(?! significance)|not (?:yet )?(?:tested|done|available|known|evaluated|assessed|performed|"
    r"determined|interpretable|evaluable)|untested|pending|awaited|recommended|requested|to be (?:tested|"
    r"done)|indeterminate|inconclusive|"
    r"equivocal|failed|uninterpretable|"
    r"inconnue?|non (?:faite?|testée?|évaluée?|réalisée?|disponible|connue?|déterminée?|interprétable|contributi\w+)|"
    r"en (?:attente|cours)|à (?:faire|tester|compléter)|recommandée?|demandée?|indéterminée?|équivoque|échec)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|without|sans|pas de|pas d['’]|absence (?:of|de)|aucune?|nor|ni)\W+(?:\w+\W+){0,2}$", re.IGNORECASE
)
_ABSENT = re.compile(
    r"\b(?:no|not|without|sans|pas|aucune?|absen\w+|negative|négati\w+|neg|undetected|non|ni)\b", re.IGNORECASE
)
# Antibodies of PD-L1: the number in the name is no result.
_CLONE = re.compile(r"\(?\b(?:SP ?142|SP ?263|22C3|28-8|73-10|E1L3N|QR1)\b\)?", re.IGNORECASE)
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_POSITIVE = r"(?:\+(?!\d)|3\s?\+|pos\b|positi(?:ve|f)s?\b|présente?\b|detected\b|expressed|overexpress\w*|surexprim\w*)"
_NEGATIVE = (
    r"(?:-(?!\w)|[\s:=-]*(?:neg\b|negative?\b|négati(?:f|ve)s?\b|nég\b|absente?\b|not expressed|not detected|"
    r"non détectée?))"
)
_BELOW = re.compile(r"(?:<|≤|&lt;|less than|below|inférieure? à|moins de)\s*$", re.IGNORECASE)
# Below these a number has the name of a level, by the labels that ask for it.
_LOW = {"tmb": (10, "low"), "hrd": (42, "negative")}


_NO_PHILADELPHIA = re.compile(
    r"(?:\bphiladelphi[ae]\b|\bph1?\b(?! ?like)|\bbcr\W{0,2}abl1?\b)\W{0,3}(?:chromosome\W*)?"
    r"(?:neg\b|negative?\b|négati(?:f|ve)\b|absent|not detected|non détecté)|^ph1?-$|"
    r"^(?:no|without|sans|pas de|absence of|absence de) (?:(?:chromosome (?:de )?)?philadelphi[ae](?: chromosome)?|"
    r"bcr\W{0,2}abl1?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Spelling:
    """A pattern, the marker that it means, and its level; a group in it is a number."""

    pattern: re.Pattern[str]
    name: str
    value: str = ""
    unit: str = ""


@cache
def _spellings() -> tuple[_Spelling, ...]:
    return tuple(spelling for row in facts.rows("marker_spellings.tsv") for spelling in _of_row(row))


def _of_row(row: dict[str, str]) -> Iterator[_Spelling]:
    def spelt(pattern: str, value: str, unit: str) -> _Spelling:
        return _Spelling(re.compile(pattern, re.IGNORECASE), row["marker"], value, unit)

    if row["kind"] == "pattern":
        text = row["text"]
        for name, pattern in (("NUMBER", _NUMBER), ("POSITIVE", _POSITIVE), ("NEGATIVE", _NEGATIVE)):
            text = text.replace(f"{{{name}}}", pattern)
        yield spelt(text, row["value"], row["unit"])
        return
    named = rf"\b(?:{row['text']})(?:[\s-]+(?:ihc|immunohistochemistry|immunohistochimie)\b)?"
    yield spelt(rf"{named}(?:[\s:=-]|\(.*?\))*{_NUMBER}\s?%", "", "%")
    yield spelt(rf"{named}[\s:=]*{_NEGATIVE}", "negative", "")
    yield spelt(rf"{named}[\s:=-]*{_POSITIVE}", "positive", "")


_KARYOTYPE = re.compile(
    r"((?:del|dup|inv|t|i)\s?\([0-9XYpq;,.\s]+\)(?:\([pq0-9;.,\s]+\))?|[+-]\d{1,2}\b|monosom(?:y|ie) (?:du )?\d+|"
    r"trisom(?:y|ie) (?:du )?\d+)",
    re.IGNORECASE,
)
_DELETED_ARM = re.compile(
    r"\b(\d{1,2}[pq])(?:\d+)?[\s-]*(?:deletion|deleted|del\b|délét\w*|loss)|"
    r"(?:deletion|délétion|perte|loss)\s(?:of |du |de )?(\d{1,2}[pq])|\bdel\s?(\d{1,2}[pq])|"
    r"(?<![\w(])(\d{1,2}[pq])-(?![\w])",
    re.IGNORECASE,
)
_PHILADELPHIA = re.compile(
    r"\b(?:philadelphi[ae]|chr\w* ph1?|ph)\b\W*(?:chromosome\W*)?(?:pos|\+)|\bph1\+|"
    r"^(?:présence (?:du |d['’]un )?)?chromosome (?:de )?philadelphi[ae]$|^philadelphia chromosome$|^t\(9;22\)\+$",
    re.IGNORECASE,
)


_GAINED_ARM = re.compile(
    r"(?:(?:gain|amp\w*)\s*(?:of\s*|du\s*)?\(?(\d{1,2}[pq])(?:\d+)?\)?|(\d{1,2}[pq])(?:\d+)?\+?\s*(?:gain|amp\w*)|"
    r"\+\s?(\d{1,2}[pq]))", re.IGNORECASE,
)  # fmt: skip
_BANDS = re.compile(r"^((?:t|inv)\([0-9X;]+\))\([pq0-9;.,]+\)$")
_ARM_OF_BAND = re.compile(r"^(del|i)\((\d{1,2})\)\(([pq])[0-9.]*(?:[pq][0-9.]*)?\)$")
_ARM = re.compile(r"^(del|i)\((\d{1,2}[pq])[0-9.]*\)$")


def _without_bands(name: str) -> str:
    """The name as rules ask for it: t(11;14) for t(11;14)(q13;q32), del(5q) for del(5)(q31)."""
    for pattern, made in ((_BANDS, r"\1"), (_ARM_OF_BAND, r"\1(\2\3)"), (_ARM, r"\1(\2)")):
        if pattern.match(name):
            return pattern.sub(made, name)
    return name


def measured(text: str) -> Alteration | None:
    """The marker that a text names, with its level or number; None when it names none.

    >>> measured("TMB 14.2 mut/Mb").value, measured("PD-L1 TPS 60%").name, measured("HER2 2+ FISH neg").value
    (14.2, 'pd_l1_tps', 'low')
    >>> measured("ER+").value, measured("MSS").value, measured("del(17p)").value, measured("KRAS G12C") is None
    ('positive', 'stable', 'del(17p)', True)
    """
    if UNTOLD.search(text):
        return None
    text = _CLONE.sub(" ", text)
    for spelling in _spellings():
        found = spelling.pattern.search(text)
        if found is None:
            continue
        if _DENIED.search(text[: found.start()]):
            return None
        numbers = [group for group in found.groups() if group]
        if spelling.value or not numbers:
            return _marker(spelling.name, spelling.value, "", text)
        if spelling.name == "tmb" and is_total(text[found.end(found.lastindex or 0) :]):
            return None
        if _BELOW.search(text[: found.start(found.lastindex or 0)]):
            return _below(spelling, float(numbers[0].replace(",", ".")), text)
        return _marker(spelling.name, float(numbers[0].replace(",", ".")), spelling.unit, text)
    return _karyotype(text)


def _below(spelling: _Spelling, limit: float, text: str) -> Alteration | None:
    """Less than a number: the lowest level where the number is its bound, else not told."""
    bound, level = _LOW.get(spelling.name, (1, "negative"))
    known = level in biomarkers.levels(spelling.name)
    return _marker(spelling.name, level, "", text) if known and limit <= bound else None


def _marker(name: str, value: str | float, unit: str, text: str) -> Alteration:
    return Alteration(type_of(name), name=name, value=value, unit=unit, as_given=text)


def type_of(name: str) -> Literal["signature", "expression"]:
    """Whether a marker is of the genome, or a protein that was measured.

    >>> type_of("msi"), type_of("her2")
    ('signature', 'expression')
    """
    return "signature" if name in _SIGNATURES else "expression"


_SIGNATURES = ("msi", "mmr", "tmb", "hrd", "codeletion_1p19q", "mgmt_methylation", "ighv")


@cache
def _fusions() -> dict[str, tuple[str, str]]:
    return {row["karyotype"]: (row["five_prime"], row["three_prime"]) for row in facts.rows("karyotypes.tsv")}


# Bands that stand for the gene that is meant: CD274 in Hodgkin lymphoma, MDM2 in liposarcoma.
# Source: Roemer, J Clin Oncol 2016; WHO Classification of Soft Tissue and Bone Tumours, 5th edition, 2020.
_BANDS_OF_GENES = (("CD274", re.compile(r"\b9p24(?:\.1)?\b")), ("MDM2", re.compile(r"\b12q1[345]\s?-\s?q?1[45]\b")))
_MORE_COPIES = re.compile(r"\bamp\w*|\b(?:gain\w*|polysom\w+)\b", re.IGNORECASE)


def _band(text: str) -> Alteration | None:
    """The gene of a band that is amplified or gained, where the band alone is named."""
    more = _MORE_COPIES.search(text)
    gene = next((gene for gene, band in _BANDS_OF_GENES if band.search(text)), None)
    if more is None or gene is None:
        return None
    return Alteration("amplification" if more[0].lower().startswith("amp") else "gain", gene=gene, as_given=text)


def _karyotype(text: str) -> Alteration | None:
    if _NO_PHILADELPHIA.search(text.strip()):
        return Alteration("wild_type", gene="ABL1", as_given=text)
    if _ABSENT.search(text):
        return None
    if (band := _band(text)) is not None:
        return band
    found = _KARYOTYPE.fullmatch(text.strip())
    if found is not None:
        name = re.sub(r"\s", "", found[1]).lower().replace("x", "X")
        spelt = re.sub(r"^monosom(?:y|ie)(?:du)?", "-", re.sub(r"^trisom(?:y|ie)(?:du)?", "+", name))
        fused = _fusions().get(spelt) or _fusions().get(re.sub(r"(?<=\))\([pq0-9;.,]+\)$", "", spelt))
        if fused is not None:
            return Alteration("fusion", gene=fused[1], fusion=fused, as_given=text)
        return Alteration("signature", name="karyotype", value=_without_bands(spelt), as_given=text)
    if re.search(r"\b(?:complex karyotype|caryotype complexe)\b", text, re.IGNORECASE):
        return Alteration("signature", name="karyotype", value="complex", as_given=text)
    if _PHILADELPHIA.search(text.strip()):
        return Alteration("fusion", gene="ABL1", fusion=("BCR", "ABL1"), as_given=text)
    gained = _GAINED_ARM.fullmatch(text.strip())
    if gained is not None:
        return Alteration(
            "signature",
            name="karyotype",
            value=f"+{next(part for part in gained.groups() if part).lower()}",
            as_given=text,
        )
    arm = _DELETED_ARM.search(text)
    if arm is not None and not re.search(r"1p\W*19q", text):
        lost = next(part for part in arm.groups() if part).lower()
        return Alteration("signature", name="karyotype", value=f"del({lost})", as_given=text)
    return None
