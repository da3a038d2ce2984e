"""Alleles that leave less of an enzyme, and what two of them come to.

Phenotypes follow CPIC: activity scores for DPYD, CYP2C9 and CYP2D6, pairs of functions for UGT1A1, TPMT and NUDT15.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

from chevet.genomics.alteration import Alteration, Genomic
from chevet.therapy.knowledge.base import rows

TABLES = resources.files("chevet.therapy.safety") / "tables"
Function: TypeAlias = Literal["normal", "decreased", "none", "increased", "uncertain"]
Phenotype: TypeAlias = Literal["normal", "intermediate", "poor", "indeterminate"]
GENES = ("DPYD", "UGT1A1", "TPMT", "NUDT15", "CYP2C9", "CYP2D6")
REFERENCE = "*1"
# the name of a chromosome that carries both: TPMT*3A, NUDT15*2
_TOGETHER = {("TPMT", frozenset({"*3B", "*3C"})): "*3A", ("NUDT15", frozenset({"*3", "*6"})): "*2"}
_BY_LOW: tuple[Phenotype, ...] = ("normal", "intermediate", "poor")
_WORST: tuple[Function, ...] = ("none", "uncertain", "decreased", "increased", "normal")
# the sum of activities from which on a phenotype is held: CPIC for DPYD (PMID:29152729) and CYP2C9 (PMID:32189324),
# CPIC with DPWG for CYP2D6 (PMID:31647186)
_SCORES: dict[str, tuple[float, float]] = {"DPYD": (1, 2), "CYP2C9": (1, 2), "CYP2D6": (0.25, 1.25)}


@dataclass(frozen=True)
class Allele:
    """One row of `alleles.tsv`; `activity` None where the gene is not scored."""

    gene: str
    name: str
    other_names: tuple[str, ...]
    rs: str
    cdna: str
    protein: str
    chromosome: str
    grch38: int
    grch37: int
    ref: str
    alt: str
    function: Function
    activity: float | None

    def is_in(self, change: Alteration) -> bool:
        """Whether this finding is this allele: by coding change, protein change or place."""
        if change.gene != self.gene:
            return False
        if self.cdna and change.cdna and _plain(change.cdna) == _plain(self.cdna):
            return True
        if self.protein and change.protein_change == self.protein:
            return True
        return change.genomic is not None and self._is_at(change.genomic)

    def _is_at(self, place: Genomic) -> bool:
        position = self.grch38 if place.build == "GRCh38" else self.grch37
        if not position or place.chromosome != self.chromosome or place.position != position:
            return False
        if self.alt.startswith("alt"):
            return len(place.alt) - len(place.ref) == int(self.alt[3:])
        return (place.ref, place.alt) == (self.ref, self.alt)


@dataclass(frozen=True)
class Haplotype:
    """One chromosome of a gene: the name of what it carries, what is left, and its activity."""

    gene: str
    name: str
    function: Function
    activity: float | None


def _plain(cdna: str) -> str:
    """A coding change without the bases that a deletion names."""
    head, found, _ = cdna.replace(" ", "").partition("del")
    return head + found


@cache
def alleles(gene: str) -> tuple[Allele, ...]:
    """The alleles of a gene that we know."""
    return tuple(
        Allele(
            row["gene"], row["allele"], tuple(part for part in row["names"].split("|") if part), row["rs"], row["cdna"],
            row["protein"], row["chromosome"], int(row["grch38"] or 0), int(row["grch37"] or 0), row["ref"], row["alt"],
            row["function"],  # type: ignore[arg-type]
            float(row["activity"]) if row["activity"] else None,
        )
        for _, row in rows(TABLES / "alleles.tsv")
        if row["gene"] == gene
    )  # fmt: skip


def named(gene: str, name: str) -> Allele | None:
    """The allele with this name; None for one that is not in the table."""
    wanted = name.replace(" ", "").upper()
    return next((one for one in alleles(gene) if wanted in (one.name.upper(), *map(str.upper, one.other_names))), None)


def reference(gene: str) -> Haplotype:
    """The chromosome that carries none of the alleles of the table."""
    return Haplotype(gene, REFERENCE, "normal", 1.0 if gene in _SCORES else None)


def haplotype(gene: str, carried: Iterable[Allele]) -> Haplotype | None:
    """One chromosome that carries these alleles; None where two of them exclude each other.

    >>> haplotype("TPMT", [named("TPMT", "*3B"), named("TPMT", "*3C")]).name
    '*3A'
    """
    every = {one.name: one for one in carried}
    places = [one.rs for one in every.values() if one.rs]
    if len(places) != len(set(places)):
        return None
    acting = {name: one for name, one in every.items() if one.function != "normal"}
    if not acting:
        # normal variants together are still normal; the reference's name says so most plainly
        return reference(gene) if len(every) != 1 else _single(next(iter(every.values())))
    name = _TOGETHER.get((gene, frozenset(acting))) or "+".join(sorted(acting))
    worst = min((one.function for one in acting.values()), key=_WORST.index)
    if (gene, frozenset(acting)) in _TOGETHER:
        worst = "none"
    scores = [one.activity for one in acting.values() if one.activity is not None]
    return Haplotype(gene, name, worst, min(scores) if scores else None)


def _single(one: Allele) -> Haplotype:
    return Haplotype(one.gene, one.name, one.function, one.activity)


def phenotype(first: Haplotype, second: Haplotype) -> Phenotype:
    """What two chromosomes leave of the enzyme.

    >>> star = lambda name: haplotype("UGT1A1", [named("UGT1A1", name)])
    >>> phenotype(star("*28"), star("*6")), phenotype(reference("UGT1A1"), star("*28"))
    ('poor', 'intermediate')
    """
    if first.gene in _SCORES:
        return of_score(first.gene, score(first, second))
    functions = (first.function, second.function)
    low = sum(one in ("none", "decreased") for one in functions)
    if "uncertain" in functions:
        # beside an allele without function the patient is intermediate at best: CPIC's "possible intermediate"
        return "intermediate" if low else "indeterminate"
    return _BY_LOW[low]


def score(first: Haplotype, second: Haplotype) -> float | None:
    """The sum of both activities, None where the gene has none."""
    return None if first.activity is None or second.activity is None else first.activity + second.activity


def of_score(gene: str, total: float | None) -> Phenotype:
    """The phenotype of an activity score.

    >>> of_score("DPYD", 0.5), of_score("DPYD", 1.5), of_score("DPYD", 2)
    ('poor', 'intermediate', 'normal')
    """
    if total is None or gene not in _SCORES:
        return "indeterminate"
    low, high = _SCORES[gene]
    return "poor" if total < low else "intermediate" if total < high else "normal"
