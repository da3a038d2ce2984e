"""Who is told which permits there are: offices all of them, the people of a permit theirs, and nobody else any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chevet.errors import Refused
from chevet.room.rules import OFFICES
from chevet.room.sight import sight_of
from chevet.room.workspace import Workspaces
from chevet.store.lake import Lake
from tests.room.made_room import END, Room, made_room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = made_room(tmp_path / "home")
    room.people.give("dora", "dpo", actor="steward")
    room.granted()
    return room


@pytest.mark.parametrize("office", OFFICES)
def test_an_office_sees_every_permit(room: Room, office: str) -> None:
    with room.book.now() as (state, _):
        holder = state.holders(office)[0]
    assert sight_of(room.book, holder).of("P-1")


def test_the_people_of_a_permit_see_theirs_also_when_it_has_ended(room: Room) -> None:
    room.granted(("zoe",), project="late_lung")
    room.permits.revoke("P-1", "over", actor="steward")
    assert [sight_of(room.book, who).of(permit) for who in ("anna", "zoe") for permit in ("P-1", "P-2")] == [
        True, False, False, True,
    ]  # fmt: skip


def test_who_has_no_role_and_is_on_no_permit_is_shown_nothing(room: Room) -> None:
    with pytest.raises(Refused, match="walter has no role in the data room, and is on no permit"):
        sight_of(room.book, "walter")


ACTS: list[Callable[[Room, str, str], object]] = [
    lambda room, permit, who: room.permits.suspend(permit, "why", actor=who),
    lambda room, permit, who: room.permits.resume(permit, "why", actor=who),
    lambda room, permit, who: room.permits.revoke(permit, "why", actor=who),
    lambda room, permit, who: room.permits.surrender(permit, "why", actor=who),
    lambda room, permit, who: room.permits.confirm(permit, actor=who),
    lambda room, permit, who: room.permits.renew(permit, END, "why", ["carole", "damien"], actor=who),
    lambda room, permit, who: room.permits.certify_training(permit, who, END, "course", actor=who),
    lambda room, permit, who: room.permits.sign_agreement(permit, who, "cabinet", actor=who),
    lambda room, permit, who: room.permits.require(permit, who, "ask"),
    lambda room, permit, who: room.tokens.issue(permit, who, ["ask"], 60, actor=who),
    lambda room, permit, who: sight_of(room.book, who).require(permit),
    lambda room, permit, who: Workspaces(Lake(room.home, actor=who), room.book).open(permit),
]


@pytest.mark.parametrize("act", range(len(ACTS)))
@pytest.mark.parametrize("who", ["zoe", "walter"])
def test_a_permit_that_is_somebody_elses_does_not_exist(room: Room, act: int, who: str) -> None:
    """Whatever a stranger tries: a permit that is there and one that is not are refused in the same words."""
    told = []
    for permit in ("P-1", "P-9"):
        with pytest.raises(Refused) as refused:
            ACTS[act](room, permit, who)
        told.append(f"{refused.value.message} {refused.value.next_act}".replace(permit, "P"))
    assert told[0] == told[1]
