"""Where a target can be reached when no medicine is known: from outside the cell, or in a pocket of its family."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from chevet.targets.sources.kinds import Kind

_TABLE = resources.files("chevet.targets.tractability") / "tables" / "ligandable_families.tsv"


@dataclass(frozen=True)
class Surface:
    """A protein at the cell's surface: in reach of antibodies and their conjugates, engineered T cells, radioligands.

    score      0 to 1, higher is surer; None when it was measured or the table has none
    evidence   how it is known
    family     receptors, transporters ..., as the table says
    """

    protein: str | None
    evidence: str | None
    score: float | None
    family: str | None


@dataclass(frozen=True)
class Ligandable:
    """A class of proteins that small molecules are known to bind, and the words that told it, of which table."""

    family: str
    told_by: str
    kind: Kind


def surface_of(rows: Sequence[Mapping[str, Any]]) -> Surface | None:
    """What the table of surface proteins says of a gene, by its surest protein; None when it does not name the gene."""
    if not rows:
        return None
    best = max(rows, key=lambda row: row["score"] or 0.0)
    score = None if best["score"] is None else round(float(best["score"]), 4)
    return Surface(best["protein"], best["evidence"], score, best["family"])


def ligandable_of(words: Sequence[tuple[Kind, str]]) -> tuple[Ligandable, ...]:
    """The ligandable classes that names of families or domains mean, each once.

    words  each with the table that has it; each means the first class that fits it

    >>> [one.family for one in ligandable_of([("domains", "Protein kinase domain"), ("domains", "SH2 domain")])]
    ['kinase']
    """
    found: dict[str, Ligandable] = {}
    for kind, word in words:
        for family, pattern, but in _families():
            if pattern.search(word) and not (but and but.search(word)):
                found.setdefault(family, Ligandable(family, word, kind))
                break
    return tuple(found.values())


def families_known() -> tuple[str, ...]:
    """The classes that are told apart."""
    return tuple(family for family, _, _ in _families())


@cache
def _families() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]:
    lines = [line for line in _TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")][1:]
    rows = [line.split("\t") for line in lines]
    return tuple(
        (family, re.compile(pattern, re.IGNORECASE), re.compile(but, re.IGNORECASE) if but else None)
        for family, pattern, but in rows
    )
