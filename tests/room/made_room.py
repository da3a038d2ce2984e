"""A data room with people in it, for tests: one steward, a committee, checkers, two researchers, one permit.

room = made_room(tmp_path)          # a ledger, a clock to turn, everybody appointed
permit = room.granted()             # a permit under which anna and bruno may ask and run
secret = room.token(permit.id)      # anna's pass
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chevet.room.book import Book
from chevet.room.people import People
from chevet.room.permits import Conditions, Permit, Permits
from chevet.room.tokens import Tokens
from chevet.store.ledger import Ledger

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
END = datetime(2027, 3, 1, tzinfo=UTC)
EVERYTHING = Conditions(
    answers=frozenset({"cube", "checked", "noise"}), extract=True, run=True, genomic_detail="gene", may_ask={}
)
ROLES: tuple[tuple[str, str, str], ...] = (
    ("second-steward", "steward", "chu_lille"),
    ("carole", "committee", "chu_lille"),
    ("damien", "committee", "chu_nantes"),
    ("chloe", "checker", "chu_lille"),
    ("charles", "checker", "chu_lille"),
    ("colin", "checker", "institut_x"),
    ("klara", "key_holder", "chu_lille"),
    ("aude", "auditor", "chu_lille"),
    ("anna", "researcher", "institut_x"),
    ("bruno", "researcher", "universite_y"),
    ("zoe", "researcher", "universite_y"),
)


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Room:
    """What tests hold in hand."""

    home: Path
    ledger: Ledger
    clock: Clock
    book: Book
    people: People
    permits: Permits
    tokens: Tokens

    def granted(
        self, people: Sequence[str] = ("anna", "bruno"), *, opened: bool = True, confirmed: bool = True, **terms: Any
    ) -> Permit:
        """A permit with trained people who signed, and an open room; `terms` replace those of a usual grant."""
        usual: dict[str, Any] = {
            "project": "early_lung", "study": "demo", "purpose": ["HMB"],
            "purpose_in_words": "Why some lung tumours come back early", "people": list(people),
            "conditions": EVERYTHING, "until": END, "legal_basis": "MR-004", "reference": "CNIL 2026-17",
            "decided_by": ["carole", "damien"], "actor": "steward",
        }  # fmt: skip
        permit = self.permits.grant(**(usual | terms))
        if confirmed:
            permit = self.confirmed(permit)
        for person in permit.people:
            self.permits.certify_training(permit.id, person, permit.granted_until, "course 12", actor="steward")
            self.permits.sign_agreement(permit.id, person, "cabinet 3", actor="steward")
        if opened and confirmed and permit.conditions.extract:
            self.book.enter(
                "workspace_opened", actor="steward", permit=permit.id, project=permit.project, study=permit.study,
                version=1, gives=["extract", "dummy"], release="made up",
            )  # fmt: skip
        return permit

    def confirmed(self, permit: Permit) -> Permit:
        """The permit after everybody whom its grant or its renewal names has confirmed it."""
        for person in permit.pending.awaits if permit.pending else ():
            permit = self.permits.confirm(
                permit.id, entry=permit.pending.since if permit.pending else None, actor=person
            )
        return permit

    def token(
        self, permit_id: str, person: str = "anna", scopes: Sequence[str] = ("ask", "run", "release"), minutes: int = 60
    ) -> str:
        return self.tokens.issue(permit_id, person, scopes, minutes, actor="steward").secret


def made_room(home: Path, clock: Callable[[], datetime] | None = None, *, study: str = "demo") -> Room:
    """A room where everybody is appointed and the study's use is set; nothing is granted yet."""
    turning = clock if isinstance(clock, Clock) else Clock(clock() if clock else START)
    ledger = Ledger(home / "ledger", clock=turning, actor="steward")
    book = Book(ledger, turning)
    people = People(ledger, book=book)
    room = Room(home, ledger, turning, book, people, Permits(ledger, book=book), Tokens(ledger, book=book))
    people.give("steward", "steward", actor="steward")
    for person, role, organisation in ROLES:
        people.give(person, role, actor="steward")
        people.affiliate(person, organisation, actor="steward")
    room.permits.set_use(study, ["HMB", "US"], actor="steward")
    return room
