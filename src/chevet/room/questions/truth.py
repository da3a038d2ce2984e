"""For which values of the fields a definition is true (1), false (-1), or unknown (0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from chevet.cohort.nodes import (
    And,
    Compare,
    Definition,
    Diagnosis,
    Everyone,
    FieldOf,
    Known,
    Mutated,
    Not,
    Or,
    Tested,
    TreatedWithClass,
)  # fmt: skip
from chevet.errors import CannotConclude
from chevet.privacy.noise.cube import NOT_SAID, Axis
from chevet.room.questions.axes import ELSEWHERE, NUMBERS, PANELS, REST, TUMOUR, YEAR, spans
from chevet.room.questions.recipe import GENE, TREATMENT
from chevet.words import oncotree

Truths: TypeAlias = npt.NDArray[np.int8]
TRUE, FALSE, UNKNOWN = np.int8(1), np.int8(-1), np.int8(0)
OTHER_MODES = "With a permit for it, ask with --mode checked; or ask by fewer fields, or for more usual ones."


def beyond(what: str) -> CannotConclude:
    """The cube holds no table that could answer this."""
    return CannotConclude(f"the cube cannot answer this: {what}", next_act=OTHER_MODES)


def fact_of(leaf: Definition) -> tuple[str, str] | None:
    """The fact that a leaf asks about, if it does: (`gene`, its symbol) or (`treatment_class`, the class)."""
    if isinstance(leaf, Mutated) and leaf.change is None:
        return GENE, leaf.gene
    return (TREATMENT, leaf.treatment_class) if isinstance(leaf, TreatedWithClass) else None


def field_of(leaf: Definition) -> str:
    """The field whose value decides a leaf. CannotConclude when a cube counts by no such thing."""
    if isinstance(leaf, Diagnosis):
        return TUMOUR
    if isinstance(leaf, Compare | Known) and isinstance(leaf.subject, FieldOf):
        return leaf.subject.name
    if isinstance(leaf, Tested) and leaf.kind == "variant":
        return PANELS
    raise beyond(f"`{leaf}` is not one of the facts that it counts")


def kleene(definition: Definition, leaf: Callable[[Definition], Truths]) -> Truths:
    """The truth of a definition from the truth of its leaves, in Kleene's logic; arrays broadcast."""
    if isinstance(definition, And):
        return reduce(np.minimum, [kleene(part, leaf) for part in definition.parts])
    if isinstance(definition, Or):
        return reduce(np.maximum, [kleene(part, leaf) for part in definition.parts])
    if isinstance(definition, Not):
        return np.negative(kleene(definition.part, leaf))
    return np.array(TRUE) if isinstance(definition, Everyone) else leaf(definition)


def on_axis(leaf: Definition, axis: Axis, panels: Mapping[str, Sequence[str]]) -> Truths:
    """(labels,) for which values of its field a leaf is true.

    panels   the genes that each panel covers

    Raises CannotConclude when a value would be partly true: an age within a band.
    """
    if isinstance(leaf, Tested):
        known = [UNKNOWN if p == NOT_SAID else TRUE if leaf.gene in panels[p] else FALSE for p in axis.labels]
        return np.array(known, dtype=np.int8)
    if isinstance(leaf, Known):
        return np.array([FALSE if label == NOT_SAID else TRUE for label in axis.labels], dtype=np.int8)
    if isinstance(leaf, Diagnosis):
        return np.array([_diagnosis(leaf, label) for label in axis.labels], dtype=np.int8)
    if not isinstance(leaf, Compare):
        raise beyond(f"`{leaf}` is not one of the facts that it counts")
    if leaf.operator == "!=":
        return np.negative(on_axis(Compare(leaf.subject, "=", leaf.value), axis, panels))
    if axis.name in NUMBERS:
        return np.array([UNKNOWN, *(_spanned(leaf, *span, axis.name) for span in spans(axis.name))], dtype=np.int8)
    return np.array([_worded(leaf, label, axis) for label in axis.labels], dtype=np.int8)


def _worded(leaf: Compare, label: str, axis: Axis) -> np.int8:
    if label == NOT_SAID:
        return UNKNOWN
    if label == REST:  # a value that the cube does not name may be among those it put together
        return FALSE if all(str(value) in axis.labels for value in leaf.values) else UNKNOWN
    return TRUE if label in map(str, leaf.values) else FALSE


def _diagnosis(leaf: Diagnosis, label: str) -> np.int8:
    if label == NOT_SAID:
        return UNKNOWN
    meant = oncotree.descendants(leaf.code) if leaf.under else frozenset({leaf.code})
    if label == ELSEWHERE:
        return FALSE if oncotree.get(leaf.code) else UNKNOWN
    if not label.endswith(REST):
        return TRUE if label in meant else FALSE
    tissue = label.removesuffix(REST)
    if tissue in meant and leaf.under:
        return TRUE
    return UNKNOWN if oncotree.tissue_of(leaf.code) == tissue else FALSE


def _spanned(leaf: Compare, low: float, high: float, name: str) -> np.int8:
    truths = {_number_holds(leaf, low, high, float(value), whole=name == YEAR) for value in leaf.values}
    if None in truths:
        raise beyond(
            f"`{leaf}` lies within a band: {name} is counted by whole years"
            if name == YEAR
            else f"`{leaf}` cuts a band: {name} is counted in bands of five years (>= 65, < 70)"
        )
    return TRUE if TRUE in truths else FALSE


def _number_holds(leaf: Compare, low: float, high: float, value: float, *, whole: bool) -> np.int8 | None:
    """Whether all numbers from `low` up to but without `high` stand in this relation; None when only some do."""
    if leaf.operator in (">", "<="):
        if not whole:
            return None if low <= value < high else (TRUE if (value < low) == (leaf.operator == ">") else FALSE)
        value += 1
    if leaf.operator in ("=", "in"):
        if not low <= value < high:
            return FALSE
        return TRUE if whole and high - low == 1 and value == low else None
    if low < value < high:
        return None
    return TRUE if (low >= value) == (leaf.operator in (">", ">=")) else FALSE
