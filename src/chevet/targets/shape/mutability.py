"""How the changes of a gene would lie over its residues by chance.

With a reference, a residue is expected to change as often as the three bases around each of its sites say, by rates
of the 192 substitutions that are fitted to all genes of the same cohort. A rate of few mutations is drawn towards that
of its two bases, by as much as one mutation weighs. Without a reference every residue is taken to be as likely as any
other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from chevet.genomics import roles
from chevet.genomics.coding_sequences import built_in
from chevet.targets.selection.coding_sites import MIS, SYN, CodingSites, effects
from chevet.targets.selection.counting import Counted
from chevet.targets.selection.rates import Floats, Rates, fit_rates, groups, substitution
from chevet.targets.shape.changes import Changes, Whole
from chevet.words import genes as gene_words

Measure = Literal["trinucleotide", "even"]
# A length that is only known from the changes seen is rounded up to this: else it would tell where one of them lies.
_ROUNDED_TO = 50


@dataclass(frozen=True)
class Mutability:
    """The residues of n genes, one gene after the other.

    begin       (n + 1,) where the residues of each gene begin
    missense    (residues,) share of the missense changes of its gene that chance puts there; 0 where there can be none
    synonymous  (residues,) the same for synonymous changes
    measured    how it is known
    known       (n,) whether the length is that of the protein; else it is the last residue that changed, rounded up
    """

    genes: tuple[str, ...]
    begin: Whole
    missense: Floats
    synonymous: Floats
    measured: Measure
    known: npt.NDArray[np.bool_]

    @property
    def length(self) -> Whole:
        """(n,) residues of each gene."""
        return np.diff(self.begin)

    def place(self, gene: Whole, residue: Whole) -> Whole:
        """Where residues, from 1, of genes are; -1 for one that the gene does not have."""
        inside = (residue >= 1) & (residue <= self.length[gene])
        return np.where(inside, self.begin[gene] + residue - 1, -1)

    def of_gene(self, gene: int) -> Floats:
        """(length,) the shares of one gene's missense changes."""
        shares: Floats = self.missense[self.begin[gene] : self.begin[gene + 1]]
        return shares


