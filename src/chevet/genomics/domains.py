"""Parts of proteins in which substitutions are known to drive tumours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import codons


@dataclass(frozen=True)
class Domain:
    """A part of a protein by its first and last amino acid."""

    gene: str
    name: str
    first: int
    last: int
    source: str


def domain_of(change: Alteration) -> Domain | None:
    """The critical domain that this change lies in; None when it lies in none of those known here."""
    places = codons(change.protein_change)
    if places is None:
        return None
    for domain in _by_gene().get(change.gene, ()):
        if domain.first <= places[0] and places[1] <= domain.last:
            return domain
    return None


@cache
def _by_gene() -> dict[str, tuple[Domain, ...]]:
    found: dict[str, list[Domain]] = defaultdict(list)
    for row in facts.rows("domains.tsv"):
        domain = Domain(row["gene"], row["domain"], int(row["first"]), int(row["last"]), row["source"])
        found[domain.gene].append(domain)
    return {gene: tuple(group) for gene, group in found.items()}
