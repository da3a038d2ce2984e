"""Checked answers had again, and tables that leave beside them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from chevet.room.account.answered import answered
from chevet.room.checking.extract import Extract
from chevet.room.checks import Against, Output, judge
from tests.room.asked_room import Asked, made_home, opened_copy


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_home(tmp_path_factory.mktemp("home") / "home")


@pytest.fixture
def asked(home: Path, tmp_path: Path) -> Asked:
    return opened_copy(home, tmp_path / "home")


def codes(asked: Asked, table: str) -> set[str]:
    told = answered(asked.lake, "demo")
    extract = Extract([pa.table({"sex": ["female", "male"] * 200})])
    (judged,) = judge([Output("t.csv", table.encode())], Against(extract, answered=told.numbers, unread=told.unread))
    return {r.code for r in judged.reasons}


def test_an_answer_asked_again_says_the_same_number_and_writes_nothing(asked: Asked) -> None:
    said = asked("count", "sex = female", mode="checked")["patients"]
    before = len(list(asked.lake.ledger.entries()))
    told = answered(asked.lake, "demo")
    assert list(told.numbers.values()) == [{frozenset({"female"}): said}]
    assert (told.unread, len(list(asked.lake.ledger.entries()))) == (0, before)


def test_answers_of_the_cube_are_not_had_again(asked: Asked) -> None:
    asked("count", "sex = female")
    assert answered(asked.lake, "demo").numbers == {}


def test_a_count_that_cannot_be_the_one_that_was_rounded_is_flagged(asked: Asked) -> None:
    said = asked("count", "sex = female", mode="checked")["patients"]
    assert codes(asked, f"sex,n\nfemale,{said + 7}\nmale,400\n") == {"answer_differs_by_few"}
    assert codes(asked, f"sex,n\nfemale,{said + 4}\nmale,400\n") == set()
    assert codes(asked, f"sex,n\nfemale,{said + 40}\nmale,400\n") == set()


def test_the_true_count_beside_its_own_rounded_answer_is_no_difference(asked: Asked) -> None:
    asked("count", "sex = female", mode="checked")
    assert codes(asked, f"sex,n\nfemale,{asked.truth('sex = female')}\nmale,900\n") == set()
