"""The airlock: from a draft to two opinions, by the moves of a release and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput, ChevetError, Refused
from chevet.room.airlock import MOVES, Case
from chevet.room.state import Permit
from tests.room.made_job import GOOD, airlock_of, approved, made_job
from tests.room.made_room import Room, made_room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return made_room(tmp_path / "home")


@pytest.fixture
def permit(room: Room) -> Permit:
    return room.granted()


@pytest.fixture
def draft(room: Room, permit: Permit) -> Case:
    return made_job(room, permit, {"t.csv": GOOD})


def test_a_run_is_a_draft_that_only_its_author_submits_or_withdraws(room: Room, draft: Case) -> None:
    assert draft.state == "draft"
    for who in ("bruno", "chloe", "steward"):
        for act in (lambda a: a.submit(draft, "x"), lambda a: a.withdraw(draft)):
            with pytest.raises(Refused, match="is somebody else's"):
                act(airlock_of(room, who))
    assert airlock_of(room, "anna").withdraw(draft).state == "withdrawn"


def test_nothing_is_submitted_without_saying_what_it_is(room: Room, draft: Case) -> None:
    with pytest.raises(BadInput, match="what the outputs are must be said"):
        airlock_of(room, "anna").submit(draft, "  ")


def test_two_checkers_in_turn_approve(room: Room, draft: Case) -> None:
    airlock_of(room, "anna").submit(draft, "Patients by sex")
    first = airlock_of(room, "chloe").give_opinion(airlock_of(room, "chloe").case(draft.id), approves=True, reason="a")
    assert (first.state, first.approved) == ("one_review", False)
    second = airlock_of(room, "charles").give_opinion(first, approves=True, reason="b")
    assert (second.state, second.approved) == ("two_reviews", True)
    assert [(o.checker, o.approves) for o in second.opinions] == [("chloe", True), ("charles", True)]


def test_one_checker_does_not_count_twice(room: Room, draft: Case) -> None:
    airlock_of(room, "anna").submit(draft, "Patients by sex")
    chloe = airlock_of(room, "chloe")
    first = chloe.give_opinion(chloe.case(draft.id), approves=True, reason="a")
    with pytest.raises(Refused, match="has given an opinion"):
        chloe.give_opinion(first, approves=True, reason="again")


@pytest.mark.parametrize(("who", "why"), [
    ("anna", "belongs to the team"), ("bruno", "belongs to the team"), ("colin", "the same organisation"),
    ("steward", "is no checker"), ("zoe", "is no checker"),
])  # fmt: skip
def test_who_is_no_independent_checker_says_nothing_and_sees_nothing(
    room: Room, draft: Case, who: str, why: str
) -> None:
    case = airlock_of(room, "anna").submit(draft, "Patients by sex")
    airlock = airlock_of(room, who)
    for act in (
        lambda: airlock.give_opinion(case, approves=True, reason="fine"), lambda: airlock.send_back(case, "no"),
        lambda: airlock.require_may_look(case), lambda: airlock.enter_look(case),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            act()
    assert airlock.case(case.id).state == "submitted"


def test_a_second_opinion_against_it_refuses_the_release(room: Room, draft: Case) -> None:
    airlock_of(room, "anna").submit(draft, "Patients by sex")
    chloe, charles = airlock_of(room, "chloe"), airlock_of(room, "charles")
    chloe.give_opinion(chloe.case(draft.id), approves=False, reason="one cell is doubtful")
    after = charles.give_opinion(charles.case(draft.id), approves=True, reason="fine")
    assert (after.state, after.approved) == ("refused", False)
    assert [entry.act for entry in room.ledger.entries()][-2:] == ["output_checked", "output_refused"]


def test_what_is_sent_back_begins_anew(room: Room, draft: Case) -> None:
    airlock_of(room, "anna").submit(draft, "Patients by sex")
    chloe = airlock_of(room, "chloe")
    chloe.give_opinion(chloe.case(draft.id), approves=True, reason="fine")
    charles = airlock_of(room, "charles")
    returned = charles.send_back(charles.case(draft.id), "say how many patients")
    assert (returned.state, returned.opinions, returned.reason) == ("returned", (), "say how many patients")
    again = airlock_of(room, "anna").submit(returned, "Patients by sex, all 240")
    assert (again.state, again.opinions, again.context) == ("submitted", (), "Patients by sex, all 240")


def test_two_who_look_at_the_same_time_do_not_undo_each_other(room: Room, draft: Case) -> None:
    airlock_of(room, "anna").submit(draft, "Patients by sex")
    seen = airlock_of(room, "chloe").case(draft.id)
    airlock_of(room, "charles").send_back(seen, "say more")
    with pytest.raises(Refused, match="is returned"):
        airlock_of(room, "chloe").give_opinion(seen, approves=True, reason="fine")


def test_without_a_permit_that_stands_nothing_is_submitted(room: Room, permit: Permit, draft: Case) -> None:
    room.permits.revoke(permit.id, "misuse", actor="steward")
    with pytest.raises(Refused, match="was revoked"):
        airlock_of(room, "anna").submit(draft, "Patients by sex")


def test_an_opinion_written_past_the_rules_is_nobodys(room: Room, draft: Case) -> None:
    """The same checker twice, an opinion on other outputs, a release nobody approved: all count for nothing."""
    airlock_of(room, "anna").submit(draft, "Patients by sex")
    facts = {k: draft.facts[k] for k in ("project", "job", "permit", "study", "outputs_sha256")}
    room.ledger.append("output_checked", actor="chloe", approves=True, reason="a", **facts)
    room.ledger.append("output_checked", actor="chloe", approves=True, reason="b", **facts)
    other = facts | {"outputs_sha256": "2" * 64}
    room.ledger.append("output_checked", actor="charles", approves=True, reason="c", **other)
    room.ledger.append("output_checked", actor="anna", approves=True, reason="d", **facts)
    room.ledger.append("output_released", actor="anna", outputs=["3" * 64], **facts)
    case = airlock_of(room, "charles").case(draft.id)
    assert (case.state, [o.checker for o in case.opinions]) == ("one_review", ["chloe"])


def test_a_run_without_its_facts_is_no_case(room: Room, draft: Case) -> None:
    room.ledger.append("job_run", project="early_lung", job=7)
    assert [case.id for case in airlock_of(room, "chloe").cases()] == [draft.id]


ACTS = ("submit", "approve", "refuse", "return", "withdraw")


@settings(max_examples=15)  # each walk writes a ledger of some forty entries to the disk
@given(st.lists(st.tuples(st.sampled_from(["anna", "bruno", "chloe", "charles", "colin", "steward"]),
                          st.sampled_from(ACTS)), min_size=6, max_size=12))  # fmt: skip
def test_whatever_people_try_two_reviews_are_of_two_independent_checkers(
    tmp_path_factory: pytest.TempPathFactory, tries: list[tuple[str, str]]
) -> None:
    room = made_room(tmp_path_factory.mktemp("walk"))
    case = made_job(room, room.granted(), {"t.csv": GOOD})
    for who, act in tries:
        airlock = airlock_of(room, who)
        now = airlock.case(case.id)
        try:
            if act == "submit":
                airlock.submit(now, "counts")
            elif act == "withdraw":
                airlock.withdraw(now)
            elif act == "return":
                airlock.send_back(now, "say more")
            else:
                airlock.give_opinion(now, approves=act == "approve", reason="looked")
        except ChevetError:
            assert airlock.case(case.id) == now
    end = airlock_of(room, "chloe").case(case.id)
    assert {o.checker for o in end.opinions} <= {"chloe", "charles"}
    assert len({o.checker for o in end.opinions}) == len(end.opinions)
    if end.state == "two_reviews":
        assert end.approved


def test_every_state_is_reached_by_a_move_and_every_move_has_states() -> None:
    reached = {"draft", "two_reviews", *(target for _, target in MOVES.values())}
    assert {source for sources, _ in MOVES.values() for source in sources} <= reached


def test_a_job_that_is_not_there_is_named(room: Room, draft: Case) -> None:
    with pytest.raises(BadInput, match="no job of that name"):
        airlock_of(room, "chloe").case("early_lung/9")


def test_approval_is_of_the_very_outputs(room: Room, draft: Case) -> None:
    case = approved(room, draft)
    assert (case.state, case.approved) == ("two_reviews", True)
    assert airlock_of(room, "chloe").job(case).digest == case.facts["outputs_sha256"]
