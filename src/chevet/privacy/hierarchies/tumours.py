"""Stages, and tumour types of OncoTree."""

from __future__ import annotations

from functools import cache

from chevet.privacy.hierarchies.ladder import Ladder, Steps
from chevet.records.tables import STAGE
from chevet.words import oncotree, stages

_HALF = {"0": "0-II", "I": "0-II", "II": "0-II", "III": "III-IV", "IV": "III-IV"}


def of_stages() -> Ladder:
    """Overall stage: IIIA, stage III, advanced (III-IV)."""
    return Ladder("stage", ("stage", "early_or_advanced"), of_stage, "IIIA", lambda: STAGE)


def of_stage(text: str) -> Steps | None:
    """The stage without its letters, and whether it is early or advanced.

    >>> of_stage("IIIA"), of_stage("T2")
    (('stage III', 'III-IV'), None)
    """
    whole = stages.stage(text)
    return None if whole is None else (f"stage {whole}", _HALF[whole])


def of_oncotree() -> Ladder:
    """OncoTree codes up their branch to the tissue; a code that lies high stays itself until its branch is reached."""
    return Ladder("oncotree", ("branch",) * (_depth() - 1) + ("tissue",), branch, "LUAD", _codes)


def branch(code: str) -> Steps | None:
    """What the code is at each level, deepest first; `LUNG+` is the group of LUNG and all below it.

    >>> [step for step in branch("LUAD") if step != "LUAD"]
    ['LUAD+', 'NSCLC+', 'LUNG+']
    """
    known = oncotree.find(code)
    if known is None or known == "TISSUE":
        return None
    way = (known, *oncotree.ancestors(known))[::-1]
    return tuple(code if len(way) < depth else f"{way[depth - 1]}+" for depth in range(_depth(), 0, -1))


@cache
def _codes() -> list[str]:
    return sorted(oncotree.descendants("TISSUE") - {"TISSUE"})


@cache
def _depth() -> int:
    """How many levels OncoTree has below its root."""
    return max(len(oncotree.ancestors(code)) + 1 for code in _codes())
