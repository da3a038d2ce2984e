"""What a substitution at each coding base, and at each essential splice site, would do: once for a reference.

Essential splice sites are bases 1, 2 and 5 of an intron and its last two, as in dNdScv. Of a gene, the longest
coding sequence counts that is whole codons, without an unknown base and without a stop before its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pysam

from chevet.errors import BadInput
from chevet.genomics.coding import translate
from chevet.genomics.reference.sources import Segments, opened
from chevet.genomics.transcript import plain_chromosome
from chevet.targets.selection.rates import SUBSTITUTIONS, Whole, substitution

Bytes = npt.NDArray[np.uint8]
SYN, MIS, NON, SPL, NEITHER = range(5)
UNKNOWN_CONTEXT = 255
_AROUND = 6
_NOWHERE = SUBSTITUTIONS * 4
_CODES = np.full(256, 4, dtype=np.uint8)
_CODES[np.frombuffer(b"ACGTacgt", dtype=np.uint8)] = [0, 1, 2, 3, 0, 1, 2, 3]
_STOPS = np.array([translate("".join(codon)) == "*" for codon in product("ACGT", repeat=3)])


@dataclass(frozen=True)
class CodingSites:
    """The genes of a reference, n in all, their intervals in the genome, and the sites in these.

    sites        (n, 192, 4) how many sites there are by substitution and class
    length       (n,) coding bases
    chromosome   (intervals,) place in `chromosomes`; `first` and `last` from 1, both included; sorted
    gene, strand (intervals,)
    splice       (intervals,) whether it is an essential splice site and not coding
    start        (intervals,) place of its site that comes first in the genome among all sites
    layer        (intervals,) intervals of one layer never overlap
    context      (all sites) the three bases on the coding strand, 255 when one is unknown
    effect       (all sites) class of each new base of the coding strand, two bits each: 3 is a stop lost, or no change
    left_out     genes without a coding sequence that can be read
    """

    genes: tuple[str, ...]
    chromosomes: tuple[str, ...]
    sites: npt.NDArray[np.uint16]
    length: Whole
    chromosome: Whole
    first: Whole
    last: Whole
    gene: Whole
    strand: Whole
    splice: npt.NDArray[np.bool_]
    start: Whole
    layer: Whole
    context: Bytes
    effect: Bytes
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """One coding sequence: intervals as (first, last, splice), and the sites of all of them in genome order."""

    one: Segments
    intervals: list[tuple[int, int, bool]]
    context: Bytes
    effect: Bytes
    splice: npt.NDArray[np.bool_]


def coding_sites(fasta: Path, segments: Iterable[Segments]) -> CodingSites:
    """The sites of every gene. Raises BadInput when no coding sequence can be read from this genome."""
    genome = opened(fasta)
    names = {plain_chromosome(name): name for name in genome.references}
    by_gene: dict[str, list[Segments]] = {}
    for one in segments:
        by_gene.setdefault(one.gene, []).append(one)
    read: list[_Read] = []
    left_out = []
    for gene, several in sorted(by_gene.items()):
        found = next(_readable(several, genome, names), None)
        if found is None:
            left_out.append(gene)
        else:
            read.append(found)
    if not read:
        raise BadInput(
            f"{fasta.name}: no coding segment makes whole codons without a stop in this genome",
            next_act="Give the genome and the genes of one build, with the same names of chromosomes.",
        )
    return _joined(read, tuple(left_out))


def effects(context: Bytes, effect: Bytes, splice: npt.NDArray[np.bool_], alternate: Bytes) -> Bytes:
    """The class of a new base, of the coding strand, at each of these sites: NEITHER for a lost stop or no change."""
    coded = (effect >> (2 * alternate.astype(np.uint8))) & 3
    coded = np.where(coded == 3, NEITHER, coded)
    changed = ((context >> 2) & 3) != alternate
    return np.asarray(np.where(splice, np.where(changed, SPL, NEITHER), coded), dtype=np.uint8)


def _readable(several: list[Segments], genome: pysam.FastaFile, names: dict[str, str]) -> Iterator[_Read]:
    """The coding sequences of a gene that can be read: the preferred first, then the longest."""

    def length(one: Segments) -> int:
        return sum(last - first + 1 for first, last in one.places)

    for one in sorted(several, key=lambda one: (not one.preferred, -length(one))):
        name = names.get(plain_chromosome(one.chromosome))
        if name is not None and length(one) >= 6 and length(one) % 3 == 0:
            found = _read(one, genome, name)
            if found is not None:
                yield found


def _read(one: Segments, genome: pysam.FastaFile, name: str) -> _Read | None:
    places = sorted(one.places)
    if places[0][0] < 1 or places[-1][1] > genome.get_reference_length(name):
        return None
    bases, position, coding = _bases(places, genome, name)
    before, behind = np.r_[np.uint8(4), bases[:-1]], np.r_[bases[1:], np.uint8(4)]
    if one.strand < 0:
        bases, before, behind = _complement(bases), _complement(behind), _complement(before)
    context = np.where(
        (bases > 3) | (before > 3) | (behind > 3), UNKNOWN_CONTEXT, 16 * before + 4 * bases + behind
    ).astype(np.uint8)
    sequence = bases[coding] if one.strand > 0 else bases[coding][::-1]
    effect = _effects(sequence)
    if effect is None:
        return None
    intervals = [(first, last, False) for first, last in places]
    sites = _splice_sites(places, one.strand)
    where = np.searchsorted(position[_first_of_each(position)], sites)
    at = _first_of_each(position)[where]
    # A site without its bases, at the end of a chromosome, is none.
    known = np.array([bases[place] < 4 for place in at], dtype=np.bool_)
    sites, at = sites[known], at[known]
    intervals += [(int(site), int(site), True) for site in sites]
    return _Read(
        one, intervals, np.concatenate([context[coding], context[at]]),
        np.concatenate([effect if one.strand > 0 else effect[::-1], np.zeros(len(at), dtype=np.uint8)]),
        np.concatenate([np.zeros(int(coding.sum()), dtype=np.bool_), np.ones(len(at), dtype=np.bool_)]),
    )  # fmt: skip


def _bases(
    places: list[tuple[int, int]], genome: pysam.FastaFile, name: str
) -> tuple[Bytes, Whole, npt.NDArray[np.bool_]]:
    """The bases of each segment and around it, where each lies, and which are coding; in the order of the genome."""
    parts, positions, coding = [], [], []
    for first, last in places:
        start, size = first - _AROUND, last - first + 1
        text = "N" * max(0, 1 - start) + genome.fetch(name, max(0, start - 1), last + _AROUND)
        parts.append(text.ljust(size + 2 * _AROUND, "N"))
        positions.append(np.arange(start, last + _AROUND + 1))
        inside = np.zeros(size + 2 * _AROUND, dtype=np.bool_)
        inside[_AROUND : _AROUND + size] = True
        coding.append(inside)
    codes = _CODES[np.frombuffer("".join(parts).encode("ascii", "replace"), dtype=np.uint8)]
    return codes, np.concatenate(positions), np.concatenate(coding)


def _complement(bases: Bytes) -> Bytes:
    return np.where(bases < 4, 3 - bases, 4).astype(np.uint8)


def _first_of_each(position: Whole) -> Whole:
    """Where each position stands for the first time, by rising position."""
    return np.asarray(np.unique(position, return_index=True)[1])


def _splice_sites(places: list[tuple[int, int]], strand: int) -> Whole:
    """Bases 1, 2 and 5 of each intron and its last two."""
    ends = np.array([last for _, last in places[:-1]], dtype=np.int64)
    starts = np.array([first for first, _ in places[1:]], dtype=np.int64)
    donors, acceptors = (ends, starts) if strand > 0 else (starts, ends)
    found = [donors + strand * step for step in (1, 2, 5)] + [acceptors - strand * step for step in (1, 2)]
    return np.unique(np.concatenate(found))


def _effects(sequence: Bytes) -> Bytes | None:
    """The class of every new base of a coding sequence; None where it holds an unknown base or an early stop."""
    if (sequence > 3).any():
        return None
    codons = 16 * sequence[0::3].astype(np.int64) + 4 * sequence[1::3] + sequence[2::3]
    if _STOPS[codons[:-1]].any():
        return None
    return np.asarray(_TABLE[codons].reshape(-1))


def _class_table() -> Bytes:
    """(64, 3) the classes of the four new bases at each place of each codon, two bits each."""
    acids = translate("".join("".join(codon) for codon in product("ACGT", repeat=3)))
    table = np.zeros((64, 3), dtype=np.uint8)
    for codon, place, base in product(range(64), range(3), range(4)):
        size = (16, 4, 1)[place]
        new = codon + (base - codon // size % 4) * size
        old_acid, new_acid = acids[codon], acids[new]
        kind = SYN if old_acid == new_acid else NON if new_acid == "*" else 3 if old_acid == "*" else MIS
        table[codon, place] |= (3 if new == codon else kind) << (2 * base)
    return table


_TABLE = _class_table()


def _joined(read: list[_Read], left_out: tuple[str, ...]) -> CodingSites:
    chromosomes = tuple(sorted({plain_chromosome(one.one.chromosome) for one in read}))
    number = {name: place for place, name in enumerate(chromosomes)}
    sites = np.zeros((len(read), SUBSTITUTIONS, 4), dtype=np.uint16)
    length = np.zeros(len(read), dtype=np.int64)
    rows: list[tuple[int, int, int, int, int, bool, int]] = []
    start = 0
    for gene, one in enumerate(read):
        sites[gene] = _counted(one)
        length[gene] = int((~one.splice).sum())
        for first, last, splice in one.intervals:
            rows.append(
                (number[plain_chromosome(one.one.chromosome)], first, last, gene, one.one.strand, splice, start)
            )
            start += last - first + 1
    rows.sort()
    chromosome, first, last, genes, strand, splice, begins = np.array(rows, dtype=np.int64).T
    return CodingSites(
        tuple(one.one.gene for one in read), chromosomes, sites, length, chromosome, first, last, genes, strand,
        splice.astype(np.bool_), begins, _layers(rows), np.concatenate([one.context for one in read]),
        np.concatenate([one.effect for one in read]), left_out,
    )  # fmt: skip


def _counted(one: _Read) -> npt.NDArray[np.uint16]:
    """(192, 4) the sites of a gene."""
    key = (one.splice.astype(np.int64) << 16) | (one.context.astype(np.int64) << 8) | one.effect
    total = np.bincount(_changes()[key].reshape(-1), minlength=_NOWHERE + 1)[:_NOWHERE]
    return np.minimum(total, np.iinfo(np.uint16).max).astype(np.uint16).reshape(SUBSTITUTIONS, 4)


@cache
def _changes() -> npt.NDArray[np.int16]:
    """(2 x 256 x 256, 4) by splice, context and effect: 4 x substitution + class of each new base."""
    key = np.arange(2 << 16)
    context, effect, splice = ((key >> 8) & 255).astype(np.uint8), (key & 255).astype(np.uint8), key >> 16 > 0
    found = np.full((len(key), 4), _NOWHERE, dtype=np.int16)
    for base in range(4):
        kind = effects(context, effect, splice, np.full(len(key), base, dtype=np.uint8)).astype(np.int64)
        used = (context != UNKNOWN_CONTEXT) & (kind != NEITHER) & (((context >> 2) & 3) != base) & (context < 64)
        found[used, base] = 4 * substitution(context[used], base) + kind[used]
    return found


def _layers(rows: list[tuple[int, int, int, int, int, bool, int]]) -> Whole:
    """Each interval goes to the first layer whose last interval ends before it."""
    layers = np.zeros(len(rows), dtype=np.int64)
    ends: list[tuple[int, int]] = []
    for place, (chromosome, first, last, *_) in enumerate(rows):
        layer = next((number for number, end in enumerate(ends) if end < (chromosome, first)), len(ends))
        if layer == len(ends):
            ends.append((-1, -1))
        ends[layer] = (chromosome, last)
        layers[place] = layer
    return layers
