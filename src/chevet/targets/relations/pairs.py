"""Every pair of some genes: in how many tumours both are altered, against what independent genes would give."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from chevet.records.record import Progress, no_progress
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.relations.background import Background, Floats
from chevet.targets.relations.both_margins import Margins
from chevet.targets.relations.overlap import Burden, Overlap
from chevet.targets.relations.poisson_binomial import Tails
from chevet.targets.relations.slopes import own_slopes
from chevet.targets.relations.tumours import Whole

_INTERVAL = 0.05
LOOKED_AGAIN = 0.05
_CERTAIN = 1e-9
_PAIRS_AT_ONCE = 4096


@dataclass(frozen=True)
class Pairs:
    """Pairs of genes among tumours tested for both. All arrays are (pairs,).

    genes           the names; `a` and `b` are places in them
    tested          tumours tested for both, which is both + only_a + only_b + neither
    expected        tumours with both altered, were the genes independent
    at_most         probability of so few tumours with both, or fewer: small when the genes exclude each other
    at_least        probability of so many, or more: small when they go together
    p               twice the smaller one, at most 1
    p_own_slopes    the same where each gene rises with burden in its own way, see `slopes`; NaN where p is above 0.05
    low, high       95 % interval of both / expected
    open            whether another number was possible at all: not where nobody was tested for both, or none altered
    overlap         the laws, for what else may be asked of them
    """

    genes: tuple[str, ...]
    a: Whole
    b: Whole
    tested: Whole
    both: Whole
    only_a: Whole
    only_b: Whole
    neither: Whole
    expected: Floats
    at_most: Floats
    at_least: Floats
    p: Floats
    p_own_slopes: Floats
    low: Floats
    high: Floats
    open: npt.NDArray[np.bool_]
    overlap: Overlap


def pairs_of(
    carriers: Carriers, rows: Whole, background: Background, burden: Burden = "given", tell: Progress = no_progress
) -> Pairs:
    """Every pair of the genes at these rows, the first with all others, then the second.

    Canisius, Martens and Wessels, Genome Biology 2016, PMID:27986087; see `overlap` for `burden`.
    """
    a, b = np.triu_indices(len(rows), 1)
    both, margins = _counts(carriers, rows, background, a, b)
    tested, of_a, of_b = (held.sum(axis=1) for held in margins)
    looked = background.tumours.group_tested[:, carriers.classes[rows]].T
    overlap = Overlap(background, background.probabilities(rows), looked, a, b, margins, burden)
    found = _of(overlap, np.arange(len(both)), both, tell)
    p = _two_sided(found)
    looked_again = np.flatnonzero(p <= LOOKED_AGAIN)
    own = replace(overlap, probabilities=own_slopes(carriers, rows, background).probabilities)
    p_own = np.full(len(p), np.nan)
    p_own[looked_again] = _two_sided(_of(own, looked_again, both[looked_again], no_progress))
    low, high = ratio_interval(both, tested, found.mean)
    names = tuple(carriers.genes[row] for row in rows)
    return Pairs(
        names, a, b, tested, both, of_a - both, of_b - both, tested - of_a - of_b + both,
        found.mean, found.at_most, found.at_least, p, p_own, low, high,
        found.variance > _CERTAIN, overlap,
    )  # fmt: skip


def _of(overlap: Overlap, pairs: Whole, both: Whole, tell: Progress) -> Tails:
    """The tails of these pairs, a few thousand at a time."""
    found = [overlap.tails(pairs[:0], both[:0])]
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = slice(start, start + _PAIRS_AT_ONCE)
        found.append(overlap.tails(pairs[some], both[some]))
        tell("", min(1.0, (start + _PAIRS_AT_ONCE) / len(pairs)))
    return Tails(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _two_sided(found: Tails) -> Floats:
    return np.asarray(np.minimum(1.0, 2 * np.minimum(found.at_most, found.at_least)))


def ratio_interval(observed: Whole, tested: Whole, expected: Floats) -> tuple[Floats, Floats]:
    """95 % interval of observed / expected; 0 to infinity where nothing is expected.

    Clopper and Pearson's (Biometrika 1934), as if every tumour tested had the same probability: a sum of trials that
    differ varies less than that (Hoeffding, Ann Math Stat 1956), so the interval covers at least as often as it says.

    >>> low, high = ratio_interval(np.array([0, 10]), np.array([100, 100]), np.array([5.0, 5.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.98], [0.724, 3.524])
    """
    half, some = _INTERVAL / 2, expected > 0
    k, n = observed.astype(float), np.maximum(tested, 1).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, half), 0.0)
        high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 1 - half), 1.0)
        ratios = low * n / expected, high * n / expected
    return np.where(some, ratios[0], 0.0), np.where(some, ratios[1], np.inf)


def _counts(carriers: Carriers, rows: Whole, background: Background, a: Whole, b: Whole) -> tuple[Whole, Margins]:
    """(pairs,) tumours with both altered, and the margins of each stratum, among those tested for both."""
    members = background.tumours.members
    used, of_gene = np.unique(carriers.classes[rows], return_inverse=True)
    tested = carriers.sets[used] & np.bitwise_or.reduce(members)
    altered = carriers.altered[rows] & tested[of_gene]
    people = np.stack([bits.pairwise_counts(tested, of)[of_gene[a], of_gene[b]] for of in members], axis=1)
    among = np.stack([[bits.count_rows(altered, looked & of) for of in members] for looked in tested])
    first, second = among[of_gene[b], :, a], among[of_gene[a], :, b]  # (classes, strata, genes)
    return bits.pairwise_counts(altered)[a, b], Margins(people, first, second)
