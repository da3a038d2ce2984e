"""What a case says of a gene that asks for another dose: every pair of chromosomes that fits what was read.

Where a finding does not say whether it is on one chromosome or on both, or whether two findings share a chromosome,
every possibility is kept, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.therapy.safety import genotype_texts
from chevet.therapy.safety.alleles import (
    Allele,
    Haplotype,
    Phenotype,
    alleles,
    haplotype,
    of_score,
    phenotype,
    reference,
    score,
)
from chevet.therapy.safety.genotype_texts import Told

# Shares of reads in blood at which a variant is on one chromosome or on both; between them nothing is concluded.
_ONE_COPY = (0.25, 0.75)
_TWO_COPIES = 0.9
_AT_MOST = 6


@dataclass(frozen=True)
class Outcome:
    """One possibility: both chromosomes (empty where only the phenotype is said), the phenotype and the score."""

    phenotype: Phenotype
    diplotype: str = ""
    score: float | None = None
    twice: str = ""


@dataclass(frozen=True)
class Genotype:
    """What is known of a gene. `outcomes` holds one possibility, or several, the gravest first; none: not known.

    in_blood   False where it was read in the tumour, or where that is not said
    unclear    variants of the gene whose effect is not in our table
    by_findings   read from single findings: every other place of the gene is taken to be as in most people
    """

    gene: str
    outcomes: tuple[Outcome, ...] = ()
    in_blood: bool = True
    unclear: tuple[str, ...] = ()
    by_findings: bool = False


_GRAVITY: tuple[Phenotype, ...] = ("poor", "intermediate", "indeterminate", "normal")


def genotype(gene: str, case: Case, findings: Iterable[Finding], *, scored: float | None = None) -> Genotype:
    """What the case says of the gene, `scored` being an activity score that the laboratory gave as a number."""
    if scored is not None:
        return Genotype(gene, (Outcome(of_score(gene, scored), "", scored),))
    changes = [one for one in findings if one.alteration.gene == gene and one.alteration.origin != "somatic"]
    told = [genotype_texts.told(gene, text) for text in _texts(gene, case, changes, findings)]
    said = [outcome for one in told if one.is_whole for outcome in _of_told(gene, one)]
    hits, unclear = _hits(gene, changes, told)
    found = _outcomes(gene, hits) if hits else ()
    if said:
        return Genotype(gene, _reconciled(said, found), True, unclear)
    in_blood = all(one.alteration.origin == "germline" for one in changes if one.alteration.type == "variant")
    if found:
        return Genotype(gene, found, in_blood, unclear, by_findings=True)
    if any(one.alteration.type == "wild_type" for one in changes) and not unclear:
        return Genotype(gene, (_outcome(reference(gene), reference(gene)),))
    return Genotype(gene, (), in_blood, unclear)


def _reconciled(said: Sequence[Outcome], found: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """What is said and what the findings allow, where they agree; both, where they contradict each other."""
    agreed = [
        one
        for one in found
        if any(one.diplotype == other.diplotype or (not other.diplotype and _is_alike(one, other)) for other in said)
    ]
    every = agreed or [*said, *found]
    return tuple(sorted({(one.diplotype, one.phenotype, one.score): one for one in every}.values(), key=_weight))


def _is_alike(one: Outcome, other: Outcome) -> bool:
    return one.phenotype == other.phenotype and (other.score is None or one.score == other.score)


def _texts(gene: str, case: Case, changes: Sequence[Finding], findings: Iterable[Finding]) -> Iterator[str]:
    for one in changes:
        text = one.alteration.as_given
        yield text if gene.lower() in text.lower() else f"{gene} {text}"
    for one in findings:
        if one.alteration.name and gene.lower() in one.alteration.name.lower():
            yield f"{one.alteration.name} {'' if one.alteration.value is None else one.alteration.value}"
    yield from islice(genotype_texts.parts(gene, case.clinical.text), genotype_texts.MENTIONS_AT_MOST)


def _of_told(gene: str, told: Told) -> tuple[Outcome, ...]:
    if told.score is not None:
        return (Outcome(of_score(gene, told.score), "", told.score),)
    if told.phenotype is not None:
        return (Outcome(told.phenotype),)
    assert told.pair is not None
    return (_outcome(*told.pair),)


def _outcome(first: Haplotype, second: Haplotype) -> Outcome:
    names = sorted((first.name, second.name), key=lambda name: (name != reference(first.gene).name, name))
    twice = first.name if first.name == second.name else ""
    return Outcome(phenotype(first, second), "/".join(names), score(first, second), twice)


def _hits(gene: str, changes: Sequence[Finding], told: Sequence[Told]) -> tuple[dict[str, _Hit], tuple[str, ...]]:
    """Every allele found with the copies that it can have, and the names of variants that we do not know."""
    hits: dict[str, _Hit] = {}
    unclear: list[str] = []
    for one in changes:
        change = one.alteration
        if change.type != "variant":
            continue
        known = [allele for allele in alleles(gene) if allele.is_in(change)]
        for allele in known:
            _add(hits, allele, _copies(change))
        if not known and not one.is_benign and (name := change.cdna or change.protein_change):
            unclear.append(name)
    for text in told:
        for allele in text.alleles:
            _add(hits, allele, text.copies)
    return hits, tuple(dict.fromkeys(unclear))


@dataclass(frozen=True)
class _Hit:
    allele: Allele
    copies: int | None


def _add(hits: dict[str, _Hit], allele: Allele, copies: int | None) -> None:
    known = hits.get(allele.name)
    if known is None or known.copies is None:
        hits[allele.name] = _Hit(allele, copies)


def _copies(change: Alteration) -> int | None:
    told = genotype_texts.copies(change.as_given)
    if told is not None or change.origin != "germline" or change.vaf is None:
        return told
    if change.vaf >= _TWO_COPIES:
        return 2
    return 1 if _ONE_COPY[0] <= change.vaf <= _ONE_COPY[1] else None


def _outcomes(gene: str, hits: dict[str, _Hit]) -> tuple[Outcome, ...]:
    """Every pair of chromosomes that carries the hits; a normal variant beside others changes nothing and is left."""
    acting = [hit for hit in hits.values() if hit.allele.function != "normal"][:_AT_MOST]
    if not acting:
        # a harmless variant says that one place was looked at, not that the others were
        return ()
    # a chromosome, the other, or both
    places = [
        ((0, 1),) if hit.copies == 2 else ((0,), (1,)) + (((0, 1),) if hit.copies is None else ()) for hit in acting
    ]
    found: dict[str, Outcome] = {}
    for choice in product(*places):
        pair = [
            haplotype(gene, [hit.allele for hit, on in zip(acting, choice, strict=True) if side in on])
            for side in (0, 1)
        ]
        if pair[0] is None or pair[1] is None:
            continue
        one = _outcome(pair[0], pair[1])
        found.setdefault(one.diplotype, one)
    return tuple(sorted(found.values(), key=_weight))


def _weight(one: Outcome) -> tuple[int, float, str]:
    return _GRAVITY.index(one.phenotype), 9.0 if one.score is None else one.score, one.diplotype
