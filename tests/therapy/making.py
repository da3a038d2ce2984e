"""Small tumours and patients, made in plain sight."""

from __future__ import annotations

import datetime
from typing import Any

from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import with_classes
from chevet.genomics.finding import Direction, Finding, Verdict
from chevet.therapy.case import Case, Clinical, Diagnosis, Tested
from chevet.therapy.evaluating import Tumour
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import COLUMNS, Statement, read
from chevet.therapy.matching.against import TAKES_AWAY

DAY = datetime.date(2026, 11, 27)


def variant(
    gene: str,
    change: str | None = None,
    *,
    verdict: Verdict = "oncogenic",
    direction: Direction = "gain",
    **facts: Any,
) -> Finding:
    alteration = with_classes(Alteration("variant", gene=gene, protein_change=change, **facts))
    return Finding(alteration, verdict=verdict, direction=direction)


def fusion(five_prime: str, three_prime: str, *, driver: str = "", verdict: Verdict = "oncogenic") -> Finding:
    found = Alteration("fusion", gene=driver or three_prime, fusion=(five_prime, three_prime))
    return Finding(found, verdict=verdict, direction="gain")


def copies(kind: Any, gene: str) -> Finding:
    return Finding(Alteration(kind, gene=gene), verdict="oncogenic", direction="gain")


def marker(name: str, value: str | float) -> Finding:
    return Finding(Alteration("expression", name=name, value=value))


def wild_type(gene: str) -> Finding:
    return Finding(Alteration("wild_type", gene=gene))


def tumour(*findings: Finding, tested: str = "") -> Tumour:
    return Tumour(findings, Tested(genes=frozenset(tested.split())) if tested else Tested())


def case(code: str = "LUAD", *, tested: str = "", **clinical: Any) -> Case:
    return Case(
        "C-1", Diagnosis(code), Clinical(**clinical), tested=Tested(frozenset(tested.split())) if tested else Tested()
    )


def statement(**cells: str) -> Statement:
    usual = {
        "id": "lung-test", "tumour": "NSCLC", "biomarker": "EGFR p.L858R", "extent": "advanced", "line": "any",
        "requires": "", "therapy": "osimertinib", "effect": "sensitivity", "level": "A", "escat": "", "fda": "",
        "ema": "2018-06-07 Tagrisso", "place": "", "source": "PMID:29151359", "checked": "2026-11-27",
    }  # fmt: skip
    return read({column: (usual | cells)[column] for column in COLUMNS})


def statements_of(family: str) -> tuple[Statement, ...]:
    """The statements of one table."""
    (file,) = (file for file in base.files() if file.name == f"statements_{family}.tsv")
    return tuple(read(row) for _, row in base.rows(file, COLUMNS))


def taken_away(statements: tuple[Statement, ...], biomarker: str) -> set[str]:
    """The medicines that a rule of exactly these words takes away."""
    return {
        medicine
        for one in statements
        if one.effect in TAKES_AWAY and str(one.biomarker) == biomarker
        for name in one.therapy
        for medicine in base.medicines_of(name)
    }
