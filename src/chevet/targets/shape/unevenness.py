"""How much residues of one gene differ in how often they change, besides what their bases say.

Some sites change more often than their neighbours for no reason of the tumour's. Synonymous changes tell how much:
nothing selects them, and where they fall on the same residue more often than shares allow, shares are uneven. The model
is a Dirichlet-multinomial law: the changes of a gene fall on its residues by shares that are drawn around the expected
ones. `concentration`, times the residues of the gene, says how near; endless means exactly as expected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import betaln, gammaln

from chevet.targets.selection.rates import Floats
from chevet.targets.shape.changes import SYNONYMOUS, Changes, Whole
from chevet.targets.shape.mutability import Mutability

# Fewer expected pairs of synonymous changes on one residue do not tell the unevenness.
_LEAST_PAIRS = 10.0
# Measured on 204,641 synonymous changes of 5,442 exomes of TCGA (python -m benchmarks.shape; 28 November 2026).
TYPICAL = 0.25
_LEAST, _ENDLESS = 1e-3, 1e3
_NEGLIGIBLE = 1e-16


@dataclass(frozen=True)
class Unevenness:
    """concentration   per residue; infinite where residues are as even as expected
    measured        whether it was measured on synonymous changes of these patients. Without that it is TYPICAL where
                    residues are taken to be alike; where a reference weighs them it is taken to be infinite, and p is
                    too small where residues differ besides
    """

    concentration: float
    measured: bool


def measured(changes: Changes, mutability: Mutability) -> Unevenness:
    """The concentration at which the synonymous changes are likeliest to lie as they do."""
    place, counts, gene = counted(changes.of_kind(SYNONYMOUS), mutability)
    n = np.bincount(gene, counts, minlength=len(mutability.genes))
    length, share = np.maximum(mutability.length, 1), mutability.synonymous[place]
    squares = np.array([float(part @ part) for part in np.split(mutability.synonymous, mutability.begin[1:-1])])
    if float((n * (n - 1) * squares).sum()) < _LEAST_PAIRS:
        return Unevenness(TYPICAL if mutability.measured == "even" else np.inf, False)
    possible = share > 0

    def unlikelihood(logarithm: float) -> float:
        whole = np.exp(logarithm) * length
        shape = share[possible] * whole[gene[possible]]
        of_genes = gammaln(whole) - gammaln(n + whole)
        return -float(of_genes.sum() + (gammaln(counts[possible] + shape) - gammaln(shape)).sum())

    found = minimize_scalar(unlikelihood, bounds=(np.log(_LEAST), np.log(_ENDLESS)), method="bounded")
    concentration = float(np.exp(found.x))
    return Unevenness(concentration if concentration < 0.9 * _ENDLESS else np.inf, True)


def counted(changes: Changes, mutability: Mutability) -> tuple[Whole, Whole, Whole]:
    """The places that changed (as in `mutability`), in how many patients each, and the gene of each."""
    place = mutability.place(changes.gene, changes.residue)
    kept = place >= 0
    pairs = np.unique(np.stack([place[kept], changes.patient[kept], changes.gene[kept]]), axis=1)
    places, first, many = np.unique(pairs[0], return_index=True, return_counts=True)
    return places, many, pairs[2][first]


def upper_tail(k: npt.ArrayLike, n: npt.ArrayLike, share: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    """(m,) the chance that at least k of n changes fall on a residue with this share.

    whole    concentration times residues of the gene; the law is beta-binomial, binomial where it is infinite

    >>> upper_tail([1, 2], 2, 0.5, np.inf).round(4).tolist(), upper_tail([2], 2, 0.5, 1.0).round(4).tolist()
    ([0.75, 0.25], [0.375])
    """
    cells = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, dtype=np.float64)) for x in (k, n, share, whole)))
    first, many, shares, around = (cell.copy() for cell in cells)
    above = first > many * shares
    start = np.where(above, first, first - 1)
    possible = (start >= 0) & (start <= many)
    log_chance = _log_chance(np.clip(start, 0, many), many, shares, around)
    term = np.where(possible, np.exp(log_chance), 0.0)
    total, at = term.copy(), start
    going = np.flatnonzero((term > 0) & np.where(above, at < many, at > 0))
    while len(going):  # up from k where that is the thin end, else down from k - 1
        up = above[going]
        lower = np.where(up, at[going], at[going] - 1)
        ratio = _step(lower, many[going], shares[going], around[going])
        term[going] *= np.where(up, ratio, 1 / ratio)
        total[going] += term[going]
        at[going] += np.where(up, 1, -1)
        ended = np.where(up, at[going] >= many[going], at[going] <= 0)
        going = going[~ended & (term[going] > _NEGLIGIBLE * total[going])]
    return np.clip(np.where(above, total, 1 - total), 0.0, 1.0)


def _log_chance(k: Floats, n: Floats, share: Floats, whole: Floats) -> Floats:
    """The logarithm of the chance of exactly k."""
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(np.maximum(n - k, 0) + 1)
    endless = np.isinf(whole)
    around = np.where(endless, 1.0, whole)
    a, b = np.maximum(share * around, 1e-300), np.maximum((1 - share) * around, 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.where(k > 0, k * np.log(share), 0.0) + np.where(n > k, (n - k) * np.log1p(-share), 0.0)
        uneven = betaln(k + a, np.maximum(n - k, 0) + b) - betaln(a, b)
    return np.asarray(choose + np.where(endless, plain, uneven))


def _step(k: Floats, n: Floats, share: Floats, whole: Floats) -> Floats:
    """The chance of k + 1 over that of k."""
    endless = np.isinf(whole)
    around = np.where(endless, 1.0, whole)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = share / (1 - share)
        uneven = (k + share * around) / (n - k - 1 + (1 - share) * around)
    return np.asarray((n - k) / (k + 1) * np.where(endless, plain, uneven))
