"""The auditor's list: who asked what, under which permit, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from chevet.errors import Fault
from chevet.room.ask import QUESTION_ANSWERED, QUESTION_REFUSED
from chevet.room.audit import (
    ANSWERED,
    CUBE_MADE,
    INSIDE,
    PROGRAM_ACTS,
    REFUSED,
    RELEASE_MADE,
    RELEASE_REFUSED,
    Wanted,
    lines,
)
from chevet.room.tokens import ACCESS_REFUSED
from chevet.words.labels import has_label
from tests.room.made_room import START, Room, made_room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = made_room(tmp_path)
    permit = room.granted()
    told = {"study": "demo", "mode": "cube", "permit": permit.id, "project": permit.project, "version": 1}
    room.ledger.append(ANSWERED, actor="anna", kind="count", definition="sex = male", **told)
    room.clock.turn(days=1)
    room.ledger.append(
        REFUSED, actor="bruno", kind="compare", definition="all", second="sex = female", reason="few people", **told
    )
    room.ledger.append(INSIDE, actor="dr", study="demo", version=1, definition="all", answer="count", patients=90)
    return room


def test_the_names_of_acts_are_those_that_the_rooms_write() -> None:
    from chevet.cohort.cohort import QUESTION_ASKED
    from chevet.privacy.anonymity.register import registry
    from chevet.room import airlock

    assert (ANSWERED, REFUSED, INSIDE) == (QUESTION_ANSWERED, QUESTION_REFUSED, QUESTION_ASKED)
    assert set(PROGRAM_ACTS) == {*airlock.EVENTS, airlock.LOOKED_AT}
    assert (RELEASE_MADE, RELEASE_REFUSED) == (registry.RELEASE_MADE, registry.RELEASE_REFUSED)


def test_every_act_of_the_room_has_words() -> None:
    acts = [ANSWERED, REFUSED, INSIDE, RELEASE_MADE, RELEASE_REFUSED, CUBE_MADE, ACCESS_REFUSED, *PROGRAM_ACTS]
    assert [act for act in acts if not has_label(f"ledger.act.{act}")] == []


def test_every_question_is_told_with_who_asked_under_which_permit_and_why_it_was_refused(room: Room) -> None:
    told = [
        (x.who, x.permit, x.project, x.what, x.why, x.refused)
        for x in lines(room.book, Wanted(kinds=frozenset({"question"})))
    ]
    assert told == [
        ("anna", "P-1", "early_lung", "count [cube]: sex = male", "", False),
        ("bruno", "P-1", "early_lung", "compare [cube]: all / sex = female", "few people", True),
        ("dr", "", "", "count: all", "", False),
    ]


@pytest.mark.parametrize(
    ("wanted", "who"),
    [
        (Wanted(refused_only=True), ["bruno"]),
        (Wanted(kinds=frozenset({"question"}), permit="P-1"), ["anna", "bruno"]),
        (Wanted(kinds=frozenset({"question"}), until=START + timedelta(hours=1)), ["anna"]),
        (Wanted(kinds=frozenset({"question"}), since=START + timedelta(hours=1)), ["bruno", "dr"]),
        (Wanted(who="anna"), ["anna"]),
        (Wanted(project="other"), []),
        (Wanted(study="demo", kinds=frozenset({"question", "page"})), ["anna", "bruno", "dr"]),
    ],
)
def test_filters_hold_together(room: Room, wanted: Wanted, who: list[str]) -> None:
    assert [line.who for line in lines(room.book, wanted)] == who


def test_moves_of_a_permit_are_told_with_its_project_and_study_and_what_counts_for_nothing_is_marked(
    room: Room,
) -> None:
    room.permits.suspend("P-1", "to be looked at", actor="steward")
    room.ledger.append("permit_resumed", actor="mallory", permit="P-1", reason="because")
    suspended, forged = list(lines(room.book))[-2:]
    assert (suspended.project, suspended.study, suspended.why, suspended.void) == (
        "early_lung", "demo", "to be looked at", False,
    )  # fmt: skip
    assert (forged.act, forged.void) == ("permit_resumed", True)


def test_a_secret_token_is_told_by_the_first_letters_of_its_hash_alone(room: Room) -> None:
    secret = room.token("P-1")
    (line,) = [x for x in lines(room.book) if x.act == "token_issued"]
    assert "sha256: " in line.what
    assert secret.split(".")[2] not in line.what
    assert len(line.what.partition("sha256: ")[2].split(",")[0]) == 13


def test_an_audit_of_a_ledger_that_was_tampered_with_says_so(room: Room) -> None:
    path = room.ledger.path / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"few people", b"few lemons"))
    with pytest.raises(Fault, match="damaged"):
        list(lines(room.book))
