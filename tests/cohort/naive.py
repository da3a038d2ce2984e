"""The third opinion: a definition answered for one patient at a time, in the plainest Python.

It reads like the manual and shares nothing with the index or the query but the words tables.
None means unknown.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from typing import Any

from chevet.cohort.fields import FIELDS
from chevet.cohort.nodes import (
    Altered,
    Amplified,
    And,
    Compare,
    Definition,
    Deleted,
    Diagnosis,
    Everyone,
    FieldOf,
    Fused,
    Known,
    Mutated,
    Not,
    Or,
    Tested,
    Treated,
    TreatedWithClass,
)
from chevet.words import consequences, oncotree, treatments
from tests.strategies import Rows

Answer = bool | None


def answers(definition: Definition, rows: Rows) -> list[Answer]:
    """True, False or None for each patient, in order of patient_id."""
    return [_Patient(patient["patient_id"], rows).answer(definition) for patient in
            sorted(rows.get("patient", []), key=lambda row: row["patient_id"])]  # fmt: skip


def kleene_or(parts: Iterable[Answer]) -> Answer:
    parts = list(parts)
    return True if True in parts else None if None in parts else False


def kleene_not(part: Answer) -> Answer:
    return None if part is None else not part


class _Patient:
    def __init__(self, patient_id: str, rows: Rows) -> None:
        self.study = rows
        self.rows = {
            name: [row for row in several if row.get("patient_id") == patient_id] for name, several in rows.items()
        }

    def answer(self, definition: Definition) -> Answer:
        match definition:
            case Everyone():
                return True
            case Not(part=part):
                return kleene_not(self.answer(part))
            case Or(parts=parts):
                return kleene_or([self.answer(part) for part in parts])
            case And(parts=parts):
                return kleene_not(kleene_or([kleene_not(self.answer(part)) for part in parts]))
            case Diagnosis(code=code, under=under):
                codes = oncotree.descendants(code) if under else {code}
                return self.some("diagnosis", "oncotree_code", lambda value: value in codes)
            case Compare():
                return self.compare(definition)
            case Known(subject=subject):
                return any(value is not None for value in self.values_of(subject))
            case Treated(medicine=medicine):
                return self.treated(medicine)
            case TreatedWithClass(treatment_class=wanted):
                return self.treated_with_class(wanted)
            case Altered(gene=gene):
                return kleene_or([self.answer(node(gene)) for node in (Mutated, Amplified, Deleted, Fused)])
        return self.of_gene(definition)

    # -- values

    def table(self, name: str) -> list[Any]:
        return self.rows.get(name, [])

    def some(self, table: str, column: str, holds: Callable[[Any], bool]) -> Answer:
        values = [_said(row.get(column)) for row in self.table(table)]
        return kleene_or([None if value is None else holds(value) for value in values]) if values else None

    def values_of(self, subject: Any) -> list[Any]:
        if isinstance(subject, FieldOf):
            field = FIELDS[subject.name]
            return [_said(row.get(field.column)) for row in self.table(field.table)]
        of_it = [row for row in self.table("measurement") if row["measurement"] == subject.name]
        return [_said(row[column]) for row in of_it for column in ("value_number", "value_text")]

    def compare(self, leaf: Compare) -> Answer:
        if leaf.operator == "!=":
            return kleene_not(self.compare(Compare(leaf.subject, "=", leaf.value)))
        if isinstance(leaf.subject, FieldOf):
            values = self.values_of(leaf.subject)
        else:
            column = "value_number" if leaf.is_number else "value_text"
            of_it = [row for row in self.table("measurement") if row["measurement"] == leaf.subject.name]
            values = [_said(row[column]) for row in of_it]
        signs: dict[str, Callable[[Any, Any], bool]] = {
            "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
            "in": lambda value, several: value in several,
        }  # fmt: skip
        holds = signs[leaf.operator]
        return kleene_or([None if v is None else holds(v, leaf.value) for v in values]) if values else None

    # -- genes

    def is_tested(self, gene: str, kind: str) -> bool:
        listed = {row["panel_id"] for row in self.study.get("panel_gene", []) if row["gene"] == gene}
        return any(
            row["alteration_type"] == kind and (row["whole"] or row["panel_id"] in listed)
            for row in self.table("panel")
        )

    def of_gene(self, leaf: Definition) -> Answer:
        match leaf:
            case Tested(gene=gene, kind=kind):
                return self.is_tested(gene, kind)
            case Mutated(gene=gene, change=change):
                variants = [row for row in self.table("variant") if row["gene"] == gene]
                states = [_alters(row) for row in variants]
                found = any(row["protein_change"] == change for row in variants) if change else True in states
                return _found(found, self.is_tested(gene, "variant") and None not in states)
            case Amplified(gene=gene):
                return _found(self.has_call(gene, 2), self.is_tested(gene, "copy_number"))
            case Deleted(gene=gene):
                return _found(self.has_call(gene, -2), self.is_tested(gene, "copy_number"))
            case Fused(gene=gene, partner=partner):
                pairs = [{row["gene_1"], row["gene_2"]} for row in self.table("structural_variant")]
                wanted = {gene, partner} if partner else None
                found = any(pair == wanted if wanted else gene in pair for pair in pairs)
                genes = [gene, partner] if partner else [gene]
                return _found(found, any(self.is_tested(g, "structural_variant") for g in genes))
        raise AssertionError(f"no rule for {type(leaf).__name__}")

    def has_call(self, gene: str, call: int) -> bool:
        return any(row["gene"] == gene and row["call"] == call for row in self.table("copy_number"))

    # -- treatments

    def treated(self, medicine: str) -> Answer:
        known = treatments.medicine(medicine)
        its_class = known.treatment_class if known else None
        rows, everywhere = self.table("treatment"), self.study.get("treatment", [])
        if any(row["treatment"] == medicine and row["given"] for row in rows):
            return True
        speaks = any(
            row["treatment"] == medicine or (its_class and row["treatment_class"] == its_class) for row in everywhere
        )
        unnamed = [row for row in rows if row["treatment"] is None and row["given"]]
        may_be_it = any(its_class is None or row["treatment_class"] in (None, its_class) for row in unnamed)
        return False if speaks and rows and not may_be_it else None

    def treated_with_class(self, wanted: str) -> Answer:
        rows, everywhere = self.table("treatment"), self.study.get("treatment", [])
        if any(row["treatment_class"] == wanted and row["given"] for row in rows):
            return True
        speaks = any(row["treatment_class"] == wanted for row in everywhere)
        unsaid = any(row["treatment_class"] is None and row["given"] for row in rows)
        return False if speaks and rows and not unsaid else None


def _said(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _found(found: bool, looked: bool) -> Answer:
    return True if found else False if looked else None


def _alters(variant: Any) -> Answer:
    """Whether the variant alters the protein; None when nothing is said of that."""
    if variant["gene"] == "TERT" and variant["consequence"] == "5'Flank":
        return True
    known = consequences.CONSEQUENCES.get(variant["consequence"])
    if known is not None:
        return known.protein_altering
    change = variant["protein_change"]
    return None if change in (None, "p.?") else not change.endswith("=")
