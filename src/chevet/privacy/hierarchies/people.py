"""What people are: sex, and occupation by the French and the international classification."""

from __future__ import annotations

import re
from functools import cache

from chevet.privacy.hierarchies import facts
from chevet.privacy.hierarchies.ladder import Ladder, Steps
from chevet.records.tables import SEX
from chevet.words import sexes

_PCS = re.compile(r"(\d{2})(?:\d[a-z]|[A-Z]\d|\d{2})?", re.IGNORECASE | re.ASCII)
_ISCO = re.compile(r"[0-9]{4}")


def of_sex() -> Ladder:
    """Sex, as the record or a file spells it: the values, then `*`."""
    return Ladder("sex", (), lambda text: () if sexes.sex(text) else None, "female", lambda: SEX)


def pcs() -> Ladder:
    """French occupations (PCS 2003 and 2020), professions or categories: category, group, active or not."""
    return Ladder("pcs", ("pcs_category", "pcs_group", "situation"), of_pcs, "54", lambda: list(_situations()))


def isco() -> Ladder:
    """Occupations by ISCO-08: unit group, minor, sub-major and major group. Form only: the groups are not listed."""
    return Ladder("isco", ("isco_minor", "isco_sub_major", "isco_major"), of_isco, "2211")


def of_pcs(code: str) -> Steps | None:
    """Category (CS), group (GS) and situation of a profession or category.

    >>> of_pcs("543a"), of_pcs("74"), of_pcs("99")
    (('CS 54', 'GS 5', 'active'), ('CS 74', 'GS 7', 'retired'), None)
    """
    found = _PCS.fullmatch(code)
    if found is None or found[1] not in _situations():
        return None
    return (f"CS {found[1]}", f"GS {found[1][0]}", _situations()[found[1]])


def of_isco(code: str) -> Steps | None:
    """The code with digits starred from the right.

    >>> of_isco("2211"), of_isco("22")
    (('221*', '22**', '2***'), None)
    """
    return (f"{code[:3]}*", f"{code[:2]}**", f"{code[0]}***") if _ISCO.fullmatch(code) else None


@cache
def _situations() -> dict[str, str]:
    return {row[0]: row[1] for row in facts.rows("pcs.tsv")}
