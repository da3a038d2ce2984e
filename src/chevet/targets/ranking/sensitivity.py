"""How far the ranks rest on the weights: other weights drawn around ours, and each part left out in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import kendalltau

from chevet.targets.evidence import PARTS, Part
from chevet.targets.ranking.contributions import Floats, Marks
from chevet.targets.ranking.scoring import Ranks, Scores, ranks_of, scored, standing
from chevet.targets.ranking.weights import Weights

TOP, FIRST = 100, 10
INTERVAL = (0.05, 0.95)
_NARROW = np.int32


@dataclass(frozen=True)
class Sensitivity:
    """Ranks under other weights, genes in the order of `Scores`.

    low, high     (n,) the ranks between which nine in ten draws lie
    without       by part that was asked: (n,) ranks when it is left out
    tau           Kendall's tau-b of the first 100 genes with their order here: its median over the draws, and its 5th
                  percentile; 1 is the same order, 0 none in common; None when too few genes differ to tell
    tau_without   by part: the same when it is left out
    kept          how many of our first 10 are among the first 10 of a draw, in the median draw
    """

    low: Ranks
    high: Ranks
    without: dict[Part, Ranks]
    tau: tuple[float | None, float | None]
    tau_without: dict[Part, float | None]
    kept: float

    def as_json(self) -> dict[str, Any]:
        """The summary, without the ranks."""
        return {
            "genes_compared": min(TOP, len(self.low)),
            "kendall_tau_of_draws": {"median": self.tau[0], "p5": self.tau[1]},
            "kendall_tau_without_part": self.tau_without,
            "of_first_10_among_first_10_of_median_draw": self.kept,
        }


def sensitivity(
    made: Scores, weights: Weights, tell: Callable[[float], None] = lambda part: None
) -> Sensitivity:  # fmt: skip
    """The ranks under weights drawn from one Dirichlet law around ours, and without each part that gives.

    Weights (as shares of 1) and objections are drawn together, so that both are shaken, then scaled so that the weights
    sum to 1 again; what was not asked stays out.
    """
    top = made.order[:TOP]
    ours = standing(made.score, made.evident)[top]
    drawn_ranks = np.empty((weights.draws, len(made.genes)), dtype=_NARROW)
    taus: list[float | None] = []
    kept = []
    for number, (weight, objection) in enumerate(_draws(made, weights)):
        score = scored(made.support, made.against, weight, objection)
        drawn_ranks[number] = ranks_of(score, made.evident)
        taus.append(_tau(ours, standing(score[top], made.evident[top])))
        kept.append(int((drawn_ranks[number, top[:FIRST]] <= FIRST).sum()))
        if number % 50 == 0:
            tell(number / weights.draws)
    low, high = _interval(drawn_ranks)
    without = {part: left for part in PARTS if (left := _without(made, part)) is not None}
    return Sensitivity(
        low, high, {part: ranks_of(*left) for part, left in without.items()},
        (_quantile(taus, 0.5), _quantile(taus, 0.05)),
        {part: _tau(ours, standing(*left)[top]) for part, left in without.items()}, float(np.median(kept)),
    )  # fmt: skip


def _draws(made: Scores, weights: Weights) -> list[tuple[Floats, Floats]]:
    """Weights and objections, as often as the file says; seeded, so the same each time."""
    weight = made.weight * made.asked
    whole = np.concatenate([weight / weight.sum(), made.objection])
    parts, law = whole > 0, np.random.default_rng(weights.seed)
    drawn = np.zeros((weights.draws, len(whole)))
    drawn[:, parts] = law.dirichlet(weights.concentration * whole[parts], weights.draws)
    scale = np.maximum(drawn[:, : len(PARTS)].sum(axis=1, keepdims=True), 1e-12)
    drawn /= scale
    return [(row[: len(PARTS)], row[len(PARTS) :]) for row in drawn]


def _without(made: Scores, part: Part) -> tuple[Floats, Marks] | None:
    """(n,) scores and which genes are evident without a part and what it takes; None when it is silent, or alone."""
    place = PARTS.index(part)
    if not made.asked[place]:
        return None
    weight, objection = made.weight * made.asked, made.objection.copy()
    weight[place] = objection[place] = 0.0
    if not weight.any():
        return None
    others = np.arange(len(PARTS)) != place
    return scored(made.support, made.against, weight, objection), made.evident_by(others)


def _interval(ranks: np.ndarray[Any, np.dtype[np.int32]]) -> tuple[Ranks, Ranks]:
    """(n,) and (n,) the ranks at both ends, a block of genes at a time."""
    ends = [
        np.quantile(ranks[:, start : start + 2048], INTERVAL, axis=0, method="inverted_cdf")
        for start in range(0, ranks.shape[1], 2048)
    ]
    low, high = np.concatenate(ends, axis=1).astype(np.int64)
    return low, high


def _tau(ours: Floats, theirs: Floats) -> float | None:
    """Kendall's tau-b; None when one of the two is the same for every gene."""
    found = float(kendalltau(ours, theirs).statistic)
    return None if np.isnan(found) else found


def _quantile(values: list[float | None], at: float) -> float | None:
    told = [value for value in values if value is not None]
    return float(np.quantile(told, at)) if told else None
