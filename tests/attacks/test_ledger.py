"""Someone with an editor changes the ledger: every change is found."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import Fault
from chevet.store.ledger import Ledger

ENTRIES = 6


def clock() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger")
    ledger = Ledger(path, clock=clock, actor="steward")
    for i in range(ENTRIES):
        ledger.append("question_asked", definition=f"stage in (III, IV) and age >= {60 + i}", patients=5 * i)
    return path


def with_file(folder: Path, name: str, text: bytes) -> bool:
    """Whether the ledger is called intact when one of its files reads `text`."""
    path = folder / name
    before = path.read_bytes()
    path.write_bytes(text)
    try:
        return Ledger(folder).verify().intact
    finally:
        path.write_bytes(before)


files = st.sampled_from(["entries.jsonl", "head"])


@given(files, st.data())
def test_any_changed_byte_is_found(folder: Path, name: str, data: st.DataObject) -> None:
    text = (folder / name).read_bytes()
    at = data.draw(st.integers(0, len(text) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != text[at]))
    assert not with_file(folder, name, text[:at] + bytes([byte]) + text[at + 1 :])


@given(files, st.data())
def test_any_removed_byte_is_found(folder: Path, name: str, data: st.DataObject) -> None:
    text = (folder / name).read_bytes()
    at = data.draw(st.integers(0, len(text) - 1))
    assert not with_file(folder, name, text[:at] + text[at + 1 :])


@given(files, st.data())
def test_any_added_byte_is_found(folder: Path, name: str, data: st.DataObject) -> None:
    text = (folder / name).read_bytes()
    at = data.draw(st.integers(0, len(text)))
    assert not with_file(folder, name, text[:at] + bytes([data.draw(st.integers(0, 255))]) + text[at:])


@given(st.data())
def test_any_shorter_ledger_is_found_wherever_it_is_cut(folder: Path, data: st.DataObject) -> None:
    text = (folder / "entries.jsonl").read_bytes()
    assert not with_file(folder, "entries.jsonl", text[: data.draw(st.integers(0, len(text) - 1))])


@given(st.lists(st.integers(0, ENTRIES - 1), max_size=ENTRIES + 2).filter(lambda order: order != list(range(ENTRIES))))
def test_any_other_arrangement_of_the_lines_is_found(folder: Path, order: list[int]) -> None:
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    assert not with_file(folder, "entries.jsonl", b"".join(lines[i] for i in order))


def test_every_exchange_of_two_lines_and_every_doubled_line_is_found(folder: Path) -> None:
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    for i, j in itertools.combinations(range(ENTRIES), 2):
        exchanged = list(lines)
        exchanged[i], exchanged[j] = lines[j], lines[i]
        assert not with_file(folder, "entries.jsonl", b"".join(exchanged))
    for i in range(ENTRIES):
        assert not with_file(folder, "entries.jsonl", b"".join([*lines[: i + 1], *lines[i:]]))


def test_an_entry_rewritten_with_a_right_hash_breaks_the_next_link(folder: Path, tmp_path: Path) -> None:
    forged = Ledger(tmp_path, clock=clock, actor="steward")
    for _ in range(2):
        forged.append("question_asked", definition="all", patients=None)
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    other = (tmp_path / "entries.jsonl").read_bytes().splitlines(keepends=True)
    assert not with_file(folder, "entries.jsonl", b"".join([other[0], *lines[1:]]))
    assert not with_file(folder, "entries.jsonl", b"".join([*lines[:1], other[1], *lines[2:]]))


def test_a_missing_head_or_missing_entries_are_found(folder: Path) -> None:
    for name in ("head", "entries.jsonl"):
        text = (folder / name).read_bytes()
        (folder / name).unlink()
        try:
            assert not Ledger(folder).verify().intact
            with pytest.raises(Fault):
                Ledger(folder).append("question_asked", definition="all")
        finally:
            (folder / name).write_bytes(text)


def test_two_entries_beyond_the_head_are_not_taken_for_a_crash(folder: Path) -> None:
    lines = (folder / "entries.jsonl").read_bytes()
    earlier = list(Ledger(folder).entries())[ENTRIES - 3]
    head = (folder / "head").read_bytes().replace(b'"entries":6', b'"entries":4')
    head = head.replace(list(Ledger(folder).entries())[-1].hash.encode(), earlier.hash.encode())
    assert lines.count(b"\n") == ENTRIES
    assert not with_file(folder, "head", head)
