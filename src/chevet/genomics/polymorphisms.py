"""Changes that many healthy people carry, and that are never acted on as a finding of the tumour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration


@dataclass(frozen=True)
class Polymorphism:
    """A common change: its protein change, its number in dbSNP, and on whose word."""

    gene: str
    change: str
    rs: str
    source: str


def polymorphism_of(change: Alteration) -> Polymorphism | None:
    """The common polymorphism that this variant is; None when it is none of those known here.

    >>> polymorphism_of(Alteration("variant", gene="TP53", protein_change="p.P72R")).rs
    'rs1042522'
    """
    if change.type != "variant" or not change.protein_change:
        return None
    return _polymorphisms().get((change.gene, change.protein_change))


@cache
def _polymorphisms() -> dict[tuple[str, str], Polymorphism]:
    return {
        (row["gene"], row["change"]): Polymorphism(row["gene"], row["change"], row["rs"], row["source"])
        for row in facts.rows("polymorphisms.tsv")
    }
