"""Stages, and tumour types of OncoTree."""

from __future__ import annotations

from functools import cache

from chevet.errors import BadInput
from chevet.privacy.hierarchies.ladder import Ladder, Steps
from chevet.records.tables import STAGE
from chevet.words import oncotree, stages

_HALF = {"0": "0-II", "I": "0-II", "II": "0-II", "III": "III-IV", "IV": "III-IV"}


def of_stages() -> Ladder:
    """Overall stage: IIIA, then III with any letter, then III and IV together."""
    return Ladder("stage", ("stage", "early_or_advanced"), of_stage, "IIIA", lambda: STAGE)


def of_stage(text: str) -> Steps | None:
    """The stage without its letters, and whether it is early or advanced.

    >>> of_stage("IIIA"), of_stage("T2")
    (('III*', 'III-IV'), None)
    """
    whole = stages.stage(text)
    return None if whole is None else (f"{whole}*", _HALF[whole])


def of_oncotree(levels: int = 3) -> Ladder:
    """OncoTree codes: so many levels of their branch, the tissue last.

    A code that lies high in the tree stays itself until its branch is reached. Solid tumours mostly need three
    levels (LUAD, NSCLC, LUNG); those of the blood have up to nine. Raises BadInput for more levels than there are.
    """
    if not 1 <= levels <= depth():
        raise BadInput(
            f"OncoTree has no {levels} levels", next_act=f"Choose 1 to {depth()} levels, for example oncotree:3."
        )
    names = ("branch",) * (levels - 1) + ("tissue",)
    return Ladder("oncotree", names, lambda code: branch(code, levels), "LUAD", _codes)


def branch(code: str, levels: int) -> Steps | None:
    """What the code is at each level, deepest first; `LUNG+` is the group of LUNG and all below it.

    >>> branch("LUAD", 3), branch("LUNG", 3), branch("a cough", 3)
    (('LUAD+', 'NSCLC+', 'LUNG+'), ('LUNG', 'LUNG', 'LUNG+'), None)
    """
    known = oncotree.find(code)
    if known is None or known == "TISSUE":
        return None
    way = (known, *oncotree.ancestors(known))[::-1]
    return tuple(code if len(way) < level else f"{way[level - 1]}+" for level in range(levels, 0, -1))


@cache
def depth() -> int:
    """How many levels OncoTree has below its root."""
    return max(len(oncotree.ancestors(code)) + 1 for code in _codes())


@cache
def _codes() -> tuple[str, ...]:
    return tuple(sorted(oncotree.descendants("TISSUE") - {"TISSUE"}))
