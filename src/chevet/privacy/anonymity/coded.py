"""A table of people as integers, and a release of it: the common ground of searches, models and measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

SUPPRESSED = "*"


@dataclass(frozen=True, eq=False)
class CodedTable:
    """The quasi-identifiers of n people as leaves of their hierarchies, and the sensitive attributes as codes.

    codes              per quasi-identifier, (n,) leaf of `hierarchies`
    sensitive          per sensitive attribute, (n,) 0, 1, 2, ...
    sensitive_labels   what those codes stand for
    """

    hierarchies: tuple[Hierarchy, ...]
    codes: tuple[Codes, ...]
    sensitive: Mapping[str, Codes] = field(default_factory=dict)
    sensitive_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.codes[0])

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(h.name for h in self.hierarchies)


@dataclass(frozen=True, eq=False)
class Released:
    """What became of each person's quasi-identifiers: a node per attribute, or suppression of the whole row.

    nodes        per quasi-identifier, (n,) node, the levels of the hierarchy numbered in one row
                 (`Hierarchy.offsets`, `flat_labels`, `flat_losses`)
    suppressed   (n,) True: every attribute is shown as `*`, and the row belongs to no class
    """

    table: CodedTable
    nodes: tuple[Codes, ...]
    suppressed: npt.NDArray[np.bool_]

    @staticmethod
    def at_levels(
        table: CodedTable, levels: tuple[int, ...], suppressed: npt.NDArray[np.bool_] | None = None
    ) -> Released:
        """The full-domain release: every value of an attribute at that attribute's level."""
        nodes = tuple(
            (h.nodes[level] + np.int32(h.offsets[level]))[codes]
            for h, codes, level in zip(table.hierarchies, table.codes, levels, strict=True)
        )
        return Released(table, nodes, np.zeros(table.n, dtype=np.bool_) if suppressed is None else suppressed)
