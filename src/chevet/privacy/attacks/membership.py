"""Was this person among them? Told from released numbers, by whoever knows the person and what is usual elsewhere."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from chevet.privacy.attacks.outcome import Outcome, auc

Numbers: TypeAlias = npt.NDArray[np.float64]
YesNo: TypeAlias = npt.NDArray[np.bool_]
RARE = 1e-3


def from_frequencies(
    shares: Numbers, usual: Numbers, inside: YesNo, outside: YesNo, *, against: str, noise: Numbers | float = 0.0
) -> Outcome:
    """From how often each alteration occurs in the pool, and how often it does elsewhere.

    shares    (sites,) released shares of the pool; NaN where nothing is released
    usual     (sites,) shares in people like these who are not in the pool
    inside    (people, sites) who has which alteration, for people of the pool;  outside: for others
    noise     variance of the released shares, besides sampling

    The score is the likelihood ratio of the pool's shares against the usual ones, site by site, each as exact as it is.
    Sources: Homer et al., PLoS Genetics 2008; Sankararaman et al., Nature Genetics 2009.
    """
    said = ~np.isnan(shares)
    spread = np.maximum(usual * (1 - usual), RARE)[said]
    weight = 1 / (spread + np.broadcast_to(np.asarray(noise, dtype=np.float64), shares.shape)[said] * len(inside))
    moved = (shares - usual)[said] * weight

    def scores(people: YesNo) -> list[float]:
        found: list[float] = ((people[:, said] - usual[said]) @ moved).tolist()
        return found

    return Outcome(
        "membership from frequencies", against, "auc", auc(scores(inside), scores(outside)), 0.5,
        len(inside) + len(outside),
    )  # fmt: skip


def from_noised_cells(
    with_person: Numbers,
    without: Numbers,
    scales: Numbers,
    drawn_with: Numbers,
    drawn_without: Numbers,
    *,
    against: str,
) -> Outcome:
    """By whoever knows everybody else, and every cell that the person could move: nothing stronger exists.

    with_person, without      (cells,) the true numbers in either world;  scales: the noise of each cell
    drawn_with, drawn_without (worlds, cells) what was released in worlds of either kind

    The score is the exact likelihood ratio of Gaussian noise (Neyman and Pearson, 1933).
    """
    moved = (with_person - without) / scales**2
    middle = (with_person + without) / 2
    scores = [((drawn - middle) @ moved).tolist() for drawn in (drawn_with, drawn_without)]
    return Outcome(
        "membership, everybody else known", against, "auc", auc(scores[0], scores[1]), 0.5,
        len(drawn_with) + len(drawn_without),
    )  # fmt: skip
