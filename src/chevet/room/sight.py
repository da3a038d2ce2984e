"""Which permits, and what belongs to them, somebody is told of.

Whoever holds an office of the room sees all of them; the people of a permit see theirs. To anybody else a permit does
not exist: it is refused in the same words whether it does.
"""

from __future__ import annotations

from dataclasses import dataclass

from chevet.room import rules
from chevet.room.book import Book
from chevet.room.rules import Missing


@dataclass(frozen=True)
class Sight:
    """What one person sees: everything, or what belongs to some permits."""

    person: str
    everything: bool
    permits: frozenset[str]

    def of(self, permit_id: str) -> bool:
        """Whether this person is told of this permit."""
        return self.everything or permit_id in self.permits

    def require(self, permit_id: str) -> None:
        """Raise NotPermitted unless this person is told of this permit."""
        if not self.of(permit_id):
            rules.refuse("nothing is shown", [rules.on_no_permit(self.person, permit_id)])


def sight_of(book: Book, person: str) -> Sight:
    """What this person sees now. Raises NotPermitted for who has no role and is on no permit."""
    with book.now() as (state, _):
        found = Sight(person, rules.in_office(state, person), frozenset(state.permits_naming(person)))
        stranger = not (found.everything or found.permits or state.roles.get(person)) and state.had_steward
    if stranger:
        fact = f"{person} has no role in the data room, and is on no permit"
        rules.refuse("nothing is shown", [Missing(fact, f"A steward can appoint: {rules.give('ROLE', person)}")])
    return found
