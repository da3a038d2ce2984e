"""What an attack found: how often it was right, beside how often a guesser is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

Measure = Literal["share", "auc"]
AUC_AT_MOST = 0.55
STANDARD_ERRORS = 2.58  # 99 %: several attacks are judged in one run


@dataclass(frozen=True)
class Outcome:
    """How an attack went, on one release or one answering machine.

    attack     its name: linkage, disclosure, guessed_names, composition, join, dates, rare, differencing, ...
    against    "naive" or "ours", or the name of a release
    measure    "share" of targets found (0 to 1), or "auc" of telling who is in from who is not (0.5 is a guess)
    success    what the attacker reached
    guess      what he reaches without the release (prior knowledge, or a coin)
    targets    how many people were attacked
    knows      what the attacker knows, or how much he may ask
    """

    attack: str
    against: str
    measure: Measure
    success: float
    guess: float
    targets: int
    knows: str = ""

    @property
    def error(self) -> float:
        """Half the width of the 99 % interval of `success`: binomial for a share, Hanley and McNeil's bound for an AUC.

        >>> Outcome("linkage", "naive", "share", 0.5, 0.0, 100).error
        0.129
        """
        if self.targets == 0:
            return math.inf
        p = min(max(self.success, 0.0), 1.0)
        variance = p * (1 - p) / self.targets if self.measure == "share" else 1 / (3 * self.targets)
        return round(STANDARD_ERRORS * math.sqrt(variance), 6)

    @property
    def succeeds(self) -> bool:
        """Whether the attacker does better than is allowed, beyond what chance explains.

        A share found must not exceed a guesser's. An area under the curve may reach `AUC_AT_MOST`: noise that hides
        a person wholly would hide everything else, too, so what is promised is a bound.
        """
        allowed = max(self.guess, AUC_AT_MOST) if self.measure == "auc" else self.guess
        return self.success - self.error > allowed

    def as_json(self) -> dict[str, Any]:
        return {
            "attack": self.attack, "against": self.against, "measure": self.measure, "success": self.success,
            "guess": self.guess, "targets": self.targets, "knows": self.knows, "error": self.error,
            "succeeds": self.succeeds,
        }  # fmt: skip


def auc(inside: list[float], outside: list[float]) -> float:
    """How often a score of somebody inside is higher than one of somebody outside; ties count half.

    >>> auc([3, 2], [1, 2])
    0.875
    """
    both = sorted([(score, True) for score in inside] + [(score, False) for score in outside])
    above, seen_outside, i = 0.0, 0, 0
    while i < len(both):
        j = i
        while j < len(both) and both[j][0] == both[i][0]:
            j += 1
        tied_in = sum(is_in for _, is_in in both[i:j])
        tied_out = j - i - tied_in
        above += tied_in * (seen_outside + tied_out / 2)
        seen_outside += tied_out
        i = j
    return above / (len(inside) * len(outside))
