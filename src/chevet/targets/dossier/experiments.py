"""What would settle the questions that the evidence about a target leaves open, and how large that would have to be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scipy.stats import norm

from chevet.targets.evidence import Line, Part

ERROR, POWER = 0.05, 0.8
HAZARD_RATIO, DEVIATIONS = 1.5, 1.0
_OPEN = ("not_concluded", "not_asked")


@dataclass(frozen=True)
class Experiment:
    """One experiment: `kind` and `unit` are keys of labels; `needed` of the unit, None where it cannot be said."""

    part: Part
    kind: str
    needed: int | None = None
    unit: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def experiments(lines: Sequence[Line], *, carriers: float | None) -> tuple[Experiment, ...]:
    """The experiments that the open questions of these lines call for, in the order of the evidence.

    carriers   share of the cohort's tested patients who carry the alteration, above 0 and below 1; None when unknown
    """
    found: list[Experiment] = []
    standing = {part: [line.standing for line in lines if line.part == part] for part in _SETTLED_BY}
    for part, kind in _SETTLED_BY.items():
        told = standing[part]
        if not told or all(one in _OPEN for one in told):
            found.append(_sized(part, kind, carriers))
        elif part == "shape" and "for" in told:
            found.append(Experiment("shape", "compare_the_recurrent_change"))
    return tuple(found)


_SETTLED_BY: dict[Part, str] = {
    "selection": "test_selection", "shape": "see_where", "outcome": "follow_more_patients",
    "vulnerability": "knock_out", "tractability": "look_for_a_ligand", "safety": "look_in_normal_tissue",
}  # fmt: skip


def _sized(part: Part, kind: str, carriers: float | None) -> Experiment:
    if part == "outcome" and carriers is not None and 0 < carriers < 1:
        return Experiment(part, kind, events_needed(carriers), "events")
    if part == "vulnerability":
        return Experiment(part, kind, lines_needed(), "cell_lines")
    return Experiment(part, kind)


def events_needed(carriers: float, ratio: float = HAZARD_RATIO) -> int:
    """Events for a hazard ratio to be found between carriers and others: two-sided 5 %, power 80 %.

    Source: Schoenfeld, Biometrics 1983 (PMID:6354290).

    >>> events_needed(0.5), events_needed(0.05)
    (191, 1006)
    """
    quantiles = norm.ppf(1 - ERROR / 2) + norm.ppf(POWER)
    return math.ceil(quantiles**2 / (carriers * (1 - carriers) * math.log(ratio) ** 2))


def lines_needed(deviations: float = DEVIATIONS) -> int:
    """Cell lines in each of two groups for their means to be told apart, so many standard deviations from each other.

    >>> lines_needed(), lines_needed(0.5)
    (16, 63)
    """
    quantiles = norm.ppf(1 - ERROR / 2) + norm.ppf(POWER)
    return math.ceil(2 * (quantiles / deviations) ** 2)
