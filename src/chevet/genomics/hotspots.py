"""Residues that change in many tumours: our own count in TCGA, and the file of cancerhotspots.org when a site has it.

The procedure of Horak 2022 asks for 50 samples of a residue and 10 of the same change among the 24,592 tumours of
cancerhotspots.org. Our table counts 5,356 tumours, so that the same shares are 11 and 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from chevet.errors import BadInput
from chevet.genomics import facts
from chevet.words import genes, proteins

MANY_TUMOURS, OF_ONE_CHANGE = 11, 3


@dataclass(frozen=True)
class Hotspot:
    """A residue (`p.V600`), the tumours that change it, and into which amino acid how many."""

    gene: str
    residue: str
    tumours: int
    changes: Mapping[str, int]

    def strength(self, change: str) -> Literal["strong", "moderate", "supporting"]:
        """OS3 for a frequent residue and change, OM3 for a frequent change, OP3 for a rare change."""
        same = self.changes.get(change[-1:], 0)
        if same < OF_ONE_CHANGE:
            return "supporting"
        return "strong" if self.tumours >= MANY_TUMOURS else "moderate"


def hotspot_of(gene: str, change: str | None) -> Hotspot | None:
    """The hotspot that a substitution by one amino acid lies in.

    >>> hotspot_of("BRAF", "p.V600E").strength("p.V600E"), hotspot_of("BRAF", "p.L1K")
    ('strong', None)
    """
    residue = proteins.residue(change)
    if residue is None or change is None or change.endswith(("*", "=")):
        return None
    return _hotspots().get((gene, residue))


def read_cancerhotspots(path: Path) -> frozenset[tuple[str, str]]:
    """Gene and residue of each hotspot in a tab-separated file of cancerhotspots.org, with or without a header.

    Columns are found by their look: an approved symbol, and a change such as V600E. Raises BadInput for a file that
    holds none.
    """
    found = set(_residues(path.read_text("utf-8", errors="replace").splitlines()))
    if not found:
        raise BadInput(
            f"{path.name} holds no gene beside a protein change",
            next_act="Give the table of hotspots of cancerhotspots.org, with tabs.",
        )
    return frozenset(found)


def _residues(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        cells = [cell.strip() for cell in line.split("\t")]
        gene = next((cell for cell in cells if cell.isupper() and (known := genes.resolve(cell)) and known.symbol), "")
        change = next((short for cell in cells if (short := proteins.short(cell)) is not None), None)
        residue = proteins.residue(change)
        if gene and residue:
            resolved = genes.resolve(gene)
            yield (resolved.symbol if resolved else gene), residue


@cache
def _hotspots() -> dict[tuple[str, str], Hotspot]:
    found = {}
    for row in facts.rows("hotspots.tsv"):
        counts = (one.split(":") for one in row["changes"].split("|"))
        residue = "p." + row["residue"]
        changes = {acid: int(count) for acid, count in counts}
        found[row["gene"], residue] = Hotspot(row["gene"], residue, int(row["tumours"]), changes)
    return found
