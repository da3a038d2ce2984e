"""A follower passes on every entry once, and nothing of a ledger that was tampered with."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import Fault
from chevet.store.following import Follower
from chevet.store.ledger import Ledger

ACTS = ("asked", "granted")


def clock() -> datetime:
    return datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def ledger_with(folder: Path, entries: int) -> Ledger:
    ledger = Ledger(folder, clock=clock, actor="anna")
    for i in range(entries):
        ledger.append(("asked", "granted", "something_else")[i % 3], number=i, words='","at":"2099')
    return ledger


def test_a_ledger_never_written_has_nothing_new(tmp_path: Path) -> None:
    assert Follower(Ledger(tmp_path / "ledger"), ACTS).fresh() == []


def test_entries_of_the_acts_asked_for_come_once_and_as_the_ledger_reads_them(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 7)
    follower = Follower(ledger, ACTS)
    assert [noticed.entry for noticed in follower.fresh()] == [e for e in ledger.entries() if e.act in ACTS]
    assert follower.fresh() == []
    assert follower.read == 7


def test_what_another_process_appends_comes_with_the_next_look(tmp_path: Path) -> None:
    follower = Follower(ledger_with(tmp_path, 3), ACTS)
    follower.fresh()
    added = Ledger(tmp_path, clock=clock, actor="bruno").append("asked", number=99)
    assert [noticed.entry for noticed in follower.fresh()] == [added]


def test_time_never_goes_back_whatever_the_clock_said_and_whatever_the_words_hold(tmp_path: Path) -> None:
    hours = iter([3, 1, 2, 5])
    ledger = Ledger(tmp_path, clock=lambda: clock() + timedelta(hours=next(hours)), actor='"at":"2001')
    for _ in range(4):
        ledger.append("asked")
    assert [noticed.at[11:13] for noticed in Follower(ledger, ACTS).fresh()] == ["15", "15", "15", "17"]


def test_files_that_were_only_touched_or_copied_are_read_again_and_found_as_they_were(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 4)
    follower = Follower(ledger, ACTS)
    follower.fresh()
    entries = tmp_path / "entries.jsonl"
    os.utime(entries)
    assert follower.fresh() == []
    copied = tmp_path / "copied"
    copied.write_bytes(entries.read_bytes())
    copied.replace(entries)
    assert follower.fresh() == []


def test_an_old_copy_put_back_is_a_fault_for_whoever_saw_the_newer_one(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 2)
    old = [(path, path.read_bytes()) for path in (tmp_path / "entries.jsonl", tmp_path / "head")]
    follower = Follower(ledger, ACTS)
    ledger.append("granted")
    follower.fresh()
    for path, text in old:
        path.write_bytes(text)
    with pytest.raises(Fault, match="changed or cut off"):
        follower.fresh()
    with pytest.raises(Fault):
        follower.fresh()


def test_a_ledger_rewritten_from_the_start_is_a_fault_even_when_it_fits_itself(tmp_path: Path) -> None:
    follower = Follower(ledger_with(tmp_path / "one", 3), ACTS)
    follower.fresh()
    other = Ledger(tmp_path / "two", clock=clock, actor="mallory")
    for _ in range(5):
        other.append("granted")
    for name in ("entries.jsonl", "head"):
        (tmp_path / "one" / name).write_bytes((tmp_path / "two" / name).read_bytes())
    with pytest.raises(Fault):
        follower.fresh()


def test_a_line_torn_by_a_crash_is_no_entry_and_what_follows_its_mending_is_read(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 2)
    follower = Follower(ledger, ACTS)
    with (tmp_path / "entries.jsonl").open("ab") as file:
        file.write(b'{"act":"granted","actor":"x')
    assert len(follower.fresh()) == 2
    added = ledger.append("granted", number=5)
    assert [noticed.entry for noticed in follower.fresh()] == [added]


@given(st.data())
def test_any_changed_byte_is_found_by_a_follower_that_starts_anew(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger = ledger_with(folder, 3)
    path = folder / data.draw(st.sampled_from(["entries.jsonl", "head"]))
    text = path.read_bytes()
    at = data.draw(st.integers(0, len(text) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != text[at]))
    path.write_bytes(text[:at] + bytes([byte]) + text[at + 1 :])
    follower = Follower(ledger, ACTS)
    with pytest.raises(Fault):
        follower.fresh()
    path.write_bytes(text)
    assert [noticed.entry for noticed in follower.fresh()] == [e for e in ledger.entries() if e.act in ACTS]
