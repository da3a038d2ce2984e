"""Who carries what, ready to answer how many patients carry all of some alterations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
LISTED = 64
"""A fact that no more patients carry is kept as a list; a commoner one as a bitmap, too, in large cohorts."""
_CANDIDATES = 5_000_000  # candidates, or words of bitmaps, compared at once: 40 MB each


@dataclass(frozen=True, eq=False)
class Carried:
    """Who carries what: one entry per patient and alteration, patient by patient.

    patient, alteration   (rows,) numbers, sorted by patient, then alteration; no pair twice
    n                     patients, those with no alteration included
    """

    patient: Ints
    alteration: Ints
    n: int

    @property
    def alterations(self) -> int:
        return int(self.alteration.max()) + 1 if len(self.alteration) else 0


@dataclass(frozen=True, eq=False)
class Index:
    """The pairs by patient, and by fact. A fact is an alteration, or (numbered after them) a class.

    start, many      where a patient's alterations begin in `data.alteration`, and how many there are
    carriers, first  patients by fact, and where a fact's carriers begin
    count            (facts,) carriers of each
    pairs            sorted numbers of (patient, fact), to look one up
    bits, row        carriers as bitmaps, of the facts that many carry; `row` is -1 for the others
    """

    data: Carried
    class_of: Ints
    start: Ints
    many: Ints
    carriers: Ints
    first: Ints
    count: Ints
    pairs: Ints
    bits: npt.NDArray[np.uint64]
    row: Ints

    @staticmethod
    def of(data: Carried, group: Ints) -> Index:
        class_of = group + data.alterations
        patient = np.concatenate([data.patient, np.arange(data.n, dtype=np.int64)])
        fact = np.concatenate([data.alteration, class_of])
        many = np.bincount(data.patient, minlength=data.n).astype(np.int64)
        count = np.bincount(fact).astype(np.int64)
        order = np.lexsort((patient, fact))
        first = np.cumsum(count) - count
        bits, row = _bitmaps(patient[order], first, count, data.n)
        pairs = np.sort(patient * len(count) + fact)
        return Index(data, class_of, np.cumsum(many) - many, many, patient[order], first, count, pairs, bits, row)


def _bitmaps(carriers: Ints, first: Ints, count: Ints, n: int) -> tuple[npt.NDArray[np.uint64], Ints]:
    """Bitmaps of the facts that more than one patient in 256 carries: at most 32 bytes for each pair there is."""
    common = np.flatnonzero(count > max(LISTED, n // 256))
    row = np.full(len(count), -1, dtype=np.int64)
    row[common] = np.arange(len(common))
    bits = np.zeros((len(common), -(-n // 64) * 8), dtype=np.uint8)
    for place, fact in enumerate(common):
        held = np.zeros(bits.shape[1] * 8, dtype=np.bool_)
        held[carriers[first[fact] : first[fact] + count[fact]]] = True
        bits[place] = np.packbits(held)
    return bits.view(np.uint64), row


def support(index: Index, known: Ints) -> Ints:
    """(sets,) how many patients have all facts of each set (-1: no fact)."""
    sets, of_set = np.unique(np.sort(known, axis=1), axis=0, return_inverse=True)
    count = np.where(sets >= 0, index.count[np.maximum(sets, 0)], np.iinfo(np.int64).max)
    rarest = sets[np.arange(len(sets)), count.argmin(axis=1)]
    found = np.zeros(len(sets), dtype=np.int64)
    listed = index.row[rarest] < 0
    for piece in _pieces(np.flatnonzero(listed), index.count[rarest[listed]], _CANDIDATES):
        found[piece] = _among_carriers(index, sets[piece], rarest[piece])
    words = index.bits.shape[1]
    common = np.flatnonzero(~listed)
    for piece in _pieces(common, np.full(len(common), words), _CANDIDATES):
        both = np.full((len(piece), words), np.uint64(2**64 - 1), dtype=np.uint64)
        for column in sets[piece].T:
            both &= np.where((column >= 0)[:, None], index.bits[index.row[np.maximum(column, 0)]], both)
        found[piece] = np.bitwise_count(both).sum(axis=1)
    return found[of_set.reshape(-1)]


def _pieces(places: Ints, work: Ints, most: int) -> list[Ints]:
    """The places in runs whose work adds up to about `most`."""
    number = (np.cumsum(work) - work) // most
    return [piece for piece in np.split(places, np.flatnonzero(np.diff(number)) + 1) if len(piece)]


def _among_carriers(index: Index, sets: Ints, rarest: Ints) -> Ints:
    """Patients who have all facts of each set: carriers of its rarest fact, less those who lack another."""
    many = index.count[rarest]
    of = np.repeat(np.arange(len(sets)), many)
    within = np.arange(len(of)) - np.repeat(np.cumsum(many) - many, many)
    candidate = index.carriers[index.first[rarest][of] + within]
    for column in sets.T:
        wanted = candidate * len(index.count) + column[of]
        place = np.minimum(np.searchsorted(index.pairs, wanted), len(index.pairs) - 1)
        stays = (column[of] < 0) | (column[of] == rarest[of]) | (index.pairs[place] == wanted)
        of, candidate = of[stays], candidate[stays]
    return np.bincount(of, minlength=len(sets)).astype(np.int64)
