"""Which gene lies at a place of the genome, in either build, and which way it reads."""

from __future__ import annotations

import gzip
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Literal

from chevet.genomics.alteration import Build
from chevet.genomics.facts import TABLES

Strand = Literal["+", "-", "."]


@dataclass(frozen=True)
class GenePlace:
    """A gene and its ends, 1-based, both in it. Immune receptors have no strand: `.`."""

    gene: str
    chromosome: str
    strand: Strand
    start: int
    end: int

    @property
    def is_receptor(self) -> bool:
        return self.strand == "."


@dataclass(frozen=True)
class _Chromosome:
    """Its genes in order of their starts, and how far any gene reaches up to each."""

    genes: tuple[GenePlace, ...]
    starts: tuple[int, ...]
    reach: tuple[int, ...]


def genes_at(build: Build, chromosome: str, start: int, end: int | None = None) -> tuple[GenePlace, ...]:
    """The genes that a place, or any part of a stretch, lies in; in the order of their starts.

    >>> [one.gene for one in genes_at("GRCh38", "7", 140753336)], genes_at("GRCh37", "7", 100)
    (['BRAF'], ())
    """
    here = _genes(build).get(chromosome)
    if here is None:
        return ()
    last = bisect_right(here.starts, start if end is None else end)
    found: list[GenePlace] = []
    while last and here.reach[last - 1] >= start:
        last -= 1
        if here.genes[last].end >= start:
            found.append(here.genes[last])
    return tuple(reversed(found))


def genes_within(build: Build, chromosome: str, start: int, end: int) -> tuple[GenePlace, ...]:
    """The genes that lie in a stretch from end to end."""
    return tuple(one for one in genes_at(build, chromosome, start, end) if start <= one.start and one.end <= end)


@cache
def _genes(build: Build) -> dict[str, _Chromosome]:
    by_chromosome: dict[str, list[GenePlace]] = defaultdict(list)
    text = gzip.decompress((TABLES / "gene_map.tsv.gz").read_bytes()).decode()
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    ends = [lines[0].index(f"{end}_{build.lower()}") for end in ("start", "end")] if build != "other" else []
    for cells in lines[1:] if ends else ():
        start, end = (cells[at] for at in ends)
        if start != "--":
            by_chromosome[cells[1]].append(GenePlace(cells[0], cells[1], cells[2], int(start), int(end)))  # type: ignore[arg-type]
    return {name: _chromosome(every) for name, every in by_chromosome.items()}


def _chromosome(every: list[GenePlace]) -> _Chromosome:
    every.sort(key=lambda one: (one.start, one.end, one.gene))
    return _Chromosome(
        tuple(every), tuple(one.start for one in every), tuple(accumulate((one.end for one in every), max))
    )
