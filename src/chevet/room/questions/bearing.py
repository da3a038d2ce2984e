"""What the past must bear before a number is told: which sums an answer gives away, and which of its cells may not be.

All of it follows from the words of the question and from what can be known outside, but for facts that few have; of
those the sum over everybody is taken as told before anything is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from chevet.cohort.nodes import Definition
from chevet.errors import Refused
from chevet.room.overlap import Past
from chevet.room.questions.canonical import canonical
from chevet.room.questions.knowable import Support, TruthOf, hidden_of, require_nobody_alone, support
from chevet.room.refusals import TellsTooMuch, TooManyFacts
from chevet.store import bits
from chevet.store.bits import Bits

CELLS_AT_MOST = 60  # of people set apart by what can be known, in one question about hidden facts
HIDDEN_OF_A_CELL = 2  # hidden facts that one number puts together
_TOO_MANY = "Split by a field of fewer values, or ask the cube (--mode cube)."
Counts = npt.NDArray[np.int64]


class Bearing:
    """One question's claims on the past.

    n         how many patients there are
    is_rare   whether so few of the study have a fact, named by its words, that it is not asked of
    """

    def __init__(self, past: Past, n: int, truth_of: TruthOf, is_rare: Callable[[str, Bits], bool]) -> None:
        self._past = past
        self._n = n
        self._truth_of = truth_of
        self._is_rare = is_rare

    def support(self, definition: Definition, hidden: int) -> Support:
        """The support of a definition that is counted by so many hidden facts besides its own.

        Refused where a number would put too many hidden facts together, where a few people stand apart, and for
        a fact that few have: of it a sum tells more than is reckoned with.
        """
        asked = hidden_of(definition)
        if hidden + (asked is not None) > HIDDEN_OF_A_CELL:
            raise TooManyFacts(
                f"a checked number puts at most {HIDDEN_OF_A_CELL} facts together that are not known outside",
                next_act="Split by fewer fields, or ask with a definition of less.",
            )
        require_nobody_alone(definition, self._n, self._truth_of)
        found = support(definition, self._n, self._truth_of)
        if asked is not None:
            self._past.consider([bits.full(self._n)], [canonical(asked)])
            truth = self._truth_of(asked)
            if self._is_rare(canonical(asked), truth.true) or (
                truth.false.any() and self._is_rare(canonical(asked), truth.false)
            ):
                raise TellsTooMuch(
                    f"`{asked}` holds, or does not hold, for too few patients of the study",
                    next_act="Ask of a fact that more patients have, or of the cube (--mode cube).",
                )
        return found

    def consider(self, definition: Definition, cells: Iterable[str], *, hidden: int) -> Support:
        """Take the sums over the support as told, once for each of these cells."""
        found = self.support(definition, hidden)
        answers = [f"{canonical(definition)}: {cell}" for cell in cells]
        self._past.consider(found.sums(count_only=not hidden), answers)
        return found

    def unbearable_places(
        self, definition: Definition, cells: Sequence[str], apart: Counts, *, hidden: int
    ) -> list[int]:
        """Of the places that people can be known to stand at, those of which nothing may be told. The rest is taken.

        cells    the words of what is counted of the people at each place
        apart    (n,) where each patient can be known to stand
        hidden   how many hidden facts each of the cells puts together
        """
        sums = self.support(definition, hidden).sums(count_only=not hidden)
        answers = [f"{canonical(definition)}: {cell}" for cell in cells]
        self._past.consider(sums, answers)
        left_out: list[int] = []
        for whole in sums:
            parts = self._parts(whole, apart)
            if len(parts) > CELLS_AT_MOST:
                raise TooManyFacts(
                    f"a checked question about facts that are not known outside has at most {CELLS_AT_MOST} cells",
                    next_act=_TOO_MANY,
                )
            left_out += self._unbearable(parts, answers) if len(parts) > 1 else []
        return left_out

    def _parts(self, whole: Bits, place: Counts) -> list[tuple[int, Bits]]:
        """The support of each cell, smallest first."""
        rows = bits.positions(whole, self._n)
        cells = np.unique(place[rows])
        found = [(int(cell), bits.from_positions(rows[place[rows] == cell], self._n)) for cell in cells]
        return sorted(found, key=lambda part: (bits.count(part[1]), part[0]))

    def _unbearable(self, parts: list[tuple[int, Bits]], answers: Sequence[str]) -> list[int]:
        """Cells to leave out: those that cannot be told, and as many as it takes for their sum to be harmless."""
        left_out, together, told = [], bits.empty(self._n), []
        for cell, one in parts:
            if self._bears(one, answers):
                told.append((cell, one))
            else:
                left_out.append(cell)
                together = together | one
        while left_out and not self._bears(together, answers):
            if not told:
                raise TellsTooMuch("none of these numbers can be told", next_act=_TOO_MANY)
            cell, one = told.pop(0)
            left_out.append(cell)
            together = together | one
        return left_out

    def _bears(self, one: Bits, answers: Sequence[str]) -> bool:
        try:
            self._past.consider([one], answers)
        except Refused:
            return False
        return True
