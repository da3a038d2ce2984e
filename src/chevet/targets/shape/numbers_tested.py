"""Which numbers of patients tested may stand beside one another in the tables of shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chevet.privacy.subtraction import Marks, sets_to_tell
from chevet.store import bits
from chevet.store.bits import Bits, Matrix
from chevet.targets.carriers import Carriers
from chevet.targets.shape.arms import ARMS
from chevet.targets.shape.found import Found
from chevet.targets.shape.two_hits import TWO_VARIANTS

_FIRST = 1 << 40  # sets of genes that are told elsewhere, too, come before those that these tables make of them


class NumbersTested:
    """Whether the number tested may be told in a row of a table.

    told   for variant, amplification and fusion, (classes,) whether the number tested for these genes may be told
    """

    def __init__(self, found: Found, told: Mapping[str, Marks]) -> None:
        self._found = found
        self._told = told
        self._made = self._of_made_sets()

    def bears(self, table: str, row: Mapping[str, Any]) -> bool:
        """Whether this row of this table may tell how many were tested."""
        match table:
            case "arms":
                return self._made[row["arm"]]
            case "copy_number":
                return self._of_class("amplification", self._copy_number, row["gene"])
            case "fusions":
                return self._of_class("fusion", self._found.joined, row["gene"])
            case "two_hits" if row["kind"] != TWO_VARIANTS:
                return self._made[self._both(row["gene"])]
        return self._of_class("variant", self._found.variants, row["gene"])

    @property
    def _copy_number(self) -> Carriers | None:
        return self._found.copy_number[0] if self._found.copy_number else None

    def _of_class(self, kind: str, carriers: Carriers | None, gene: str) -> bool:
        row = None if carriers is None else carriers.row(gene)
        return carriers is not None and row is not None and bool(self._told[kind][carriers.classes[row]])

    def _both(self, gene: str) -> tuple[int, int]:
        """The classes of a gene of the table: for variants, and for losses."""
        variants = self._found.variants
        row = variants.genes.index(gene)
        return int(variants.classes[row]), int(self._found.copy_number[0].classes[row])

    def _of_made_sets(self) -> dict[Any, bool]:
        """Of patients tested for a gene in two ways, and those of whom an arm is known: beside those told elsewhere."""
        copy_number = self._copy_number
        if copy_number is None:
            return {}
        of_kind = {"variant": self._found.variants, "amplification": copy_number, "fusion": self._found.joined}
        elsewhere = [one.sets[self._told[kind]] for kind, one in of_kind.items() if one is not None]
        made, weights = self._sets_of_two_ways(copy_number)
        if self._found.arms is not None:
            made |= dict(zip(ARMS, bits.pack(self._found.arms.known), strict=True))
            weights += [0] * len(ARMS)
        before = np.concatenate(elsewhere)
        sets: Matrix = np.concatenate([before, np.stack(list(made.values()))])
        order = np.array([_FIRST] * len(before) + weights)
        shown = sets_to_tell(sets, bits.full(copy_number.patients), order)[len(before) :]
        return dict(zip(made, shown.tolist(), strict=True))

    def _sets_of_two_ways(self, losses: Carriers) -> tuple[dict[Any, Bits], list[int]]:
        variants = self._found.variants
        pairs, many = np.unique(np.stack([variants.classes, losses.classes]), axis=1, return_counts=True)
        made = {(int(a), int(b)): variants.sets[a] & losses.sets[b] for a, b in pairs.T}
        return made, many.tolist()
