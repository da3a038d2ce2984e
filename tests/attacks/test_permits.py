"""Somebody without the right tries to get in: every way is refused, and the refusals tell nothing."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from chevet.cli.door import json_option
from chevet.cli.room.passes import pass_required
from chevet.errors import BadInput, Fault, Refused
from chevet.room.permits import Conditions, Permits
from chevet.room.tokens import Pass, Tokens
from chevet.store.lake import Lake
from tests.room.made_room import END, Room, made_room

CLIMBING = ("../P-1", "P-1/../P-1", "/etc/passwd", "P-1\0", "P-1\n", "..", "", "P" * 100, "Р-1", "%2e%2e")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return made_room(tmp_path)


@pytest.fixture(scope="module")
def shared_room(tmp_path_factory: pytest.TempPathFactory) -> tuple[Room, str]:
    room = made_room(tmp_path_factory.mktemp("room"))
    return room, room.token(room.granted().id)


def test_a_token_in_another_persons_hands_is_refused(room: Room) -> None:
    secret = room.token(room.granted().id)
    room.tokens.identify(secret, "ask", actor="anna")
    for thief in ("bruno", "Anna", "anna ", "steward", "аnna"):
        with pytest.raises(Refused, match="issued to somebody else"):
            room.tokens.identify(secret, "ask", actor=thief)


@pytest.mark.parametrize("end", ["revoked", "suspended", "expired", "revoked with a clock set back"])
def test_a_living_token_dies_with_its_permit(room: Room, end: str) -> None:
    permit = room.granted(until=room.clock.now + timedelta(hours=1))
    secret = room.token(permit.id, minutes=720)
    room.tokens.identify(secret, "ask")
    if end == "suspended":
        room.permits.suspend(permit.id, "why", actor="steward")
    elif end == "expired":
        room.clock.turn(hours=1)
    else:
        room.permits.revoke(permit.id, "why", actor="steward")
        room.clock.turn(days=-30 if "back" in end else 0)
    with pytest.raises(Refused, match="permit P-1 "):
        room.tokens.identify(secret, "ask")


def test_a_token_for_questions_runs_nothing_and_releases_nothing(room: Room) -> None:
    secret = room.token(room.granted().id, scopes=["ask"])
    for scope in ("run", "release", "open", "", "ask "):
        with pytest.raises(Refused, match="is not for"):
            room.tokens.identify(secret, scope)


@given(st.text(max_size=120))
def test_a_guessed_secret_is_refused_in_the_same_words_whatever_is_wrong_with_it(
    shared_room: tuple[Room, str], guess: str
) -> None:
    room, _ = shared_room
    with pytest.raises(Refused) as refused:
        room.tokens.identify(guess, "ask")
    assert refused.value.message == "the token is not known here"


@given(st.data())
def test_a_secret_with_one_sign_changed_or_lost_opens_nothing_and_is_not_repeated(
    shared_room: tuple[Room, str], data: st.DataObject
) -> None:
    room, secret = shared_room
    at = data.draw(st.integers(0, len(secret) - 1))
    other = data.draw(st.sampled_from("Ab0_-.").filter(lambda sign: sign != secret[at]) | st.just(""))
    with pytest.raises(Refused) as refused:
        room.tokens.identify(secret[:at] + other + secret[at + 1 :], "ask")
    assert secret.split(".")[2][:8] not in refused.value.message + refused.value.next_act


def test_what_the_ledger_holds_of_a_token_does_not_open_the_door(room: Room) -> None:
    secret = room.token(room.granted().id)
    facts = next(e.facts for e in room.ledger.entries() if e.act == "token_issued")
    assert facts["sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    for stolen in (facts["sha256"], f"chevet.{facts['token']}.{facts['sha256']}", facts["token"]):
        with pytest.raises(Refused, match="not known here"):
            room.tokens.identify(stolen, "ask")


def test_somebody_elses_permit_and_one_that_does_not_exist_are_told_in_the_same_words(room: Room) -> None:
    permit = room.granted(people=["bruno"])
    told = []
    for permit_id in (permit.id, "P-2"):
        with pytest.raises(Refused) as refused:
            room.permits.require(permit_id, "zoe", "ask")
        told.append((refused.value.message.replace(permit_id, "P"), refused.value.next_act))
    assert told[0] == told[1]


@pytest.mark.parametrize("climbing", CLIMBING)
def test_an_id_that_climbs_paths_is_no_id_and_is_not_repeated(room: Room, climbing: str) -> None:
    room.granted()
    with pytest.raises(BadInput):
        room.permits.get(climbing)
    with pytest.raises(Refused) as refused:
        room.permits.require(climbing, "anna", "ask")
    assert "etc" not in refused.value.message
    assert "permit of that id" in refused.value.message
    with pytest.raises(BadInput):
        room.granted(permit_id=climbing or "/")
    with pytest.raises(BadInput):
        room.granted(project=climbing)
    with pytest.raises((BadInput, Refused)):
        room.tokens.issue(climbing, "anna", ["ask"], 60, actor="steward")


def test_a_clock_set_back_revives_neither_a_permit_nor_a_token(room: Room) -> None:
    permit = room.granted()
    secret = room.token(permit.id)
    room.clock.now = END
    room.ledger.append("study_imported", study="other")
    room.clock.now = END - timedelta(days=300)
    with pytest.raises(Refused, match="ended on"):
        room.tokens.identify(secret, "ask")
    elsewhere = Tokens(room.ledger, room.clock)
    with pytest.raises(Refused, match="ended on"):
        elsewhere.identify(secret, "ask")


def test_an_old_event_put_in_again_revives_nothing(room: Room) -> None:
    permit = room.granted()
    secret = room.token(permit.id)
    room.tokens.revoke(room.tokens.living()[0].id, "lost", actor="steward")
    room.permits.revoke(permit.id, "withdrawn", actor="steward")
    for entry in list(room.ledger.entries()):
        room.ledger.append(entry.act, actor=entry.actor, **entry.facts)
    assert [p.state for p in room.permits.all()] == ["revoked"]
    with pytest.raises(Refused, match="was revoked"):
        room.tokens.identify(secret, "ask")


def test_an_old_line_copied_to_the_end_of_the_ledger_closes_every_door(room: Room) -> None:
    permit = room.granted()
    secret = room.token(permit.id)
    room.permits.revoke(permit.id, "withdrawn", actor="steward")
    path = room.ledger.path / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    granted = next(line for line in lines if b'"act":"permit_granted"' in line)
    path.write_bytes(b"".join(lines) + granted)
    for tokens in (room.tokens, Tokens(room.ledger, room.clock)):
        with pytest.raises(Fault, match="damaged"):
            tokens.identify(secret, "ask")


def test_a_revocation_cut_out_of_the_ledger_closes_every_door(room: Room) -> None:
    permit = room.granted()
    room.permits.revoke(permit.id, "withdrawn", actor="steward")
    path = room.ledger.path / "entries.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    for permits in (room.permits, Permits(room.ledger, room.clock)):
        with pytest.raises(Fault, match="damaged"):
            permits.require(permit.id, "anna", "ask")


def test_a_stewards_own_name_on_a_permit_or_among_those_who_decide_does_not_let_them_grant_alone(room: Room) -> None:
    room.people.give("second-steward", "researcher", actor="steward")
    room.people.give("second-steward", "committee", actor="steward")
    alone: tuple[dict[str, Any], ...] = (
        {"people": ["second-steward"]}, {"decided_by": ["second-steward", "carole"]},
    )  # fmt: skip
    for terms in alone:
        with pytest.raises(Refused):
            room.granted(actor="second-steward", **terms)
    assert room.permits.all() == []


def test_a_steward_who_makes_two_names_a_committee_and_names_them_as_deciders_grants_nothing(room: Room) -> None:
    """The ledger takes her word that they decided; the permit waits for theirs, and hers does not stand for it."""
    for puppet in ("p1", "p2"):
        room.people.give(puppet, "committee", actor="steward")
    permit = room.permits.grant(
        project="mine", study="demo", purpose=["HMB"], purpose_in_words="why", people=["zoe"],
        conditions=Conditions(frozenset({"checked"}), False, False, "none"), until=END, legal_basis="none",
        reference="none", decided_by=["p1", "p2"], actor="steward",
    )  # fmt: skip
    room.permits.certify_training(permit.id, "zoe", END, "course", actor="steward")
    room.permits.sign_agreement(permit.id, "zoe", "cabinet", actor="steward")
    with pytest.raises(Refused, match="steward is not of the committee"):
        room.permits.confirm(permit.id, actor="steward")
    for n in (permit.since, permit.since + 1):
        room.ledger.append("permit_confirmed", actor="steward", permit=permit.id, entry=n, role_given_by="steward")
    room.permits.suspend(permit.id, "why", actor="steward")
    room.permits.resume(permit.id, "settled", actor="steward")
    with pytest.raises(Refused, match=r"is not suspended|is not confirmed yet by p1, p2"):
        room.permits.resume(permit.id, "once more", actor="steward")
    with pytest.raises(Refused, match="is not confirmed yet by p1, p2"):
        room.permits.renew(permit.id, END + timedelta(days=1), "more", ["carole", "damien"], actor="steward")
    with pytest.raises(Refused, match="is not confirmed yet by p1, p2"):
        room.permits.require(permit.id, "zoe", "ask")
    with pytest.raises(Refused, match="is not confirmed yet by p1, p2"):
        room.token(permit.id, "zoe", ["ask"])


def test_a_member_whom_somebody_on_the_permit_appointed_does_not_decide_on_it(room: Room) -> None:
    room.people.give("second-steward", "researcher", actor="steward")
    room.people.give("friend", "committee", actor="second-steward")
    with pytest.raises(Refused, match="friend was appointed to the committee by second-steward, whom the permit names"):
        room.granted(people=["second-steward"], decided_by=["carole", "friend"])


@pytest.mark.parametrize("forged", [
    {"entry": 1, "role_given_by": "steward"}, {"role_given_by": "carole"}, {"entry": True}, {"surprise": 1},
])  # fmt: skip
def test_a_confirmation_of_another_entry_or_with_another_form_counts_for_nothing(
    room: Room, forged: dict[str, Any]
) -> None:
    permit = room.granted(confirmed=False)
    facts = {"permit": permit.id, "entry": permit.since, "role_given_by": "steward"}
    for person in ("carole", "damien"):
        room.ledger.append("permit_confirmed", actor=person, **(facts | forged))
    assert room.permits.get(permit.id).state == "proposed"


@click.command()
@json_option
@pass_required("ask")
def door(lake: Lake, passed: Pass, permits: Permits, as_json: bool) -> dict[str, str]:
    permits.require(passed.permit.id, passed.person, "ask")
    entry = lake.ledger.append("answered")
    return {"person": passed.person, "actor": entry.actor}


class AtTheDoor:
    """A room in the present, as the command line finds it."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        room = made_room(home, lambda: datetime.now(UTC))
        permit = room.granted(until=room.clock.now + timedelta(days=2))
        self.secret = room.token(permit.id)
        self.file = home / "token"
        self.file.write_text(self.secret + "\n")
        self.file.chmod(0o600)
        monkeypatch.setenv("CHEVET_HOME", str(home))
        for name in ("CHEVET_TOKEN", "CHEVET_ACTOR"):
            monkeypatch.delenv(name, raising=False)

    def knock(self, *arguments: str, **environment: str) -> Any:
        return CliRunner().invoke(door, [*arguments, "--json"], env=environment)


