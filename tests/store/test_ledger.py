"""The ledger in ordinary use, after crashes, and with many writers."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chevet.errors import Fault
from chevet.store import ledger as ledger_module
from chevet.store.ledger import BEFORE_THE_FIRST, Ledger


def clock() -> datetime:
    return datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def ledger_with(path: Path, entries: int) -> Ledger:
    ledger = Ledger(path, clock=clock, actor="steward")
    for i in range(entries):
        ledger.append("question_asked", definition=f"age_at_diagnosis_years >= {i}", patients=None)
    return ledger


def test_a_ledger_never_written_is_intact_and_makes_no_folder(tmp_path: Path) -> None:
    verified = Ledger(tmp_path / "ledger").verify()
    assert verified.as_json() == {"entries": 0, "head": BEFORE_THE_FIRST, "intact": True}
    assert list(tmp_path.iterdir()) == []


def test_an_entry_says_what_was_done_when_by_whom_and_what_came_before(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 1)
    second = ledger.append("study_imported", actor="Élodie", study="demo", version=1)
    first, read_back = ledger.entries()
    assert read_back == second
    assert (second.n, second.at, second.act, second.actor) == (
        2, "2026-03-01T12:00:00.000000+00:00", "study_imported", "Élodie",
    )  # fmt: skip
    assert second.facts == {"study": "demo", "version": 1}
    assert second.previous == first.hash
    assert ledger.verify().as_json() == {"entries": 2, "head": second.hash, "intact": True}


def test_the_actor_is_the_account_unless_the_environment_names_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHEVET_ACTOR", "tumour board")
    assert Ledger(tmp_path).append("export_made").actor == "tumour board"
    monkeypatch.delenv("CHEVET_ACTOR")

    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(ledger_module.getpass, "getuser", nameless)
    assert Ledger(tmp_path).append("export_made").actor.startswith("uid ")


def append_many(path: Path, entries: int) -> None:
    ledger_with(path, entries)


def test_many_processes_write_at_once_and_every_entry_is_there_in_one_chain(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=append_many, args=(tmp_path, 25)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    verified = Ledger(tmp_path).verify()
    assert (verified.entries, verified.intact) == (100, True)


def test_a_torn_last_line_is_set_aside_by_the_next_entry_which_says_so(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 2)
    with (tmp_path / "entries.jsonl").open("ab") as file:
        file.write(b'{"act":"question_as')
    torn = ledger.verify()
    assert (torn.intact, torn.broken_at) == (False, 3)
    assert "unfinished" in torn.problem
    ledger.append("question_asked", definition="all")
    assert [entry.act for entry in ledger.entries()] == [
        "question_asked", "question_asked", "ledger_recovered", "question_asked",
    ]  # fmt: skip
    assert list(ledger.entries())[2].facts["unfinished_bytes"] == 19
    assert ledger.verify().intact


def test_a_crash_after_the_entry_and_before_the_head_loses_nothing(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 2)
    before = (tmp_path / "head").read_bytes()
    ledger.append("study_imported", study="demo")
    (tmp_path / "head").write_bytes(before)
    assert ledger.verify().intact
    ledger.append("study_imported", study="demo")
    assert (ledger.verify().entries, ledger.verify().intact) == (4, True)


def test_a_crash_in_the_very_first_entry_loses_nothing(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 1)
    (tmp_path / "head").unlink()
    assert ledger.verify().intact
    ledger_with(tmp_path, 1)
    assert (ledger.verify().entries, ledger.verify().intact) == (2, True)


def test_nothing_is_appended_to_a_ledger_whose_end_is_gone(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 3)
    lines = (tmp_path / "entries.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "entries.jsonl").write_bytes(b"".join(lines[:2]))
    with pytest.raises(Fault, match="does not end where its head says"):
        ledger.append("question_asked", definition="all")
    assert ledger.verify().broken_at == 3


def test_a_full_disk_leaves_no_half_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = ledger_with(tmp_path, 2)
    whole = (tmp_path / "entries.jsonl").read_bytes()
    write = ledger_module.os.write

    def full_after_ten_bytes(file: int, text: bytes) -> int:
        if len(text) <= 10:
            return write(file, text)
        write(file, text[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger_module.os, "write", full_after_ten_bytes)
    with pytest.raises(Fault, match="could not be written"):
        ledger.append("question_asked", definition="all")
    assert (tmp_path / "entries.jsonl").read_bytes() == whole
    monkeypatch.undo()
    assert ledger.verify().intact


def test_an_entry_longer_than_a_disk_block_is_read_back(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 1)
    ledger.append("question_asked", definition="x" * 200_000)
    ledger.append("question_asked", definition="all")
    assert (ledger.verify().entries, ledger.verify().intact) == (3, True)


def test_values_that_json_cannot_say_are_not_accepted(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path, 1)
    with pytest.raises(ValueError, match="JSON"):
        ledger.append("question_asked", p=float("nan"))
    assert (ledger.verify().entries, ledger.verify().intact) == (1, True)


def test_a_head_noted_elsewhere_must_still_be_in_the_chain(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path / "ours", 3)
    noted = list(ledger.entries())[1].hash
    assert ledger.verify(expected_head=noted).intact
    rewritten = Ledger(tmp_path / "theirs", clock=clock, actor="someone")
    for _ in range(3):
        rewritten.append("question_asked", definition="all")
    assert rewritten.verify().intact
    assert not rewritten.verify(expected_head=noted).intact
