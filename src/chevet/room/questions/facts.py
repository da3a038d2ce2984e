"""What a number counts people by, in words that numbers can be compared by: one thing, and which of its values.

That a fact is known at all (a gene was tested, a stage said) is none of these: it has the floor of all numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chevet.cohort.nodes import (
    Altered,
    Amplified,
    Compare,
    Definition,
    Deleted,
    FieldOf,
    Fused,
    Mutated,
    TreatedWithClass,
)
from chevet.privacy.noise.cube import NOT_SAID, Axis
from chevet.room.account.differences import Fact
from chevet.room.questions.axes import EXIT, TREATMENTS_SAID
from chevet.room.questions.recipe import GENE
from chevet.store.bits import Bits

MUTATED, AMPLIFIED, DELETED, FUSED = "mutated", "amplified", "deleted", "fused"
# Whoever died has an end of follow-up, too: both tell of one thing.
_THING_OF = {EXIT: "vital_status"}
LabelsOf = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True)
class Cell:
    """People counted by facts besides those of the definition.

    members   of whom they are true
    known     of whom it is known
    place     who stands there as far as can be known outside
    """

    facts: tuple[Fact, ...]
    members: Bits
    known: Bits
    place: Bits


def fact_of_leaf(leaf: Definition, labels_of: LabelsOf) -> Fact | None:
    """What a hidden fact of a definition counts by; None where it asks whether something is known.

    labels_of   the values that a field has in the study
    """
    match leaf:
        case Compare(FieldOf(name)):
            labels = tuple(label for label in labels_of(name) if label != NOT_SAID)
            named = frozenset(map(str, leaf.values))
            return Fact(name, frozenset(labels) - named if leaf.operator == "!=" else named, labels)
        case TreatedWithClass(treatment_class):
            return fact_named("treatment_class", treatment_class)
        case Altered():
            return _of_gene(leaf.gene, MUTATED, AMPLIFIED, DELETED, FUSED)
        case Mutated():
            return _of_gene(leaf.gene, MUTATED if leaf.change is None else f"{MUTATED} {leaf.change}")
        case Fused():
            return _of_gene(leaf.gene, FUSED if leaf.partner is None else f"{FUSED} {leaf.partner}")
        case Amplified():
            return _of_gene(leaf.gene, AMPLIFIED)
        case Deleted():
            return _of_gene(leaf.gene, DELETED)
    return None


def fact_named(kind: str, name: str, *, holds: bool = True) -> Fact:
    """A gene that is mutated, or a class of treatment that was given.

    >>> fact_named("gene", "TP53").thing
    'gene TP53'
    """
    return Fact(f"{kind} {name}", frozenset({MUTATED if kind == GENE else "given"}), holds=holds)


def fact_of_value(axis: Axis, *labels: str) -> Fact | None:
    """That a field has one of these values; None for a field that says what is known."""
    if axis.name == TREATMENTS_SAID:
        return None
    among = tuple(label for label in axis.labels if label != NOT_SAID)
    return Fact(_THING_OF.get(axis.name, axis.name), frozenset(labels), among)


def counts_said(facts: tuple[Fact, ...]) -> bool:
    """Whether each of the facts is of a value that was said."""
    return all(fact.values != {NOT_SAID} for fact in facts)


def _of_gene(gene: str, *values: str) -> Fact:
    return Fact(f"{GENE} {gene}", frozenset(values))
