"""What of a question an outsider may know of a patient, and which patients its answer can therefore speak of.

Sex, age, year of birth and of diagnosis, centre and the kind of tumour are taken as known to a neighbour; all else is
*hidden*: stage and grade, whether somebody lives, genes, tests, treatments, measurements. A checked definition holds
one hidden fact, of a list of ours: with two, or with a value of a measurement, the one could name a patient and the
other be asked of her. The patients for whom the hidden fact decides are the *support* of a question: its answer is a
sum over them of something that nobody outside knows. Who is in the support follows from what can be
known alone, so a refusal that looks at supports tells nothing hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

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
    TreatedWithClass,
)
from chevet.cohort.truth import ThreeValued
from chevet.room.questions.truth import FALSE, TRUE, UNKNOWN, Truths, kleene
from chevet.room.refusals import TellsTooMuch, TooManyFacts
from chevet.store import bits
from chevet.store.bits import Bits

KNOWABLE_FIELDS = frozenset({"sex", "birth_year", "age_at_diagnosis_years", "centre", "tumour", "diagnosis_year"})
HIDDEN_FIELDS = frozenset({"stage", "grade", "vital_status", "sample_type"})  # of which a definition may ask
FEWEST = 10  # a question that sets fewer people apart by what can be known of them is not answered
KNOWABLE_AT_MOST = 12
_OF_A_LIST = (Mutated, Amplified, Deleted, Fused, Altered, Tested, TreatedWithClass)
_STATES = np.array([TRUE, FALSE, UNKNOWN], dtype=np.int8)
TruthOf = Callable[[Definition], ThreeValued]


def is_knowable(leaf: Definition) -> bool:
    """Whether a neighbour may know if this fact holds for somebody."""
    if isinstance(leaf, Compare | Known):
        return isinstance(leaf.subject, FieldOf) and leaf.subject.name in KNOWABLE_FIELDS
    return isinstance(leaf, Diagnosis | Everyone)


def hidden_of(definition: Definition) -> Definition | None:
    """The one hidden fact of a definition, if it holds one.

    Raises TooManyFacts for two, and for one that could name a patient by itself: a measurement, a medicine.
    """
    leaves = [leaf for leaf in dict.fromkeys(definition.leaves()) if not isinstance(leaf, Everyone)]
    hidden = [leaf for leaf in leaves if not is_knowable(leaf)]
    unfit = [leaf for leaf in hidden if not _may_be_asked(leaf)]
    if unfit:
        raise TooManyFacts(
            f"a checked question cannot ask of `{unfit[0]}`: a value so fine could mean one patient",
            next_act="Ask with fresh noise (--mode noise), which takes any definition.",
        )
    if len(hidden) > 1 or len(leaves) - len(hidden) > KNOWABLE_AT_MOST:
        raise TooManyFacts(
            f"a checked definition holds at most one fact not known outside, and {KNOWABLE_AT_MOST} that may be",
            next_act="Ask with a shorter definition (stage in (III, IV) is one fact), or with --mode noise.",
        )
    return hidden[0] if hidden else None


def _may_be_asked(leaf: Definition) -> bool:
    if isinstance(leaf, Compare | Known):
        return isinstance(leaf.subject, FieldOf) and leaf.subject.name in HIDDEN_FIELDS
    return isinstance(leaf, _OF_A_LIST)


def require_nobody_alone(definition: Definition, n: int, truth_of: TruthOf) -> None:
    """Raise TellsTooMuch when a part of the definition sets a few people apart by what can be known of them.

    Looked at are all parts made of knowable facts: for how many each is true, for how many false. A part that is true
    for nobody, or leaves nobody out, is refused like one that is true for somebody, or leaves somebody out: else the
    refusal would tell that the person is there.
    """
    for part in dict.fromkeys(_knowable_parts(definition)):
        truth = truth_of(part)
        if min(bits.count(truth.true), bits.count(truth.false)) < FEWEST:
            raise TellsTooMuch(
                f"`{part}` sets fewer than {FEWEST} patients apart by what can be known of them, or leaves fewer out",
                next_act="Ask of more patients: a wider age, all centres, a tissue instead of a tumour. A part that"
                " (nearly) everybody fits is left out.",
            )


def _knowable_parts(definition: Definition) -> Iterator[Definition]:
    if isinstance(definition, Everyone):
        return
    if all(map(is_knowable, definition.leaves())):
        yield definition
    if isinstance(definition, Not):
        yield from _knowable_parts(definition.part)
    if isinstance(definition, And | Or):
        known = tuple(part for part in definition.parts if all(map(is_knowable, part.leaves())))
        if 1 < len(known) < len(definition.parts):
            yield type(definition)(known)
        for part in definition.parts:
            yield from _knowable_parts(part)


@dataclass(frozen=True)
class Support:
    """Patients by what a neighbour can tell of them: surely in the cohort, or in or out by what is hidden.

    open_parts   one set per way in which the hidden fact decides
    counts_those_with   for each of them whether it counts who has the fact, or who lacks it; None for whom it is known
    never        for whom the definition cannot be true, and the hidden fact would decide between *false* and *unknown*
                 only: a sex that is not said, in women with a mutation. They are told as unknown, whatever the fact
    """

    sure: Bits
    open_parts: tuple[Bits, ...]
    never: Bits
    counts_those_with: tuple[bool | None, ...] = ()

    @property
    def open(self) -> Bits:
        """Everybody for whom what is hidden decides."""
        found = np.zeros_like(self.sure)
        for part in self.open_parts:
            found = found | part
        return found

    def sums(self, *, count_only: bool) -> list[Bits]:
        """The sets that the answer is a sum over: as if what is hidden were one and the same fact everywhere.

        count_only   the answer is a number of patients; otherwise it also tells hidden facts of those surely in
        """
        found = list(self.open_parts)
        if len(found) > 1:
            found.append(self.open)
        if not count_only and self.sure.any():
            found += [self.sure, self.sure | self.open] if found else [self.sure]
        return found


def support(definition: Definition, n: int, truth_of: TruthOf) -> Support:
    """The support of a definition. TooManyFacts for one of more facts than can be weighed.

    truth_of   for whom a leaf is true and for whom false
    """
    hidden = hidden_of(definition)
    known = [leaf for leaf in dict.fromkeys(definition.leaves()) if is_knowable(leaf) and leaf != Everyone()]
    deciding: dict[bytes, Bits] = {}
    for members, told in _alike(known, n, truth_of):
        residual = _residual(definition, told, hidden).tobytes()
        deciding[residual] = deciding.get(residual, bits.empty(n)) | members
    sure, never, parts, counted = bits.empty(n), bits.empty(n), [], []
    for residual, members in deciding.items():
        values = np.frombuffer(residual, dtype=np.int8)
        if (values == TRUE).all():
            sure = members
        elif (values == TRUE).any():
            parts.append(members)
            counted.append(None if values[0] == values[1] else bool(values[0] == TRUE))
        elif (values != values[0]).any():
            never = never | members
    return Support(sure, tuple(parts), never, tuple(counted))


def _alike(known: list[Definition], n: int, truth_of: TruthOf) -> list[tuple[Bits, dict[Definition, int]]]:
    """Patients of whom all knowable facts stand alike (0 true, 1 false, 2 not said), and how they stand."""
    found: list[tuple[Bits, dict[Definition, int]]] = [(bits.full(n), {})]
    for leaf in known:
        truth = truth_of(leaf)
        sides = (truth.true, truth.false, truth.unknown(n))
        split = ((members & side, told | {leaf: i}) for members, told in found for i, side in enumerate(sides))
        found = [(members, told) for members, told in split if members.any()]
    return found


def _residual(definition: Definition, told: dict[Definition, int], hidden: Definition | None) -> Truths:
    """The truth of the definition for every way in which the hidden fact may stand: (3,), or (1,) with none."""

    def leaf(one: Definition) -> Truths:
        return _STATES if one == hidden else np.array(_STATES[told[one]], dtype=np.int8)

    return np.ascontiguousarray(np.atleast_1d(kleene(definition, leaf)))
