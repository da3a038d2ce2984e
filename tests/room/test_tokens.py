"""Tokens: for one person, one permit, some hours; hashed at rest; dead with their permit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chevet.errors import BadInput, Refused
from chevet.room.tokens import Tokens
from tests.room.made_room import EVERYTHING, Room, made_room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return made_room(tmp_path)


def test_a_token_says_who_is_there_and_under_which_permit(room: Room) -> None:
    permit = room.granted()
    passed = room.tokens.identify(room.token(permit.id), "ask")
    assert (passed.person, passed.permit) == ("anna", permit)


def test_the_secret_is_nowhere_in_the_ledger_nor_in_what_a_program_prints(room: Room) -> None:
    issued = room.tokens.issue(room.granted().id, "anna", ["ask"], 60, actor="steward")
    secret = issued.secret.split(".")[2]
    assert len(secret) == 43
    assert secret not in (room.ledger.path / "entries.jsonl").read_text()
    assert secret not in repr(issued)


def test_a_token_ends_after_its_minutes(room: Room) -> None:
    secret = room.token(room.granted().id, minutes=60)
    room.clock.turn(minutes=59, seconds=59)
    room.tokens.identify(secret, "ask")
    room.clock.turn(seconds=1)
    with pytest.raises(Refused, match="has ended"):
        room.tokens.identify(secret, "ask")


@pytest.mark.parametrize("minutes", [0, -5, 721])
def test_no_token_lives_for_longer_than_twelve_hours(room: Room, minutes: int) -> None:
    with pytest.raises(BadInput, match="1 to 720 minutes"):
        room.token(room.granted().id, minutes=minutes)


def test_a_longer_life_written_into_the_ledger_gives_no_token(room: Room) -> None:
    room.token(room.granted().id)
    facts = next(dict(e.facts) for e in room.ledger.entries() if e.act == "token_issued")
    longer = facts | {"token": "T-1", "sha256": "0" * 64, "until": "2026-12-01T00:00:00+00:00"}
    room.ledger.append("token_issued", actor="steward", **longer)
    assert len(room.tokens.living()) == 1


def test_only_a_steward_issues_tokens_and_only_to_people_of_the_permit(room: Room) -> None:
    permit = room.granted()
    with pytest.raises(Refused, match="anna is not a steward; anna cannot decide"):
        room.tokens.issue(permit.id, "anna", ["ask"], 60, actor="anna")
    with pytest.raises(Refused, match=f"zoe is on no permit {permit.id}"):
        room.tokens.issue(permit.id, "zoe", ["ask"], 60, actor="steward")


def test_a_token_is_not_issued_for_what_the_permit_does_not_give(room: Room) -> None:
    permit = room.granted(conditions=replace(EVERYTHING, run=False))
    with pytest.raises(Refused, match="lets no program run"):
        room.token(permit.id, scopes=["ask", "run"])


def test_a_revoked_token_opens_nothing_and_its_own_person_may_revoke_it(room: Room) -> None:
    secret = room.token(room.granted().id)
    (token,) = room.tokens.living()
    with pytest.raises(Refused, match="bruno is not a steward"):
        room.tokens.revoke(token.id, "lost", actor="bruno")
    room.tokens.revoke(token.id, "lost", actor="anna")
    with pytest.raises(Refused, match="was revoked"):
        room.tokens.identify(secret, "ask")
    assert room.tokens.living() == []


def test_a_known_token_that_is_refused_leaves_an_entry_and_a_guessed_one_does_not(room: Room) -> None:
    secret = room.token(room.granted().id, scopes=["ask"])
    for given in (secret, "chevet.T-1.guess"):
        with pytest.raises(Refused):
            room.tokens.identify(given, "run", actor="bruno")
    (refused,) = [entry for entry in room.ledger.entries() if entry.act == "access_refused"]
    assert (refused.actor, refused.facts["permit"], refused.facts["scope"]) == ("bruno", "P-1", "run")
    assert "is not for `run`" in refused.facts["reason"]
    assert "was issued to somebody else" in refused.facts["reason"]


def test_random_bytes_are_an_argument_and_a_secret_is_never_given_out_twice(room: Room) -> None:
    permit = room.granted()
    tokens = Tokens(room.ledger, book=room.book, random=bytes)
    tokens.issue(permit.id, "anna", ["ask"], 60, actor="steward")
    with pytest.raises(Refused, match="issued before"):
        tokens.issue(permit.id, "anna", ["ask"], 60, actor="steward")
