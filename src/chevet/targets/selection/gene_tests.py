"""Selection on each gene by likelihood ratios: dNdSloc, which takes a gene's own synonymous changes for its mutation
rate, and dNdScv, which joins them to what genes alike let expect.

Counts are Poisson, with a mean of `expected x t x w`: t is the gene's own rate over the expected one, and w is the
selection on a class (1 for synonymous changes). In dNdScv, t follows the gamma distribution that the regression of
synonymous counts left; in dNdSloc nothing is known of it. Every t and w has a closed form, so that all genes are
solved at once.

Source: Martincorena et al., Cell 2017, PMID:29056346 (supplementary methods).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]

SYN, MIS, NON, SPL = range(4)
# Selection cannot be told from a rate of nothing: the least rate over the expected one.
_LEAST = 1e-10
# Without a synonymous change, dNdSloc knows no rate: more than this is not said.
_MOST_LOCAL = 1e4


@dataclass(frozen=True)
class Tests:
    """Selection on n genes. Every array is (n,); w is 0 where nothing was found and NaN where nothing could be.

    w_mis, w_non, w_spl   observed over expected; nonsense and splice share one value where they are tied
    p_mis, p_trunc, p_sub missense; nonsense and splice; all three
    log_p_sub             natural logarithm of p_sub, which may be too small to be written
    """

    w_mis: Floats
    w_non: Floats
    w_spl: Floats
    p_mis: Floats
    p_trunc: Floats
    p_sub: Floats
    log_p_sub: Floats


def local_tests(counts: Floats, expected: Floats) -> Tests:
    """dNdSloc of each gene, nonsense and splice tied.

    counts, expected   (n, 4) synonymous, missense, nonsense, essential splice
    """
    return _tested(_Genes(counts, expected, None, None), tied=True)


def gene_tests(counts: Floats, expected: Floats, mean: Floats, theta: float, *, tied: bool = True) -> Tests:
    """dNdScv of each gene.

    counts, expected   (n, 4) synonymous, missense, nonsense, essential splice
    mean, theta        (n,) synonymous changes that the regression expects, and its dispersion
    tied               nonsense and splice share one w in the tests of truncation and of all; missense is tested
                       with both left free
    """
    return _tested(_Genes(counts, expected, mean, theta), tied=tied)


class _Genes:
    """The likelihood of all genes under any choice of classes that selection leaves alone."""

    def __init__(self, counts: Floats, expected: Floats, mean: Floats | None, theta: float | None) -> None:
        self.counts, self.expected = counts, expected
        self.mean, self.theta = mean, theta

    def rate(self, neutral: list[int]) -> Floats:
        """t, when these classes are neutral and every other class fits by its own w."""
        found, hoped = self.counts[:, neutral].sum(axis=1), self.expected[:, neutral].sum(axis=1)
        if self.mean is None or self.theta is None:
            return np.asarray(np.maximum(_LEAST, found / hoped))
        scale = self.mean / (self.theta * self.expected[:, SYN])
        t = (found + self.theta - 1) / (hoped + 1 / scale)
        if self.theta <= 1:  # the gamma density then has its peak at 0
            t = np.maximum(self.theta * scale, t)
        return np.asarray(np.maximum(_LEAST, t))

    def log_likelihood(self, neutral: list[int], free: list[list[int]]) -> Floats:
        """Up to what no choice changes.

        neutral  classes with w = 1
        free     groups of classes with a w of their own
        """
        t = self.rate(neutral)
        found, hoped = self.counts[:, neutral].sum(axis=1), self.expected[:, neutral].sum(axis=1)
        total = special.xlogy(found, t) - hoped * t
        for group in free:
            # At its best w, t x w is found / hoped, whatever t is.
            found, hoped = self.counts[:, group].sum(axis=1), self.expected[:, group].sum(axis=1)
            total += special.xlogy(found, found) - special.xlogy(found, hoped) - found
        if self.mean is not None and self.theta is not None:
            scale = self.mean / (self.theta * self.expected[:, SYN])
            total += (self.theta - 1) * np.log(t) - t / scale
        return np.asarray(total, dtype=np.float64)

    def selection(self, group: list[int]) -> Floats:
        """w of a group of classes when all that is selected is free."""
        found, hoped = self.counts[:, group].sum(axis=1), self.expected[:, group].sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            w = np.where(found > 0, found / (hoped * self.rate([SYN])), np.where(hoped > 0, 0.0, np.nan))
        return np.asarray(np.minimum(w, _MOST_LOCAL) if self.mean is None else w)


def _tested(genes: _Genes, *, tied: bool) -> Tests:
    together = [[NON, SPL]] if tied else [[NON], [SPL]]
    neutral = genes.log_likelihood([SYN, MIS, NON, SPL], [])
    no_truncation = genes.log_likelihood([SYN, NON, SPL], [[MIS]])
    selected = genes.log_likelihood([SYN], [[MIS], *together])
    if genes.mean is None:
        missense = selected - genes.log_likelihood([SYN, MIS], together)
    else:
        missense = genes.log_likelihood([SYN], [[MIS], [NON], [SPL]])
        missense -= genes.log_likelihood([SYN, MIS], [[NON], [SPL]])
    log_p_sub = _log_p(selected - neutral, 2 if tied else 3)
    truncation = genes.selection([NON, SPL])
    return Tests(
        genes.selection([MIS]),
        truncation if tied else genes.selection([NON]),
        truncation if tied else genes.selection([SPL]),
        np.exp(_log_p(missense, 1)),
        np.exp(_log_p(selected - no_truncation, 1 if tied else 2)),
        np.exp(log_p_sub),
        log_p_sub,
    )


def _log_p(gained: Floats, freedom: int) -> Floats:
    """log p of a likelihood ratio, by the chi-squared law; exact for two degrees of freedom however small."""
    statistic = np.maximum(0.0, 2 * gained)
    if freedom == 2:
        return -statistic / 2
    if freedom == 1:
        return np.asarray(np.log(2.0) + special.log_ndtr(-np.sqrt(statistic)))
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(special.chdtrc(freedom, statistic)))
