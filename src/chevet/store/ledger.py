"""The ledger: what was done, when and by whom, one line each, every line chained to the one before.

A line is an entry in canonical JSON (keys sorted, no spaces, ASCII), so an entry has exactly one
spelling and a changed byte is always seen. `hash` is the SHA-256 of the entry without it, and
`previous` is the hash of the entry before. Beside the entries, the file `head` keeps how many
there are and the last hash, so that a cut tail is seen too. What this proves, and what only a
head written down elsewhere can prove, is told in docs/explanation/ledger.md.

Entries never carry a patient's value: a question is its definition's text, an answer its size
after the privacy rules.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chevet.errors import Fault

BEFORE_THE_FIRST = "0" * 64
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Entry:
    """One act. `facts` are plain JSON values; `hash` covers everything else."""

    n: int
    at: str
    act: str
    actor: str
    facts: Mapping[str, Any]
    previous: str
    hash: str

    def as_json(self) -> dict[str, Any]:
        return {**self._unsigned(), "hash": self.hash}

    def line(self) -> bytes:
        """The one spelling of this entry, with its line end."""
        return canonical(self.as_json()) + b"\n"

    def _unsigned(self) -> dict[str, Any]:
        return {
            "n": self.n, "at": self.at, "act": self.act, "actor": self.actor,
            "facts": dict(self.facts), "previous": self.previous,
        }  # fmt: skip

    @staticmethod
    def made(n: int, at: str, act: str, actor: str, facts: Mapping[str, Any], previous: str) -> Entry:
        unsigned = Entry(n, at, act, actor, facts, previous, "")
        return Entry(n, at, act, actor, facts, previous, sha256(canonical(unsigned._unsigned())))


@dataclass(frozen=True)
class Verified:
    """What a check of the whole ledger found. `broken_at` is the number of the first wrong entry."""

    entries: int
    head: str
    intact: bool
    broken_at: int | None = None
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"entries": self.entries, "head": self.head, "intact": self.intact}
        if not self.intact:
            answer |= {"broken_at": self.broken_at, "problem": self.problem}
        return answer


@dataclass(frozen=True)
class _Head:
    entries: int
    hash: str

    def text(self) -> bytes:
        return canonical({"entries": self.entries, "hash": self.hash}) + b"\n"


class _Broken(Exception):
    """The first thing that is not as it was written."""

    def __init__(self, at: int, problem: str) -> None:
        super().__init__(problem)
        self.at = at
        self.problem = problem


class Ledger:
    """The ledger in one folder: `entries.jsonl`, `head`, and a lock that processes share."""

    def __init__(self, path: Path, *, clock: Clock | None = None, actor: str | None = None) -> None:
        self.path = path
        self._clock = clock or _now
        self._actor = actor
        self._entries = path / "entries.jsonl"
        self._head = path / "head"

    @property
    def actor(self) -> str:
        """Who acts, unless an entry names somebody else."""
        return self._actor or whoami()

    def append(self, act: str, *, actor: str | None = None, **facts: Any) -> Entry:
        """Write one entry and return it once it is safely on disk.

        Raises Fault when the ledger does not end where its head says, or when the disk is full
        (nothing is then written).
        """
        with self._locked(fcntl.LOCK_EX):
            last = self._mended_tail()
            at = self._clock().astimezone(UTC).isoformat(timespec="microseconds")
            entry = Entry.made(last.entries + 1, at, act, actor or self.actor, facts, last.hash)
            self._write(entry)
            return entry

    def entries(self) -> Iterator[Entry]:
        """Every entry in order; raises Fault at the first that is not as it was written."""
        with self._locked(fcntl.LOCK_SH):
            text = self._entries.read_bytes() if self._entries.exists() else b""
        try:
            yield from (entry for entry, _ in _chain(text.splitlines(keepends=True)))
        except _Broken as broken:
            raise _fault(broken.problem) from None

    def verify(self, *, expected_head: str | None = None) -> Verified:
        """Check every byte, link and number, and that the ledger ends where its head says.

        expected_head   a head noted elsewhere: it must still be the hash of some entry
        """
        with self._locked(fcntl.LOCK_SH):
            count, last, seen = 0, BEFORE_THE_FIRST, expected_head in (None, BEFORE_THE_FIRST)
            try:
                with self._open_entries() as lines:
                    for entry, _ in _chain(lines):
                        count, last = entry.n, entry.hash
                        seen = seen or entry.hash == expected_head
                self._check_head(count, last)
                if not seen:
                    raise _Broken(
                        count + 1, "the expected head is the hash of no entry: entries were replaced or cut off"
                    )
            except _Broken as broken:
                return Verified(count, last, intact=False, broken_at=broken.at, problem=broken.problem)
        return Verified(count, last, intact=True)

    def _check_head(self, count: int, last: str) -> None:
        noted = self._read_head()
        if noted == _Head(count, last):
            return
        # A crash may come after an entry was written and before the head was: one entry ahead is honest.
        if noted.entries == count - 1 and noted.hash == self._hash_before_last():
            return
        if noted.entries > count:
            raise _Broken(
                count + 1, f"the head counts {noted.entries} entries and there are {count}: the end was cut off"
            )
        raise _Broken(count, "the head and the last entry do not belong together")

    def _read_head(self) -> _Head:
        try:
            text = self._head.read_bytes()
        except FileNotFoundError:
            # The folder of a ledger that has never been written has neither entries nor head.
            return _Head(0, BEFORE_THE_FIRST)
        try:
            values = json.loads(text)
            head = _Head(values["entries"], values["hash"])
            if type(head.entries) is not int or type(head.hash) is not str or head.text() != text:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise _Broken(0, "the head file is not as it was written") from None
        return head

    def _mended_tail(self) -> _Head:
        """The end of the ledger, after a crash's traces are mended; call under the exclusive lock."""
        try:
            noted = self._read_head()
            whole, torn, last_line = self._tail()
            if torn:
                return self._set_torn_line_aside(noted, whole, torn, last_line)
            return self._agreed_head(noted, last_line)
        except _Broken as broken:
            raise _fault(broken.problem) from None

    def _agreed_head(self, noted: _Head, last_line: bytes) -> _Head:
        if not last_line:
            last = _Head(0, BEFORE_THE_FIRST)
        else:
            entry = _parsed(last_line, noted.entries)
            last = _Head(entry.n, entry.hash)
            if last == _Head(noted.entries + 1, entry.hash) and entry.previous == noted.hash:
                return last  # written just before a crash; the head follows with the next entry
        if last != noted:
            raise _Broken(noted.entries, "the ledger does not end where its head says")
        return last

    def _set_torn_line_aside(self, noted: _Head, whole: int, torn: bytes, last_line: bytes) -> _Head:
        """Cut an unfinished last line off, and say so in an entry of its own."""
        last = self._agreed_head(noted, last_line)
        with self._entries.open("r+b") as file:
            file.truncate(whole)
            os.fsync(file.fileno())
        at = self._clock().astimezone(UTC).isoformat(timespec="microseconds")
        facts = {"unfinished_bytes": len(torn), "sha256": sha256(torn)}
        entry = Entry.made(last.entries + 1, at, "ledger_recovered", self.actor, facts, last.hash)
        self._write(entry)
        return _Head(entry.n, entry.hash)

    def _tail(self) -> tuple[int, bytes, bytes]:
        """(bytes of whole lines, unfinished bytes after them, last whole line), reading backwards."""
        if not self._entries.exists():
            return 0, b"", b""
        with self._entries.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            tail, start = b"", size
            while start > 0 and tail[: tail.rfind(b"\n")].count(b"\n") < 1:
                start = max(0, start - 65536)
                file.seek(start)
                tail = file.read(size - start)
        whole = tail.rfind(b"\n") + 1
        lines = tail[:whole].splitlines(keepends=True)
        return start + whole, tail[whole:], lines[-1] if lines else b""

    def _hash_before_last(self) -> str:
        _, _, last_line = self._tail()
        return _parsed(last_line, 0).previous

    def _write(self, entry: Entry) -> None:
        new = not self._entries.exists()
        file = os.open(self._entries, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            before = os.fstat(file).st_size
            try:
                _write_all(file, entry.line())
                os.fsync(file)
            except OSError:
                os.ftruncate(file, before)
                raise
        except OSError as error:
            raise Fault(
                f"the ledger could not be written: {os.strerror(error.errno or 0)}",
                next_act="Nothing was done. Make room on the disk that holds CHEVET_HOME, then try again.",
            ) from None
        finally:
            os.close(file)
        if new:
            sync_folder(self.path)
        replace_file(self._head, _Head(entry.n, entry.hash).text())

    @contextmanager
    def _open_entries(self) -> Iterator[Iterator[bytes]]:
        if not self._entries.exists():
            yield iter(())
            return
        with self._entries.open("rb") as file:
            yield iter(file)

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        if how == fcntl.LOCK_EX:
            make_private(self.path)
        elif not (self.path / "lock").exists():
            yield  # never written: nobody to wait for
            return
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT if how == fcntl.LOCK_EX else os.O_RDONLY, 0o600)
        try:
            fcntl.flock(lock, how)
            yield
        finally:
            os.close(lock)


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one spelling of a JSON object: sorted keys, no spaces, ASCII, no NaN.

    >>> canonical({"b": 1, "a": "é"})
    b'{"a":"\\\\u00e9","b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def sha256(text: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def whoami() -> str:
    """Who acts: CHEVET_ACTOR, or the account's name, or its number where it has no name."""
    named = os.environ.get("CHEVET_ACTOR")
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, open to their owner alone."""
    if not folder.exists():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def replace_file(path: Path, text: bytes) -> None:
    """Put a whole new file in place of `path` in one step that a crash cannot halve."""
    new = path.with_name(f".{path.name}.new")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        _write_all(file, text)
        os.fsync(file)
    finally:
        os.close(file)
    new.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder survive a power cut."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _chain(lines: Iterator[bytes] | list[bytes]) -> Iterator[tuple[Entry, bytes]]:
    """The entries, each checked against its own hash, its spelling and the entry before."""
    previous = BEFORE_THE_FIRST
    for n, line in enumerate(lines, start=1):
        if not line.endswith(b"\n"):
            raise _Broken(n, "the last line is unfinished, as after a crash: the next entry sets it aside and says so")
        entry = _parsed(line, n)
        if entry.n != n:
            raise _Broken(n, f"entry {n} is missing, repeated or out of order")
        if entry.previous != previous:
            raise _Broken(n, f"entry {n} does not follow the entry before it")
        previous = entry.hash
        yield entry, line


def _parsed(line: bytes, n: int) -> Entry:
    try:
        entry = Entry(**json.loads(line))
        again = Entry.made(entry.n, entry.at, entry.act, entry.actor, entry.facts, entry.previous)
        if type(entry.n) is not int or again.line() != line:
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise _Broken(n, f"entry {n} is not as it was written") from None
    return entry


def _fault(problem: str) -> Fault:
    return Fault(
        f"the ledger is damaged: {problem}",
        next_act="Nothing was written. Run `chevet ledger verify`, and show what it says to whoever keeps the backups.",
    )


def _write_all(file: int, text: bytes) -> None:
    while text:
        text = text[os.write(file, text) :]


def _now() -> datetime:
    return datetime.now(UTC)
