"""Mutations put on genes: in which one each lies, and what it does there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.genomics.transcript import plain_chromosome
from chevet.records.rows import mask, pc
from chevet.targets.selection import mutations as columns
from chevet.targets.selection.coding_sites import NEITHER, UNKNOWN_CONTEXT, CodingSites, effects
from chevet.targets.selection.rates import Whole, substitution
from chevet.targets.selection.usable import usable

INDEL, WRONG_BASE = NEITHER + 1, NEITHER + 2
NO_SUBSTITUTION = -1
READ, OUTSIDE = "read", "outside"
_BASE = {base: code for code, base in enumerate("ACGT")}
_FIELDS = ("sample", "gene", "chromosome", "position", "change", "kind", "substitution")
# One line for all chromosomes, each a stretch of its own.
_STRETCH = 1 << 40


@dataclass(frozen=True)
class Placed:
    """Mutations in coding sequences and splice sites; one that lies in two genes stands twice. All (rows,).

    sample, gene  numbers; a gene's is its place in the reference
    change        number of the pair of alleles
    kind          class of a substitution: SYN, MIS, NON, SPL, NEITHER (a stop lost); INDEL for anything that is no
                  substitution of one base; WRONG_BASE where the reference has another base than the file says
    substitution  number of the substitution on the coding strand, -1 for others
    """

    sample: Whole
    gene: Whole
    chromosome: Whole
    position: Whole
    change: Whole
    kind: Whole
    substitution: Whole

    def __len__(self) -> int:
        return len(self.sample)

    def only(self, rows: Any) -> Placed:
        """Some of the rows."""
        return Placed(*(getattr(self, name)[rows] for name in _FIELDS))


@dataclass
class Placing:
    """Mutations of one build, placed a piece at a time, and what is told of them meanwhile.

    unit      who a sample name counts for: itself, or its patient
    samples   number of each of these by name
    counts    rows by what became of them: read, outside, and the reasons of `usable`
    absent    rows by gene that the file names and the reference does not have
    """

    sites: CodingSites
    build: str
    unit: Callable[[str], str] = str
    samples: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    _changes: dict[str, int] = field(default_factory=dict)

    def placed(self, pieces: Iterable[pa.Table]) -> Placed:
        """The mutations of these pieces that touch a gene; repeats are still there."""
        found = [self._placed(piece) for piece in pieces]
        nothing = np.zeros(0, dtype=np.int64)
        return Placed(*(np.concatenate([nothing, *(getattr(one, name) for one in found)]) for name in _FIELDS))

    def _placed(self, piece: pa.Table) -> Placed:
        self.counts[READ] += piece.num_rows
        table = usable(piece, self.build, self.counts)
        sample = _numbers(table.column(columns.SAMPLE), self._sample)
        chromosome = _numbers(table.column(columns.CHROMOSOME), self._chromosome)
        position = table.column(columns.POSITION).to_numpy()
        reference, alternate = table.column(columns.REFERENCE), table.column(columns.ALTERNATE)
        change = _numbers(pc.binary_join_element_wise(reference, alternate, ">"), self._change)
        row, interval = self._overlaps(chromosome, *_extent(position, reference, alternate))
        self._count_outside(table, row)
        old, new = (_numbers(column, lambda text: _BASE.get(text, -1)) for column in (reference, alternate))
        kind, substituted = self._effect(interval, position[row], old[row], new[row])
        whole = Placed(
            sample[row], self.sites.gene[interval], chromosome[row], position[row], change[row], kind, substituted
        )
        return whole.only(self._one_per_gene(row, interval))

    def _sample(self, text: str) -> int:
        return self.samples.setdefault(self.unit(text.strip()), len(self.samples))

    def _change(self, text: str) -> int:
        return self._changes.setdefault(text, len(self._changes))

    def _chromosome(self, text: str) -> int:
        return self._chromosomes.get(plain_chromosome(text), -1)

    @cached_property
    def _chromosomes(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.sites.chromosomes)}

    @cached_property
    def _layers(self) -> list[tuple[Whole, Whole, Whole]]:
        """Of each layer, its intervals and where they begin and end, by rising place."""
        found = []
        for layer in range(int(self.sites.layer.max()) + 1):
            members = np.flatnonzero(self.sites.layer == layer)
            line = self.sites.chromosome[members] * _STRETCH
            found.append((members, line + self.sites.first[members], line + self.sites.last[members]))
        return found

    def _overlaps(self, chromosome: Whole, first: Whole, last: Whole) -> tuple[Whole, Whole]:
        """Each pair of a row and an interval that its bases touch."""
        rows, intervals = [], []
        for members, begin, end in self._layers:
            low = np.searchsorted(end, chromosome * _STRETCH + first)
            high = np.searchsorted(begin, chromosome * _STRETCH + last, side="right")
            many = np.where(chromosome >= 0, np.maximum(high - low, 0), 0)
            row = np.repeat(np.arange(len(first)), many)
            step = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
            rows.append(row)
            intervals.append(members[np.repeat(low, many) + step])
        return np.concatenate(rows), np.concatenate(intervals)

    def _effect(self, interval: Whole, position: Whole, ref: Whole, alt: Whole) -> tuple[Whole, Whole]:
        """Kind and substitution of each pair of a mutation and an interval."""
        sites = self.sites
        kind = np.full(len(interval), INDEL, dtype=np.int64)
        substituted = np.full(len(interval), NO_SUBSTITUTION, dtype=np.int64)
        single = np.flatnonzero((ref >= 0) & (alt >= 0))
        at = interval[single]
        site = sites.start[at] + position[single] - sites.first[at]
        forward = sites.strand[at] > 0
        old = np.where(forward, ref[single], 3 - ref[single])
        new = np.where(forward, alt[single], 3 - alt[single]).astype(np.uint8)
        context = sites.context[site]
        found = effects(context, sites.effect[site], sites.splice[at], new).astype(np.int64)
        found[(context == UNKNOWN_CONTEXT) | (((context >> 2) & 3) != old)] = WRONG_BASE
        kind[single] = found
        substituted[single] = np.where(found < NEITHER, substitution(context, new), NO_SUBSTITUTION)
        return kind, substituted

    def _one_per_gene(self, row: Whole, interval: Whole) -> Whole:
        """Of the intervals of one gene that a mutation touches, a splice site counts before a coding one."""
        gene, splice = self.sites.gene[interval], self.sites.splice[interval]
        order = np.lexsort((~splice, gene, row))
        again = (np.diff(row[order], prepend=-1) == 0) & (np.diff(gene[order], prepend=-1) == 0)
        return np.asarray(order[~again])

    def _count_outside(self, table: pa.Table, row: Whole) -> None:
        """Rows that touch no gene, and those among them of genes that the reference does not have."""
        outside = np.ones(table.num_rows, dtype=np.bool_)
        outside[row] = False
        self.counts[OUTSIDE] += int(outside.sum())
        named = pc.value_counts(pc.filter(table.column(columns.GENE), pa.array(outside)))
        for one in named.to_pylist():
            if one["values"] and one["values"] not in self._genes:
                self.absent[one["values"]] += one["counts"]

    @cached_property
    def _genes(self) -> frozenset[str]:
        return frozenset(self.sites.genes)


def _extent(position: Whole, reference: Any, alternate: Any) -> tuple[Whole, Whole]:
    """The bases that a change touches; a deletion written with the base before it does not touch that one."""
    long, short = (pc.cast(pc.binary_length(one), pa.int64()).to_numpy() for one in (reference, alternate))
    heads = [pc.utf8_slice_codeunits(one, 0, 1) for one in (reference, alternate)]
    anchored = mask(pc.equal(*heads)) & (long > short)
    return position + anchored, position + long - 1


def _numbers(column: Any, number: Callable[[str], int]) -> Whole:
    """A number for each cell, asked once per distinct text."""
    encoded = pc.dictionary_encode(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)
    numbers = np.array([number(text) for text in encoded.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(numbers[encoded.indices.to_numpy()], dtype=np.int64)
