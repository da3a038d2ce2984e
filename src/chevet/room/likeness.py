"""Could a question have included somebody like this? Told from the two definitions alone, without any data.

Looking into the study to find out would itself be a question about few people. So two definitions are compared as
sentences: a question is left out only when nobody whom the description fits could be in it. A description is taken
as that of one person with one tumour: `diagnosis under BREAST` fits no question about lung tumours, and `sex =
female` none about men. A person with two tumours is described by both, joined with `and`. Whatever cannot be decided
so counts as *could have*.
"""

from __future__ import annotations

import itertools

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
    Treated,
    TreatedWithClass,
    Value,
)
from chevet.cohort.vocabulary import medicine_class
from chevet.words import oncotree

Literal = tuple[Definition, bool]
Clause = frozenset[Literal]
# Beyond these a sentence is not taken apart: somebody may write one only to keep the reader waiting.
_LEAVES_AT_MOST = 100
_CLAUSES_AT_MOST = 40
_OTHER_WORD = "\0 any word that neither names"


class _TooTangled(Exception):
    """A sentence can be true in too many ways."""


def could_include(question: Definition, person: Definition) -> bool:
    """Whether somebody who fits `person` could be among those for whom `question` is true.

    >>> from chevet.cohort.definition import parse
    >>> could_include(parse("diagnosis under LUNG and sex = male"), parse("diagnosis is LUAD and sex = female"))
    False
    >>> could_include(parse("mutated(EGFR)"), parse("diagnosis is LUAD"))
    True
    """
    if any(sum(1 for _ in sentence.leaves()) > _LEAVES_AT_MOST for sentence in (question, person)):
        return True
    try:
        return any(_fit(asked, said) for asked in _clauses(question, True) for said in _clauses(person, True))
    except _TooTangled:
        return True


def _clauses(definition: Definition, wanted: bool) -> list[Clause]:
    """The ways in which the definition can be true (or false), each a set of leaves that are true or false."""
    match definition:
        case Everyone():
            return [frozenset()] if wanted else []
        case Not(part=part):
            return _clauses(part, not wanted)
        case And(parts=parts) | Or(parts=parts):
            if isinstance(definition, Or) == wanted:
                return _few([clause for part in parts for clause in _clauses(part, wanted)])
            found: list[Clause] = [frozenset()]
            for part in parts:
                found = _few([one | other for one in found for other in _clauses(part, wanted)])
            return found
        case Compare(operator="!=", subject=subject, value=value):
            return [frozenset({(Compare(subject, "=", value), not wanted)})]
    return [frozenset({(definition, wanted)})]


def _few(clauses: list[Clause]) -> list[Clause]:
    if len(clauses) > _CLAUSES_AT_MOST:
        raise _TooTangled
    return clauses


def _fit(question: Clause, person: Clause) -> bool:
    """Whether one person could be as both clauses say."""
    both = question | person
    positive = [leaf for leaf, holds in both if holds]
    negative = [leaf for leaf, holds in both if not holds]
    return (
        not any(_implies(one, other) for one in positive for other in negative)
        and _tumours_fit(question, person)
        and all(
            _values_fit(subject, both) for subject in {leaf.subject for leaf, _ in both if isinstance(leaf, Compare)}
        )
    )


def _implies(one: Definition, other: Definition) -> bool:
    """Whether a patient for whom `one` is true is one for whom `other` is true, too."""
    if one == other:
        return True
    match one, other:
        case Diagnosis(), Diagnosis():
            return _codes(one) <= _codes(other)
        case Mutated(gene=gene, change=str()), Mutated(gene=same, change=None):
            return gene == same
        case ((Mutated() | Amplified() | Deleted()), Altered(gene=gene)):
            return one.gene == gene
        case Fused(gene=gene, partner=partner), (Fused(partner=None) | Altered()):
            return other.gene in (gene, partner)
        case Treated(medicine=medicine), TreatedWithClass(treatment_class=of_class):
            return medicine_class(medicine) == of_class
        case Compare(subject=subject), Known(subject=same):
            return subject == same
        case Diagnosis(), Known(subject=FieldOf(name="tumour")):
            return True
    return False


def _tumours_fit(question: Clause, person: Clause) -> bool:
    """Every tumour that the question wants is one that the description leaves open."""
    theirs = [_codes(leaf) for leaf, holds in person if holds and isinstance(leaf, Diagnosis)]
    wanted = [_codes(leaf) for leaf, holds in question if holds and isinstance(leaf, Diagnosis)]
    return not theirs or all(any(codes & other for other in theirs) for codes in wanted)


def _codes(leaf: Diagnosis) -> frozenset[str]:
    return oncotree.descendants(leaf.code) or frozenset({leaf.code}) if leaf.under else frozenset({leaf.code})


def _values_fit(subject: FieldOf | MeasurementOf, both: Clause) -> bool:
    """Whether some one value of the subject is as every comparison with it says."""
    said = [(leaf, holds) for leaf, holds in both if isinstance(leaf, Compare) and leaf.subject == subject]
    mentioned = [value for leaf, _ in said for value in leaf.values]
    return any(all(_holds(leaf, value) == holds for leaf, holds in said) for value in _candidates(mentioned))


def _candidates(mentioned: list[Value]) -> list[Value]:
    """Every value that is mentioned, and one from each gap between, below and above them."""
    numbers = sorted({value for value in mentioned if isinstance(value, float)})
    if not numbers:
        return [*{value for value in mentioned if isinstance(value, str)}, _OTHER_WORD]
    between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
    return [numbers[0] - 1, *numbers, *between, numbers[-1] + 1]


def _holds(leaf: Compare, value: Value) -> bool:
    if leaf.operator in ("=", "in"):
        return value in leaf.values
    if not isinstance(value, float) or not isinstance(leaf.value, float):
        return True  # words and numbers are not compared; whoever reads both is not left out
    return {
        "<": value < leaf.value, "<=": value <= leaf.value, ">": value > leaf.value, ">=": value >= leaf.value,
    }[leaf.operator]  # fmt: skip
