"""Does the score find what is known already? Area under the curve and precision against a list of genes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from scipy.stats import rankdata

from chevet.targets.evidence import PARTS, Part
from chevet.targets.ranking.contributions import Floats
from chevet.targets.ranking.scoring import Scores, ordered, scored, standing

Against = Literal["drivers", "drivers_here", "approved"]
FIRST = (10, 20, 50, 100)
_PLACES = {part: place for place, part in enumerate(PARTS)}
_TWO_SIDED_95 = 1.959963984540054


@dataclass(frozen=True)
class Calibration:
    """How well a score tells known genes from the others that were ranked.

    against       the list of known genes: drivers, drivers_here or approved; `source` is the table it comes from
    known         how many of it were ranked, among `ranked`
    area          chance that a known gene stands above another one, with its 95 % interval (DeLong); None without both
    precision     share of known genes among the first 10, 20, 50 and 100
    without       parts left out of the score, because they rest on the same knowledge as the list
    alone         the area of each part by itself: a part near 0.5 tells nothing of this list, whatever its weight
    """

    against: Against
    source: str
    known: int
    ranked: int
    area: float | None
    low: float | None
    high: float | None
    precision: dict[int, float]
    without: tuple[Part, ...] = ()
    alone: Mapping[Part, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The numbers for machines."""
        return {
            "against": self.against, "source": self.source, "known": self.known, "ranked": self.ranked,
            "share_known": self.known / self.ranked if self.ranked else None, "area_under_curve": self.area,
            "ci_low": self.low, "ci_high": self.high, "precision_at": self.precision, "without": list(self.without),
            "area_of_part_alone": dict(self.alone),
        }  # fmt: skip


def calibration(
    made: Scores, known: Collection[str], against: Against, source: str, *, without: tuple[Part, ...] = ()
) -> Calibration:  # fmt: skip
    """The order of the genes, without these parts, against a list of known genes."""
    left = np.array([part not in without for part in PARTS])
    weight = made.weight * made.asked * left
    if not weight.any():
        return Calibration(against, source, 0, len(made.genes), None, None, None, {}, without)
    evident = made.evident_by(left)
    score = standing(scored(made.support, made.against, weight, made.objection * left), evident)
    is_known = np.isin(np.array(made.genes, dtype=np.str_), sorted(known))
    area, low, high = area_under_curve(score[is_known], score[~is_known])
    in_order = is_known[ordered(score, evident, made.genes)]
    precision = {first: float(in_order[:first].mean()) for first in FIRST if first <= len(in_order)}
    alone = {
        part: of
        for part, place in _PLACES.items()
        if weight[place]
        and (of := area_under_curve(made.support[is_known, place], made.support[~is_known, place])[0]) is not None
    }
    return Calibration(against, source, int(is_known.sum()), len(score), area, low, high, precision, without, alone)


def area_under_curve(known: Floats, others: Floats) -> tuple[float | None, float | None, float | None]:
    """The area under the receiver operating characteristic, ties one half, with DeLong's 95 % interval within 0 to 1.

    None for all three without two genes on each side. Source: DeLong et al., Biometrics 1988, PMID 3203132.

    >>> area_under_curve(np.array([3.0, 2.0]), np.array([1.0, 2.0]))[0]
    0.875
    """
    n, m = len(known), len(others)
    if n < 2 or m < 2:
        return None, None, None
    whole = rankdata(np.concatenate([known, others]))
    # The share of the other side that each gene stands above.
    above = (whole[:n] - rankdata(known)) / m
    below = 1 - (whole[n:] - rankdata(others)) / n
    area = float(above.mean())
    spread = _TWO_SIDED_95 * float(np.sqrt(above.var(ddof=1) / n + below.var(ddof=1) / m))
    return area, max(0.0, area - spread), min(1.0, area + spread)
