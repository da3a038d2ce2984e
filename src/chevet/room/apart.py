"""Declarations that two tables are of different people: what waits, and a member of the committee's word for it.

The register of releases enters the declaration, and compares the two tables no more once it is confirmed here. So the
word of one person, who wants the release, never takes the comparison away.
"""

from __future__ import annotations

from dataclasses import dataclass

from chevet.privacy.anonymity.register.apart import DECLARED_APART
from chevet.room import moves, rules
from chevet.room.book import Book
from chevet.store.ledger import Clock, Entry, Ledger


@dataclass(frozen=True)
class Declared:
    """What somebody declared, and who confirmed it; `confirmed_by` is empty while it waits."""

    entry: int
    at: str
    who: str
    cohort: str
    release: str
    shared: int
    because: str
    confirmed_by: str

    def as_json(self) -> dict[str, str | int]:
        return dict(vars(self))


class Declarations:
    """The declarations of one installation. Every answer is read from the ledger as it stands then."""

    def __init__(self, ledger: Ledger, clock: Clock | None = None, *, book: Book | None = None) -> None:
        self.book = book or Book(ledger, clock)

    def confirmed(self) -> frozenset[int]:
        """The numbers of the declarations that were confirmed by somebody who may."""
        with self.book.now() as (state, _):
            return frozenset(state.confirmed_apart)

    def all(self) -> list[Declared]:
        """Every declaration that counts, oldest first."""
        with self.book.now() as (state, _):
            declared, by = set(state.declared_apart), dict(state.confirmed_apart)
        return [
            Declared(
                e.n, e.at, e.actor, e.facts["cohort"], e.facts["release"], e.facts["shared"], e.facts["because"],
                by.get(e.n, ""),
            )
            for e in self.book.ledger.entries() if e.act == DECLARED_APART and e.n in declared
        ]  # fmt: skip

    def confirm(self, entry: int, *, actor: str | None = None) -> Entry:
        """Say, as a member of the committee, that these are other people.

        Raises Refused for whoever declared it, is not of the committee, or was appointed since.
        """
        doer = actor or self.book.ledger.actor
        with self.book.now() as (state, _):
            missing = list(moves.missing_to_confirm_apart(state, entry, doer))
            giver, _since = state.given.get((doer, "committee"), ("", 0))
        rules.refuse("nothing was confirmed", missing)
        return self.book.enter("releases_confirmed_apart", actor=doer, entry=entry, role_given_by=giver)
