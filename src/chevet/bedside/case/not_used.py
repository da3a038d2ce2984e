"""Values of a case file that are of the wrong kind, or cannot be: told one by one, so that no fact is lost in silence.

Each comes back as the name of its field (`ecog`, `vaf`); never the value, which may be a patient's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from chevet.bedside.case.cells import count, number, words
from chevet.bedside.case.extent import line_of, maintained
from chevet.bedside.case.findings import origin_of, share_of
from chevet.bedside.case.places import genomic_of
from chevet.genomics.predictions import predictor
from chevet.words import consequences, missing, sexes

_Kind: TypeAlias = Callable[[object], bool]
_EXON = re.compile(r"(?:exon\s*)?[1-9]\d{0,2}(?:\.0)?(?:\s*/\s*\d+)?", re.IGNORECASE)


def _says_nothing(value: object) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and missing.is_missing(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_exon(value: object) -> bool:
    """A number of an exon, also as 14/21 or "exon 14"."""
    return _EXON.fullmatch(str(value).strip()) is not None


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _is_list_of_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and len(one) < 60 for one in value)


def _is_line(value: object) -> bool:
    return line_of(value) is not None or bool(maintained(str(value)))


def _is_answer(value: object) -> bool:
    return isinstance(value, bool)


def _within(low: float, high: float) -> _Kind:
    def can_be(value: object) -> bool:
        found = number(value)
        return found is not None and low <= found <= high

    return can_be


def _is_share(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, (int, float, str)) and share_of(value) is not None


_CASE: dict[str, _Kind] = {
    "case_id": _is_text, "jurisdiction": _is_text, "tested_genes": lambda value: isinstance(value, (str, list)),
    "tested_for": _is_list_of_texts,
    "diagnosis": lambda value: isinstance(value, (str, dict)), "clinical": lambda value: isinstance(value, dict),
    "sample": lambda value: isinstance(value, dict),
}  # fmt: skip
_DIAGNOSIS: dict[str, _Kind] = {"oncotree": _is_text, "text": _is_text}
_CLINICAL: dict[str, _Kind] = {
    "extent": _is_text, "line": _is_line, "prior_therapies": _is_list_of_texts,
    "progressed_on": _is_list_of_texts, "comedication": _is_list_of_texts, "fit_for_intensive": _is_answer,
    "ecog": lambda value: count(value, zero=True) in range(6), "age_years": _within(0, 120),
    "sex": lambda value: sexes.sex(words(value)) is not None, "weight_kg": _within(1, 400),
    "height_cm": _within(30, 260), "labs": lambda value: isinstance(value, dict), "text": _is_text,
    "features": lambda value: isinstance(value, dict) and all(map(_is_answer, value.values())),
}  # fmt: skip
_ENTRY: dict[str, _Kind] = {
    "type": _is_text, "gene": _is_text, "protein_change": _is_text, "cdna": _is_text,
    "genomic": lambda value: isinstance(value, str) and genomic_of(value) is not None, "transcript": _is_text,
    "consequence": lambda value: isinstance(value, str) and bool(consequences.maf_class(value)),
    "exon": _is_exon, "vaf": _is_share, "depth": _within(0, 1e9), "copy_number": _within(0, 1e6),
    "fusion": _is_text, "partner": _is_text, "in_frame": _is_answer,
    "name": _is_text, "text": _is_text, "label": _is_text, "value": lambda value: number(value) is not None
    or isinstance(value, (str, bool)), "unit": _is_text,
    "origin": lambda value: isinstance(value, str) and origin_of(value) != "unknown",
    "classes": _is_list_of_names, "as_given": _is_text, "population_frequency": _is_share,
    "predictions": lambda value: isinstance(value, dict) and all(predictor(str(name)) for name in value),
}  # fmt: skip


def of_case(document: Mapping[str, Any]) -> Iterator[str]:
    """The fields of a case, of its diagnosis and of its clinical facts whose values nothing could be made of."""
    yield from _wrong(document, _CASE, "")
    diagnosis, clinical = document.get("diagnosis"), document.get("clinical")
    if isinstance(diagnosis, dict):
        yield from _wrong(diagnosis, _DIAGNOSIS, "diagnosis.")
        yield from (f"diagnosis.{key}"[:50] for key in diagnosis if key not in _DIAGNOSIS)
    if isinstance(clinical, dict):
        yield from _wrong(clinical, _CLINICAL, "")


def of_entry(entry: Mapping[str, Any]) -> Iterator[str]:
    """The fields of one finding whose values nothing could be made of, and those that a finding does not have."""
    yield from _wrong(entry, _ENTRY, "")
    yield from (str(key)[:40] for key in entry if key not in _ENTRY)


def _wrong(part: Mapping[str, Any], kinds: Mapping[str, _Kind], before: str) -> Iterator[str]:
    for key, is_right in kinds.items():
        if key in part and not _says_nothing(part[key]) and not is_right(part[key]):
            yield f"{before}{key}"
