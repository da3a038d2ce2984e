"""A permit is what the ledger says at this moment, and every missing fact is told at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chevet.errors import BadInput, Refused
from chevet.room import events
from chevet.room.permits import Permit, Permits
from chevet.store.ledger import Ledger
from tests.room.made_room import END, EVERYTHING, Room, made_room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return made_room(tmp_path)


def test_a_permit_lets_its_people_do_what_its_conditions_give(room: Room) -> None:
    permit = room.granted()
    assert permit.state == "active"
    for act in ("ask", "run", "release", "open"):
        assert room.permits.require(permit.id, "bruno", act).id == permit.id


def test_another_process_reads_the_same_permit_from_the_ledger_alone(room: Room) -> None:
    permit = room.granted()
    elsewhere = Permits(Ledger(room.ledger.path, clock=room.clock), room.clock)
    assert elsewhere.get(permit.id) == room.permits.get(permit.id)


def test_a_refusal_lists_every_missing_fact_and_who_can_supply_it(room: Room) -> None:
    permit = room.granted()
    room.permits.suspend(permit.id, "a question to settle", actor="steward")
    room.people.take("anna", "researcher", "left", actor="steward")
    room.clock.now = END - timedelta(days=1)
    room.permits.certify_training(permit.id, "anna", END - timedelta(hours=12), "course 13", actor="steward")
    room.clock.turn(hours=13)
    with pytest.raises(Refused) as refused:
        room.permits.require(permit.id, "anna", "ask")
    assert refused.value.message == (
        "permit P-1 does not let anna ask: permit P-1 is suspended; anna is not accredited as a researcher; "
        "the training of anna ended on 2027-02-28"
    )
    assert refused.value.next_act == (
        "A steward can lift that: chevet room permit resume P-1 --reason WORDS. A steward can: chevet room role give "
        "anna researcher. A steward enters it: chevet room permit train P-1 anna --until DAY --reference WORDS."
    )


def test_a_permit_ends_at_its_end_whether_or_not_an_event_says_so(room: Room) -> None:
    permit = room.granted()
    room.clock.now = END - timedelta(microseconds=1)
    room.permits.require(permit.id, "anna", "ask")
    room.clock.now = END
    with pytest.raises(Refused, match="permit P-1 ended on 2027-02-28"):
        room.permits.require(permit.id, "anna", "ask")
    assert room.permits.get(permit.id).state == "expired"


def test_whoever_sweeps_enters_the_end_once(room: Room) -> None:
    room.granted()
    assert room.permits.sweep(actor="anna") == []
    room.clock.now = END
    assert [permit.id for permit in room.permits.sweep(actor="anna")] == ["P-1"]
    assert room.permits.sweep(actor="anna") == []
    assert [e.facts for e in room.ledger.entries() if e.act == "permit_expired"] == [
        {"permit": "P-1", "until": "2027-03-01T00:00:00+00:00"}
    ]


def test_revocation_and_suspension_stop_the_next_question(room: Room) -> None:
    permit = room.granted()
    room.permits.suspend(permit.id, "to be looked at", actor="carole")
    with pytest.raises(Refused, match="is suspended"):
        room.permits.require(permit.id, "anna", "ask")
    room.permits.resume(permit.id, "settled", actor="steward")
    room.permits.require(permit.id, "anna", "ask")
    room.permits.revoke(permit.id, "withdrawn", actor="steward")
    with pytest.raises(Refused, match="was revoked"):
        room.permits.require(permit.id, "anna", "ask")


@pytest.mark.parametrize("move", ["resume", "renew", "suspend", "revoke"])
def test_what_was_revoked_never_comes_back(room: Room, move: str) -> None:
    permit = room.granted()
    room.permits.revoke(permit.id, "withdrawn", actor="steward")
    terms: dict[str, Any] = {"reason": "again", "actor": "steward"}
    if move == "renew":
        terms |= {"until": END + timedelta(days=1), "decided_by": ["carole", "damien"]}
    with pytest.raises(Refused, match="permit P-1 was revoked"):
        getattr(room.permits, move)(permit.id, **terms)
    with pytest.raises(Refused, match="there is a permit P-1 already"):
        room.granted(permit_id="P-1")


def test_a_permit_gives_nothing_before_each_of_those_who_decided_confirmed_it(room: Room) -> None:
    permit = room.granted(confirmed=False)
    assert (permit.state, permit.as_json()["awaits"]) == ("proposed", ["carole", "damien"])
    with pytest.raises(Refused, match="permit P-1 is not confirmed yet by carole, damien"):
        room.permits.require(permit.id, "anna", "ask")
    assert room.permits.confirm(permit.id, actor="damien").state == "proposed"
    with pytest.raises(Refused, match="permit P-1 is not confirmed yet by carole"):
        room.token(permit.id)
    assert room.permits.confirm(permit.id, actor="carole").state == "active"
    room.permits.require(permit.id, "anna", "ask")


def test_the_ledger_says_who_confirmed_which_entry_and_who_had_appointed_them(room: Room) -> None:
    permit = room.granted()
    told = [(e.actor, e.facts) for e in room.ledger.entries() if e.act == "permit_confirmed"]
    facts = {"permit": permit.id, "entry": permit.since, "role_given_by": "steward"}
    assert told == [("carole", facts), ("damien", facts)]


@pytest.mark.parametrize(
    ("who", "fact"),
    [
        ("zoe", "zoe is on no permit P-1"),
        ("denise", "denise is not named among those who decided on permit P-1"),
        ("carole", "carole has confirmed this already"),
        ("steward", "steward is not of the committee"),
    ],
)
def test_nobody_confirms_but_those_named_and_each_once(room: Room, who: str, fact: str) -> None:
    room.people.give("denise", "committee", actor="steward")
    permit = room.granted(confirmed=False)
    room.permits.confirm(permit.id, actor="carole")
    with pytest.raises(Refused, match=fact):
        room.permits.confirm(permit.id, actor=who)
    assert room.permits.get(permit.id).state == "proposed"


def test_whoever_left_the_committee_and_came_back_does_not_confirm_what_was_entered_before(room: Room) -> None:
    permit = room.granted(confirmed=False)
    room.people.take("damien", "committee", "left", actor="steward")
    room.people.give("damien", "committee", actor="steward")
    with pytest.raises(Refused, match="damien was appointed by steward after permit P-1 was entered"):
        room.permits.confirm(permit.id, actor="damien")


def test_a_proposed_permit_that_was_suspended_is_proposed_again_when_it_is_resumed(room: Room) -> None:
    permit = room.granted(confirmed=False)
    room.permits.suspend(permit.id, "why", actor="steward")
    assert room.permits.resume(permit.id, "settled", actor="steward").state == "proposed"
    room.permits.suspend(permit.id, "why", actor="steward")
    room.confirmed(permit)
    assert room.permits.get(permit.id).state == "suspended"
    assert room.permits.resume(permit.id, "settled", actor="steward").state == "active"


def test_a_proposed_permit_can_end_and_is_then_confirmed_by_nobody(room: Room) -> None:
    revoked, expired = room.granted(confirmed=False), room.granted(confirmed=False)
    room.permits.revoke(revoked.id, "not decided so", actor="carole")
    room.clock.now = END
    for permit in (revoked, expired):
        with pytest.raises(Refused, match=r"was revoked|ended on"):
            room.permits.confirm(permit.id, actor="damien")


def _renewed(room: Room, permit: Permit, days: int) -> int:
    """The number of the entry of a renewal by so many days, which its first member of the committee confirms."""
    end = END + timedelta(days=days)
    entered = room.permits.renew(permit.id, end, "more", ["carole", "damien"], actor="steward").pending
    assert entered is not None
    if days == 10:
        room.permits.confirm(permit.id, entry=entered.since, actor="carole")
    return entered.since


def test_a_renewal_is_confirmed_by_the_number_of_its_entry_and_the_refusal_tells_it(room: Room) -> None:
    permit = room.granted()
    waits = _renewed(room, permit, 20)
    with pytest.raises(Refused, match=f"no entry is named, and what waits is entry {waits}") as refused:
        room.permits.confirm(permit.id, actor="carole")
    assert f"chevet room permit confirm P-1 --entry {waits}" in refused.value.next_act
    assert [e.n for e in room.ledger.entries() if e.act == "permit_confirmed" and e.n > waits] == []


def test_a_confirmation_of_one_renewal_does_not_count_for_the_next(room: Room) -> None:
    permit = room.granted()
    read, later = (_renewed(room, permit, days) for days in (10, 3000))
    with pytest.raises(Refused, match=f"entry {read} is named, and what waits is entry {later}: permit P-1 until 20"):
        room.permits.confirm(permit.id, entry=read, actor="carole")
    assert room.permits.confirm(permit.id, entry=later, actor="damien").granted_until == END
    assert room.permits.confirm(permit.id, entry=later, actor="carole").granted_until == END + timedelta(days=3000)
    with pytest.raises(Refused, match="nothing of permit P-1 waits to be confirmed"):
        room.permits.confirm(permit.id, actor="carole")


def test_a_renewal_needs_the_committee_and_gives_another_end(room: Room) -> None:
    permit = room.granted()
    later = END + timedelta(days=365)
    with pytest.raises(Refused, match="anna cannot decide on a permit that names anna"):
        room.permits.renew(permit.id, later, "more follow-up", ["anna", "carole"], actor="steward")
    renewed = room.permits.renew(permit.id, later, "more follow-up", ["carole", "damien"], actor="steward")
    assert (renewed.granted_until, renewed.pending is None) == (END, False)
    entry = renewed.as_json()["awaits_entry"]
    room.permits.confirm(permit.id, entry=entry, actor="carole")
    assert room.permits.get(permit.id).granted_until == END
    assert room.permits.confirm(permit.id, entry=entry, actor="damien").granted_until == later
    room.clock.now = later
    with pytest.raises(Refused, match="ended on"):
        room.permits.renew(permit.id, later + timedelta(days=9), "again", ["carole", "damien"], actor="steward")


@pytest.mark.parametrize(
    ("terms", "fact"),
    [
        ({"decided_by": ["carole", "zoe"]}, "zoe is not of the committee"),
        ({"actor": "anna"}, "anna is not a steward; anna cannot decide on what concerns anna"),
        ({"people": ["stranger"]}, "stranger is not accredited as a researcher"),
        ({"people": ["klara"]}, "klara is not accredited as a researcher; klara is key_holder"),
        ({"until": END - timedelta(days=3650)}, "its end lies in the past"),
        ({"purpose": ["POA"]}, "the purpose does not lie within what the dataset may be used for"),
        ({"study": "other"}, "a person must look at the purpose"),
    ],
)
def test_a_grant_that_lacks_a_fact_is_refused(room: Room, terms: dict[str, Any], fact: str) -> None:
    with pytest.raises(Refused, match=fact):
        room.granted(**terms)
    assert room.permits.all() == []


def test_a_steward_of_the_committee_does_not_count_among_those_who_decide(room: Room) -> None:
    room.people.give("second-steward", "committee", actor="steward")
    with pytest.raises(Refused, match="fewer than two people decided besides whoever enters it"):
        room.granted(decided_by=["carole", "second-steward"], actor="second-steward")
    room.granted(decided_by=["carole", "second-steward"], actor="steward")


def test_one_person_is_not_two(room: Room) -> None:
    with pytest.raises(BadInput, match="decided_by must be at least two people"):
        room.granted(decided_by=["carole", "carole"])


def test_a_purpose_that_a_person_looked_at_is_granted_with_the_look_kept(room: Room) -> None:
    room.permits.set_use("demo", ["HMB", "PUB"], actor="steward")
    permit = room.granted(looked_at="they undertake to publish, letter of 3 March")
    assert permit.match.as_json() == {
        "answer": "person", "algorithm": "chevet-duo-1", "reasons": [{"code": "PUB", "answer": "person"}],
    }  # fmt: skip


def test_a_dataset_whose_use_is_narrowed_stops_permits_that_then_lie_outside(room: Room) -> None:
    permit = room.granted()
    room.permits.set_use("demo", ["HMB"], actor="steward")
    room.permits.require(permit.id, "anna", "ask")
    room.permits.set_use("demo", ["POA"], actor="steward")
    with pytest.raises(Refused, match="no longer lies within it"):
        room.permits.require(permit.id, "anna", "ask")


def test_conditions_that_do_not_give_something_refuse_it(room: Room) -> None:
    permit = room.granted(conditions=replace(EVERYTHING, run=False, extract=False))
    room.permits.require(permit.id, "anna", "ask")
    with pytest.raises(Refused, match="lets no program run"):
        room.permits.require(permit.id, "anna", "run")


def test_programs_cannot_be_permitted_without_an_extract(room: Room) -> None:
    with pytest.raises(BadInput, match="run \\(needs extract\\)"):
        room.granted(conditions=replace(EVERYTHING, extract=False))


def test_nobody_on_a_permit_acts_on_it_whatever_their_role(room: Room) -> None:
    room.people.give("second-steward", "researcher", actor="steward")
    permit = room.granted(people=["anna", "second-steward"])
    for move in ("suspend", "resume", "revoke"):
        with pytest.raises(Refused, match="second-steward cannot decide on what concerns second-steward"):
            getattr(room.permits, move)(permit.id, "why not", actor="second-steward")


def test_an_event_put_into_the_ledger_past_the_rules_gives_nothing(room: Room) -> None:
    good = room.granted()
    facts = next(dict(e.facts) for e in room.ledger.entries() if e.act == "permit_granted")
    room.ledger.append("permit_granted", actor="mallory", **(facts | {"permit": "P-9"}))
    alone = facts | {"permit": "P-8", "decided_by": ["anna", "bruno"]}
    room.ledger.append("permit_granted", actor="steward", **alone)
    room.ledger.append("permit_granted", actor="steward", **(facts | {"permit": "P-7", "surprise": True}))
    room.ledger.append("permit_renewed", actor="steward", permit=good.id, until="2099-01-01T00:00:00+00:00")
    assert [permit.id for permit in room.permits.all()] == [good.id]
    assert room.permits.get(good.id).granted_until == END
    assert len(room.book.void) == 4


def test_a_revocation_counts_even_when_it_is_not_well_formed(room: Room) -> None:
    permit = room.granted()
    room.ledger.append("permit_revoked", actor="a portal of tomorrow", permit=permit.id)
    assert room.permits.get(permit.id).state == "revoked"


def test_an_event_of_the_wrong_form_is_told_all_its_problems(room: Room) -> None:
    with pytest.raises(BadInput) as wrong:
        room.granted(project="Early Lung", purpose=["FUN"], legal_basis="")
    assert "project must be a project" in wrong.value.message
    assert "purpose must be DUO short names" in wrong.value.message
    assert "legal_basis must be words" in wrong.value.message


def test_the_schema_of_every_event_is_printed_for_the_manual() -> None:
    printed = events.events_markdown()
    assert all(f"`{act}`" in printed for act in events.EVENTS)


def test_grants_entered_at_the_same_time_never_share_an_id(room: Room) -> None:
    """Each thread has a book of its own, as another program would; who comes second is refused or gets the next id."""

    def grant(number: int) -> str:
        room_of_mine = replace(room, permits=Permits(Ledger(room.ledger.path, clock=room.clock), room.clock))
        try:
            return room_of_mine.granted(people=["anna"], project=f"project{number}").id
        except Refused as refused:
            return refused.message

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(grant, range(16)))
    granted = [answer for answer in told if answer.startswith("P-")]
    refused = [answer for answer in told if not answer.startswith("P-")]
    assert len(set(granted)) == len(granted) == len(room.permits.all())
    assert all("already" in reason or "counts for nothing" in reason for reason in refused)
    assert room.ledger.verify().intact
