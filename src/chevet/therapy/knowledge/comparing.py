"""What changed between two versions of an imported base."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chevet.therapy.knowledge.statement import Statement


@dataclass(frozen=True)
class Changes:
    """Statements by id: those that came, went, or say something else."""

    added: tuple[Statement, ...]
    removed: tuple[Statement, ...]
    changed: tuple[tuple[Statement, Statement], ...]


def changes(before: Iterable[Statement], after: Iterable[Statement]) -> Changes:
    """What changed. A day of checking that alone differs is no change."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    return Changes(
        added=tuple(one for key, one in new.items() if key not in old),
        removed=tuple(one for key, one in old.items() if key not in new),
        changed=tuple((old[key], one) for key, one in new.items() if key in old and _said(old[key]) != _said(one)),
    )


def _said(one: Statement) -> tuple[object, ...]:
    return (one.tumour, one.biomarker, one.extent, one.line, one.requires, one.therapy, one.effect, one.level,
            one.approvals, one.place)  # fmt: skip
