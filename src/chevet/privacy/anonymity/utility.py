"""What a release is still worth: how much was lost, and how far off it answers the questions of a cohort.

Figures are of the table of quasi-identifiers as it was (`CodedTable`) beside what became of it (`Released`).
A suppressed row has lost everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.models.view import as_shown
from chevet.privacy.anonymity.questions import Shown, joint_errors, single_errors, three_way_errors

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Utility:
    """All figures are the lower the better; losses and shares lie between 0 and 1.

    loss               global certainty penalty: mean over people and attributes of the loss of the node shown
                       (Ghinita et al., VLDB 2007; a suppressed row counts 1)
    loss_of            the same for each attribute (normalised certainty penalty, Xu et al., KDD 2006)
    entropy_loss       bits needed to tell the leaves from what is shown, over the bits needed to tell them from
                       nothing (non-uniform entropy: De Waal and Willenborg 1999; Prasser et al. 2016)
    discernibility     chance that two people drawn look alike, the suppressed looking like everybody
                       (Bayardo and Agrawal, ICDE 2005, over the square of the number of people)
    average_class      mean class size over k (LeFevre et al., ICDE 2006); None where there is no class
    suppressed         share of rows
    classes            how many
    question_median, question_mean    relative error of 300 three-way questions (`questions.three_way_errors`)
    one_way, two_way   relative error of distributions and of cross tables at the middle levels (`questions`); two_way
                       None where there is one attribute only, so no cross table
    """

    loss: float
    loss_of: Mapping[str, float]
    entropy_loss: float
    discernibility: float
    average_class: float | None
    suppressed: float
    classes: int
    question_median: float
    question_mean: float
    one_way: float
    two_way: float | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def utility(released: Released, k: int, *, seed: int = 1) -> Utility:
    """What the release is worth.

    k      what the average class size is divided by
    seed   draws the three-way questions; the same seed asks the same questions of any release of the same table
    """
    released = as_shown(released)
    shown = Shown.of(released)
    sizes = shown.sizes[:-1] if shown.some_suppressed else shown.sizes
    n, suppressed = released.table.n, int(released.suppressed.sum())
    losses = {name: _mean_loss(released, place) for place, name in enumerate(released.table.names)}
    three_way, two_way = three_way_errors(shown, seed=seed), joint_errors(shown)
    return Utility(
        loss=float(np.mean(list(losses.values()))),
        loss_of=losses,
        entropy_loss=entropy_loss(released),
        discernibility=(float((sizes.astype(np.float64) ** 2).sum()) + suppressed * n) / n / n,
        average_class=float(sizes.mean()) / k if len(sizes) else None,
        suppressed=suppressed / n,
        classes=len(sizes),
        question_median=float(np.median(three_way)),
        question_mean=float(np.mean(three_way)),
        one_way=float(np.mean(single_errors(shown))),
        two_way=float(two_way.mean()) if len(two_way) else None,
    )


def entropy_loss(released: Released) -> float:
    """Bits that generalisation took, over the bits there were; 0 where every attribute has one value only."""
    taken = there = 0.0
    n = released.table.n
    for h, codes, nodes in zip(released.table.hierarchies, released.table.codes, released.nodes, strict=True):
        people = np.bincount(codes, minlength=h.n_leaves).astype(np.float64)
        of_node = np.concatenate(
            [np.bincount(m, people, len(names)) for m, names in zip(h.nodes, h.labels, strict=True)]
        )
        alike = np.where(released.suppressed, float(n), of_node[nodes])
        taken += float(np.log2(alike / people[codes]).sum())
        there += float(np.log2(n / people[codes]).sum())
    return taken / there if there else 0.0


def _mean_loss(released: Released, place: int) -> float:
    losses = released.table.hierarchies[place].flat_losses[released.nodes[place]]
    return float(np.where(released.suppressed, 1.0, losses).mean())
