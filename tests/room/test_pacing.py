"""The answer to a run comes at few moments, whatever became of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.room.pacing import FIRST_SECONDS, Pace, moment


class Watch:
    """A clock that a sleep turns on; `now` is what an author reads off their own."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


def told_after(spent: float, *, most: float = 600) -> float:
    watch = Watch()
    with Pace(15, watch, watch.sleep).kept(most):
        watch.now += spent
    return round(watch.now - 100, 6)


def test_an_answer_comes_at_the_next_moment() -> None:
    assert [told_after(spent) for spent in (0.1, 14, 15, 15.1, 100, 480, 481, 600)] == [
        15, 15, 15, 30, 120, 480, 600, 600,
    ]  # fmt: skip


@given(st.floats(0, 600))
def test_a_run_of_ten_minutes_has_seven_moments_to_end_at(spent: float) -> None:
    assert told_after(spent) in {15, 30, 60, 120, 240, 480, 600}


@given(st.floats(0, 1e6), st.floats(0.001, 3600), st.floats(1, 86_400))
def test_no_answer_comes_before_its_time(spent: float, first: float, most: float) -> None:
    assert moment(spent, first, most) >= spent


def test_a_run_that_ends_in_an_error_waits_as_the_others_do() -> None:
    watch = Watch()

    def fail() -> None:
        with Pace(15, watch, watch.sleep).kept(600):
            watch.now += 3
            raise BadInput("x", next_act="y")

    with pytest.raises(BadInput):
        fail()
    assert watch.now == 115


def test_an_installation_says_when_the_first_answer_comes(tmp_path: Path) -> None:
    assert Pace.of(tmp_path).first == FIRST_SECONDS == 15
    (tmp_path / "room.toml").write_text("first_answer_seconds = 60\n")
    assert Pace.of(tmp_path).first == 60


@pytest.mark.parametrize("told", ["0", "-1", "true", '"15"', "nan", "inf", "1e9", "="])
def test_what_is_no_number_of_seconds_is_bad_input(tmp_path: Path, told: str) -> None:
    (tmp_path / "room.toml").write_text(f"first_answer_seconds = {told}\n")
    with pytest.raises(BadInput, match=r"room\.toml says no number of seconds: first_answer_seconds"):
        Pace.of(tmp_path)
