"""Which counts may stand side by side: none that, added to and taken from one another, leaves one to four people.

A gene is counted among those tested for it, a pair of genes among those tested for both, so one answer shows counts of
sets that lie within one another, or overlap. The reader is taken to know who was tested on which panel, and to add and
subtract as they like.

Put each set in a column, with a one for whoever is in it. What the best combination of all columns tells of a person
is the leverage of that person's row x,

    x' (X' X)^-1 x        at least one over how many people a combination sets apart, for each of them

so while every leverage is below a quarter, no combination sets fewer than five people apart. Sets are taken in turn;
one with which somebody's leverage would reach that is not told.

Source: the leverage of linear regression; Hoaglin and Welsch, American Statistician 1978.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from chevet.privacy.disclosure import FLOOR
from chevet.store import bits
from chevet.store.bits import Bits, Matrix

Counts = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_LEVERAGE_BELOW = 1 / (FLOOR - 1) - 1e-6
_NOTHING_NEW = 1e-9  # of a column's length: what rounding leaves of one that follows from those told


def few(*counts: Counts) -> Marks:
    """Where one of these counts is of one to four people.

    >>> few(np.array([0, 3, 40]), np.array([9, 9, 4])).tolist()
    [False, True, True]
    """
    return np.asarray(np.logical_or.reduce([(count > 0) & (count < FLOOR) for count in counts]), dtype=np.bool_)


class Told:
    """What was told of several things, each by itself, as sets of people.

    people   (things, cells) how many people stand in each cell; those of one cell are in the same sets

    >>> told = Told(np.array([[40, 3, 20]]))  # on a small panel; on a larger one only; on none of these
    >>> told.take(np.array([True, True, False])).tolist(), told.take(np.array([True, False, False])).tolist()
    ([True], [False])
    """

    def __init__(self, people: Counts) -> None:
        self._people = np.asarray(people, dtype=np.int64)
        self._lengths: Floats = np.sqrt(self._people.astype(np.float64))
        self._told: list[Floats] = []  # orthonormal columns, each times the square root of the people
        self._leverages: Floats = np.zeros(self._people.shape)

    def bears(self, column: Marks) -> Marks:
        """(things,) whether with this set told, too, nobody would be set apart among fewer than five.

        column   (cells,) or (things, cells) which cells are in the set
        """
        return self._borne(self._new(column))

    def tell(self, column: Marks, things: Marks) -> None:
        """Count this set as told of these things; (things,)."""
        new = np.where(things[:, None], self._new(column), 0.0)
        if new.any():
            self._told.append(new)
            self._leverages += self._of_each(new)

    def take(self, column: Marks, things: Marks | None = None) -> Marks:
        """Tell this set of those things that bear it, of these or of all; which they are."""
        borne = self.bears(column)
        borne = borne if things is None else borne & things
        self.tell(column, borne)
        return borne

    def _new(self, column: Marks) -> Floats:
        """What the column adds to those told, of length one; zero where it follows from them."""
        whole: Floats = self._lengths * column
        rest = whole
        for _ in range(2):  # once more for what rounding left
            for told in self._told:
                rest = rest - told * (told * rest).sum(axis=1, keepdims=True)
        length = np.linalg.norm(rest, axis=1, keepdims=True)
        adds = length > _NOTHING_NEW * np.linalg.norm(whole, axis=1, keepdims=True)
        new: Floats = np.divide(rest, length, out=np.zeros_like(rest), where=adds)
        return new

    def _borne(self, new: Floats) -> Marks:
        most = np.max(self._leverages + self._of_each(new), axis=1, initial=0.0)
        return np.asarray(most < _LEVERAGE_BELOW)

    def _of_each(self, new: Floats) -> Floats:
        """(things, cells) what a column adds to the leverage of one person of each cell."""
        each: Floats = np.divide(new**2, self._people, out=np.zeros_like(new), where=self._people > 0)
        return each


def cells_of(sets: Matrix, everyone: Bits) -> tuple[Matrix, Marks]:
    """People who are in the same of these sets: who they are, and which sets, (cells, words) and (cells, sets).

    Those in none of the sets are a cell, too, when there are any.
    """
    cells, inside = everyone[np.newaxis], np.zeros((1, 0), dtype=np.bool_)
    for one in sets:
        parts = np.concatenate([cells & one, cells & ~one])
        there = parts.any(axis=1)
        marks = np.repeat([True, False], len(cells))
        inside = np.column_stack([np.tile(inside, (2, 1)), marks])[there]
        cells = parts[there]
    return cells, inside


def sets_to_tell(sets: Matrix, everyone: Bits, weights: Counts, apart: Matrix | None = None) -> Marks:
    """(sets,) whose number of people may be told beside that of the others.

    everyone   those who are counted
    weights    (sets,) how many numbers of the answer rest on each: sets with more are taken first
    apart      (parts, words) people of each set who are counted by themselves, such as the living and the dead: a set
               must bear to be told in every part
    """
    cells, inside = cells_of(sets, everyone)
    parts = [bits.count_rows(cells), *(bits.count_rows(cells, part) for part in (() if apart is None else apart))]
    told, shown = Told(np.stack(parts)), np.zeros(len(sets), dtype=np.bool_)
    for place in np.argsort(-weights, kind="stable").tolist():
        shown[place] = told.bears(inside[:, place]).all()
        told.tell(inside[:, place], np.full(len(parts), shown[place]))
    return shown


def pairs_to_tell(altered: Matrix, of_gene: Counts, sets: Matrix, everyone: Bits, a: Counts, b: Counts) -> Marks:
    """(pairs,) which pairs of genes may show their numbers beside those of the others.

    altered    (genes, words) who has each gene altered
    of_gene    (genes,) in which of the sets each was tested
    sets       (sets, words) who was tested
    everyone   those who are counted
    a, b       (pairs,) the genes of each pair

    A pair shows how many were tested for both, and how many of these have each gene. Kept apart are those tested; and,
    of each gene, those who have it and those who do not, by partner. Pairs with a count of one to four are left out
    before: see `few`.
    """
    if len(sets) == 1:
        everybody, having = bits.count_rows(sets, everyone), bits.count_rows(altered, sets[0] & everyone)
        hidden = few(having, everybody - having) | few(everybody)
        return np.asarray(~hidden[a] & ~hidden[b])
    cells, inside = cells_of(sets, everyone)
    tested, genes = bits.count_rows(cells), len(altered)
    having = np.stack([bits.count_rows(altered, cell) for cell in cells], axis=1)
    told, by_gene = Told(tested[np.newaxis]), Told(np.concatenate([having, tested - having]))
    shown = np.zeros(len(a), dtype=np.bool_)
    for pairs in _alike(of_gene[a], of_gene[b]):
        column = inside[:, of_gene[a[pairs[0]]]] & inside[:, of_gene[b[pairs[0]]]]
        if told.take(column)[0]:
            borne = np.logical_and(*by_gene.bears(column).reshape(2, genes))
            pairs = pairs[borne[a[pairs]] & borne[b[pairs]]]
            shown[pairs] = True
            by_gene.tell(column, np.tile(np.isin(np.arange(genes), [a[pairs], b[pairs]]), 2))
    return shown


def _alike(first: Counts, second: Counts) -> Iterator[Counts]:
    """The places of pairs whose genes were tested in the same two sets, those of the most pairs first."""
    both = np.stack([np.minimum(first, second), np.maximum(first, second)])
    _, kinds, times = np.unique(both, axis=1, return_inverse=True, return_counts=True)
    kinds = kinds.reshape(-1)
    for kind in np.argsort(-times, kind="stable").tolist():
        yield np.flatnonzero(kinds == kind)
