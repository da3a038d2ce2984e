"""Genes that a table of medicines names only because they are fused to the one that is hit, as EML4 is to ALK."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from chevet.genomics import fusions


class FusionPartners:
    """What each medicine acts on, to tell which of its targets are partners of a fusion with another of them."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._targets: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            self._targets[row["medicine"]].add(row["gene"])

    def through(self, gene: str, medicine: str) -> str | None:
        """The other target of a medicine that drives the known fusion of both; None when there is none.

        The fusion is one of `genomics.fusions`, in which the other gene drives.
        """
        for other in sorted(self._targets.get(medicine, set()) - {gene}):
            pair = fusions.known(gene, other) or fusions.known(other, gene)
            if pair is not None and pair.driver == other:
                return other
        return None
