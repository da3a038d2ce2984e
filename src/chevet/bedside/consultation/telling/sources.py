"""On whose word: the sources of every statement, and versions and ages of everything that was used."""

from __future__ import annotations

import datetime
from typing import Any

import chevet
from chevet.bedside.consultation.consult import Consultation, statements_of
from chevet.therapy.knowledge.statement import Statement


def sources_of(statement: Statement) -> list[str]:
    """Labels first, then papers; each once."""
    labels = [f"{one.agency}, {one.brand}, {one.section}, {one.when}" for one in statement.approvals]
    return list(dict.fromkeys((*labels, *statement.sources)))


def sources(made: Consultation) -> list[dict[str, Any]]:
    """Every statement that the consultation rests on, with the day on which it was checked."""
    return [
        {"statement": one.id, "base": one.base, "checked": one.checked.isoformat(), "sources": sources_of(one)}
        for one in statements_of(made.choice)
    ]


def provenance(made: Consultation) -> dict[str, Any]:
    """Versions, hashes and ages of the program, the knowledge and the files."""
    return {
        "chevet": chevet.__version__,
        "knowledge": [
            {"base": one.name, "sha256": one.sha256, "statements": one.statements, "checked": one.checked.isoformat(),
             "age_days": (made.day - one.checked).days if one.checked > datetime.date.min else None}
            for one in (*made.knowledge.versions, *(kept.version for kept, _ in made.others))
        ],
        "files": [one.as_json() for one in made.read.sources],
        "date": made.day.isoformat(),
    }  # fmt: skip
