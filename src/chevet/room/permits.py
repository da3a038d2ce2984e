"""Permits: who may use which study for what, until when, as the ledger's events say at this very moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from chevet.errors import BadInput
from chevet.room import events, moves, rules
from chevet.room.book import Book
from chevet.room.purposes import Match, Use
from chevet.room.state import LIVING, Conditions, Permit, last_day
from chevet.store.ledger import Clock, Entry, Ledger

__all__ = ["Conditions", "Permit", "Permits"]


class Permits:
    """The permits of one installation. Every answer is read from the ledger as it stands then."""

    def __init__(self, ledger: Ledger, clock: Clock | None = None, *, book: Book | None = None) -> None:
        self.book = book or Book(ledger, clock)

    def all(self) -> list[Permit]:
        """Every permit there ever was, in the order in which they were granted, as it stands now."""
        with self.book.now() as (state, moment):
            return sorted((p.at(moment) for p in state.permits.values()), key=lambda permit: permit.since)

    def get(self, permit_id: str) -> Permit:
        """One permit, as it stands now. Raises BadInput when there is none."""
        with self.book.now() as (state, moment):
            found = state.permits.get(permit_id)
            if found is not None:
                return found.at(moment)
        raise BadInput("there is no permit of that id", next_act="See which there are: chevet room permit list")

    def require(self, permit_id: str, person: str, act: str) -> Permit:
        """The permit, if this person may do this under it now.

        act   `ask`, `run`, `release`, or `open`

        Raises Refused with every missing fact and who can supply it: an end, a suspension, a training that lapsed.
        """
        with self.book.now() as (state, moment):
            missing = rules.missing_to_use(state, permit_id, person, act, moment)
            found = state.permits.get(permit_id)
        named = f"permit {permit_id}" if events.is_permit(permit_id) else "that permit"
        rules.refuse(f"{named} does not let {person} {act}", missing)
        if found is None:
            raise AssertionError("a permit that does not exist is a missing fact")
        return found.at(moment)

    def require_told(self, permit_id: str, person: str) -> None:
        """Raise NotPermitted unless this person may know whether there is such a permit."""
        with self.book.now() as (state, _):
            told = rules.is_told_of(state, person, permit_id)
        rules.refuse("nothing was done", [] if told else [rules.on_no_permit(person, permit_id)])

    def match(self, study: str, purpose: Sequence[str], tumour_types: Sequence[str] = ()) -> Match:
        """This purpose against what the dataset may be used for now."""
        with self.book.now() as (state, _):
            return state.match_of(Use.of(purpose, tumour_types), study)

    def set_use(
        self, study: str, codes: Sequence[str], tumour_types: Sequence[str] = (), *, actor: str | None = None
    ) -> Entry:
        """Say what a dataset may be used for. Permits whose purpose then lies outside stop at the next question."""
        return self.book.enter(
            "dataset_use_set", actor=actor, study=study, codes=list(codes), tumour_types=list(tumour_types)
        )

    def grant(
        self,
        *,
        project: str,
        study: str,
        purpose: Sequence[str],
        purpose_in_words: str,
        people: Sequence[str],
        conditions: Conditions,
        until: datetime,
        legal_basis: str,
        reference: str,
        decided_by: Sequence[str],
        version: int | None = None,
        tumour_types: Sequence[str] = (),
        looked_at: str | None = None,
        permit_id: str | None = None,
        actor: str | None = None,
    ) -> Permit:
        """Enter what the committee decided; returns the new permit, which gives nothing before they confirm it.

        decided_by   at least two of the committee, besides whoever enters it, none of them among `people`
        looked_at    what a person found, where the match of purpose and dataset says that one must look
        """
        facts: dict[str, Any] = {
            "permit": permit_id or self._next_id(), "project": project, "study": study, "version": version,
            "purpose": list(purpose), "tumour_types": list(tumour_types), "purpose_in_words": purpose_in_words,
            "match": self.match(study, purpose, tumour_types).as_json(), "conditions": conditions.as_json(),
            "people": list(people), "legal_basis": legal_basis, "reference": reference,
            "until": events.spelled(until), "decided_by": list(decided_by),
        }  # fmt: skip
        if looked_at:
            facts["looked_at"] = looked_at
        self.book.enter("permit_granted", actor=actor, **facts)
        return self.get(facts["permit"])

    def renew(
        self,
        permit_id: str,
        until: datetime,
        reason: str,
        decided_by: Sequence[str],
        *,
        looked_at: str | None = None,
        actor: str | None = None,
    ) -> Permit:
        """Enter another end for an active permit, which counts once those who decided confirm it.

        One that has ended stays ended: the committee grants a new one.
        """
        self.require_told(permit_id, actor or self.book.ledger.actor)
        permit = self.get(permit_id)
        facts: dict[str, Any] = {
            "permit": permit_id, "until": events.spelled(until), "decided_by": list(decided_by), "reason": reason,
            "match": self.match(permit.study, permit.purpose, permit.tumour_types).as_json(),
        }  # fmt: skip
        if looked_at:
            facts["looked_at"] = looked_at
        self.book.enter("permit_renewed", actor=actor, **facts)
        return self.get(permit_id)

    def confirm(self, permit_id: str, *, entry: int | None = None, actor: str | None = None) -> Permit:
        """Say, as one of those named, that one decided so: on the grant, or on the renewal entered last.

        entry   the number of the entry that was read; a renewal needs it, since a later one may have taken its place

        Raises Refused for whoever was not named, was appointed since, has confirmed it already, or read another entry.
        """
        doer = actor or self.book.ledger.actor
        self.require_told(permit_id, doer)
        with self.book.now() as (state, moment):
            missing = list(moves.missing_to_confirm(state, permit_id, doer, moment))
            found = state.permits.get(permit_id)
            giver, _ = state.given.get((doer, "committee"), ("", 0))
        if found is not None and not missing:
            missing += _not_read(found, entry)
        rules.refuse("nothing was confirmed", missing)
        if found is None or found.pending is None:
            raise AssertionError("what is not there is a missing fact")
        self.book.enter(
            "permit_confirmed", actor=doer, permit=permit_id, entry=found.pending.since, role_given_by=giver
        )  # fmt: skip
        return self.get(permit_id)

    def suspend(self, permit_id: str, reason: str, *, actor: str | None = None) -> Permit:
        """Stop everything under this permit until a steward resumes it."""
        self.book.enter("permit_suspended", actor=actor, permit=permit_id, reason=reason)
        return self.get(permit_id)

    def resume(self, permit_id: str, reason: str, *, actor: str | None = None) -> Permit:
        """Lift a suspension."""
        self.book.enter("permit_resumed", actor=actor, permit=permit_id, reason=reason)
        return self.get(permit_id)

    def revoke(self, permit_id: str, reason: str, *, actor: str | None = None) -> Permit:
        """End a permit for good."""
        self.book.enter("permit_revoked", actor=actor, permit=permit_id, reason=reason)
        return self.get(permit_id)

    def surrender(self, permit_id: str, reason: str, *, actor: str | None = None) -> Permit:
        """Give a permit back, as one of its people. It ends for all of them, for good."""
        self.book.enter("permit_surrendered", actor=actor, permit=permit_id, reason=reason)
        return self.get(permit_id)

    def certify_training(
        self, permit_id: str, person: str, until: datetime, reference: str, *, actor: str | None = None
    ) -> Entry:
        """Enter that this person of the permit is trained, until then."""
        return self.book.enter(
            "training_certified", actor=actor, permit=permit_id, person=person, until=events.spelled(until),
            reference=reference,
        )  # fmt: skip

    def sign_agreement(self, permit_id: str, person: str, reference: str, *, actor: str | None = None) -> Entry:
        """Enter that this person of the permit signed the data agreement.

        reference   where the signed paper lies
        """
        return self.book.enter("agreement_signed", actor=actor, permit=permit_id, person=person, reference=reference)

    def sweep(self, *, actor: str | None = None) -> list[Permit]:
        """Enter the end of every permit whose end has come; the end counted already. Returns those entered now."""
        with self.book.now() as (state, moment):
            due = [p for p in state.permits.values() if p.state in LIVING and moment >= p.granted_until]
        for permit in due:
            self.book.enter(
                "permit_expired", actor=actor, permit=permit.id, until=events.spelled(permit.granted_until)
            )  # fmt: skip
        return [self.get(permit.id) for permit in due]

    def _next_id(self) -> str:
        with self.book.now() as (state, _):
            taken = [int(name[2:]) for name in state.permits if name[:2] == "P-" and name[2:].isdecimal()]
        return f"P-{max(taken, default=0) + 1}"


def _not_read(permit: Permit, entry: int | None) -> Iterator[rules.Missing]:
    """That what was read is not what waits. A grant is one entry for good; a renewal gives way to a later one."""
    waits = permit.pending
    if waits is None or entry == waits.since or (entry is None and not permit.is_confirmed):
        return
    said = "no entry is named" if entry is None else f"entry {entry} is named"
    day = last_day(waits.until)
    yield rules.Missing(
        f"{said}, and what waits is entry {waits.since}: permit {permit.id} until {day}",
        f"If you decided that: chevet room permit confirm {permit.id} --entry {waits.since}",
    )
