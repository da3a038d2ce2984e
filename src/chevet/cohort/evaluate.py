"""A definition answered by the index: for each patient true, false or unknown.

Every leaf gives two sets of bits, and Kleene's logic joins them. `cohort.query` answers the same
definitions on any engine; the two are tested to agree.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

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
from chevet.cohort.truth import ThreeValued, decided, found_or_not
from chevet.cohort.vocabulary import medicine_class
from chevet.errors import Fault
from chevet.store import bits
from chevet.words import oncotree

if TYPE_CHECKING:
    from chevet.cohort.index import CohortIndex, Values

# Answers a leaf that the index does not hold (a measurement in free text, a field with too many words).
Elsewhere: TypeAlias = Callable[[Definition], ThreeValued]


def not_indexed(leaf: Definition) -> ThreeValued:
    """For callers who have only the index."""
    raise Fault(f"the index does not hold what `{leaf}` asks", next_act="open the cohort with chevet.cohort.open")


def evaluate(definition: Definition, index: CohortIndex, elsewhere: Elsewhere = not_indexed) -> ThreeValued:
    """For whom the definition is true, and for whom false; whoever is in neither is unknown."""
    match definition:
        case And(parts=parts):
            return reduce(ThreeValued.__and__, [evaluate(part, index, elsewhere) for part in parts])
        case Or(parts=parts):
            return reduce(ThreeValued.__or__, [evaluate(part, index, elsewhere) for part in parts])
        case Not(part=part):
            return ~evaluate(part, index, elsewhere)
        case Everyone():
            return decided(bits.full(index.n_patients), index.n_patients)
        case Compare(subject=subject) | Known(subject=subject):
            values = _values_of(subject, index)
            return elsewhere(definition) if values is None else _of_values(definition, values)
        case Diagnosis(code=code, under=under):
            values = index.values("tumour")
            codes = oncotree.descendants(code) if under else frozenset({code})
            return elsewhere(definition) if values is None else _some_label(values, codes)
        case Treated(medicine=medicine):
            return _treated(medicine, index)
        case TreatedWithClass(treatment_class=treatment_class):
            return _treated_with_class(treatment_class, index)
        case _:
            return _of_gene(definition, index)


def _of_gene(leaf: Definition, index: CohortIndex) -> ThreeValued:
    match leaf:
        case Mutated(gene=gene, change=change):
            found = index.altered_bits(gene) if change is None else index.change_bits(gene, change)
            clear = index.tested_bits(gene) & ~index.altered_bits(gene, "unclear")
            return found_or_not(found, clear)
        case Amplified(gene=gene):
            return found_or_not(index.altered_bits(gene, "amplification"), index.tested_bits(gene, "copy_number"))
        case Deleted(gene=gene):
            return found_or_not(index.altered_bits(gene, "deletion"), index.tested_bits(gene, "copy_number"))
        case Fused(gene=gene, partner=None):
            return found_or_not(index.altered_bits(gene, "fusion"), index.tested_bits(gene, "fusion"))
        case Fused(gene=gene, partner=str(partner)):
            looked = index.tested_bits(gene, "fusion") | index.tested_bits(partner, "fusion")
            return found_or_not(index.fusion_bits(gene, partner), looked)
        case Altered(gene=gene):
            parts = [Mutated(gene), Amplified(gene), Deleted(gene), Fused(gene)]
            return reduce(ThreeValued.__or__, [_of_gene(part, index) for part in parts])
        case Tested(gene=gene, kind=kind):
            return decided(index.tested_bits(gene, kind), index.n_patients)
        case _:
            raise Fault(f"nothing answers `{leaf}`", next_act="report this definition to the makers of Chevet")


# -- values


def _values_of(subject: FieldOf | MeasurementOf, index: CohortIndex) -> Values | None:
    return index.values(subject.name) if isinstance(subject, FieldOf) else index.measurement_values(subject.name)


def _of_values(leaf: Compare | Known, values: Values) -> ThreeValued:
    if isinstance(leaf, Known):
        return decided(values.patients_of(_said(values)), values.n)
    if leaf.operator == "!=":
        return ~_of_values(Compare(leaf.subject, "=", leaf.value), values)
    if not leaf.is_number:
        return _some_label(values, frozenset(str(value) for value in leaf.values))
    if values.numbers is None:  # a measurement compared with numbers always has them
        raise Fault(f"`{leaf}` compares words with a number", next_act="report this definition")
    return found_or_not(values.patients_of(_holds(values.numbers, leaf)), values.all_numbered)


def _holds(numbers: npt.NDArray[np.float64], leaf: Compare) -> npt.NDArray[np.bool_]:
    if leaf.operator == "in":
        return np.isin(numbers, np.array(leaf.values, dtype=np.float64))
    compare: dict[str, Callable[[Any, Any], Any]] = {
        "=": np.equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    }  # fmt: skip
    held: npt.NDArray[np.bool_] = compare[leaf.operator](numbers, leaf.value)
    return held


def _some_label(values: Values, wanted: frozenset[str]) -> ThreeValued:
    """True if some value is one of these words; false if there are values, all said, and none is; else unknown."""
    if values.codes is None:
        raise Fault("a field of numbers was compared with words", next_act="report this definition")
    chosen = np.zeros(len(values.labels), dtype=np.bool_)
    chosen[[code for code, label in enumerate(values.labels) if code and label in wanted]] = True
    return found_or_not(values.patients_of(chosen[values.codes]), values.all_worded)


def _said(values: Values) -> npt.NDArray[np.bool_]:
    """(rows,) whether the row says anything."""
    words = None if values.codes is None else values.codes > 0
    numbers = None if values.numbers is None else ~np.isnan(values.numbers)
    if words is None or numbers is None:
        return words if words is not None else numbers if numbers is not None else np.zeros(0, dtype=np.bool_)
    return words | numbers


# -- treatments


def _treated(medicine: str, index: CohortIndex) -> ThreeValued:
    """False only where the record speaks: the study records such treatments, and this patient's are listed by name."""
    of_class = medicine_class(medicine)
    given = index.treatment_bits(medicine)
    study_speaks = medicine in index.treatments or (of_class is not None and of_class in index.treatment_classes)
    if not study_speaks:
        return ThreeValued(given, bits.empty(index.n_patients))
    may_be_it = index.treatment_classes if of_class is None else ["", of_class]
    unnamed = reduce(np.bitwise_or, [index.treatment_unnamed_bits(c) for c in may_be_it])
    return found_or_not(given, index.treatment_any_bits & ~unnamed)


def _treated_with_class(treatment_class: str, index: CohortIndex) -> ThreeValued:
    given = index.treatment_class_bits(treatment_class)
    if treatment_class not in index.treatment_classes:
        return ThreeValued(given, bits.empty(index.n_patients))
    return found_or_not(given, index.treatment_any_bits & ~index.treatment_class_bits(""))
