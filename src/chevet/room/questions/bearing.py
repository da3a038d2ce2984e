"""What the past must bear before a number is told: which sums an answer gives away, and which of its cells may not be.

All of it follows from the words of the question and from what can be known outside, but for facts that few have; of
those the sum over everybody is taken as told before anything is looked at.

What is told of a fact must also be of enough of the people whom a number speaks of, and leave as many out: where few
have it, or lack it, they hide one another badly. How many is enough the past says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from chevet.cohort.nodes import Definition
from chevet.errors import Refused
from chevet.room.account.differences import Counted
from chevet.room.account.overlap import Past
from chevet.room.questions.canonical import canonical
from chevet.room.questions.facts import Cell, LabelsOf, counts_said, fact_of_leaf
from chevet.room.questions.knowable import Support, TruthOf, hidden_of, require_nobody_alone, support
from chevet.room.refusals import TellsTooMuch, TooManyFacts
from chevet.store import bits
from chevet.store.bits import Bits

CELLS_AT_MOST = 60  # of people set apart by what can be known, in one question about hidden facts
HIDDEN_OF_A_CELL = 2  # hidden facts that one number puts together
_TOO_MANY = "Split by a field of fewer values, or ask the cube (--mode cube)."
LINES = 5  # numbers among which the key draws where a line is
Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]
YesNo = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Enough:
    """How many people a number that speaks of hidden facts must count, and leave out; arrays, one per place.

    surely   counted whatever is hidden
    people   for whom the hidden facts decide
    least    that share of them: 0 where nothing hidden is told
    """

    surely: Counts
    people: Counts
    least: Counts

    @staticmethod
    def of(surely: Counts, people: Counts, share: Shares) -> Enough:
        return Enough(surely, people, np.ceil(people * share).astype(np.int64))

    def at(self, places: Counts) -> Enough:
        """The same, for cells that stand at these places."""
        return Enough(self.surely[places], self.people[places], self.least[places])

    def too_few(self, counts: Counts, draws: npt.NDArray[np.uint64]) -> YesNo:
        """Where a number is of too few people, or of all but too few. Where exactly the line is, the key knows.

        draws   a number drawn for each cell by the key, from words alone
        """
        line = self.least + (draws % np.uint64(LINES)).astype(np.int64)
        counted = counts - self.surely
        few = (counted < line) | (self.people - counted < line)
        return np.asarray(few & (self.least > 0))


class Bearing:
    """One question's claims on the past.

    n         how many patients there are
    is_rare   whether so few of the study have a fact, named by its words, that it is not asked of
    labels_of the values that a field has in the study
    least_of  among how many people everybody must hide in the numbers of these things
    """

    def __init__(
        self,
        past: Past,
        n: int,
        truth_of: TruthOf,
        is_rare: Callable[[str, Bits], bool],
        labels_of: LabelsOf,
        least_of: Callable[[frozenset[str]], int],
    ) -> None:
        self._past = past
        self._n = n
        self._truth_of = truth_of
        self._is_rare = is_rare
        self._labels_of = labels_of
        self._least_of = least_of

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
            # Also one that nobody lacks: else the refusal would tell that somebody does.
            if any(self._is_rare(canonical(asked), side) for side in (truth.true, truth.false)):
                raise TellsTooMuch(
                    f"`{asked}` holds, or does not hold, for too few patients of the study",
                    next_act="Ask of a fact that more patients have, or of the cube (--mode cube).",
                )
        return found

    def consider(self, definition: Definition, cells: Iterable[str], *, hidden: int) -> tuple[Support, Enough]:
        """Take the sums over the support as told, once for each of these cells."""
        found = self.support(definition, hidden)
        answers = [f"{canonical(definition)}: {cell}" for cell in cells]
        share = self._past.consider(found.sums(count_only=not hidden), answers)
        everywhere = np.zeros(self._n, dtype=np.int64)
        return found, self._enough(found, everywhere, 1, np.array([share]), hidden).at(np.array(0))

    def unbearable_places(
        self, definition: Definition, cells: Sequence[str], apart: Counts, places: int, *, hidden: int
    ) -> tuple[list[int], Enough]:
        """Of the places that people can be known to stand at, those of which nothing may be told. The rest is taken.

        cells    the words of what is counted of the people at each place
        apart    (n,) where each patient can be known to stand, of so many places
        hidden   how many hidden facts each of the cells puts together
        """
        found = self.support(definition, hidden)
        sums = found.sums(count_only=not hidden)
        answers = [f"{canonical(definition)}: {cell}" for cell in cells]
        share = np.full(places, self._past.consider(sums, answers))
        left_out: list[int] = []
        for whole in sums:
            parts = self._parts(whole, apart)
            if len(parts) > CELLS_AT_MOST:
                raise TooManyFacts(
                    f"a checked question about facts that are not known outside has at most {CELLS_AT_MOST} cells",
                    next_act=_TOO_MANY,
                )
            if len(parts) > 1:
                left_out += self._unbearable(parts, answers, share)
        return left_out, self._enough(found, apart, places, share, hidden)

    def may_tell(self, definition: Definition, cells: Sequence[Cell]) -> bool:
        """Whether these numbers may be told beside all others of the same things; they are then taken as told."""
        found = support(definition, self._n, self._truth_of)
        numbers = [number for cell in cells for number in self._numbers(definition, found, cell)]
        said = all(counts_said(cell.facts) for cell in cells)
        return self._past.may_tell(numbers, self._least_of if said else None)

    def _numbers(self, definition: Definition, found: Support, cell: Cell) -> Iterator[Counted]:
        """What a number is a sum of: one per way in which the hidden fact of the definition decides."""
        true, hidden = self._truth_of(definition).true, hidden_of(definition)
        fact, known = None, cell.known
        if hidden is not None:
            fact, truth = fact_of_leaf(hidden, self._labels_of), self._truth_of(hidden)
            known = known & (truth.true | truth.false)
        parts = [(cell.facts, found.sure & cell.place, cell.known)]
        for part, holds in zip(found.open_parts, found.counts_those_with, strict=True):
            own = () if fact is None or holds is None else (replace(fact, holds=holds),)
            parts.append(((*own, *cell.facts), part & cell.place, known))
        for facts, people, of_known in parts:
            if facts and people.any():
                yield Counted(facts, people, people & of_known, people & true & cell.members)

    def _enough(self, found: Support, apart: Counts, places: int, share: Shares, hidden: int) -> Enough:
        """Of the people at each place, how many a number must count: of those surely in, too, if a cell is hidden."""
        surely, people = (
            np.bincount(apart[bits.positions(one, self._n)], minlength=places) for one in (found.sure, found.open)
        )
        return Enough.of(0 * surely, surely + people, share) if hidden else Enough.of(surely, people, share)

    def _parts(self, whole: Bits, place: Counts) -> list[tuple[int, Bits]]:
        """The support of each cell, smallest first."""
        rows = bits.positions(whole, self._n)
        cells = np.unique(place[rows])
        found = [(int(cell), bits.from_positions(rows[place[rows] == cell], self._n)) for cell in cells]
        return sorted(found, key=lambda part: (bits.count(part[1]), part[0]))

    def _unbearable(self, parts: list[tuple[int, Bits]], answers: Sequence[str], share: Shares) -> list[int]:
        """Cells to leave out: those that cannot be told, and as many as it takes for their sum to be harmless.

        share   (places,) what the past asks for, raised here to what it asks for each cell told
        """
        left_out, together, told = [], bits.empty(self._n), []
        for cell, one in parts:
            borne = self._bears(one, answers)
            if borne is not None:
                share[cell] = max(share[cell], borne)
                told.append((cell, one))
            else:
                left_out.append(cell)
                together = together | one
        while left_out and self._bears(together, answers) is None:
            if not told:
                raise TellsTooMuch("none of these numbers can be told", next_act=_TOO_MANY)
            cell, one = told.pop(0)
            left_out.append(cell)
            together = together | one
        return left_out

    def _bears(self, one: Bits, answers: Sequence[str]) -> float | None:
        """The share that numbers over these people must be of, or None where nothing may be told of them."""
        try:
            return self._past.consider([one], answers)
        except Refused:
            return None
