"""Genomic scars of deficient homologous recombination, counted in the segments of a tumour's copies.

loss of heterozygosity     regions above 15 megabases, shorter than the chromosome (Abkevich 2012, PMID:23047548)
telomeric imbalance        regions of unequal alleles from a chromosome's end that stop before the centromere
                           (Birkbak 2012, PMID:22576213)
large-scale transitions    breaks between regions of 10 megabases and more, at most 3 apart, once regions below 3 are
                           taken out (Popova 2012, PMID:22933060)

A sum of 42 and more is what the test of Telli 2016 (PMID:26957554) calls deficient. Counts depend on the platform and
on the program that made the segments: these say what the segments hold, and are no result of that test.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chevet.errors import CannotConclude
from chevet.genomics.alteration import Build
from chevet.genomics.copy_number import Segment, arms

MEGABASE = 1_000_000
LOSS_ABOVE, IMBALANCE_FROM, TRANSITION_FROM, NOISE_BELOW, APART_BELOW = (
    15 * MEGABASE, MEGABASE, 10 * MEGABASE, 3 * MEGABASE, 3 * MEGABASE,
)  # fmt: skip
CALLED_DEFICIENT = 42
# Less of the autosomes than this, and regions that are whole look broken, or are not seen.
LEAST_COVERED = 0.8


@dataclass(frozen=True)
class Scars:
    """How many regions of each kind, and the share of the autosomes that the segments cover."""

    losses: int
    imbalances: int
    transitions: int
    covered: float

    @property
    def total(self) -> int:
        return self.losses + self.imbalances + self.transitions


@dataclass(frozen=True)
class _Piece:
    """A piece of one chromosome with the copies of both parents, the rarer one second."""

    start: int
    end: int
    major: int
    minor: int

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def total(self) -> int:
        return self.major + self.minor

    @property
    def alleles(self) -> tuple[int, int]:
        return self.major, self.minor


def scars(segments: Iterable[Segment], build: Build) -> Scars:
    """The scars in the autosomes of one tumour.

    segments    with the copies of both alleles, in tumour cells

    Raises CannotConclude when segments do not say both alleles, or cover too little of the autosomes.
    """
    pieces = _by_autosome(segments, build)
    size = sum(end for _, end in _autosomes(build).values())
    covered = min(1.0, sum(one.length for found in pieces.values() for one in found) / size)
    if covered < LEAST_COVERED:
        raise CannotConclude(
            f"segments with the copies of both alleles cover {covered:.0%} of the autosomes: "
            f"{LEAST_COVERED:.0%} are needed to count scars of homologous recombination",
            next_act="Give segments of the whole genome with total and minor copies.",
        )
    return Scars(
        sum(_losses(found) for found in pieces.values()),
        sum(_imbalances(found, _autosomes(build)[name][0]) for name, found in pieces.items()),
        sum(_transitions(arm) for name, found in pieces.items() for arm in _arms(found, _autosomes(build)[name][0])),
        covered,
    )


def _losses(pieces: Sequence[_Piece]) -> int:
    """Regions without the rarer allele; how many copies of the other there are makes no new region."""
    if all(one.minor == 0 for one in pieces):
        return 0
    joined = _joined([_Piece(one.start, one.end, min(one.major, 1), one.minor) for one in pieces])
    return sum(one.alleles == (1, 0) and one.length > LOSS_ABOVE for one in joined)


def _imbalances(pieces: Sequence[_Piece], centromere: int) -> int:
    """Regions of unequal alleles at either end that do not reach the centromere; a whole chromosome is none."""
    joined = _joined([one for one in pieces if one.length >= IMBALANCE_FROM])
    if len(joined) < 2:
        return 0
    usual = _usual_total(joined)
    first, last = joined[0], joined[-1]
    starts = first.end < centromere and _is_unequal(first, usual)
    return starts + (last.start > centromere and _is_unequal(last, usual))


def _is_unequal(piece: _Piece, usual: int) -> bool:
    """Where most of a chromosome has an odd number of copies, that number with both alleles is as equal as can be."""
    if usual % 2 == 0 or usual == 1:
        return piece.major != piece.minor
    return not (piece.total == usual and piece.minor != 0)


def _usual_total(pieces: Iterable[_Piece]) -> int:
    lengths: dict[int, int] = defaultdict(int)
    for one in pieces:
        lengths[one.total] += one.length
    lengths.pop(0, None)
    return max(lengths, key=lambda total: (lengths[total], -total), default=2)


def _transitions(arm: Sequence[_Piece]) -> int:
    pieces = _joined(arm)
    while any(one.length < NOISE_BELOW for one in pieces):
        shortest = min(range(len(pieces)), key=lambda place: pieces[place].length)
        pieces = _joined([*pieces[:shortest], *pieces[shortest + 1 :]])
    return sum(
        one.length >= TRANSITION_FROM and other.length >= TRANSITION_FROM and other.start - one.end < APART_BELOW
        for one, other in itertools.pairwise(pieces)
    )


def _arms(pieces: Sequence[_Piece], centromere: int) -> tuple[list[_Piece], list[_Piece]]:
    """Both arms; a piece over the centromere is cut there."""
    short = [
        _Piece(one.start, min(one.end, centromere), one.major, one.minor) for one in pieces if one.start < centromere
    ]
    long = [_Piece(max(one.start, centromere), one.end, one.major, one.minor) for one in pieces if one.end > centromere]
    return short, long


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Neighbours of the same alleles as one piece."""
    found: list[_Piece] = []
    for one in pieces:
        if found and found[-1].alleles == one.alleles:
            found[-1] = _Piece(found[-1].start, one.end, one.major, one.minor)
        else:
            found.append(one)
    return found


def _by_autosome(segments: Iterable[Segment], build: Build) -> Mapping[str, list[_Piece]]:
    """Pieces of each autosome in order; where two overlap, the later one begins where the earlier one ends."""
    named = _autosomes(build)
    found: dict[str, list[_Piece]] = defaultdict(list)
    for one in sorted(segments, key=lambda one: (one.start, one.end)):
        name = one.chromosome.removeprefix("chr")
        if name not in named or one.total is None or one.minor is None:
            continue
        start = max(one.start, found[name][-1].end) if found[name] else one.start
        if start < one.end:
            found[name].append(_Piece(start, one.end, *_alleles(one.total, one.minor)))
    return {name: pieces for name, pieces in found.items() if pieces}


def _alleles(total: float, minor: float) -> tuple[int, int]:
    """Whole copies, as the programs round that the thresholds were made with."""
    every, rarer = (max(0, math.floor(value + 0.5)) for value in (total, minor))
    other = max(0, every - rarer)
    return max(rarer, other), min(rarer, other)


def _autosomes(build: Build) -> dict[str, tuple[int, int]]:
    """Centromere and length of each."""
    return {name: place for name, place in arms(build).items() if name.isdigit()}
