"""What another base says that ours does not: the list by which ours is kept complete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement


@dataclass(frozen=True)
class Coverage:
    """How many statements of the other base ours covers, and those that it does not."""

    covered: int
    missing: tuple[Statement, ...]


def coverage(ours: Sequence[Statement], theirs: Iterable[Statement]) -> Coverage:
    """Which approved treatments of another base ours has: the same medicines in a tumour that overlaps."""
    known = [
        ([base.medicines_of(name) for name in one.therapy], base.tumours_of(one.tumour))
        for one in ours
        if one.effect == "sensitivity"
    ]
    missing, covered = [], 0
    for one in theirs:
        if one.effect != "sensitivity" or not one.approvals:
            continue
        medicines, tumours = frozenset(one.therapy), base.tumours_of(one.tumour)
        if any(_same(medicines, parts) and not tumours.isdisjoint(of) for parts, of in known):
            covered += 1
        else:
            missing.append(one)
    return Coverage(covered, tuple(missing))


def _same(medicines: frozenset[str], parts: list[frozenset[str]]) -> bool:
    """Every medicine is one that a part of the regimen may be, and no part is left without."""
    everything = frozenset().union(*parts)
    return medicines <= everything and all(part & medicines for part in parts)
