"""The checked numbers told of hidden facts on one version of a study, on disk: what further ones are weighed with.

`sets` holds sets of patients, one row each; `numbers.jsonl` one number a line: of which rows, and of which facts.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from chevet.room.account.differences import Counted, Fact, Together
from chevet.room.account.sums import not_whole
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.store.ledger import make_private

LeastOf: TypeAlias = Callable[[frozenset[str]], int]


@dataclass(frozen=True)
class _Line:
    """One number as it is kept: the rows of its sets and their names, its facts, and what it goes by."""

    rows: tuple[int, int, int]
    names: tuple[str, str, str]
    facts: tuple[Fact, ...]
    key: str


class ToldNumbers:
    """Every number told of hidden facts. It is asked before one is told, and `keep` writes what it agreed to."""

    def __init__(self, folder: Path, n: int, *, is_new: bool) -> None:
        """is_new   whether nothing was ever answered

        Raises Fault where something was, and the numbers are not all kept.
        """
        self._folder, self._n = folder, n
        make_private(folder)
        if is_new:
            _write(folder / "numbers.jsonl", 0, b"")
        elif not (folder / "numbers.jsonl").exists():
            raise not_whole(folder.parent)
        self._text = self._whole_lines()
        self._lines = [_read(line) for line in self._text.splitlines()]
        self._sets: list[Bits] = list(self._mapped())
        self._kept = len(self._lines), len(self._sets)
        self._row_of = {name: row for line in self._lines for name, row in zip(line.names, line.rows, strict=True)}
        self._told = {line.key for line in self._lines}
        self._together: dict[frozenset[str], Together] = {}

    def bears(self, numbers: Sequence[Counted], least: LeastOf | None) -> bool:
        """Whether these may be told, together: with all that was told of the same things nobody stands out.

        least   among how many people everybody must hide in the numbers of these things: always the same of one thing,
                so that a number that follows from others is told; None for numbers that are told whatever follows

        What may be told is taken as told.
        """
        fresh = {key: number for number in numbers if (key := _key(number)) not in self._told}
        pools = {things for number in fresh.values() for things in self._pools(number.things)}
        for things in pools:
            here = [number for number in fresh.values() if number.things <= things]
            if least and not self._pool(things).bears(here, least(things)):
                return False
        for key, number in fresh.items():
            for things, together in self._together.items():
                if number.things <= things:
                    together.add([number])
            sets = number.support, number.known, number.having
            names = _name(sets[0]), _name(sets[1]), _name(sets[2])
            rows = [self._row(name, one) for name, one in zip(names, sets, strict=True)]
            self._lines.append(_Line((rows[0], rows[1], rows[2]), names, number.facts, key))
            self._told.add(key)
        return True

    def keep(self) -> None:
        """Write what was taken as told; only then may the answer be handed over."""
        lines, sets = self._kept
        if lines == len(self._lines):
            return
        size = 8 * bits.words_for(self._n)
        _write(self._folder / "sets", sets * size, b"".join(one.tobytes() for one in self._sets[sets:]))
        text = "".join(_written(line) for line in self._lines[lines:])
        _write(self._folder / "numbers.jsonl", len(self._text.encode()), text.encode())
        self._text += text
        self._kept = len(self._lines), len(self._sets)

    # -- numbers of the same things

    def _pools(self, things: frozenset[str]) -> set[frozenset[str]]:
        """With which numbers one of these things is weighed: its own, and those that put one of them with another."""
        wider = {frozenset(fact.thing for fact in line.facts) for line in self._lines}
        return {things} | {one for one in wider if things < one}

    def _pool(self, things: frozenset[str]) -> Together:
        if things not in self._together:
            told = (line for line in self._lines if {fact.thing for fact in line.facts} <= things)
            sets = self._sets
            self._together[things] = Together(
                self._n, [Counted(line.facts, *(sets[row] for row in line.rows)) for line in told]
            )
        return self._together[things]

    def _row(self, name: str, one: Bits) -> int:
        row = self._row_of.setdefault(name, len(self._sets))
        if row == len(self._sets):
            self._sets.append(one)
        return row

    # -- on disk

    def _whole_lines(self) -> str:
        """What is kept, without a last line that a crash has torn."""
        text = (self._folder / "numbers.jsonl").read_text(encoding="utf-8")
        return text[: text.rfind("\n") + 1]

    def _mapped(self) -> Any:
        rows = 1 + max((row for line in self._lines for row in line.rows), default=-1)
        if not rows:
            return ()
        shape = rows, bits.words_for(self._n)
        path = self._folder / "sets"
        if not path.exists() or path.stat().st_size < 8 * rows * shape[1]:
            raise not_whole(self._folder.parent)
        return np.asarray(np.memmap(path, dtype=np.uint64, mode="r", shape=shape))


def _name(one: Bits) -> str:
    return hashlib.sha256(one.tobytes()).hexdigest()


def _key(number: Counted) -> str:
    """What a number goes by: its support and its words, never whom it counts."""
    facts = sorted(json.dumps(fact.words()) for fact in number.facts)
    return f"{_name(number.support)} {' '.join(facts)}"


def _written(line: _Line) -> str:
    facts = [fact.words() for fact in line.facts]
    return json.dumps({"rows": line.rows, "names": line.names, "facts": facts, "key": line.key}) + "\n"


def _read(text: str) -> _Line:
    line = json.loads(text)
    facts = tuple(Fact.read(words) for words in line["facts"])
    return _Line(tuple(line["rows"]), tuple(line["names"]), facts, line["key"])


def _write(path: Path, after: int, text: bytes) -> None:
    """Write behind so many bytes; what a crash left there is overwritten, and nothing is left behind it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(file, after)
        os.lseek(file, after, os.SEEK_SET)
        rest = memoryview(text)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    finally:
        os.close(file)
