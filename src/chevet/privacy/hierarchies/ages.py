"""Ages in years: bands of 5, 10 and 20 years, the oldest together.

From 90 on all ages are one band at every level: so few people are older that an age names them (the same limit as in
the Safe Harbor rule of 45 CFR 164.514).
"""

from __future__ import annotations

import re

from chevet.privacy.hierarchies.ladder import Ladder, Steps

OLDEST = 90
LAST = 110
WIDTHS = (5, 10, 20)
_AGE = re.compile(r"(\d{1,3})(?:\.\d+)?", re.ASCII)
_ABOVE = re.compile(r">\s?89|>=\s?90|≥\s?90")


def ladder() -> Ladder:
    return Ladder("age", ("age_5", "age_10", "age_20"), bands, "63", lambda: [str(age) for age in range(LAST + 1)])


def bands(age: str) -> Steps | None:
    """The bands of an age in years, decimals cut off; `>89` is taken as files from elsewhere cut it.

    >>> bands("63"), bands("92.4"), bands("-1")
    (('60-64', '60-69', '60-79'), ('90+', '90+', '80+'), None)
    """
    if _ABOVE.fullmatch(age):
        return tuple(_band(OLDEST, width) for width in WIDTHS)
    found = _AGE.fullmatch(age)
    if found is None or int(found[1]) > LAST + 20:
        return None
    return tuple(_band(int(found[1]), width) for width in WIDTHS)


def _band(age: int, width: int) -> str:
    first = min(age, OLDEST) // width * width
    return f"{first}+" if first + width > OLDEST else f"{first}-{first + width - 1}"
