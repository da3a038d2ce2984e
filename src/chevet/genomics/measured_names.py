"""Markers from any spelling: `MSI-H`, `TMB 14 mut/Mb`, `PD-L1 TPS 60 %`, `ER+`, `HER2 2+ FISH negative`, `del(17p)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_POSITIVE = r"(?:\+(?!\d)|pos\b|positive?\b|positif\b|positive\b|présente?\b|expressed|overexpress\w*|surexprim\w*)"
_NEGATIVE = r"(?:-(?!\w)|[\s:=-]*(?:neg\b|negative?\b|négatif\b|négative\b|nég\b|absente?\b|not expressed))"


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
    yield spelt(rf"\b(?:{row['text']})(?:[\s:=-]|\(.*?\))*{_NUMBER}\s?%", "", "%")
    yield spelt(rf"\b(?:{row['text']})[\s:=]*{_NEGATIVE}", "negative", "")
    yield spelt(rf"\b(?:{row['text']})[\s:=-]*{_POSITIVE}", "positive", "")


_KARYOTYPE = re.compile(
    r"((?:del|dup|inv|t|i)\s?\([0-9XYpq;,.\s]+\)(?:\([pq0-9;.,\s]+\))?|[+-]\d{1,2}\b|monosomy \d+|trisomy \d+)",
    re.IGNORECASE,
)
_DELETED_ARM = re.compile(
    r"\b(\d{1,2}[pq])(?:\d+)?[\s-]*(?:deletion|deleted|del\b|délét\w*|loss)|deletion (?:of )?(\d{1,2}[pq])",
    re.IGNORECASE,
)


def measured(text: str) -> Alteration | None:
    """The marker that a text names, with its level or number; None when it names none.

    >>> measured("TMB 14.2 mut/Mb").value, measured("PD-L1 TPS 60%").name, measured("HER2 2+ FISH neg").value
    (14.2, 'pd_l1_tps', 'low')
    >>> measured("ER+").value, measured("MSS").value, measured("del(17p)").value, measured("KRAS G12C") is None
    ('positive', 'stable', 'del(17p)', True)
    """
    for spelling in _spellings():
        found = spelling.pattern.search(text)
        if found is None:
            continue
        numbers = [group for group in found.groups() if group]
        if spelling.value or not numbers:
            return _marker(spelling.name, spelling.value, "", text)
        return _marker(spelling.name, float(numbers[0].replace(",", ".")), spelling.unit, text)
    return _karyotype(text)


def _marker(name: str, value: str | float, unit: str, text: str) -> Alteration:
    return Alteration(
        "signature" if name in _SIGNATURES else "expression", name=name, value=value, unit=unit, as_given=text
    )


_SIGNATURES = ("msi", "mmr", "tmb", "hrd", "codeletion_1p19q", "mgmt_methylation", "ighv")


@cache
def _fusions() -> dict[str, tuple[str, str]]:
    return {row["karyotype"]: (row["five_prime"], row["three_prime"]) for row in facts.rows("karyotypes.tsv")}


def _karyotype(text: str) -> Alteration | None:
    found = _KARYOTYPE.fullmatch(text.strip())
    if found is not None:
        name = re.sub(r"\s", "", found[1]).lower().replace("x", "X")
        spelt = re.sub(r"^monosomy(\d+)$", r"-\1", re.sub(r"^trisomy(\d+)$", r"+\1", name))
        fused = _fusions().get(spelt)
        if fused is not None:
            return Alteration("fusion", gene=fused[1], fusion=fused, as_given=text)
        return Alteration("signature", name="karyotype", value=spelt, as_given=text)
    if re.search(r"\b(?:complex karyotype|caryotype complexe)\b", text, re.IGNORECASE):
        return Alteration("signature", name="karyotype", value="complex", as_given=text)
    if re.search(r"\b(?:philadelphia|chr\w* ph1?|ph)\b\W*(?:chromosome\W*)?(?:pos|\+)", text, re.IGNORECASE):
        return Alteration("fusion", gene="ABL1", fusion=("BCR", "ABL1"), as_given=text)
    arm = _DELETED_ARM.search(text)
    if arm is not None and not re.search(r"1p\W*19q", text):
        return Alteration("signature", name="karyotype", value=f"del({(arm[1] or arm[2]).lower()})", as_given=text)
    return None
