"""One text for a definition, whatever the order of its parts: what answers are filed and rounded under.

It is made of the words of the question alone. Were answers kept under the patients that they count, then whether two
questions have one answer would tell whether they count the same patients: a question for each patient would tell
each patient's facts.
"""

from __future__ import annotations

from chevet.cohort.nodes import And, Definition, Not, Or


def canonical(definition: Definition) -> str:
    """The text of a definition, its parts in order and each said once.

    >>> from chevet.cohort.definition import parse
    >>> canonical(parse("stage = IV and mutated(EGFR) and not not stage = IV"))
    'mutated(EGFR) and stage = IV'
    """
    return str(_ordered(definition))


def _ordered(definition: Definition) -> Definition:
    if isinstance(definition, Not):
        return _ordered(definition.part.part) if isinstance(definition.part, Not) else Not(_ordered(definition.part))
    if not isinstance(definition, And | Or):
        return definition
    parts = {str(part): part for part in map(_ordered, definition.parts)}
    ordered = tuple(part for _, part in sorted(parts.items()))
    return ordered[0] if len(ordered) == 1 else type(definition)(ordered)