def even(changes: Changes) -> Mutability:
    """Every residue alike; as many as the protein has where that is known here, or up to the last one that changed."""
    last = np.zeros(len(changes.genes), dtype=np.int64)
    np.maximum.at(last, changes.gene, changes.residue)
    told = np.array([_amino_acids(gene) for gene in changes.genes], dtype=np.int64)
    known = (told > 0) & (last <= told + 1)  # a lost stop is named behind the last amino acid
    length = np.where(known, told, -(-last // _ROUNDED_TO) * _ROUNDED_TO)
    begin = np.concatenate([[0], np.cumsum(length)])
    share = np.repeat(1 / np.maximum(length, 1), length)
    return Mutability(changes.genes, begin, share, share, "even", known)


def _amino_acids(gene: str) -> int:
    """How many the protein has, of the transcript on which the field counts; 0 where it is not known here."""
    ending = roles.ending_of(gene)
    if ending is not None:
        return ending.amino_acids
    return max((len(one.sequence) // 3 - 1 for one in built_in("GRCh38").of(gene)), default=0)


def of_reference(sites: CodingSites, rates: Floats, genes: tuple[str, ...]) -> Mutability:
    """By the sites of each residue. A gene that the reference lacks has no residues.

    rates   (192,) of each substitution, on any scale
    """
    number = _numbers(sites)
    order = _coding_intervals(sites)
    of_gene = np.split(order, np.searchsorted(sites.gene[order], np.arange(1, len(sites.genes))))
    by_site = _rates_of_sites(rates)
    parts = [_of_gene(sites, of_gene[number[gene]], by_site) if gene in number else np.zeros((2, 0)) for gene in genes]
    begin = np.concatenate([[0], np.cumsum([part.shape[1] for part in parts])]).astype(np.int64)
    whole = np.concatenate([np.zeros((2, 0)), *parts], axis=1)
    return Mutability(genes, begin, whole[1], whole[0], "trinucleotide", np.diff(begin) > 0)


def _numbers(sites: CodingSites) -> dict[str, int]:
    """The place of each gene of a reference, by its name there and by its approved symbol."""
    number = {gene: place for place, gene in enumerate(sites.genes)}
    for gene, place in list(number.items()):
        found = gene_words.resolve(gene)
        if found is not None:
            number.setdefault(found.symbol, place)
    return number


def smoothed_rates(counted: Counted) -> Floats:
    """(192,) the rate of each substitution over all genes, those of few mutations drawn to the mean of their bases."""
    counts, exposed = counted.counts.by_group, counted.counts.exposed()
    fitted = fit_rates(counts, exposed, groups("192"))
    coarse = fit_rates(counts, exposed, groups("12"))
    found = counts.sum(axis=(0, 2))
    hoped = _hoped(exposed, fitted)
    prior = np.where(coarse.by_substitution > 0, coarse.by_substitution, coarse.by_substitution.mean())
    return np.asarray((found + 1) / (hoped + 1 / np.maximum(prior, 1e-300)))


def _hoped(exposed: Floats, rates: Rates) -> Floats:
    """(192,) what each substitution would be found at a rate of 1."""
    w = np.array([1.0, *(rates.selection[name].mle for name in ("mis", "non", "spl"))])
    return np.asarray(np.einsum("skc,s,c->k", exposed, rates.intensity, w))


def _of_gene(sites: CodingSites, intervals: Whole, by_site: Floats) -> Floats:
    """(2, residues) shares of synonymous and of missense changes of the gene with these coding intervals.

    by_site   of `_rates_of_sites`
    """
    order = _in_coding_order(sites, intervals)
    totals = by_site[(sites.context[order].astype(np.int64) << 8) | sites.effect[order]]
    by_residue = totals.reshape(-1, 3, 2).sum(axis=1)[:-1].T  # without the stop
    return np.asarray(by_residue / np.maximum(by_residue.sum(axis=1, keepdims=True), 1e-300))


def _rates_of_sites(rates: Floats) -> Floats:
    """(256 x 256, 2) by context and effect of a site: summed rates of its synonymous and of its missense changes."""
    context, effect = (part.astype(np.uint8) for part in np.divmod(np.arange(1 << 16), 256))
    known, found = context < 64, np.zeros((1 << 16, 2))
    for base in range(4):
        kind = effects(context, effect, np.zeros(1 << 16, dtype=np.bool_), np.full(1 << 16, base))
        changed = known & (((context >> 2) & 3) != base)
        rate = np.where(changed, rates[substitution(np.where(changed, context, 4 * ((base + 1) % 4)), base)], 0.0)
        for column, wanted in enumerate((SYN, MIS)):
            found[:, column] += np.where(kind == wanted, rate, 0.0)
    return found


def _in_coding_order(sites: CodingSites, intervals: Whole) -> Whole:
    """The sites of a gene's coding intervals, which are given by place, from its start codon on."""
    sizes = sites.last[intervals] - sites.first[intervals] + 1
    places = [np.arange(start, start + size) for start, size in zip(sites.start[intervals], sizes, strict=True)]
    forward = np.concatenate(places)
    return forward if sites.strand[intervals[0]] > 0 else forward[::-1]


def _coding_intervals(sites: CodingSites) -> Whole:
    """The intervals that are coding, by gene and place."""
    coding = np.flatnonzero(~sites.splice)
    return np.asarray(coding[np.lexsort((sites.first[coding], sites.gene[coding]))])


def renumbered(changes: Changes, sites: CodingSites) -> Changes:
    """The changes with the residues that the reference puts their bases in, of genes that it has.

    A source may number another transcript. A change without a place keeps the residue that the source names.
    """
    number = _numbers(sites)
    of_gene = np.array([number.get(gene, -1) for gene in changes.genes], dtype=np.int64)[changes.gene]
    order = _coding_intervals(sites)
    before, total = _bases_before(sites, order)
    at = _interval_of(sites, order, of_gene, changes.place)
    found = at >= 0
    interval = order[np.maximum(at, 0)]
    forward = before[at] + changes.place - sites.first[interval]
    behind = total[np.maximum(of_gene, 0)] - 1 - forward
    base = np.where(sites.strand[interval] > 0, forward, behind)
    residue = np.where(found, base // 3 + 1, np.where((of_gene >= 0) & (changes.place > 0), 0, changes.residue))
    acid = np.where(residue == changes.residue, changes.acid, 0)
    return replace(changes, residue=residue, acid=acid)


def _bases_before(sites: CodingSites, order: Whole) -> tuple[Whole, Whole]:
    """Coding bases of the same gene before each interval in the genome, and coding bases of each gene."""
    size = sites.last[order] - sites.first[order] + 1
    running = np.cumsum(size) - size
    gene = sites.gene[order]
    first = np.searchsorted(gene, gene)
    return running - running[first], np.bincount(gene, size, minlength=len(sites.genes)).astype(np.int64)


def _interval_of(sites: CodingSites, order: Whole, gene: Whole, place: Whole) -> Whole:
    """Which of the ordered coding intervals of the gene holds the base; -1 for none."""
    stretch = np.int64(1) << 40
    begins = sites.gene[order] * stretch + sites.first[order]
    at = np.searchsorted(begins, gene * stretch + place, side="right") - 1
    inside = (at >= 0) & (gene >= 0) & (sites.gene[order][at] == gene) & (place <= sites.last[order][at])
    return np.where(inside, at, -1)
