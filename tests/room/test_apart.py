"""That two tables are of different people is said by two: whoever declares it, and a member of the committee."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chevet.errors import Refused
from chevet.room.apart import Declarations
from tests.room.made_room import Room, made_room

SAID = {
    "cohort": "lille.csv", "source_digest": "a" * 64, "release": "3f2a90c41b7d", "apart_from_source": "b" * 64,
    "shared": 100, "compared": [], "because": "both hospitals count from 1",
}  # fmt: skip


@dataclass(frozen=True)
class House:
    room: Room
    declarations: Declarations

    def declared(self, who: str = "steward", **facts: Any) -> int:
        return self.room.ledger.append("releases_declared_apart", actor=who, **(SAID | facts)).n


@pytest.fixture
def house(tmp_path: Path) -> House:
    room = made_room(tmp_path)
    return House(room, Declarations(room.ledger, room.clock))


def test_a_member_of_the_committee_confirms_what_another_person_declared(house: House) -> None:
    entry = house.declared()
    assert house.declarations.confirmed() == frozenset()
    written = house.declarations.confirm(entry, actor="carole")
    assert (written.actor, written.facts) == ("carole", {"entry": entry, "role_given_by": "steward"})
    assert house.declarations.confirmed() == {entry}
    assert [(one.who, one.confirmed_by) for one in house.declarations.all()] == [("steward", "carole")]


@pytest.mark.parametrize(
    ("declarer", "confirmer", "fact"),
    [
        ("steward", "steward", "steward is not of the committee; steward declared it, and another person confirms it"),
        ("carole", "carole", "carole declared it, and another person confirms it"),
        ("steward", "anna", "anna is not of the committee"),
    ],
)
def test_nobody_else_confirms_it(house: House, declarer: str, confirmer: str, fact: str) -> None:
    entry = house.declared(declarer)
    with pytest.raises(Refused, match=fact):
        house.declarations.confirm(entry, actor=confirmer)
    # Nor does an event put into the ledger past the rules.
    house.room.ledger.append("releases_confirmed_apart", actor=confirmer, entry=entry, role_given_by="steward")
    assert house.declarations.confirmed() == frozenset()


def test_a_member_appointed_after_the_declaration_does_not_confirm_it(house: House) -> None:
    entry = house.declared()
    house.room.people.give("puppet", "committee", actor="steward")
    with pytest.raises(Refused, match=f"puppet was appointed by steward after entry {entry}"):
        house.declarations.confirm(entry, actor="puppet")


@pytest.mark.parametrize("facts", [{"agreed_by": "paul"}, {"because": ""}, {"shared": 0}])
def test_a_declaration_of_another_form_can_be_confirmed_by_nobody(house: House, facts: dict[str, Any]) -> None:
    entry = house.declared(**facts)
    with pytest.raises(Refused, match=f"entry {entry} declares nothing of two tables"):
        house.declarations.confirm(entry, actor="carole")


def test_what_was_confirmed_is_not_confirmed_again(house: House) -> None:
    entry = house.declared()
    house.declarations.confirm(entry, actor="carole")
    with pytest.raises(Refused, match=f"entry {entry} was confirmed by carole"):
        house.declarations.confirm(entry, actor="damien")
