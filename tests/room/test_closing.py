"""A room is closed at once, and what it held is destroyed once it need not be kept; what was released stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.cli import room as door
from chevet.errors import BadInput, ChevetError, Refused
from chevet.room.checking.extract import Extract
from chevet.room.closing import Closing, require_a_room
from chevet.room.jobs import data_digest
from chevet.room.releases import earlier_counts, hand_over
from chevet.room.state import Permit
from chevet.room.workspace import Workspaces
from chevet.store.lake import Lake
from tests.room.made_extract import write_extract
from tests.room.made_job import GOOD, airlock_of, approved, made_job
from tests.room.made_room import START, Room, made_room

LATER = START + timedelta(days=200)
NO_EXTRACT = {"extract_sha256": None}
OTHER = "stage,n\nI,118\nII,122\n"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    write_extract(tmp_path / "home" / "rooms" / "early_lung" / "extract")
    return made_room(tmp_path / "home")


@pytest.fixture
def permit(room: Room) -> Permit:
    return room.granted()


def closing(room: Room, actor: str = "steward") -> Closing:
    return Closing(airlock_of(room, actor))


def standing(room: Room, permit: Permit) -> str:
    return Workspaces(Lake(room.home, clock=room.clock, actor="steward"), book=room.book).standing(permit.id)


def inside(room: Room) -> list[str]:
    home = room.home / "rooms" / "early_lung"
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize("actor", ["steward", "second-steward", "anna", "bruno"])
def test_a_steward_or_whoever_works_in_a_room_closes_it_and_no_program_runs_any_more(
    room: Room, permit: Permit, actor: str
) -> None:
    closing(room, actor).close("early_lung", "the paper is out", LATER)
    for act in ("run", "release"):
        with pytest.raises(Refused, match="the room of permit P-1 was closed for good"):
            room.permits.require(permit.id, "anna", act)
    assert room.permits.require(permit.id, "anna", "ask").state == "active"
    assert standing(room, permit) == "closed"


@pytest.mark.parametrize("actor", ["zoe", "chloe", "aude", "carole"])
def test_nobody_else_closes_a_room(room: Room, permit: Permit, actor: str) -> None:
    with pytest.raises(Refused, match="neither a steward nor named by every permit"):
        closing(room, actor).close("early_lung", "why", LATER)
    assert standing(room, permit) == "open"


def test_a_room_that_was_closed_is_not_opened_again_under_its_permit(room: Room, permit: Permit) -> None:
    facts = {"permit": permit.id, "project": "early_lung", "study": "demo", "version": 1, "gives": [], "release": None}
    closing(room).close("early_lung", "why", LATER)
    with pytest.raises(Refused, match=r"closed for good; what the closed room of early_lung held is not destroyed yet"):
        room.book.enter("workspace_opened", actor="steward", **facts)
    room.clock.now = LATER
    closing(room).destroy("early_lung")
    again = room.granted()
    assert (standing(room, permit), standing(room, again)) == ("destroyed", "open")


def test_what_a_room_held_is_kept_until_the_day_told_and_only_a_steward_destroys_it(room: Room, permit: Permit) -> None:
    made_job(room, permit, {"a.csv": GOOD})
    held = inside(room)
    with pytest.raises(Refused, match="the room of early_lung is not closed"):
        closing(room).destroy("early_lung")
    closing(room, "anna").close("early_lung", "why", LATER)
    with pytest.raises(Refused, match="is kept until 2026-09-17"):
        closing(room).destroy("early_lung")
    room.clock.now = LATER
    with pytest.raises(Refused, match="anna is not a steward"):
        closing(room, "anna").destroy("early_lung")
    assert inside(room) == held
    closing(room).destroy("early_lung")
    assert inside(room) == ["jobs/lock"]


def test_a_steward_may_choose_another_day_and_the_people_of_the_room_may_not(room: Room, permit: Permit) -> None:
    closing(room, "anna").close("early_lung", "why", LATER)
    with pytest.raises(Refused, match="neither a steward"):
        closing(room, "anna").close("early_lung", "sooner", START)
    closing(room).close("early_lung", "the authority asked", START)
    assert closing(room).may_destroy("early_lung")


def test_the_ledger_says_by_hash_what_was_destroyed(room: Room, permit: Permit) -> None:
    made_job(room, permit, {"a.csv": GOOD})
    home = room.home / "rooms" / "early_lung"
    hashes = data_digest(home / "extract"), data_digest(home / "jobs" / "1")
    closing(room).close("early_lung", "why", START)
    closing(room).destroy("early_lung")
    (entry,) = [e for e in room.ledger.entries() if e.act == "workspace_destroyed"]
    assert entry.facts == {
        "project": "early_lung", "extract_sha256": hashes[0], "jobs": [1], "jobs_sha256": [hashes[1]], "kept": [],
    }  # fmt: skip


def test_what_was_released_stays_and_later_outputs_are_compared_with_it(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    extract = room.home / "rooms" / "early_lung" / "extract"
    case = approved(room, made_job(room, permit, {"a.csv": GOOD, "b.xyz": OTHER}))
    hand_over(airlock_of(room, "anna"), case, extract, tmp_path / "out")
    rows = Extract.read(extract)
    before = earlier_counts(airlock_of(room, "chloe"), "demo", rows, "none")
    closing(room).close("early_lung", "why", START)
    assert closing(room).destroy("early_lung").kept == (1,)
    assert inside(room) == ["jobs/1/job.json", "jobs/1/outputs/0001", "jobs/lock"]
    assert earlier_counts(airlock_of(room, "chloe"), "demo", rows, "none").keys() == before.keys() != set()
    with pytest.raises(Refused, match="job early_lung/1 was destroyed when the room of early_lung was closed"):
        airlock_of(room, "chloe").job(case)


def test_no_number_of_a_job_is_given_twice(room: Room, permit: Permit) -> None:
    first = made_job(room, permit, {"a.csv": GOOD})
    closing(room).close("early_lung", "why", START)
    closing(room).destroy("early_lung")
    assert (first.id, made_job(room, room.granted(), {"a.csv": GOOD}).id) == ("early_lung/1", "early_lung/2")


@pytest.mark.parametrize(
    ("checkers", "who"),
    [((), "check return early_lung/1"), (("chloe",), "check return"), (None, "release --job 1 --out")],
)
def test_outputs_on_their_way_out_hold_a_room_open_and_the_refusal_says_who_moves_them(
    room: Room, permit: Permit, checkers: tuple[str, ...] | None, who: str
) -> None:
    case = made_job(room, permit, {"a.csv": GOOD})
    if checkers is None:
        approved(room, case)
    else:
        airlock_of(room, "anna").submit(case, "counts")
        for checker in checkers:
            airlock = airlock_of(room, checker)
            airlock.give_opinion(airlock.case(case.id), approves=True, reason="above the floor")
    with pytest.raises(Refused, match="job early_lung/1 are on their way out") as refused:
        closing(room).close("early_lung", "why", START)
    assert who in refused.value.next_act
    room.permits.revoke(permit.id, "withdrawn", actor="steward")  # nothing can leave any more
    closing(room).close("early_lung", "why", START)


def test_a_crash_between_the_entry_and_the_deletion_is_finished_by_the_same_act(
    room: Room, permit: Permit, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_job(room, permit, {"a.csv": GOOD})
    closing(room).close("early_lung", "why", START)

    def crash(path: Path) -> None:
        raise OSError(5, "the disk is ill")

    with monkeypatch.context() as patch:
        patch.setattr("chevet.room.closing.remove_folder", crash)
        with pytest.raises(ChevetError, match="the disk is ill"):
            closing(room).destroy("early_lung")
    assert len(inside(room)) > 1
    closing(room).destroy("early_lung")
    assert inside(room) == ["jobs/lock"]
    assert [entry.act for entry in room.ledger.entries()].count("workspace_destroyed") == 1


@pytest.mark.parametrize("project", ["none", "../early_lung", ""])
def test_a_room_that_never_was_cannot_be_closed(room: Room, permit: Permit, project: str) -> None:
    with pytest.raises(Refused, match="no room of that project"):
        require_a_room(closing(room), project)
    with pytest.raises((BadInput, Refused)):
        closing(room).close(project, "why", START)


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        ("workspace_closed", {"project": "early_lung", "reason": "why", "keep_until": "2020-01-01T00:00:00+00:00"}),
        ("workspace_destroyed", {"project": "early_lung", "jobs": [], "jobs_sha256": [], "kept": []} | NO_EXTRACT),
    ],
)  # fmt: skip
def test_an_end_written_into_the_ledger_past_the_rules_counts_for_nothing(
    room: Room, permit: Permit, act: str, facts: dict[str, Any]
) -> None:
    room.ledger.append(act, actor="mallory", **facts)
    assert standing(room, permit) == "open"
    closing(room).close("early_lung", "why", LATER)
    room.ledger.append(act, actor="mallory", **facts)
    assert standing(room, permit) == "closed"
    assert closing(room).keep_until("early_lung") == LATER


# -- a permit given back


def test_a_person_of_a_permit_gives_it_back_and_it_ends_for_all(room: Room, permit: Permit) -> None:
    assert room.permits.surrender(permit.id, "the question is answered", actor="bruno").state == "surrendered"
    with pytest.raises(Refused, match="permit P-1 was surrendered"):
        room.permits.require(permit.id, "anna", "ask")
    assert standing(room, permit) == "closed"
    for again in (
        lambda: room.permits.resume(permit.id, "why", actor="steward"),
        lambda: room.permits.surrender(permit.id, "why", actor="anna"),
    ):
        with pytest.raises(Refused, match="permit P-1 was surrendered"):
            again()


@pytest.mark.parametrize("actor", ["zoe", "steward", "carole"])
def test_nobody_else_gives_a_permit_back(room: Room, permit: Permit, actor: str) -> None:
    with pytest.raises(Refused, match="is on no permit P-1"):
        room.permits.surrender(permit.id, "why", actor=actor)
    assert room.permits.get(permit.id).state == "active"


# -- at the door


@pytest.fixture
def said(room: Room, permit: Permit, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    monkeypatch.setenv("CHEVET_HOME", str(room.home))
    monkeypatch.delenv("CHEVET_LANG", raising=False)

    def call(*words: str, who: str = "steward", code: int = 0) -> dict[str, Any]:
        ran = CliRunner(env={"CHEVET_ACTOR": who}).invoke(door.command, [*words, "--json"])
        assert ran.exit_code == code, ran.output
        told: dict[str, Any] = json.loads(ran.stdout)
        return told

    return call


def test_at_the_door_a_room_is_closed_and_destroyed(room: Room, said: Callable[..., dict[str, Any]]) -> None:
    close = ("close", "--project", "early_lung")
    assert "--reason WORDS --destroy-from DAY" in said(*close, code=4)["error"]["next"]
    today, later = datetime.now(UTC).date(), datetime.now(UTC).date() + timedelta(days=40)
    told = said(*close, "--reason", "done", "--destroy-from", later.isoformat(), who="anna")
    assert told == {"project": "early_lung", "state": "closed", "destroy_from": later.isoformat()}
    assert "is kept until" in said(*close, code=3)["error"]["message"]
    destroyed = said(*close, "--reason", "not needed", "--destroy-from", today.isoformat())
    assert (destroyed["state"], destroyed["jobs"]) == ("destroyed", [])
    assert len(destroyed["extract_sha256"]) == 64
    french = CliRunner(env={"CHEVET_ACTOR": "steward"}).invoke(door.command, [*close, "--lang", "fr"])
    assert "est détruit" in french.stdout
    assert said("permit", "show", "P-1")["room"] == "destroyed"


def test_at_the_door_a_permit_is_given_back(said: Callable[..., dict[str, Any]]) -> None:
    assert said("permit", "surrender", "P-1", "--reason", "done", who="anna")["state"] == "surrendered"
