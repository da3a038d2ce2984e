"""Random walks over everything that people can do: the promises hold, judged from the ledger by another reading.

The judge below shares nothing with the fold: it goes over the entries once per question, as an auditor would.
Walks are steered (a permit is granted and its people made ready first), since a uniform walk never opens anything.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput, Refused
from chevet.room.book import Book
from chevet.store.ledger import Entry
from tests.room.made_room import Room, made_room

PEOPLE = ("steward", "steward", "steward", "second-steward", "carole", "damien", "anna", "bruno", "klara")
STANDING = ("permit_suspended", "permit_resumed", "permit_revoked", "permit_expired")
OTHERS = ("anna", "anna", "anna", "damien", "damien", "bruno", "klara", "second-steward")
Step = tuple[str, str, str, float]
steps = st.tuples(
    st.sampled_from(
        ["ask"] * 6 + ["turn"] * 3 + ["turn_back", "suspend", "resume", "resume", "revoke", "renew", "sweep", "use"]
        + ["train", "sign", "grant", "confirm", "confirm", "give", "take", "token", "forge"]
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from(OTHERS),
    st.one_of(st.floats(0.1, 2), st.floats(0.1, 300)),
)  # fmt: skip


def walk(room: Room, taken: list[Step]) -> Counter[str]:
    """Do what the steps say, as far as it is let; what was let, by name. An answered question is entered."""
    done: Counter[str] = Counter()
    secrets = {"anna": room.token(room.granted().id, minutes=720)}
    for what, actor, other, number in taken:
        try:
            _do(room, what, actor, other, number, secrets)
            done[what] += 1
        except (Refused, BadInput):
            done["refused"] += 1
    return done


def _do(room: Room, what: str, actor: str, other: str, number: float, secrets: dict[str, str]) -> None:
    permit = f"P-{1 + int(number) % 2}"
    permits, end = room.permits, room.clock.now + timedelta(days=number)
    moves: dict[str, Callable[[], Any]] = {
        "turn": lambda: room.clock.turn(days=number),
        "turn_back": lambda: room.clock.turn(days=-number),
        "suspend": lambda: permits.suspend(permit, "why", actor=actor),
        "resume": lambda: permits.resume(permit, "why", actor=actor),
        "revoke": lambda: permits.revoke(permit, "why", actor=actor),
        "renew": lambda: permits.renew(permit, end, "why", sorted({"carole", other}), actor=actor),
        "confirm": lambda: permits.confirm(permit, entry=permits.get(permit).as_json()["awaits_entry"], actor=actor),
        "sweep": lambda: permits.sweep(actor=actor),
        "use": lambda: permits.set_use("demo", [("HMB", "GRU", "POA")[int(number) % 3]], actor=actor),
        "train": lambda: permits.certify_training(permit, other, end, "course", actor=actor),
        "sign": lambda: permits.sign_agreement(permit, other, "cabinet", actor=actor),
        "grant": lambda: room.granted(
            people=[other], until=end, decided_by=["carole", "damien"], actor=actor, confirmed=int(number) % 3 > 0
        ),
        "give": lambda: room.people.give(
            other, ("researcher", "committee", "key_holder")[int(number) % 3], actor=actor
        ),
        "take": lambda: room.people.take(other, ("researcher", "committee")[int(number) % 2], "why", actor=actor),
        "token": lambda: secrets.update({other: room.token(permit, other, ["ask"], 700)}),
        "forge": lambda: room.ledger.append("permit_resumed", actor=actor, permit=permit, reason="forged"),
        "ask": lambda: _ask(room, secrets),
    }
    moves[what]()


def _ask(room: Room, secrets: dict[str, str]) -> None:
    for secret in secrets.values():
        try:
            passed = room.tokens.identify(secret, "ask")
        except Refused:
            continue
        room.ledger.append("answered", actor=passed.person, permit=passed.permit.id)
        return
    raise Refused("no token opens", next_act="")


def judged(entries: list[Entry], void: set[int]) -> list[str]:
    """Every promise broken, in words."""
    broken: list[str] = []
    counted = [e for e in entries if e.n not in void]
    grants = {e.facts["permit"]: e for e in counted if e.act == "permit_granted"}
    for e in counted:
        permit = e.facts.get("permit")
        people = grants[permit].facts["people"] if permit in grants else []
        deciders = set(e.facts.get("decided_by", ()))
        if deciders & set(people) or (e.act in ("permit_granted", "permit_renewed") and len(deciders - {e.actor}) < 2):
            broken.append(f"entry {e.n}: somebody decided on what concerns them, or alone")
        if e.act.startswith("permit_") and e.act != "permit_expired" and e.actor in people:
            broken.append(f"entry {e.n}: somebody acted on their own permit")
        if e.act == "role_given" and not e.facts.get("bootstrapped") and e.actor == e.facts["person"]:
            broken.append(f"entry {e.n}: somebody appointed themself")
        if e.act == "permit_confirmed" and (e.actor in people or not _named(counted, e)):
            broken.append(f"entry {e.n}: somebody confirmed what they had not decided")
        if e.act == "answered" and (why := _why_not(counted, e, grants)):
            broken.append(f"entry {e.n}: answered although {why}")
    return broken


def _named(counted: list[Entry], confirmed: Entry) -> bool:
    """Whether the entry confirmed is an earlier grant or renewal that names whoever confirms."""
    return any(
        e.n == confirmed.facts["entry"] < confirmed.n and confirmed.actor in e.facts.get("decided_by", ())
        and e.facts["permit"] == confirmed.facts["permit"]
        for e in counted
    )  # fmt: skip


def _is_confirmed(before: list[Entry], decision: Entry) -> bool:
    confirmed = {e.actor for e in before if e.act == "permit_confirmed" and e.facts["entry"] == decision.n}
    return set(decision.facts["decided_by"]) <= confirmed


def _why_not(counted: list[Entry], asked: Entry, grants: dict[str, Entry]) -> str:
    before = [e for e in counted if e.n < asked.n]
    moment = datetime.fromisoformat(max(e.at for e in [*before, asked]))
    permit, person = asked.facts["permit"], asked.actor
    grant = grants.get(permit)
    if grant is None or grant.n > asked.n or person not in grant.facts["people"]:
        return "there was no such permit"
    ends = [
        e.facts["until"]
        for e in before
        if e.act in ("permit_granted", "permit_renewed") and e.facts["permit"] == permit and _is_confirmed(before, e)
    ]
    if not _is_confirmed(before, grant):
        return "those who decided had not confirmed it"
    standing = [e.act for e in before if e.act in STANDING and e.facts["permit"] == permit]
    if moment >= datetime.fromisoformat(ends[-1]) or "permit_expired" in standing:
        return "the permit had ended"
    if "permit_revoked" in standing or standing[-1:] == ["permit_suspended"]:
        return "the permit was revoked or suspended"
    trained = [
        e.facts["until"]
        for e in before
        if e.act == "training_certified" and (e.facts["permit"], e.facts["person"]) == (permit, person)
    ]
    if not trained or moment >= datetime.fromisoformat(trained[-1]):
        return "the training had lapsed"
    roles = [
        e.act
        for e in before
        if e.act in ("role_given", "role_taken") and (e.facts["person"], e.facts["role"]) == (person, "researcher")
    ]
    if roles[-1:] != ["role_given"]:
        return "the person was no longer a researcher"
    tokens = [
        e.facts["until"]
        for e in before
        if e.act == "token_issued" and (e.facts["permit"], e.facts["person"]) == (permit, person)
    ]
    return "" if any(moment < datetime.fromisoformat(until) for until in tokens) else "no token lived"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(taken=st.lists(steps, min_size=10, max_size=25))
def test_no_walk_breaks_a_promise(tmp_path_factory: pytest.TempPathFactory, taken: list[Step]) -> None:
    room = made_room(tmp_path_factory.mktemp("walk"))
    done = walk(room, taken)
    for what in done:
        event(what)
    with room.book.now():
        pass
    assert judged(list(room.ledger.entries()), room.book.void) == []
    assert room.ledger.verify().intact


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(taken=st.lists(steps, min_size=10, max_size=20))
def test_a_fold_begun_anew_says_what_the_one_read_step_by_step_says(
    tmp_path_factory: pytest.TempPathFactory, taken: list[Step]
) -> None:
    room = made_room(tmp_path_factory.mktemp("walk"))
    walk(room, taken)
    anew = Book(room.ledger, room.clock)
    with room.book.now() as one, anew.now() as other:
        assert one == other
    assert anew.void == room.book.void


def test_a_long_steered_walk_reaches_every_state_and_the_judge_can_find_fault(tmp_path: Path) -> None:
    room = made_room(tmp_path)
    day = 0.4
    path: list[Step] = [
        ("ask", "anna", "anna", 1), ("suspend", "carole", "anna", 2), ("ask", "anna", "anna", 1),
        ("resume", "steward", "anna", 2), ("ask", "anna", "anna", 1), ("turn", "steward", "anna", day),
        ("turn_back", "steward", "anna", 300), ("ask", "anna", "anna", 1), ("renew", "steward", "damien", 310.0),
        ("confirm", "carole", "anna", 2), ("confirm", "damien", "anna", 2),
        ("token", "steward", "anna", 2.0), ("ask", "anna", "anna", 1), ("revoke", "steward", "anna", 2),
        ("forge", "mallory", "anna", 2), ("ask", "anna", "anna", 1),
        ("turn", "steward", "anna", 310), ("grant", "steward", "bruno", 10),
        ("turn", "steward", "anna", 11), ("sweep", "steward", "anna", 1),
    ]  # fmt: skip
    done = walk(room, path)
    assert {p.id: p.state for p in room.permits.all()} == {"P-1": "revoked", "P-2": "expired"}
    assert done["ask"] == 4
    entries = list(room.ledger.entries())
    assert judged(entries, room.book.void) == []
    assert list(itertools.islice((e.act for e in entries if e.n in room.book.void), 1)) == ["permit_resumed"]
    room.ledger.append("answered", actor="anna", permit="P-1")
    assert judged(list(room.ledger.entries()), room.book.void) == [
        f"entry {len(entries) + 1}: answered although the permit had ended"
    ]
