"""The room's book: the ledger read so far, folded to who may what, and read on before every answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from chevet.errors import Refused
from chevet.room import events, moves, rules
from chevet.room.state import State, apply
from chevet.store.following import Follower
from chevet.store.ledger import Clock, Entry, Ledger


class Book:
    """The state of the data room, never older than the ledger. One per ledger and process is enough.

    `void` are the numbers of entries that were written past the rules and count for nothing.
    """

    def __init__(self, ledger: Ledger, clock: Clock | None = None) -> None:
        self.ledger = ledger
        self._clock = clock or (lambda: datetime.now(UTC))
        self._follower = Follower(ledger, events.EVENTS)
        self._state = State()
        self._lock = threading.RLock()
        self.void: set[int] = set()

    @property
    def read(self) -> int:
        """How many entries of the ledger were read so far."""
        return self._follower.read

    @contextmanager
    def now(self) -> Iterator[tuple[State, datetime]]:
        """(state, moment) after everything that the ledger holds at this instant; not to be kept or changed.

        The moment is the clock's, or the last entry's where that is later: setting a clock back revives nothing.
        Raises Fault when the ledger was tampered with.
        """
        with self._lock:
            for noticed in self._follower.fresh():
                self._take(noticed.entry, datetime.fromisoformat(noticed.at))
            moment = self._clock().astimezone(UTC)
            if self._follower.at:
                moment = max(moment, datetime.fromisoformat(self._follower.at))
            yield self._state, moment

    def enter(self, act: str, *, actor: str | None = None, **facts: Any) -> Entry:
        """Write an event, once its form and every rule hold.

        actor   who does it; the account, or what CHEVET_ACTOR says, unless given

        Raises BadInput for a wrong form, and Refused with every missing fact.
        """
        events.require_form(act, facts)
        doer = actor or self.ledger.actor
        with self.now() as (state, moment):
            missing = moves.missing_for(state, act, facts, actor=doer, moment=moment)
            about = facts.get("permit") if act != "permit_granted" else None
            if missing and about is not None and not rules.is_told_of(state, doer, about):
                missing = moves.missing_to_a_stranger(state, about, doer)
        rules.refuse(f"{act} was not entered", missing)
        entry = self.ledger.append(act, actor=doer, **facts)
        self._require_taken(entry)
        return entry

    def _require_taken(self, entry: Entry) -> None:
        """Another program may have written in between: what no longer holds then counts for nothing."""
        with self.now():
            if entry.n in self.void:
                raise Refused(
                    f"{entry.act} was entered as entry {entry.n}, and counts for nothing: something changed meanwhile",
                    next_act="Look at the ledger's last entries, then try again: chevet ledger show",
                )

    def _take(self, entry: Entry, moment: datetime) -> None:
        if moves.counts(self._state, entry.act, entry.facts, actor=entry.actor, moment=moment):
            apply(self._state, entry.act, entry.facts, n=entry.n, actor=entry.actor, moment=moment)
        else:
            self.void.add(entry.n)
