"""Which numbers of genes may stand beside one another: one less another must not be of one to four patients.

Numbers tested differ by the panels of a few patients; those with any alteration, by who has it in one way only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from chevet.cohort.index import CohortIndex
from chevet.privacy.subtraction import Counts, Marks, Told, sets_to_tell
from chevet.store import bits
from chevet.store.bits import Bits, Matrix

_WORDS_AT_ONCE = 1 << 15  # of one matrix: those of a block stay in the processor's cache


def tested_to_tell(index: CohortIndex, members: Bits, kinds: Sequence[str]) -> tuple[dict[str, Marks], bool]:
    """For each kind of alteration, (classes,) whether the number of `members` tested for these genes may be told.

    And whether the number of all members may be told beside these.

    Looked at for all genes of the study, whichever are asked of: another answer on the same cohort would show the rest.
    Where two classes of genes do not go together, that of more genes is told.
    """
    coverage = {kind: index.coverage(kind) for kind in dict.fromkeys(kinds)}
    weights = [np.bincount(classes, minlength=len(sets)) for classes, sets in coverage.values()]
    sets = np.concatenate([*(sets for _, sets in coverage.values()), members[np.newaxis]])
    shown = sets_to_tell(sets & members, members, np.concatenate([*weights, [-1]]))
    ends = np.cumsum([len(sets) for _, sets in coverage.values()])
    *of_kinds, whole = np.split(shown, ends)
    return dict(zip(coverage, of_kinds, strict=True)), bool(whole[0])


def tested_beside(index: CohortIndex, members: Bits, wanted: Sequence[tuple[str, str]]) -> tuple[list[bool], bool]:
    """Whether the number of `members` tested for each gene and kind may be told, and that of all members beside them.

    A gene that the study never names was tested where no panel said which genes it holds: the first class.
    """
    told, whole = tested_to_tell(index, members, [kind for _, kind in wanted])
    rows = {gene: row for row, gene in enumerate(index.genes)}
    classes = [index.coverage(kind)[0][rows[gene]] if gene in rows else 0 for gene, kind in wanted]
    return [bool(told[kind][of_class]) for (_, kind), of_class in zip(wanted, classes, strict=True)], whole


def altered_to_tell(
    index: CohortIndex, members: Bits, tested_told: Mapping[str, Marks], rows: Counts
) -> dict[str, Marks]:
    """For each kind of alteration, (rows,) whether the number of `members` altered in these genes may be told.

    tested_told   as `tested_to_tell` says
    rows          (rows,) of the genes

    Kinds are taken in turn: one that, beside those before it, would tell of one to four patients is withheld.
    """
    coverage = {kind: index.coverage(kind) for kind in tested_told}
    shown = {kind: np.zeros(len(rows), dtype=np.bool_) for kind in tested_told}
    step = max(1, _WORDS_AT_ONCE // max(1, len(members)))
    for start in range(0, len(rows), step):
        block = rows[start : start + step]
        tested = {kind: sets[classes[block]] & members for kind, (classes, sets) in coverage.items()}
        altered = {kind: index.altered_matrix(kind)[block] & tested[kind] for kind in coverage}
        people, inside = _alike(members, [*tested.values(), *altered.values()], len(block))
        told = Told(people)
        for place, kind in enumerate(coverage):
            told.tell(inside[:, place], tested_told[kind][coverage[kind][0][block]])
        for place, kind in enumerate(coverage, start=len(coverage)):
            shown[kind][start : start + step] = told.take(inside[:, place])
    return shown


def _alike(members: Bits, sets: Sequence[Matrix], genes: int) -> tuple[Counts, Marks]:
    """How many patients are in the same of these sets, (genes, cells), and in which, (cells, sets).

    sets   (genes, words) each
    """
    cells, inside = [np.broadcast_to(members, (genes, len(members)))], np.zeros((1, 0), dtype=np.bool_)
    for one in sets:
        parts = [cell & one for cell in cells] + [cell & ~one for cell in cells]
        marks = np.column_stack([np.tile(inside, (2, 1)), np.repeat([True, False], len(cells))])
        there = [place for place, part in enumerate(parts) if part.any()]
        cells, inside = [parts[place] for place in there], marks[there]
    return np.stack([bits.count_rows(cell) for cell in cells], axis=1), inside
