"""People of the data room: their roles and for whom they work. Events in the ledger; nothing is kept besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chevet.room import events, rules
from chevet.room.book import Book
from chevet.room.state import Permit
from chevet.store.ledger import Clock, Entry, Ledger


@dataclass(frozen=True)
class Person:
    """Somebody with a role, an affiliation, or both."""

    id: str
    roles: tuple[str, ...]
    organisation: str | None
    permits: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "person": self.id, "roles": list(self.roles), "organisation": self.organisation,
            "permits": list(self.permits),
        }  # fmt: skip


class People:
    """Who is steward, committee, checker, key holder, auditor, researcher, DPO."""

    def __init__(self, ledger: Ledger, clock: Clock | None = None, *, book: Book | None = None) -> None:
        self.book = book or Book(ledger, clock)

    def everybody(self) -> list[Person]:
        """All who have a role or an affiliation, by id."""
        with self.book.now() as (state, moment):
            named = sorted({*(p for p, roles in state.roles.items() if roles), *state.organisations})
            return [
                Person(
                    person, tuple(sorted(state.roles.get(person, ()))), state.organisations.get(person),
                    tuple(state.permits_of(person, moment)),
                )
                for person in named
            ]  # fmt: skip

    def has(self, person: str, role: str) -> bool:
        """Whether this person holds this role now."""
        with self.book.now() as (state, _):
            return state.has(person, role)

    def require(self, person: str, role: str, what: str) -> None:
        """Raise Refused unless this person holds this role now.

        what   what is refused, for the message: "the audit stays closed"
        """
        with self.book.now() as (state, _):
            if state.has(person, role):
                return
            held = ", ".join(state.holders(role)) or "nobody yet"
        fact = f"{person} is not {role.replace('_', ' ')}"
        rules.refuse(
            what, [rules.Missing(fact, f"Holders of that role: {held}; a steward gives it: {rules.give(role, person)}")]
        )

    def require_checker(self, checker: str, permit: Permit, author: str) -> None:
        """Raise Refused unless this checker may judge the output of this author: another team, another organisation."""
        with self.book.now() as (state, _):
            missing = rules.missing_to_check(state, checker, permit, author)
        rules.refuse(f"{checker} may not check this output", missing)

    def give(self, person: str, role: str, *, actor: str | None = None) -> Entry:
        """Give a role. The very first is a steward who appoints themself, and the ledger says that nobody else did."""
        doer = actor or self.book.ledger.actor
        with self.book.now() as (state, _):
            first = not state.had_steward and role == "steward" and person == doer
        facts = {"bootstrapped": True} if first else {}
        return self.book.enter("role_given", actor=doer, person=person, role=role, **facts)

    def take(self, person: str, role: str, reason: str, *, actor: str | None = None) -> Entry:
        """Take a role away; at once."""
        return self.book.enter("role_taken", actor=actor, person=person, role=role, reason=reason)

    def affiliate(self, person: str, organisation: str, *, actor: str | None = None) -> Entry:
        """Say for whom this person works, in words."""
        named = events.organisation_in_words(organisation)
        return self.book.enter("affiliation_set", actor=actor, person=person, organisation=named)
