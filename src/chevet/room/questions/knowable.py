"""What of a question an outsider may know of a patient, and which patients its answer can therefore speak of.

Age, sex, dates, place, diagnosis, stage and whether somebody lives can be known by a neighbour; genes,
treatments and measurements cannot. The patients for whom the *hidden* part decides are the
*support* of a question: its answer is a sum over them of something that nobody outside knows. Who is in the
support follows from what can be known alone, so a refusal that looks at supports tells nothing hidden.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chevet.cohort.nodes import Compare, Definition, Diagnosis, Everyone, FieldOf, Known, Tested
from chevet.cohort.truth import ThreeValued
from chevet.room.questions.truth import FALSE, TRUE, UNKNOWN, Truths, kleene
from chevet.room.refusals import TooManyFacts
from chevet.store import bits
from chevet.store.bits import Bits

KNOWABLE_FIELDS = frozenset(
    {
        "sex", "birth_year", "ethnicity", "centre", "vital_status", "last_news_days", "entry_days", "tumour",
        "age_at_diagnosis_years", "diagnosis_year", "stage", "grade", "laterality", "icdo_topography",
        "icdo_morphology",
    }
)  # fmt: skip
HIDDEN_AT_MOST, KNOWABLE_AT_MOST = 6, 12
_STATES = np.array([TRUE, FALSE, UNKNOWN], dtype=np.int8)


def is_knowable(leaf: Definition) -> bool:
    """Whether a neighbour may know if this fact holds for somebody."""
    if isinstance(leaf, Compare | Known):
        return isinstance(leaf.subject, FieldOf) and leaf.subject.name in KNOWABLE_FIELDS
    return isinstance(leaf, Diagnosis | Tested | Everyone)


@dataclass(frozen=True)
class Support:
    """Patients by what a neighbour can tell of them: surely in the cohort, or in or out by what is hidden.

    open_parts   one set per way in which the hidden facts decide
    """

    sure: Bits
    open_parts: tuple[Bits, ...]

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


def support(definition: Definition, n: int, truth_of: Callable[[Definition], ThreeValued]) -> Support:
    """The support of a definition. Refused for one of more facts than can be weighed.

    truth_of   for whom a leaf is true and for whom false
    """
    leaves = [leaf for leaf in dict.fromkeys(definition.leaves()) if not isinstance(leaf, Everyone)]
    known = [leaf for leaf in leaves if is_knowable(leaf)]
    hidden = [leaf for leaf in leaves if not is_knowable(leaf)]
    if len(hidden) > HIDDEN_AT_MOST or len(known) > KNOWABLE_AT_MOST:
        raise TooManyFacts(
            f"a checked question holds at most {HIDDEN_AT_MOST} facts that are not known outside, and "
            f"{KNOWABLE_AT_MOST} that may be",
            next_act="Ask with a shorter definition.",
        )
    deciding: dict[bytes, Bits] = {}
    for members, told in _alike(known, n, truth_of):
        residual = _residual(definition, told, hidden).tobytes()
        deciding[residual] = deciding.get(residual, bits.empty(n)) | members
    sure, parts = bits.empty(n), []
    for residual, members in deciding.items():
        values = np.frombuffer(residual, dtype=np.int8)
        if (values == TRUE).all():
            sure = members
        elif (values == TRUE).any():
            parts.append(members)
    return Support(sure, tuple(parts))


def _alike(
    known: list[Definition], n: int, truth_of: Callable[[Definition], ThreeValued]
) -> list[tuple[Bits, dict[Definition, int]]]:
    """Patients of whom all knowable facts stand alike (0 true, 1 false, 2 not said), and how they stand."""
    found: list[tuple[Bits, dict[Definition, int]]] = [(bits.full(n), {})]
    for leaf in known:
        truth = truth_of(leaf)
        sides = (truth.true, truth.false, truth.unknown(n))
        split = ((members & side, told | {leaf: i}) for members, told in found for i, side in enumerate(sides))
        found = [(members, told) for members, told in split if members.any()]
    return found


def _residual(definition: Definition, told: dict[Definition, int], hidden: list[Definition]) -> Truths:
    """(3^hidden,) the truth of the definition for every way in which the hidden facts may stand."""
    shape = [3] * len(hidden)

    def leaf(one: Definition) -> Truths:
        if one in told:
            return np.array(_STATES[told[one]], dtype=np.int8)
        return _STATES.reshape([3 if one == other else 1 for other in hidden])

    return np.ascontiguousarray(np.broadcast_to(kleene(definition, leaf), shape)).reshape(-1)
