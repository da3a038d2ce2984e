"""Following the ledger: what was entered since the last look, each line checked against the chain.

A fold over the ledger (who holds which permit now) must not read 100,000 entries for every question, and must
not trust a stale copy either. So a follower remembers how far it has read and the hash it read last. When the
files' size, times and inode are as they were, nothing is new. When the file grew, only the new lines are read,
and the first of them must follow the hash remembered. In any other case everything is read again, and what was
read before must still stand there. A line's hash is computed over its own bytes: a line has one spelling.
"""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from chevet.store.ledger import BEFORE_THE_FIRST, Entry, Ledger, _Broken, _fault, sha256

# Keys are sorted, so a line ends with these three; the rest of it may hold any words.
_END = re.compile(rb'"hash":"([0-9a-f]{64})",("n":([0-9]+),"previous":"([0-9a-f]{64})"\}\n)\Z')
_END_AT_MOST = 220
_ACT = re.compile(rb'\{"act":"([^"\\]*)"')
_AT = b'","at":"'
_Marks = tuple[int, ...]


@dataclass(frozen=True)
class Noticed:
    """An entry as a follower passes it on. `at` is never before the `at` of an entry before it (ISO 8601, UTC)."""

    entry: Entry
    at: str


class Follower:
    """Reads the entries of these acts once each, in order. Not for two threads at once."""

    def __init__(self, ledger: Ledger, acts: Collection[str]) -> None:
        self._ledger = ledger
        self._acts = {act.encode("ascii") for act in acts}
        self._offset, self._n, self._hash = 0, 0, BEFORE_THE_FIRST
        self._marks: _Marks = ()
        self.at = ""

    @property
    def read(self) -> int:
        """How many entries were read so far, of whatever act."""
        return self._n

    def fresh(self) -> list[Noticed]:
        """The entries of these acts that were added since the last call; `at` moves on with every entry of any act.

        Raises Fault when the chain does not hold, or when what was read before is no longer there.
        """
        if self._look() == self._marks:
            return []
        before = self._offset, self._n, self._hash, self.at
        try:
            with self._ledger._locked(fcntl.LOCK_SH):
                marks = self._look()
                found = list(self._since(marks))
                self._ledger._check_head(self._n, self._hash)
        except _Broken as broken:
            # Nothing of a broken ledger is passed on, and the next look reads it all again.
            self._offset, self._n, self._hash, self.at = before
            self._marks = ()
            raise _fault(broken.problem) from None
        self._marks = marks
        return found

    def _look(self) -> _Marks:
        """Size, times and inode of both files; changes with every write that the file system knows of."""
        marks: list[int] = []
        for path in (self._ledger._entries, self._ledger._head):
            try:
                seen = path.stat()
                marks += (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)
            except FileNotFoundError:
                marks += (0, 0, 0, 0)
        return tuple(marks)

    def _since(self, marks: _Marks) -> Iterator[Noticed]:
        only_grown = bool(self._marks) and marks[0] > self._offset and marks[3] == self._marks[3]
        if not only_grown:
            self._check_what_was_read(marks[0])
        if marks[0] == self._offset:
            return
        with self._ledger._entries.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # torn by a crash: no entry; the next writer cuts it off
                self._n, self._hash = _linked(line, self._n, self._hash)
                self._offset += len(line)
                self.at = max(self.at, _time(line, self._n))
                act = _ACT.match(line)
                if act is not None and act[1] in self._acts:
                    yield Noticed(_entry(line, self._n), self.at)

    def _check_what_was_read(self, size: int) -> None:
        """Everything up to the offset once more: it must end with the hash remembered."""
        if not self._offset:
            return
        n, last, left = 0, BEFORE_THE_FIRST, self._offset
        if size >= left:
            with self._ledger._entries.open("rb") as file:
                while left > 0 and (line := file.readline()):
                    n, last = _linked(line, n, last)
                    left -= len(line)
        if (left, n, last) != (0, self._n, self._hash):
            raise _Broken(self._n, "entries that were there a moment ago were changed or cut off")


def _linked(line: bytes, n: int, last: str) -> tuple[int, str]:
    """(number, hash) of this line, which must be the one after entry `n` with hash `last`."""
    end = _END.search(line, max(0, len(line) - _END_AT_MOST))
    if end is None or sha256(line[: end.start()] + end[2][:-1]) != end[1].decode():
        raise _Broken(n + 1, f"entry {n + 1} is not as it was written")
    if int(end[3]) != n + 1 or end[4].decode() != last:
        raise _Broken(n + 1, f"entry {n + 1} does not follow the entry before it")
    return n + 1, end[1].decode()


def _time(line: bytes, n: int) -> str:
    # No word can look like this key: inside a JSON string every quotation mark has a backslash before it.
    start = line.find(_AT) + len(_AT)
    if start < len(_AT):
        raise _Broken(n, f"entry {n} is not as it was written")
    return line[start : line.index(b'"', start)].decode("ascii")


def _entry(line: bytes, n: int) -> Entry:
    try:
        return Entry(**json.loads(line))
    except (ValueError, TypeError, RecursionError):
        raise _Broken(n, f"entry {n} is not as it was written") from None
