"""A definition as one Ibis expression, for any engine: DuckDB, polars, Spark.

`truth(definition)` is a table of (patient_id, truth) with one row per patient; truth is
NULL where unknown, so that SQL's own three-valued `and`, `or` and `not` are Kleene's. Every table
of the record is read and grouped by patient once, whatever the number of facts asked of it.
The index (`cohort.evaluate`) answers the same definitions; the two are tested to agree.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import ibis
import ibis.expr.types as ir

from chevet.cohort.alterations import ALTERING, EFFECT_UNKNOWN, NOT_ALTERING, PROMOTER_CONSEQUENCE, PROMOTER_GENE
from chevet.cohort.fields import AMPLIFICATION_CALL, DELETION_CALL, FIELDS
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
    MeasurementOf,
    Mutated,
    Not,
    Or,
    Tested,
    Treated,
    TreatedWithClass,
)
from chevet.cohort.vocabulary import medicine_class
from chevet.errors import Fault
from chevet.store.engines import record_table
from chevet.words import oncotree

Condition: TypeAlias = Callable[[ir.Table], ir.BooleanValue]
Truth: TypeAlias = Callable[[ir.Table], ir.BooleanValue]


def truth(definition: Definition) -> ir.Table:
    """(patient_id, truth): one row per patient; true, false, or NULL where nothing can be said."""
    return truths({"truth": definition})


def truths(definitions: Mapping[str, Definition]) -> ir.Table:
    """(patient_id, one column per definition), as `truth` gives them, in one query.

    The expression belongs to no engine: hand it to `store.engines.Engine.run`.
    """
    question = _Question()
    answers = {name: question.of(definition) for name, definition in definitions.items()}
    everyone = question.patients()
    return everyone.select("patient_id", **{name: answer(everyone) for name, answer in answers.items()})


class _Question:
    """Collects what must be known of each patient, table by table, while walking the definition."""

    def __init__(self) -> None:
        self.of_patient: dict[str, dict[str, Condition]] = {}
        self.of_study: dict[str, Condition] = {}
        self.genes: dict[str, str] = {}
        self.known: dict[Definition, Truth] = {}

    # -- what is asked of each table

    def some(self, table: str, condition: Condition) -> Truth:
        """Whether some row of the patient in this table meets the condition; never NULL."""
        columns = self.of_patient.setdefault(table, {})
        name = f"{table}_{len(columns)}"
        columns[name] = condition
        return lambda everyone: everyone[name].fill_null(False)

    def some_in_study(self, condition: Condition) -> Truth:
        """Whether some row of the study's treatments meets the condition; never NULL."""
        name = f"study_{len(self.of_study)}"
        self.of_study[name] = condition
        return lambda everyone: everyone[name].fill_null(False)

    def patients(self) -> ir.Table:
        """One row per patient, with every column that was asked for."""
        everyone = record_table("patient").select("patient_id")
        for table, conditions in self.of_patient.items():
            rows = self.with_coverage() if table == "panel" else record_table(table)
            marked = rows.select("patient_id", **{n: c(rows).fill_null(False) for n, c in conditions.items()})
            grouped = marked.group_by("patient_id").agg(**{name: marked[name].max() for name in conditions})
            grouped = grouped.rename(**{f"{table}_patient_id": "patient_id"})
            everyone = everyone.left_join(grouped, everyone.patient_id == grouped[f"{table}_patient_id"])
            everyone = everyone.drop(f"{table}_patient_id")
        if self.of_study:
            rows = record_table("treatment")
            marked = rows.select(**{name: c(rows).fill_null(False) for name, c in self.of_study.items()})
            everyone = everyone.cross_join(marked.agg(**{name: marked[name].max() for name in self.of_study}))
        return everyone

    def with_coverage(self) -> ir.Table:
        """The panel table with one column per gene asked for: whether the panel lists it."""
        panel, listed = record_table("panel"), record_table("panel_gene")
        listed = listed.filter(listed.gene.isin(list(self.genes)))
        marked = listed.select("panel_id", **{name: listed.gene == gene for gene, name in self.genes.items()})
        covers = marked.group_by("panel_id").agg(**{name: marked[name].max() for name in self.genes.values()})
        covers = covers.rename(covering_panel_id="panel_id")
        return panel.left_join(covers, panel.panel_id == covers.covering_panel_id)

    # -- walking the definition

    def of(self, definition: Definition) -> Truth:
        """How the truth of the definition follows from the columns of `patients()`."""
        if definition not in self.known:
            self.known[definition] = self._of(definition)
        return self.known[definition]

    def _of(self, definition: Definition) -> Truth:
        match definition:
            case And(parts=parts):
                return _balanced([self.of(part) for part in parts], lambda a, b: a & b)
            case Or(parts=parts):
                return _balanced([self.of(part) for part in parts], lambda a, b: a | b)
            case Not(part=part):
                inner = self.of(part)
                return lambda everyone: ~inner(everyone)
            case Everyone():
                return lambda everyone: everyone.patient_id.notnull()
            case Compare():
                return self.compared(definition)
            case Known(subject=subject):
                return self.known_subject(subject)
            case Diagnosis(code=code, under=under):
                codes = sorted(oncotree.descendants(code)) if under else [code]
                return self.some_value("diagnosis", lambda rows: rows.oncotree_code.isin(codes))
            case Treated(medicine=medicine):
                return self.treated(medicine)
            case TreatedWithClass(treatment_class=treatment_class):
                return self.treated_with_class(treatment_class)
            case _:
                return self.of_gene(definition)

    # -- values

    def some_value(self, table: str, condition: Condition, among: Condition = lambda rows: _always(rows)) -> Truth:
        """True if some row is; false if there is a row, none is NULL and none is true; unknown otherwise.

        among   which rows of the table are looked at
        """
        found = self.some(table, lambda rows: among(rows) & condition(rows))
        present = self.some(table, among)
        missing = self.some(table, lambda rows: among(rows) & condition(rows).isnull())
        return _found_or_not(found, lambda everyone: present(everyone) & ~missing(everyone))

    def compared(self, leaf: Compare) -> Truth:
        if leaf.operator == "!=":
            equal = self.of(Compare(leaf.subject, "=", leaf.value))
            return lambda everyone: ~equal(everyone)
        if isinstance(leaf.subject, FieldOf):
            field = FIELDS[leaf.subject.name]
            return self.some_value(field.table, lambda rows: _holds(rows[field.column], leaf))
        name = leaf.subject.name
        column = "value_number" if leaf.is_number else "value_text"
        return self.some_value(
            "measurement", lambda rows: _holds(rows[column], leaf), lambda rows: rows.measurement == name
        )

    def known_subject(self, subject: FieldOf | MeasurementOf) -> Truth:
        if isinstance(subject, FieldOf):
            field = FIELDS[subject.name]
            return self.some(field.table, lambda rows: _said(rows[field.column]))
        name = subject.name
        return self.some(
            "measurement",
            lambda rows: (rows.measurement == name) & (_said(rows.value_number) | _said(rows.value_text)),
        )

    # -- genes

    def tested(self, gene: str, kind: str) -> Truth:
        name = self.genes.setdefault(gene, f"covers_{len(self.genes)}")
        return self.some(
            "panel", lambda rows: (rows.alteration_type == kind) & (rows.whole | rows[name].fill_null(False))
        )

    def of_gene(self, leaf: Definition) -> Truth:
        match leaf:
            case Mutated(gene=gene, change=change):
                found = self.some("variant", lambda rows: (rows.gene == gene) & _is_found(rows, change))
                unclear = self.some("variant", lambda rows: (rows.gene == gene) & _is_unclear(rows))
                covered = self.tested(gene, "variant")
                return _found_or_not(found, lambda everyone: covered(everyone) & ~unclear(everyone))
            case Amplified(gene=gene):
                return self.called(gene, AMPLIFICATION_CALL)
            case Deleted(gene=gene):
                return self.called(gene, DELETION_CALL)
            case Fused(gene=gene, partner=None):
                found = self.some("structural_variant", lambda rows: _either(rows.gene_1 == gene, rows.gene_2 == gene))
                return _found_or_not(found, self.tested(gene, "structural_variant"))
            case Fused(gene=gene, partner=str(partner)):
                return self.joined(gene, partner)
            case Altered(gene=gene):
                parts = [Mutated(gene), Amplified(gene), Deleted(gene), Fused(gene)]
                return _balanced([self.of(part) for part in parts], lambda a, b: a | b)
            case Tested(gene=gene, kind=kind):
                return self.tested(gene, kind)
            case _:
                raise Fault(f"nothing asks `{leaf}`", next_act="report this definition to the makers of Chevet")

    def called(self, gene: str, call: int) -> Truth:
        found = self.some("copy_number", lambda rows: (rows.gene == gene) & (rows.call == call))
        return _found_or_not(found, self.tested(gene, "copy_number"))

    def joined(self, gene: str, partner: str) -> Truth:
        found = self.some(
            "structural_variant",
            lambda rows: _either(
                (rows.gene_1 == gene) & (rows.gene_2 == partner), (rows.gene_1 == partner) & (rows.gene_2 == gene)
            ),
        )
        one, other = self.tested(gene, "structural_variant"), self.tested(partner, "structural_variant")
        return _found_or_not(found, lambda everyone: one(everyone) | other(everyone))

    # -- treatments

    def treated(self, medicine: str) -> Truth:
        """False only where the record speaks; the rule is told in `cohort.evaluate` and in the manual."""
        of_class = medicine_class(medicine)
        given = self.some("treatment", lambda rows: (rows.treatment == medicine) & rows.given)
        any_row = self.some("treatment", _always)
        unnamed = self.some("treatment", lambda rows: rows.treatment.isnull() & rows.given & _may_be(rows, of_class))
        speaks = self.some_in_study(
            lambda rows: (rows.treatment == medicine).fill_null(False) | _is_class(rows, of_class)
        )
        return _found_or_not(given, lambda everyone: speaks(everyone) & any_row(everyone) & ~unnamed(everyone))

    def treated_with_class(self, treatment_class: str) -> Truth:
        given = self.some("treatment", lambda rows: (rows.treatment_class == treatment_class) & rows.given)
        any_row = self.some("treatment", _always)
        unsaid = self.some("treatment", lambda rows: rows.treatment_class.isnull() & rows.given)
        speaks = self.some_in_study(lambda rows: _is_class(rows, treatment_class))
        return _found_or_not(given, lambda everyone: speaks(everyone) & any_row(everyone) & ~unsaid(everyone))


