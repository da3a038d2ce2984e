"""How many mutations a tumour has for each megabase that was looked at.

What is counted and over what differs between laboratories, so that both stand beside the number. A burden of fewer
megabases than one is too rough to be told (Chalmers 2017, PMID:28420421).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chevet.errors import CannotConclude
from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.words.consequences import CONSEQUENCES

# Coding bases of an exome that are covered well enough; stated beside every number that uses it.
EXOME_MEGABASES = 30.0
FEWEST_MEGABASES = 1.0
# Ten a megabase and more is hypermutation, a hundred and more ultra-hypermutation (Campbell 2017, PMID:29056344).
HYPERMUTATED, ULTRAHYPERMUTATED = 10.0, 100.0
_OF_EXOME = int(HYPERMUTATED * EXOME_MEGABASES)


@dataclass(frozen=True)
class Burden:
    """Mutations per megabase: how many were counted, over what, and whether synonymous ones count."""

    per_megabase: float
    counted: int
    megabases: float
    with_synonymous: bool
    is_default_size: bool

    @property
    def is_hypermutated(self) -> bool:
        return self.per_megabase > HYPERMUTATED


def burden(
    alterations: Iterable[Alteration],
    megabases: float | None = None,
    *,
    with_synonymous: bool = False,
    is_exome: bool = False,
) -> Burden:
    """The burden of the somatic variants of one tumour, each place once.

    megabases         that the panel covers; None takes the size of an exome when `is_exome`
    with_synonymous   as some panels count (FoundationOne), besides what changes the protein

    Raises CannotConclude when the size is not known, or below one megabase.
    """
    if megabases is None and not is_exome:
        raise CannotConclude(
            "how many megabases were looked at is not said, so that no burden follows from the number of mutations",
            next_act="Say the megabases that the panel covers.",
        )
    size = EXOME_MEGABASES if megabases is None else megabases
    if size < FEWEST_MEGABASES:
        raise CannotConclude(
            f"{size:g} megabases are too few for a burden: {FEWEST_MEGABASES:g} is the least",
            next_act="Use a larger panel.",
        )
    counted = len({_key(change) for change in alterations if _counts(change, with_synonymous)})
    return Burden(counted / size, counted, size, with_synonymous, megabases is None)


def is_hypermutated(findings: Iterable[Finding]) -> bool:
    """Whether a proofreading mutation of POLE or POLD1 is there, or as many variants as in a hypermutated exome."""
    every = list(findings)
    proofreading = any(one.alteration.gene in ("POLE", "POLD1") and one.drives and _is_missense(one) for one in every)
    return proofreading or sum(changes_protein(one.alteration) for one in every) > _OF_EXOME


def changes_protein(change: Alteration) -> bool:
    """Whether a somatic variant counts towards a burden of what changes the protein."""
    return _counts(change, False)


def _is_missense(one: Finding) -> bool:
    return one.alteration.type == "variant" and "truncating" not in one.alteration.classes


def _counts(change: Alteration, with_synonymous: bool) -> bool:
    if change.type != "variant" or change.origin == "germline":
        return False
    consequence = CONSEQUENCES.get(change.consequence or "")
    protein = change.protein_change or ""
    if (consequence is not None and consequence.code == "Silent") or protein.endswith("="):
        return with_synonymous
    return consequence.protein_altering if consequence is not None else bool(protein)


def _key(change: Alteration) -> tuple[object, ...]:
    return (change.genomic,) if change.genomic else (change.gene, change.protein_change, change.cdna)