@pytest.fixture
def at_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AtTheDoor:
    return AtTheDoor(tmp_path, monkeypatch)


def test_the_door_opens_to_a_token_in_the_environment_or_in_a_private_file(at_the_door: AtTheDoor) -> None:
    for knocked in (
        at_the_door.knock(CHEVET_TOKEN=at_the_door.secret),
        at_the_door.knock("--token-file", str(at_the_door.file), CHEVET_ACTOR="anna"),
    ):
        assert knocked.stdout == '{"person": "anna", "actor": "anna"}\n'


def test_the_door_stays_shut_without_a_token_and_in_another_persons_hands(at_the_door: AtTheDoor) -> None:
    assert at_the_door.knock().exit_code == 3
    stolen = at_the_door.knock(CHEVET_TOKEN=at_the_door.secret, CHEVET_ACTOR="bruno")
    assert stolen.exit_code == 3
    assert at_the_door.secret.split(".")[2] not in stolen.output


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_token_file_that_others_can_read_is_refused(at_the_door: AtTheDoor, mode: int) -> None:
    at_the_door.file.chmod(mode)
    knocked = at_the_door.knock("--token-file", str(at_the_door.file))
    assert knocked.exit_code == 3
    assert "not readable by you alone" in knocked.output


def test_a_token_file_that_is_a_link_a_pipe_or_a_folder_is_not_read(at_the_door: AtTheDoor, tmp_path: Path) -> None:
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(at_the_door.file)
    os.mkfifo(pipe, 0o600)
    for path in (link, pipe, tmp_path / "absent"):
        assert at_the_door.knock("--token-file", str(path)).exit_code in (3, 4)


def test_no_command_takes_a_secret_on_its_line() -> None:
    assert [option.opts for option in door.params if "token" in str(option.name)] == [["--token-file"]]
