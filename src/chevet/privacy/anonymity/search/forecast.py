"""Which nodes to weigh next. Nothing here proves anything: a bad forecast costs time, never the optimum.

How many rows a node suppresses is forecast by a ridge regression of its log odds on the level of each
attribute, learned from the nodes weighed so far; before any, from the entropy of each attribute at each
level (the more bits, the more combinations, the smaller the classes). A good node to weigh is coarse enough
that much lies below it, and fine enough that it suppresses too many: then everything below it is dismissed
by one group-by. Such nodes are looked for among the candidates and the joins of pairs of them, and chosen one
after the other so that together they dismiss most of a sample of the candidates (greedy covering).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.search.bounds import Candidates, Figures, Levels
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

# Sizes of the samples, and nodes weighed before the next forecast: between the cost of choosing and of weighing.
SAMPLE, POOL, BATCH = 2048, 192, 8
# Ridge penalty, and how sharply a forecast above the limit counts as certain (per unit of log odds).
RIDGE, SHARPNESS = 0.05, 3.0
# Nodes farther above the limit than this (in log odds) are all alike.
FAR = 8.0

LevelTable = npt.NDArray[np.uint8]


class Forecast:
    """How many rows a node is likely to suppress, as log odds; above the limit where its risk is likely too high.

    hierarchies, codes   of the table
    limit                rows that may be suppressed
    """

    def __init__(self, hierarchies: Sequence[Hierarchy], codes: Sequence[Codes], limit: int) -> None:
        self.n, self.limit = len(codes[0]), self._log_odds(limit + 0.5, len(codes[0]))
        bits = [_entropies(h, leaves) for h, leaves in zip(hierarchies, codes, strict=True)]
        self._starts = np.cumsum([1] + [len(by_level) for by_level in bits])
        # Without knowledge: half of the rows are suppressed where classes would hold about ten rows each.
        self._prior = np.concatenate([[-0.5 * np.log2(max(2.0, self.n / 10))], *(0.5 * by_level for by_level in bits)])
        self._weights = self._prior
        self._seen = RIDGE * np.eye(len(self._prior))
        self._missed = np.zeros(len(self._prior))

    def learn(self, node: Levels, suppressed: int, risk_over: float = -np.inf) -> None:
        """What a node suppresses, or how far its average risk is over the one allowed, whichever is worse.

        Nodes close to the limit teach most: there the forecast decides.
        """
        levels = np.zeros(len(self._prior))
        levels[0] = 1.0
        levels[self._starts[:-1] + node] = 1.0
        found = min(max(self._log_odds(suppressed, self.n), self.limit + risk_over), self.limit + FAR)
        weight = 1 / (0.3 + abs(found - self.limit))
        self._seen += weight * np.outer(levels, levels)
        self._missed += weight * levels * (found - levels @ self._prior)
        self._weights = self._prior + np.linalg.solve(self._seen, self._missed)

    def log_odds(self, levels: LevelTable) -> Figures:
        """(nodes,) of the share of rows suppressed, for (attributes, nodes) levels."""
        found = np.full(levels.shape[1], self._weights[0])
        for start, stop, column in zip(self._starts[:-1], self._starts[1:], levels, strict=True):
            found += self._weights[start:stop][column]
        return found

    @staticmethod
    def _log_odds(rows: float, n: int) -> float:
        return float(np.log((rows + 0.5) / (max(0.0, n - rows) + 0.5)))


def nodes_to_weigh(
    candidates: Candidates,
    dismissal: Forecast,
    success: Forecast,
    best: float,
    weighed: Collection[Levels],
    random: np.random.Generator,
) -> list[Levels]:
    """A few nodes: the likely best, those that should dismiss most, and where none would, those of least bound.

    dismissal   forecast of what is suppressed at a node and at all finer ones
    success     forecast of what all models together suppress at a node
    weighed     nodes that are not offered again; none of them is a candidate
    """
    chosen = [*_likely_best(candidates, success, best), *_dismissing(candidates, dismissal, best, weighed, random)]
    if len(chosen) < BATCH:
        least = np.argsort(candidates.bounds, kind="stable")[: BATCH - len(chosen)]
        chosen += [candidates.node(place) for place in least]
    return list(dict.fromkeys(chosen))


def _likely_best(candidates: Candidates, forecast: Forecast, best: float) -> list[Levels]:
    odds = forecast.log_odds(candidates.levels)
    losses = np.maximum(candidates.bounds, _losses(candidates.sums(candidates.losses), odds))
    losses[odds > forecast.limit] = np.inf
    place = int(np.argmin(losses))
    return [candidates.node(place)] if losses[place] < best else []


def _dismissing(
    candidates: Candidates, forecast: Forecast, best: float, weighed: Collection[Levels], random: np.random.Generator
) -> list[Levels]:
    """Nodes that should dismiss the most, each counted without what those before it should dismiss."""
    sample = _sample(candidates, random)
    levels, generalised = candidates.levels[:, sample], candidates.sums(candidates.losses, sample)
    pool = _pool(candidates, sample, weighed, random)
    if pool.shape[1] == 0:
        return []
    odds = forecast.log_odds(pool)
    too_many = 1 / (1 + np.exp(-SHARPNESS * (odds - forecast.limit)))
    dear_enough = _losses(generalised[None, :], odds[:, None]) >= best
    dismissed = (too_many[:, None] + (1 - too_many[:, None]) * dear_enough).astype(np.float32)
    for column, own in zip(levels, pool, strict=True):
        dismissed *= column[None, :] <= own[:, None]
    left, chosen = np.ones(len(sample), dtype=np.float32), []
    for _ in range(BATCH):
        gains = dismissed @ left
        place = int(np.argmax(gains))
        if gains[place] < 1.0 - 1e-3:
            break
        chosen.append(tuple(pool[:, place].tolist()))
        left *= 1 - dismissed[place]
        dismissed[place] = 0
    return chosen


def _sample(candidates: Candidates, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Candidates to be dismissed: all where they are few, else the least bounds and others by chance in equal parts."""
    if len(candidates) <= SAMPLE:
        return np.arange(len(candidates))
    least = np.argpartition(candidates.bounds, SAMPLE // 2)[: SAMPLE // 2]
    return np.concatenate([least, random.integers(len(candidates), size=SAMPLE // 2)])


def _pool(
    candidates: Candidates,
    sample: npt.NDArray[np.int64],
    weighed: Collection[Levels],
    random: np.random.Generator,
) -> LevelTable:
    """Nodes to choose among: candidates, and the finest node above two of them."""
    one, other = (candidates.levels[:, random.choice(sample, POOL)] for _ in range(2))
    pool = np.unique(np.concatenate([one, np.maximum(one, other)], axis=1), axis=1)
    return pool[:, [tuple(node) not in weighed for node in pool.T.tolist()]]


def _losses(generalised: Figures, odds: Figures) -> Figures:
    """Roughly what is lost: a suppressed row loses what generalisation had left."""
    suppressed = 1 / (1 + np.exp(-odds))
    losses: Figures = generalised + suppressed * (1 - generalised)
    return losses


def _entropies(hierarchy: Hierarchy, codes: Codes) -> Figures:
    """Per level, the entropy of the attribute in bits."""
    leaves = np.bincount(codes, minlength=hierarchy.n_leaves)
    found = []
    for nodes in hierarchy.nodes:
        shares = np.bincount(nodes, leaves) / len(codes)
        shares = shares[shares > 0]
        found.append(float(-(shares * np.log2(shares)).sum()))
    return np.array(found)
