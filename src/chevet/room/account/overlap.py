"""Checked answers: what all of them together tell of any one patient stays below a bound, whoever asked.

Each answer is taken as a sum, over its support (see `questions.knowable`), of one hidden fact per
patient, known to the attacker as exactly as if it were not rounded. Whatever the hidden facts of two questions are,
they are taken as one and the same. He knows who is in which support; of the hidden facts of the others he knows how
common they are. What the best linear
combination of *all* answers ever given on a study tells of a patient's fact is then a matter of
linear algebra: if R2_i is the share of his doubt that they remove (`sums`), and d = p (1 - p) for a fact that a share p
of the people have,

    I_i = R2_i / (d (1 - R2_i))        area under his curve: at most Phi(sqrt(I_i / 2))

A question that would lift anybody's above 0.54 is refused. Differences of two questions, trackers, differences of
differences, questions of several accounts: all are linear combinations, so all are bounded.

I_i falls as p rises to a half, so a bound for one share holds for all between it and its complement. It is kept for
three: one in ten, one in fifty, one in 250. Every answer counts towards the first, and is refused where that does
not bear it. Where a rarer one bears it as well it counts there too, and numbers down to that share may be told. A
number below the share of its question is withheld: of the people it speaks of, not of the study, as a fact may be
common in one tumour and rare in another.

Over one support several facts may be asked of, or one in several wordings, each rounded by itself. Every one of them
is an answer of its own: so many are given that the mean of them all leaves no less than `s` of the rounding.

The bound looks at supports only, which follow from what can be known outside: neither a refusal nor the share
depends on anything hidden. Which facts the numbers are of, and what their differences single out, is weighed beside it
(`differences`). It costs one row of a Cholesky factor per new support and share.
Source: Chin and Ozsoyoglu, IEEE TSE 1982 (auditing of sums).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chevet.errors import CannotConclude, Refused
from chevet.room.account.differences import Counted
from chevet.room.account.sums import Numbers, Sums, people_at_least
from chevet.room.account.told import LeastOf, ToldNumbers
from chevet.room.refusals import TellsTooMuch
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.store.ledger import make_private

SHARE_ASSUMED = 0.1
RARER = {"one_in_50": 0.02, "one_in_250": 0.004}  # from the commonest on


class Past:
    """All checked answers on one version of a study, on disk. Open it with `Past.locked`."""

    _told: ToldNumbers | None = None  # a past that keeps nothing bears every number

    def __init__(self, folder: Path, n: int) -> None:
        self._sums = Sums(folder, n, SHARE_ASSUMED)
        for name in RARER:
            make_private(folder / name)
        self._rarer = [Sums(folder / name, n, share) for name, share in RARER.items()]
        self._told = ToldNumbers(folder / "told", n, is_new=not self._sums.supports)
        if not self._sums.supports:
            self.consider([bits.full(n)])  # everybody's sum is taken as known from the beginning
            self.keep()
        # Where a share has not borne that, or was not kept when the study was first asked, nothing is told by it.
        self._rarer = [sums for sums in self._rarer if sums.supports]

    @staticmethod
    @contextmanager
    def locked(folder: Path, n: int) -> Iterator[Past]:
        """The past of a study's version, for one question: another, of any version, waits until it is kept.

        folder   of the version, in the folder of its study

        Raises Refused when another version of the study has given checked answers.
        """
        make_private(folder)
        file = os.open(folder.parent / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            _require_one_version(folder)
            yield Past(folder, n)
        finally:
            os.close(file)

    @property
    def supports(self) -> int:
        """How many different supports there are, everybody included."""
        return self._sums.supports

    def information(self, share: float = SHARE_ASSUMED) -> Numbers:
        """(n,) what all answers tell of each patient's fact, if such a share of the people have it."""
        (found,) = (sums for sums in (self._sums, *self._rarer) if sums.share == share)
        return found.information()

    def consider(self, supports: Sequence[Bits], answers: Sequence[str] = ("",)) -> float:
        """Take these as answered: over each of the supports, all of these answers. Nothing is kept before `keep`.

        answers   the words of what is asked, one per number: canonical, and of nothing hidden

        Returns the least share of the people that a number may be and be told. Raises Refused, and forgets the
        supports, when an answer would tell too much of somebody.
        """
        self._sums.consider(supports, answers)
        share = self._sums.share
        for sums in self._rarer:
            try:
                sums.consider(supports, ())
            except Refused:
                break
            share = sums.share
        return share

    def may_tell(self, numbers: Sequence[Counted], least_of: LeastOf | None) -> bool:
        """Whether these numbers may be told beside all others of the same things; they are then taken as told.

        least_of   among how many people everybody must hide in the numbers of some things; None to tell in any case
        """
        return self._told is None or self._told.bears(numbers, least_of)

    def keep(self) -> None:
        """Write what was considered; only then may the answer be handed over."""
        if self._told is not None:
            self._told.keep()
        for sums in (*self._rarer, self._sums):
            sums.keep()


def require_large_enough(n: int, study: str) -> None:
    """Raise CannotConclude for a study in which even the sum over everybody would tell too much of each."""
    least = people_at_least(SHARE_ASSUMED)
    if n < least:
        raise CannotConclude(
            f"study {study} has too few patients for checked answers: {n:,}, and it takes {least:,}",
            next_act="Ask its cube, if it has one (--mode cube), or a larger study.",
        )


def _require_one_version(folder: Path) -> None:
    """Versions hold the same people and a few others: one question to two of them differs by those few."""
    others = sorted(state.parent.name for state in folder.parent.glob("*/state.npz") if state.parent != folder)
    if others:
        raise TellsTooMuch(
            f"checked answers of this study are given on version {others[0]}: two versions differ by a few people",
            next_act=f"Ask that version (--version {others[0]}), or the cube of this one (--mode cube).",
        )
