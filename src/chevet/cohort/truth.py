"""Three-valued answers: for each patient true, false, or unknown because nobody looked.

Kleene's logic: *and* is false as soon as one side is, *or* true as soon as one side is, and what
is not known otherwise stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from chevet.store import bits
from chevet.store.bits import Bits


@dataclass(frozen=True)
class ThreeValued:
    """Two sets of patients that never meet: those for whom it is true, those for whom it is false."""

    true: Bits
    false: Bits

    def __and__(self, other: ThreeValued) -> ThreeValued:
        return ThreeValued(self.true & other.true, self.false | other.false)

    def __or__(self, other: ThreeValued) -> ThreeValued:
        return ThreeValued(self.true | other.true, self.false & other.false)

    def __invert__(self) -> ThreeValued:
        return ThreeValued(self.false, self.true)

    def unknown(self, n: int) -> Bits:
        """The patients, among `n`, for whom nothing can be said."""
        return bits.full(n) & ~(self.true | self.false)


def decided(true: Bits, n: int) -> ThreeValued:
    """Two-valued: whoever is not in `true` is false."""
    return ThreeValued(true, bits.full(n) & ~true)


def found_or_not(found: Bits, looked: Bits) -> ThreeValued:
    """True where found; false where looked for and not found; unknown elsewhere."""
    return ThreeValued(found, looked & ~found)
