"""The overall stage of a tumour, without its letters."""

from __future__ import annotations

import re

_STAGE = re.compile(
    r"(?:(?:ajcc|uicc|figo|ann arbor|pathologic|clinical|overall)\s*)*(?:stage|stade)?\s*:?\s*"
    r"(0|is|iv|iii|ii|i|4|3|2|1)\s*([abcdes]?[0-9]?|0is|0a)(?:\s*\(?[ivab0-9]*\)?)?",
    re.IGNORECASE,
)
_ROMAN = {
    "0": "0",
    "is": "0",
    "1": "I",
    "2": "II",
    "3": "III",
    "4": "IV",
    "i": "I",
    "ii": "II",
    "iii": "III",
    "iv": "IV",
}


def stage(text: str | None) -> str | None:
    """0, I, II, III or IV; None for a TNM part (T2), for X, and for what is not a stage.

    >>> stage("Stage IIIB"), stage("2"), stage("IVA"), stage("0"), stage("T2"), stage("Stage X"), stage("I/II NOS")
    ('III', 'II', 'IV', '0', None, None, None)
    """
    if not text:
        return None
    found = _STAGE.fullmatch(text.strip())
    return _ROMAN[found.group(1).lower()] if found else None
