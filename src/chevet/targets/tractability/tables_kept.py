"""The kept tables that tell whether a gene can and may be hit, read once for the genes that are asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chevet.targets.evidence import Source
from chevet.targets.sources.kept import Kept, load
from chevet.targets.sources.kinds import Kind

ASKED: tuple[Kind, ...] = (
    "drugs", "surface", "families", "domains", "essential", "nonessential", "liabilities", "expression", "drivers",
)  # fmt: skip
# Lists of genes, and medicines: what else a medicine acts on matters.
_WHOLE: tuple[Kind, ...] = ("essential", "nonessential", "drugs")


@dataclass(frozen=True)
class Tables:
    """What is kept, by kind; a kind that is absent was not asked."""

    kept: dict[Kind, Kept]

    @staticmethod
    def of(home: Path, genes: Sequence[str]) -> Tables:
        """The tables of an installation, with the rows of these genes, or of all where others matter, too."""
        wanted = sorted(set(genes))
        found = {kind: load(home, kind, genes=None if kind in _WHOLE else wanted) for kind in ASKED}
        return Tables({kind: one for kind, one in found.items() if one is not None})

    def source(self, kind: Kind) -> Source | None:
        """Where a table comes from; None when it is not kept."""
        return self.kept[kind].source if kind in self.kept else None

    def by_gene(self, kind: Kind) -> dict[str, list[dict[str, Any]]]:
        """The rows of a table for each gene that has any."""
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        if kind in self.kept:
            for row in self.kept[kind].table.to_pylist():
                rows[row["gene"]].append(row)
        return rows
