"""A room with a study of four thousand made-up patients, its cube, and a researcher at the door of its questions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chevet.cohort import cohort as cohorts
from chevet.room.ask import Question, ask
from chevet.room.book import Book
from chevet.room.people import People
from chevet.room.permits import Permits
from chevet.room.questions.cubes import make_cube
from chevet.room.tokens import Pass, Tokens
from chevet.store.lake import Lake
from chevet.store.ledger import Ledger
from tests.room import asked_study
from tests.room.made_room import Clock, Room, made_room

N = 4000


@dataclass
class Asked:
    """A room with a study in it, a cube of it, and Anna at the door."""

    room: Room
    lake: Lake
    anna: Pass

    def __call__(self, kind: str, definition: str = "all", second: str | None = None, **how: Any) -> dict[str, Any]:
        mode = how.pop("mode", "cube")
        question = Question.read(kind, definition, second, **how)
        return ask(self.lake, self.room.permits, self.anna, "demo", question, mode=mode).as_json()

    def truth(self, definition: str) -> int:
        return cohorts.open(self.lake, "demo", definition).size

    def entries(self, act: str) -> list[dict[str, Any]]:
        return [dict(entry.facts) for entry in self.lake.ledger.entries() if entry.act == act]


def made_home(folder: Path) -> Path:
    """The home of such a room, made here."""
    clock = Clock()
    made_room(folder, clock)
    lake = asked_study.study(folder, N, clock)
    make_cube(lake, cohorts.open(lake, "demo"))
    return folder


def opened_copy(home: Path, here: Path) -> Asked:
    """A copy of a home that was made before, with a permit for Anna."""
    shutil.copytree(home, here)
    clock = Clock()
    ledger = Ledger(here / "ledger", clock=clock, actor="steward")
    book = Book(ledger, clock)
    room = Room(
        here, ledger, clock, book, People(ledger, book=book), Permits(ledger, book=book), Tokens(ledger, book=book)
    )
    permit = room.granted()
    return Asked(room, Lake(here, clock=clock, actor="steward"), room.tokens.identify(room.token(permit.id), "ask"))
