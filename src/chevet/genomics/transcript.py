"""A coding sequence, and where each of its bases lies in the genome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from chevet.genomics.alteration import Build, Genomic
from chevet.genomics.coding import translate
from chevet.words import chromosomes

_BIN = 100_000


@dataclass(frozen=True)
class Transcript:
    """A coding sequence on one build.

    strand    1 or -1
    exons     first and last coding place of each exon, 1-based, both included, in the direction of the transcript
    sequence  coding bases from the start codon to the stop codon, in that direction
    preferred MANE Select, or the transcript on which the field counts
    """

    name: str
    gene: str
    build: Build
    chromosome: str
    strand: int
    exons: tuple[tuple[int, int], ...]
    sequence: str
    preferred: bool = True

    @cached_property
    def protein(self) -> str:
        """Amino acids, with `*` for the stop; a stop within the sequence is read as selenocysteine, U."""
        acids = translate(self.sequence)
        return acids[:-1].replace("*", "U") + acids[-1:]

    @cached_property
    def span(self) -> tuple[int, int]:
        """The first and the last coding place."""
        return min(first for first, _ in self.exons), max(last for _, last in self.exons)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """How many coding bases there are up to the end of each exon."""
        total, found = 0, []
        for first, last in self.exons:
            total += last - first + 1
            found.append(total)
        return tuple(found)

    def locate(self, place: int) -> tuple[int, int]:
        """Index of the coding base, from 0, and how far from it the place lies in the intron: + behind, - before.

        A place before the first coding base, or behind the last, counts from that one.
        """
        behind: tuple[int, int] | None = None
        done = 0
        for first, last in self.exons:
            if first <= place <= last:
                return done + (place - first if self.strand > 0 else last - place), 0
            before = (first - place) if self.strand > 0 else (place - last)
            if before > 0:
                if behind is None or before < behind[1]:
                    return done, -before
                return behind
            done += last - first + 1
            behind = done - 1, (place - last) if self.strand > 0 else (first - place)
        return behind or (0, 0)

    def exon_end(self, index: int) -> int:
        """How many coding bases there are up to the end of the exon that holds this coding base."""
        return next(end for end in self.ends if index < end)


@cache
def plain_chromosome(text: str) -> str:
    """1 to 22, X, Y or MT, however the file writes it; another name as it is, without `chr`.

    >>> plain_chromosome("chr7"), plain_chromosome("23"), plain_chromosome("chrM")
    ('7', 'X', 'MT')
    """
    return chromosomes.chromosome(text) or chromosomes.without_prefix(text)


class Transcripts:
    """Transcripts of one build, found by place and by gene."""

    def __init__(self, build: Build, transcripts: Iterable[Transcript]) -> None:
        self.build = build
        self._by_gene: dict[str, list[Transcript]] = {}
        self._by_bin: dict[tuple[str, int], list[Transcript]] = {}
        for one in sorted(transcripts, key=lambda one: (not one.preferred, -len(one.sequence), one.name)):
            self._by_gene.setdefault(one.gene, []).append(one)
            for number in range((one.span[0] - 100) // _BIN, (one.span[1] + 100) // _BIN + 1):
                self._by_bin.setdefault((one.chromosome, number), []).append(one)

    def __len__(self) -> int:
        return sum(len(several) for several in self._by_gene.values())

    def __iter__(self) -> Iterator[Transcript]:
        return (one for several in self._by_gene.values() for one in several)

    def of(self, gene: str) -> tuple[Transcript, ...]:
        """The transcripts of a gene, the preferred one first."""
        return tuple(self._by_gene.get(gene, ()))

    def at(self, place: Genomic) -> tuple[Transcript, ...]:
        """The transcripts whose coding part, introns included, a change touches; the preferred ones first."""
        if place.build != self.build:
            return ()
        first, last = place.position, place.position + max(len(place.ref), 1)
        chromosome = plain_chromosome(place.chromosome)
        near: dict[str, Transcript] = {}
        for number in {first // _BIN, last // _BIN}:
            for one in self._by_bin.get((chromosome, number), ()):
                if one.span[0] <= last and first <= one.span[1]:
                    near[one.name] = one
        return tuple(sorted(near.values(), key=lambda one: not one.preferred))