def _found_or_not(found: Truth, looked: Truth) -> Truth:
    """True where found, false where looked for and not found, NULL elsewhere."""
    return lambda everyone: ibis.cases((found(everyone), True), (looked(everyone), False), else_=ibis.null("boolean"))


def _balanced(parts: Sequence[Truth], join: Callable[[Any, Any], ir.BooleanValue]) -> Truth:
    """The parts joined two by two: a thousand of them nest ten deep, not a thousand."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = _balanced(parts[:half], join), _balanced(parts[half:], join)
    return lambda everyone: join(left(everyone), right(everyone))


# -- conditions on one row; NULL where the row does not say


def _always(rows: ir.Table) -> ir.BooleanValue:
    return rows.patient_id.notnull()


def _holds(column: Any, leaf: Compare) -> ir.BooleanValue:
    if not leaf.is_number:
        return column.isin(list(leaf.values)) if leaf.operator == "in" else column == leaf.value
    number = column.cast("float64")
    number = number if column.type().is_integer() else _not_nan(number)
    match leaf.operator:
        case "in":
            return functools.reduce(operator.or_, (number == _double(value) for value in leaf.values))
        case "<":
            return number < _double(leaf.value)
        case "<=":
            return number <= _double(leaf.value)
        case ">":
            return number > _double(leaf.value)
        case ">=":
            return number >= _double(leaf.value)
        case _:
            return number == _double(leaf.value)


def _double(value: object) -> Any:
    """The number as a double, said so: Spark reads `64.9` as a decimal, and in a list compares decimals."""
    return ibis.literal(repr(float(cast(float, value)))).cast("float64")


def _not_nan(number: Any) -> Any:
    return number.isnan().ifelse(ibis.null("float64"), number)


def _said(column: Any) -> ir.BooleanValue:
    return column.notnull() & ~column.isnan().fill_null(False) if column.type().is_floating() else column.notnull()


def _is_found(rows: ir.Table, change: str | None) -> ir.BooleanValue:
    """Whether the variant alters the protein; or, with `change`, is that very change."""
    if change is not None:
        return rows.protein_change == change
    said, promoter, silent = _told(rows)
    altering = rows.consequence.isin(ALTERING).fill_null(False)
    return altering | promoter | ~(said | silent | _effect_unknown(rows))


def _is_unclear(rows: ir.Table) -> ir.BooleanValue:
    """Whether the source says neither the consequence nor the effect on the protein."""
    said, promoter, _ = _told(rows)
    return ~(said | promoter) & _effect_unknown(rows)


def _told(rows: ir.Table) -> tuple[ir.BooleanValue, ir.BooleanValue, ir.BooleanValue]:
    """Whether the consequence is one we know, is in the promoter that counts, and the protein is said unchanged."""
    said = rows.consequence.isin([*ALTERING, *NOT_ALTERING]).fill_null(False)
    promoter = (rows.gene == PROMOTER_GENE) & (rows.consequence == PROMOTER_CONSEQUENCE).fill_null(False)
    return said, promoter, rows.protein_change.endswith("=").fill_null(False)


def _effect_unknown(rows: ir.Table) -> ir.BooleanValue:
    return rows.protein_change.isnull() | (rows.protein_change == EFFECT_UNKNOWN).fill_null(False)


def _either(one: ir.BooleanValue, other: ir.BooleanValue) -> ir.BooleanValue:
    return one.fill_null(False) | other.fill_null(False)


def _is_class(rows: ir.Table, treatment_class: str | None) -> ir.BooleanValue:
    if treatment_class is None:
        return rows.patient_id.isnull()
    return (rows.treatment_class == treatment_class).fill_null(False)


def _may_be(rows: ir.Table, of_class: str | None) -> ir.BooleanValue:
    """Whether a treatment without a name may be a medicine of this class."""
    return _always(rows) if of_class is None else rows.treatment_class.isnull() | _is_class(rows, of_class)
