"""What else a medicine acts on: a table may name a gene for a medicine that truly hits another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from chevet.genomics import fusions
from chevet.targets.tractability.mechanism import Effect, effect_of, fit_of
from chevet.targets.tractability.role import known_role


class OtherTargets:
    """The targets of every medicine, each with what the medicine does to it."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._targets: dict[str, dict[str, Effect | None]] = defaultdict(dict)
        for row in rows:
            self._targets[row["medicine"]][row["gene"]] = effect_of(row["action"])

    def fused(self, gene: str, medicine: str) -> str | None:
        """The target that drives the known fusion of both, as ALK does that with EML4; None when there is none."""
        for other in self._others(gene, medicine):
            pair = fusions.known(gene, other) or fusions.known(other, gene)
            if pair is not None and pair.driver == other:
                return other
        return None

    def fitting(self, gene: str, medicine: str) -> str | None:
        """The target that it moves the way that helps, as MDM2 is of one named for p53, too; None without one.

        A part of a complex is named with the part that is hit: PIK3R1 with PIK3CA.
        """
        effects = self._targets.get(medicine, {})
        return next(
            (other for other in self._others(gene, medicine) if fit_of(known_role(other), effects[other]) == "fits"),
            None,
        )

    def _others(self, gene: str, medicine: str) -> list[str]:
        return sorted(self._targets.get(medicine, {}).keys() - {gene})
