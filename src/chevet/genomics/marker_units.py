"""Units in which laboratories write a marker's number, and what each is in the marker's own unit."""

from __future__ import annotations

import re

# By the marker's own unit: how others are written, and by what their number is multiplied.
# Alpha-fetoprotein: 1 IU is 1.21 ng (WHO standard 72/225).
_WRITTEN: dict[str, tuple[tuple[str, float], ...]] = {
    "mutations/Mb": ((r"(?:[a-zé. ]{0,20})(?:/|per|par|·)\s*(?:1\s?)?(?:mb|mbp|megabases?|mégabases?)", 1),),
    "%": ((r"%|percent\w*|pct|pour ?cent\w*|(?:%\s*)?(?:of |de |des )?(?:tumou?r |tumoral\w* )?(?:cells?|cellules)"
           r"(?: tumorales)?", 1), (r"fraction|share|proportion|ratio|1", 100)),
    "points": ((r"points?|score|cps", 1),),
    "score": ((r"points?|score|gis|hrd score", 1),),
    "SUV": ((r"suv(?:\s?max)?", 1),),
    "Krenning": ((r"krenning|score|grade", 1),),
    "ng/mL": ((r"[nµu]g\s*/\s*m?l", 1), (r"(?:k?u|iu|ui)\s*/\s*m?l", 1.21)),
}  # fmt: skip
_SCORES = {"tps": "pd_l1_tps", "cps": "pd_l1_cps", "ic": "pd_l1_ic", "tap": "pd_l1_tap"}
_TOTAL = re.compile(
    r"\s*(?:mutations?|muts?|variants?|somati\w+ \w+|mutations? somatiques?)\b(?!\s*(?:/|per\b|par\b|·))"
)


def in_own_unit(number: float, given: str, own: str) -> float | None:
    """The number in the marker's own unit; as it is where no unit is given, None where the unit is of something else.

    >>> in_own_unit(8, "mut/Mb", "mutations/Mb"), in_own_unit(250, "mutations", "mutations/Mb")
    (8, None)
    >>> in_own_unit(0.6, "fraction", "%"), in_own_unit(6, "Allred", "%")
    (60.0, None)
    """
    unit = " ".join(given.lower().split())
    if not unit or unit == own.lower():
        return number
    for pattern, factor in _WRITTEN.get(own, ()):
        if re.fullmatch(pattern, unit) is not None and (own != "ng/mL" or _is_same_mass(unit)):
            if factor == 100 and number > 1:
                return None
            return number if factor == 1 else number * factor
    return None


def _is_same_mass(unit: str) -> bool:
    """Whether prefix and volume go together: ng/mL and µg/L, IU/mL and kU/L."""
    mass, _, volume = unit.replace(" ", "").partition("/")
    return (mass in ("ng", "u", "iu", "ui")) == (volume == "ml")


def score_of(unit: str) -> str | None:
    """The score of PD-L1 that stands in a column of units; None for another word.

    >>> score_of("CPS"), score_of("% TPS"), score_of("%")
    ('pd_l1_cps', 'pd_l1_tps', None)
    """
    return next((marker for word, marker in _SCORES.items() if re.search(rf"\b{word}\b", unit, re.IGNORECASE)), None)


def is_total(behind: str) -> bool:
    """Whether the words behind a burden's number say that all mutations were counted, not those of a megabase.

    >>> is_total(" mutations in all"), is_total(" mutations/Mb"), is_total("")
    (True, False, False)
    """
    return _TOTAL.match(behind.lower()) is not None
