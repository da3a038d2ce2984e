"""When the author of a program is told that it ended: at few moments, so that its length tells next to nothing.

A program can sleep for as many seconds as a patient lived months. So the answer comes at the first of these moments
that is not past: 15 seconds after the start, 30, 1 minute, 2, 4, and so on, and the end of its limit. A run of ten
minutes at most has seven moments to end at, under three bits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chevet.room.settings import Setting

FIRST_SECONDS = 15.0
FIRST = Setting("first_answer_seconds", FIRST_SECONDS, 0.001, 3600, whole=False)


@dataclass(frozen=True)
class Pace:
    """The moments at which answers come: `first` seconds after the start, and each time twice as late."""

    first: float = FIRST_SECONDS
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, home: Path) -> Pace:
        """The pace of an installation: `first_answer_seconds` of `room.toml` in CHEVET_HOME, 15 where it says none.

        Raises BadInput for what is no number of seconds from 0.001 to 3600.
        """
        return cls(FIRST.of(home))

    @contextmanager
    def kept(self, most: float) -> Iterator[None]:
        """Leave what is done inside at one of the moments only, however it ends.

        most   seconds after which a program is stopped: the last moment for one that is not
        """
        began = self.clock()
        try:
            yield
        finally:
            spent = self.clock() - began
            self.sleep(moment(spent, self.first, most) - spent)


def moment(spent: float, first: float, most: float) -> float:
    """The seconds after the start at which something that took `spent` is told.

    >>> [moment(spent, 15, 600) for spent in (0.2, 16, 59, 400, 500, 603)]
    [15, 30, 60, 480, 600, 1200]
    """
    at = first
    while at < spent:
        at = most if at < most < 2 * at else 2 * at
    return at
