"""Roles: given by a steward, never to oneself, and never two that must be apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet.errors import BadInput, Refused
from chevet.room.events import ROLES
from chevet.room.people import People
from chevet.store.ledger import Ledger
from tests.room.made_room import Clock, Room, made_room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return made_room(tmp_path)


def test_the_first_steward_appoints_themself_and_the_ledger_says_that_nobody_else_did(tmp_path: Path) -> None:
    people = People(Ledger(tmp_path, clock=Clock()))
    entry = people.give("marie", "steward", actor="marie")
    assert entry.facts == {"person": "marie", "role": "steward", "bootstrapped": True}
    with pytest.raises(Refused, match="otto is not a steward"):
        people.give("otto", "steward", actor="otto")


def test_the_first_role_of_all_can_only_be_that_of_steward(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="marie is not a steward"):
        People(Ledger(tmp_path, clock=Clock())).give("marie", "auditor", actor="marie")


def test_a_bootstrapping_written_into_the_ledger_later_counts_for_nothing(room: Room) -> None:
    room.ledger.append("role_given", actor="mallory", person="mallory", role="steward", bootstrapped=True)
    assert not room.people.has("mallory", "steward")


def test_only_a_steward_gives_roles_and_none_to_themself(room: Room) -> None:
    with pytest.raises(Refused, match="anna is not a steward"):
        room.people.give("bruno", "checker", actor="anna")
    with pytest.raises(Refused, match="steward cannot decide on what concerns steward"):
        room.people.give("steward", "committee", actor="steward")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "auditor"])
def test_an_auditor_holds_no_other_role(room: Room, role: str) -> None:
    with pytest.raises(Refused, match=f"aude is auditor, and nobody is auditor and {role}"):
        room.people.give("aude", role, actor="steward")


def test_who_holds_keys_is_no_researcher_and_a_researcher_holds_no_keys(room: Room) -> None:
    with pytest.raises(Refused, match="klara is key_holder"):
        room.people.give("klara", "researcher", actor="steward")
    with pytest.raises(Refused, match="zoe is researcher"):
        room.people.give("zoe", "key_holder", actor="steward")


def test_a_person_of_a_living_permit_cannot_become_key_holder_even_after_losing_the_role(room: Room) -> None:
    permit = room.granted()
    room.people.take("anna", "researcher", "left", actor="steward")
    with pytest.raises(Refused, match=f"anna is on permit {permit.id}"):
        room.people.give("anna", "key_holder", actor="steward")
    room.permits.revoke(permit.id, "the project ended", actor="steward")
    room.people.give("anna", "key_holder", actor="steward")


def test_the_last_steward_cannot_be_taken_away(room: Room) -> None:
    room.people.take("steward", "steward", "on leave", actor="second-steward")
    with pytest.raises(Refused, match="second-steward is the last steward"):
        room.people.take("second-steward", "steward", "on leave", actor="second-steward")


def test_a_ledger_written_past_the_rules_cannot_leave_the_room_without_a_steward(room: Room) -> None:
    for person in ("second-steward", "steward"):
        room.ledger.append("role_taken", actor="mallory", person=person, role="steward")
    assert not room.people.has("second-steward", "steward")
    assert room.people.has("steward", "steward")


def test_a_role_taken_is_gone_at_once(room: Room) -> None:
    secret = room.token(room.granted().id)
    room.tokens.identify(secret, "ask")
    room.people.take("anna", "researcher", "left the institute", actor="second-steward")
    with pytest.raises(Refused, match="anna is not accredited as a researcher"):
        room.tokens.identify(secret, "ask")


def test_a_checker_judges_neither_their_team_nor_their_organisation(room: Room) -> None:
    permit = room.granted()
    room.people.require_checker("chloe", permit, "anna")
    with pytest.raises(Refused, match="colin works for the same organisation as anna"):
        room.people.require_checker("colin", permit, "anna")
    with pytest.raises(Refused, match="zoe is no checker; zoe works for the same organisation as bruno"):
        room.people.require_checker("zoe", permit, "anna")
    with pytest.raises(Refused, match="anna is no checker; anna belongs to the team"):
        room.people.require_checker("anna", permit, "bruno")


def test_a_checker_of_whom_nobody_said_for_whom_they_work_is_refused(room: Room) -> None:
    room.people.give("nadia", "checker", actor="steward")
    with pytest.raises(Refused, match="nobody has said for whom nadia works"):
        room.people.require_checker("nadia", room.granted(), "anna")


@pytest.mark.parametrize("name", ["Anna", "../anna", "anna martin", "", "anna\n", "аnna", "a" * 65])
def test_a_name_with_a_second_spelling_or_a_path_in_it_is_no_person(room: Room, name: str) -> None:
    with pytest.raises(BadInput, match="person must be a person"):
        room.people.give(name, "checker", actor="steward")


def test_everybody_is_listed_with_roles_organisation_and_permits(room: Room) -> None:
    permit = room.granted()
    listed = {person.id: person.as_json() for person in room.people.everybody()}
    assert listed["anna"] == {
        "person": "anna", "roles": ["researcher"], "organisation": "institut_x", "permits": [permit.id],
    }  # fmt: skip
    assert listed["steward"]["roles"] == ["steward"]


def test_two_spellings_of_one_organisation_are_one_for_a_checker(room: Room) -> None:
    room.people.affiliate("anna", "Institut  X", actor="steward")
    assert {p.id: p.organisation for p in room.people.everybody()}["anna"] == "Institut X"
    with pytest.raises(Refused, match="colin works for the same organisation as anna") as refused:
        room.people.require_checker("colin", room.granted(), "anna")
    assert "chevet room role list" in refused.value.next_act


def test_a_refusal_says_the_whole_command_with_the_name_of_whom_it_is_about(room: Room) -> None:
    with pytest.raises(Refused) as refused:
        room.people.require_checker("zoe", room.granted(), "anna")
    assert "chevet room role give zoe checker" in refused.value.next_act
    with pytest.raises(BadInput, match="such as `Institut A`"):
        room.people.affiliate("anna", "A", actor="steward")
    with pytest.raises(BadInput, match=r"such as `a\.martin`"):
        room.people.give("Anna Martin", "checker", actor="steward")
