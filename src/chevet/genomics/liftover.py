"""A place of one build of the human genome in the other, by a map of intervals.

A line of the map is an interval of each build, as eight columns: chromosome, start, end, strand, and the same again.
Starts count from 0 and ends are not included, as in BED. On an inverted interval the bases are those of the other
strand.
"""

from __future__ import annotations

import gzip
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from chevet.errors import BadInput
from chevet.genomics.alteration import Build, Genomic
from chevet.genomics.calling import fewest_bases
from chevet.genomics.coding import reverse_complement
from chevet.genomics.transcript import plain_chromosome

_PRIMARY = {*(str(number) for number in range(1, 23)), "X", "Y", "MT"}


class Interval(NamedTuple):
    """Bases `start` to `end` of the old build, from 0, which lie from `new_start` on in the new one."""

    start: int
    end: int
    chromosome: str
    new_start: int
    inverted: bool


class IntervalMap:
    """From `old` to `new`. `lifted` gives None for what has no single place there."""

    def __init__(self, old: Build, new: Build, rows: Iterable[tuple[str, Interval]]) -> None:
        self.old, self.new = old, new
        self._by_chromosome: dict[str, list[Interval]] = {}
        for chromosome, one in rows:
            self._by_chromosome.setdefault(chromosome, []).append(one)
        for several in self._by_chromosome.values():
            several.sort(key=lambda one: one.start)
        self._starts = {name: [one.start for one in several] for name, several in self._by_chromosome.items()}
        # how far any interval reaches up to each: in the new build they may lie over each other
        self._reach = {
            name: list(accumulate((one.end for one in several), max)) for name, several in self._by_chromosome.items()
        }

    def __len__(self) -> int:
        return sum(len(several) for several in self._by_chromosome.values())

    def place(self, chromosome: str, position: int) -> tuple[str, int, bool] | None:
        """Chromosome and position (from 1) in the new build, and whether the strand turns; None where none is."""
        one = self._interval(plain_chromosome(chromosome), position)
        return None if one is None else (one.chromosome, _moved(one, position), one.inverted)

    def lifted(self, change: Genomic) -> Genomic | None:
        """The change in the new build; None when its bases do not lie together there, or when it is of another build.

        The bases of the new build are taken to be those of the change: a reference can tell whether they are.
        """
        bases = fewest_bases(change)
        if change.build != self.old or bases is None:
            return None
        start, ref, alt = bases
        first, last = (start, start + len(ref) - 1) if ref else (start - 1, start)
        one = self._interval(plain_chromosome(change.chromosome), first)
        if one is None or last > one.end:
            return None
        if not one.inverted:
            moved = _moved(one, change.position)
            return Genomic(self.new, one.chromosome, moved, change.ref, change.alt)
        ref, alt = reverse_complement(ref), reverse_complement(alt)
        return Genomic(self.new, one.chromosome, _moved(one, last), ref or "-", alt or "-")

    def reversed(self) -> IntervalMap:
        """The map from the new build to the old one."""
        rows = (
            (
                one.chromosome,
                Interval(one.new_start, one.new_start + one.end - one.start, name, one.start, one.inverted),
            )
            for name, several in self._by_chromosome.items()
            for one in several
        )
        return IntervalMap(self.new, self.old, rows)

    def _interval(self, chromosome: str, position: int) -> Interval | None:
        """The interval that holds a place: of several the one on the same chromosome, then the longest."""
        several, reach = self._by_chromosome.get(chromosome, []), self._reach.get(chromosome, [])
        number = bisect_right(self._starts.get(chromosome, []), position - 1) - 1
        found: list[Interval] = []
        while number >= 0 and reach[number] >= position:
            if several[number].start < position <= several[number].end:
                found.append(several[number])
            number -= 1
        return max(found, key=lambda one: (one.chromosome == chromosome, one.end - one.start), default=None)


def read_map(file: Path, old: Build = "GRCh37", new: Build = "GRCh38") -> IntervalMap:
    """The map in a file, gzipped or not; what leads to no chromosome is left out. Raises BadInput for a crooked row."""
    rows: list[tuple[str, Interval]] = []
    try:
        with _opened(file) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip() and not line.startswith("#"):
                    row = _row(line.rstrip("\n").split("\t"), file.name, number)
                    if row is not None:
                        rows.append(row)
    except (OSError, EOFError, UnicodeDecodeError):
        raise BadInput(
            f"{file.name} cannot be read as a map of intervals", next_act="Give a text file, or one made with gzip."
        ) from None
    if not rows:
        raise BadInput(f"{file.name} holds no interval", next_act="Give a map with eight columns a row.")
    return IntervalMap(old, new, rows)


@contextmanager
def _opened(file: Path) -> Iterator[Iterable[str]]:
    with file.open("rb") as raw, gzip.open(raw) if file.suffix == ".gz" else raw as stream:
        yield (line.decode("ascii") for line in stream)


def _row(cells: list[str], name: str, number: int) -> tuple[str, Interval] | None:
    whole = len(cells) >= 8 and all(cells[i].isdigit() for i in (1, 2, 5, 6)) and {cells[3], cells[7]} <= {"+", "-"}
    start, end, new_start, new_end = (int(cells[i]) for i in (1, 2, 5, 6)) if whole else (0, 0, 0, 0)
    if not whole or end <= start or end - start != new_end - new_start:
        raise BadInput(
            f"{name}, row {number}: no pair of intervals of one length",
            next_act="A row is chromosome, start, end, strand, and the same of the other build, apart by tabs.",
        )
    old, new = plain_chromosome(cells[0]), plain_chromosome(cells[4])
    if not {old, new} <= _PRIMARY:
        return None
    return old, Interval(start, end, new, new_start, cells[3] != cells[7])


def _moved(one: Interval, position: int) -> int:
    offset = position - 1 - one.start
    return one.new_start + (one.end - one.start - offset if one.inverted else offset + 1)
