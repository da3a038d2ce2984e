"""The score of each gene, the bounds that missing parts leave it, and the ranks.

    score = sum over parts asked of weight * support / sum of their weights  -  sum over parts of objection * against

- A part that concluded on no gene is *not asked*: its weight is in neither sum.
- A part that was asked and did not conclude on a gene counts there as on the middle gene (the median) of all that it
  was asked about, where others without a conclusion give nothing: not as absent, which would let a gene with one strong
  line pass one with five, nor as the middle of those it concluded on, since many parts conclude only where they find
  something.
- The bounds are what the score would be if everything missing gave nothing and spoke against as strongly as it can, and
  if it gave everything and spoke against nothing.

Genes that something in these patients speaks for (selection, shape, relations, outcome) come first, by score; then the
others, by score: what is known of a gene anywhere makes no target of these patients.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.errors import CannotConclude
from chevet.targets.evidence import PARTS, Part
from chevet.targets.ranking.contributions import Evidence, Floats, Marks
from chevet.targets.ranking.weights import Weights

Ranks = npt.NDArray[np.int64]
OF_PATIENTS: tuple[Part, ...] = ("selection", "shape", "relations", "outcome")
# More than two scores can lie apart: all weights and all objections, each at most 1.
_ABOVE = 100.0
_IN_PATIENTS = np.array([part in OF_PATIENTS for part in PARTS])


@dataclass(frozen=True)
class Scores:
    """Scores of n genes; parts are in the order of `evidence.PARTS`.

    support    (n, parts) as counted: the middle gene's where the part was asked and did not conclude
    against    (n, parts) as counted: 0 where the part did not conclude
    speaks     (n, parts) a line of the part that is sure enough, or a class, speaks for the gene
    asked      (parts,) it concluded on some gene
    middle     (parts,) median support among the genes that it was asked about; NaN when it concluded on none
    score      (n,) from minus the sum of objections to 1; higher is better
    low, high  (n,) the bounds that missing parts leave
    complete   (n,) share of all weights, objections too, whose part concluded on the gene
    """

    genes: tuple[str, ...]
    support: Floats
    against: Floats
    speaks: Marks
    asked: Marks
    middle: Floats
    weight: Floats
    objection: Floats
    low: Floats
    high: Floats
    complete: Floats

    @cached_property
    def score(self) -> Floats:
        return scored(self.support, self.against, self.weight * self.asked, self.objection)

    @cached_property
    def evident(self) -> Marks:
        """(n,) something in these patients speaks for the gene."""
        return self.evident_by(_IN_PATIENTS)

    def evident_by(self, parts: Marks) -> Marks:
        """(n,) the same by these of the parts that look at patients; `parts` is (parts,)."""
        return np.asarray((self.speaks & parts & _IN_PATIENTS).any(axis=1))

    @cached_property
    def order(self) -> Ranks:
        """(n,) the genes, best first; equals by name."""
        return ordered(self.score, self.evident, self.genes)

    @cached_property
    def ranks(self) -> Ranks:
        """(n,) 1 for the best gene; equals share the better rank."""
        return ranks_of(self.score, self.evident)

    @cached_property
    def given(self) -> Floats:
        """(n, parts) what each part adds to the score."""
        weights = self.weight * self.asked
        given: Floats = self.support * weights / weights.sum()
        return given

    @cached_property
    def taken(self) -> Floats:
        """(n, parts) what each part takes from it, 0 or more."""
        return self.against * self.objection

    def as_json(self) -> dict[str, Any]:
        """What was asked, and what the middle gene was given."""
        return {
            part: {"asked": bool(self.asked[place]),
                   "middle_support": float(self.middle[place]) if self.asked[place] else None}
            for place, part in enumerate(PARTS)
        }  # fmt: skip


def scores(found: Evidence, weights: Weights) -> Scores:
    """The score of every gene. Raises CannotConclude when no part that can give a score concluded on any gene."""
    weight = np.array([weights.parts[part].weight for part in PARTS])
    objection = np.array([weights.parts[part].objection for part in PARTS])
    concluded = ~np.isnan(found.support)
    asked: Marks = np.asarray(concluded.any(axis=0))
    if not (weight * asked).any():
        raise CannotConclude(
            "no part of the evidence that can give a score concluded on any gene",
            next_act="Widen the cohort, install a reference genome, or bring in sources: chevet targets sources",
        )
    columns = zip(np.nan_to_num(found.support).T, found.asked.T, asked, strict=True)
    middle = np.array([np.median(column[about]) if told else np.nan for column, about, told in columns])
    support = np.where(concluded, found.support, np.where(asked, np.nan_to_num(middle), 0.0))
    against = np.nan_to_num(found.against)
    low, high = _bounds(found, concluded, weight, objection)
    share = weight / weight.sum() + objection
    complete = (concluded * share).sum(axis=1) / share.sum()
    return Scores(found.genes, support, against, found.speaks, asked, middle, weight, objection, low, high, complete)


def scored(support: Floats, against: Floats, weight: Floats, objection: Floats) -> Floats:
    """(n,) the score of each row of (n, parts) under these (parts,) weights.

    >>> scored(np.array([[1.0, 0.5]]), np.array([[0.0, 1.0]]), np.array([3.0, 1.0]), np.array([0.0, 0.1])).tolist()
    [0.775]
    """
    made: Floats = support @ (weight / weight.sum()) - against @ objection
    return made


def ordered(score: Floats, evident: Marks, genes: tuple[str, ...]) -> Ranks:
    """(n,) places of the genes from the first to the last; equals by name."""
    return np.lexsort((np.array(genes, dtype=np.str_), -standing(score, evident))).astype(np.int64)


def ranks_of(score: Floats, evident: Marks) -> Ranks:
    """(n,) how many genes come before, and one; equals share a rank.

    >>> ranks_of(np.array([0.2, 0.9, 0.2, 0.1]), np.array([False, False, False, True])).tolist()
    [3, 2, 3, 1]
    """
    fallen = -standing(score, evident)
    return (np.searchsorted(np.sort(fallen), fallen, side="left") + 1).astype(np.int64)


def standing(score: Floats, evident: Marks) -> Floats:
    """(n,) what genes are ordered by, higher first: the score to nine decimals, evident genes above all others."""
    return np.round(score, 9) + _ABOVE * evident


def _bounds(found: Evidence, concluded: Marks, weight: Floats, objection: Floats) -> tuple[Floats, Floats]:
    least, most = np.nan_to_num(found.support), np.where(found.gap, 1.0, np.nan_to_num(found.support))
    spoken, loudest = np.nan_to_num(found.against), np.where(found.gap, 1.0, np.nan_to_num(found.against))
    return scored(least, loudest, weight, objection), scored(most, spoken, weight, objection)
