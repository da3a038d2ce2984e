"""Numbers told of one thing, as one: whom sums and differences of them single out must be many, whoever it is.

The account of supports (`overlap`) bounds what all answers tell of a fact that enough people have. It does not see
which facts were asked of: stage I to III less stage I and II is stage III, and a fact common in a group and in most of
it may be rare in those who are left. So numbers of one *thing* (a field, a gene, a class of treatment, or two of these
put together) are weighed by what they count as well. Each number is a column with a one for whoever it counts; each
group it speaks of, and those of the group of whom the thing is known, are columns, too. If G holds how many people
every two columns share, the best linear combination of all of them tells of somebody with the entries x

    x' (G + s I)^-1 x        one over the people whom she hides among, where sums single a set out

A number is withheld if with it anybody would hide among fewer than fifty. *Anybody* is everyone that words allow: each
value of the thing in each group that has people, whether or not somebody has it. Looked at those only who are there,
that a number is withheld would tell one patient of stage III from none.

Source: the leverage of linear regression; Hoaglin and Welsch, American Statistician 1978.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky
from scipy.linalg.lapack import dtrtri

from chevet.room.account.sums import INFORMATION_AT_MOST, LEFT_BY_ROUNDING
from chevet.store import bits
from chevet.store.bits import Bits

HIDE_AMONG_LEAST = round(1 / INFORMATION_AT_MOST + 0.5)  # 50 people
NUMBERS_AT_MOST = 100  # of one thing, or of two put together
WORK_AT_MOST = 500_000_000  # about a second: many groups that cut through one another are not all told of one thing
_ENTRIES_AT_ONCE = 1 << 14
VALUES_OF_EVERY_KIND = 6  # of which somebody may have any together; of more, any two

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
YesNo: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fact:
    """What people are counted by: whether what they have of one thing is among these values.

    among   of which everybody has just one; empty where one may have several, or none. `a b` is a kind of `a`
    holds   False where those are counted who have none of the values
    """

    thing: str
    values: frozenset[str]
    among: tuple[str, ...] = ()
    holds: bool = True

    def words(self) -> list[Any]:
        """The fact as it is kept."""
        return [self.thing, sorted(self.values), list(self.among), self.holds]

    @staticmethod
    def read(words: Sequence[Any]) -> Fact:
        thing, values, among, holds = words
        return Fact(thing, frozenset(values), tuple(among), holds)


@dataclass(frozen=True)
class Counted:
    """A number: how many of a support all these facts are true of.

    known   those of the support of whom the things are known
    """

    facts: tuple[Fact, ...]
    support: Bits
    known: Bits
    having: Bits

    @property
    def things(self) -> frozenset[str]:
        return frozenset(fact.thing for fact in self.facts)


def conceivable(numbers: Sequence[tuple[Fact, ...]]) -> YesNo:
    """(ways, numbers) which of the numbers may count a person of whom all is known, in every way that words allow.

    >>> stages = "I", "II", "III", "IV"
    >>> three, two = Fact("stage", frozenset(stages[:3]), stages), Fact("stage", frozenset(stages[:2]), stages)
    >>> conceivable([(three,), (two,)]).tolist()
    [[False, False], [True, False], [True, True]]
    """
    facts = list(dict.fromkeys(fact for number in numbers for fact in number))
    things = list(dict.fromkeys(fact.thing for fact in facts))
    ways = np.ones((1, len(facts)), dtype=np.bool_)
    for thing in things:
        own = [i for i, fact in enumerate(facts) if fact.thing == thing]
        truths = _truths_of([facts[i] for i in own])
        ways = np.repeat(ways, len(truths), axis=0)
        ways[:, own] = np.tile(truths, (len(ways) // len(truths), 1))
    place = {fact: i for i, fact in enumerate(facts)}
    told = [ways[:, [place[fact] for fact in number]].all(axis=1) for number in numbers]
    return np.unique(np.column_stack(told), axis=0)


def _truths_of(facts: Sequence[Fact]) -> YesNo:
    """(ways, facts) each way in which facts of one thing may stand together."""
    fields = list(dict.fromkeys(fact.among for fact in facts if fact.among))
    free = sorted({value for fact in facts if not fact.among for value in fact.values})
    had = [[frozenset({value}) for value in field] for field in fields] + [_subsets(free)]
    found = np.zeros((1, len(facts)), dtype=np.bool_)
    for values in had:  # of each field one value, and any of those that people may have several of
        borne = np.array([[bool(fact.values & value) for fact in facts] for value in values])
        found = np.unique((found[:, None] | np.unique(borne, axis=0)[None]).reshape(-1, len(facts)), axis=0)
    return np.asarray(found == np.array([fact.holds for fact in facts]))


def _subsets(values: Sequence[str]) -> list[frozenset[str]]:
    most = len(values) if len(values) <= VALUES_OF_EVERY_KIND else 2
    chosen = (some for size in range(most + 1) for some in combinations(values, size))
    return [frozenset(some) | {value.split(" ")[0] for value in some} for some in chosen]


class Together:
    """Numbers of one thing, or of two put together, as far as they were told.

    n   how many patients there are
    """

    def __init__(self, n: int, told: Sequence[Counted] = ()) -> None:
        self._n = n
        self._numbers: list[tuple[Fact, ...]] = []
        self._places: list[tuple[int, int, int]] = []  # of support, known and having among the columns
        self._columns: list[Bits] = []
        self._found: dict[Hashable, int] = {}
        self._shared: Ints = np.zeros((0, 0), dtype=np.int64)
        self._groups: tuple[tuple[int, ...], YesNo] = ((), np.zeros((0, 0), dtype=np.bool_))
        self.add(told)

    def add(self, numbers: Sequence[Counted]) -> None:
        """Take these as told."""
        for number in numbers:
            support = self._place((number.support.tobytes(),), number.support)
            known = support
            if not np.array_equal(number.known, number.support):
                known = self._place((number.support.tobytes(), number.known.tobytes()), number.known)
            # Never one column for two numbers, though they count the same people: they could have counted others.
            self._places.append((support, known, self._place((len(self._numbers),), number.having)))
            self._numbers.append(number.facts)
        self._share()

    def bears(self, numbers: Sequence[Counted], least: int) -> bool:
        """Whether with these numbers told, too, everybody would still hide among so many people."""
        if len(self._numbers) + len(numbers) > NUMBERS_AT_MOST:
            return False
        kept = len(self._numbers), len(self._columns)
        self.add(numbers)
        borne = self._work() <= WORK_AT_MOST and self.most_told() <= 1 / least
        self._forget(*kept)
        return borne

    def most_told(self) -> float:
        """How much is told of whoever hides among the fewest: one over how many these are."""
        if not self._numbers:
            return 0.0
        entries = self._entries()
        factor = cholesky(self._shared + LEFT_BY_ROUNDING * np.eye(len(self._columns)), lower=True)
        # Neither `solve_triangular` nor `@`: the threads of BLAS wait for one another longer than this takes.
        inverse = dtrtri(factor, lower=1)[0].astype(np.float32)
        most = 0.0
        for start in range(0, len(entries), _ENTRIES_AT_ONCE):
            some = entries[start : start + _ENTRIES_AT_ONCE].astype(np.float32)
            solved = np.einsum("ij,kj->ik", some, inverse)
            most = max(most, float(np.einsum("ij,ij->i", solved, solved).max()))
        return most

    def _work(self) -> int:
        """How long it takes to look at everybody: it follows from words and supports alone."""
        groups = self._standing(tuple(dict.fromkeys(support for support, _, _ in self._places)))
        return len(groups) * len(conceivable(self._numbers)) * len(self._places) ** 2

    def _entries(self) -> YesNo:
        """(ways, columns) where somebody of whom the things are known may stand, each way once."""
        places = np.array(self._places)
        groups = self._standing(tuple(dict.fromkeys(places[:, 0].tolist())))
        ways = conceivable(self._numbers)
        found = np.zeros((len(groups), len(ways), len(self._columns)), dtype=np.bool_)
        for k, (support, known, having) in enumerate(self._places):
            inside = groups[:, support][:, None]
            found[:, :, support] |= inside
            found[:, :, known] |= inside
            found[:, :, having] = inside & ways[:, k]
        return found.reshape(-1, len(self._columns))

    def _standing(self, supports: tuple[int, ...]) -> YesNo:
        """(groups, columns) in which supports people stand who are in any, each group once."""
        if self._groups[0] != supports and len(supports) == 1:
            self._groups = supports, np.ones((1, 1), dtype=np.bool_)
        if self._groups[0] != supports:
            codes = np.zeros(self._n, dtype=np.int64)
            groups = np.zeros((1, 0), dtype=np.bool_)
            for place in supports:
                codes = 2 * codes + bits.unpack(self._columns[place], self._n)
                there = np.flatnonzero(np.bincount(codes))
                groups = np.column_stack([groups[there // 2], there % 2 == 1])
                renamed = np.zeros(int(there[-1]) + 1, dtype=np.int64)
                renamed[there] = np.arange(len(there))
                codes = renamed[codes]
            self._groups = supports, groups
        found = np.zeros((len(self._groups[1]), len(self._columns)), dtype=np.bool_)
        found[:, list(supports)] = self._groups[1]
        return found[found.any(axis=1)]

    def _place(self, key: Hashable, column: Bits) -> int:
        if key not in self._found:
            self._found[key] = len(self._columns)
            self._columns.append(column)
        return self._found[key]

    def _share(self) -> None:
        """Count how many people every new column shares with every other."""
        before, after = len(self._shared), len(self._columns)
        if before == after:
            return
        columns = np.stack(self._columns)
        shared = np.zeros((after, after), dtype=np.int64)
        shared[:before, :before] = self._shared
        for i in range(before, after):
            shared[i, : i + 1] = shared[: i + 1, i] = bits.count_rows(columns[: i + 1], columns[i])
        self._shared = shared

    def _forget(self, numbers: int, columns: int) -> None:
        del self._numbers[numbers:], self._places[numbers:], self._columns[columns:]
        self._shared = self._shared[:columns, :columns]
        self._found = {key: place for key, place in self._found.items() if place < columns}
