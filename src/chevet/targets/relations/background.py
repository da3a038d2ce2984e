"""How probable an alteration is for each gene in each tumour when genes have nothing to do with one another.

The model is that of DISCOVER (Canisius, Martens and Wessels, Genome Biology 2016, PMID:27986087): one parameter for
each gene and one for each tumour, log odds their sum, such that every gene is expected in as many tumours, and every
tumour to have as many altered genes, as were found. Here only cells that were tested count, and each stratum has a
model of its own. Genes with the same count, and tumours alike, share a parameter: the sums are over such groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from chevet.errors import Fault
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.relations.tumours import Tumours, Whole, tumours_of

Floats = npt.NDArray[np.float64]

_CLOSE = 1e-9  # expected against found, in genes or tumours
_STEPS = 200
_RIDGE = 1e-11  # one number may be added to every gene and taken from every tumour: this picks one such model
_LONGEST = 4.0  # of a step, in log odds


@dataclass(frozen=True)
class Background:
    """The fitted model.

    tumours  the groups of tumours
    of_gene  (strata, genes) which row of the stratum's model each gene has
    models   of each stratum (rows, groups of the stratum) probabilities, 0 where not tested
    groups   of each stratum the numbers of its groups
    log_odds (groups,) what a tumour adds to the log odds of every gene, but for a constant of its stratum; NaN if none
    spread   (groups,) variance of the number of altered genes in a tumour
    """

    tumours: Tumours
    of_gene: Whole
    models: tuple[Floats, ...]
    groups: tuple[Whole, ...]
    log_odds: Floats
    spread: Floats

    def probabilities(self, rows: Whole) -> Floats:
        """(rows, groups) of these genes in each group of tumours; 0 where they were not tested."""
        found = np.zeros((len(rows), len(self.tumours.times)))
        for stratum, (model, groups) in enumerate(zip(self.models, self.groups, strict=True)):
            found[:, groups] = model[self.of_gene[stratum, rows]]
        return found


def background(carriers: Carriers, strata: Whole | None = None) -> Background:
    """The model of these patients, fitted to all their genes.

    strata   (patients,) the stratum of each, negative for those to leave out; without it, one for all

    Raises Fault when the model cannot be fitted, which no table of counts should cause.
    """
    tumours = tumours_of(carriers, strata)
    of_gene = np.zeros((tumours.strata, len(carriers.genes)), dtype=np.int64)
    models, groups, spread = [], [], np.zeros(len(tumours.times))
    log_odds = np.full(len(tumours.times), np.nan)
    for stratum in range(tumours.strata):
        here = np.flatnonzero(tumours.stratum == stratum)
        found = bits.count_rows(carriers.altered, tumours.members[stratum])
        alike, of_gene[stratum], genes = _alike(carriers.classes, found)
        looked = tumours.group_tested[here].T[alike[0]]
        counts = Counts(genes, tumours.times[here], alike[1], tumours.altered[here], looked)
        model, log_odds[here] = fitted(counts)
        models.append(model)
        groups.append(here)
        spread[here] = genes @ (model * (1 - model))
    return Background(tumours, of_gene, tuple(models), tuple(groups), log_odds, spread)


class Counts(NamedTuple):
    """What the model of one stratum is fitted to.

    genes, tumours       (rows,), (groups,) how many are alike
    in_gene, in_tumour   (rows,), (groups,) alterations of each one gene, of each one tumour
    tested               (rows, groups)
    """

    genes: Whole
    tumours: Whole
    in_gene: Whole
    in_tumour: Whole
    tested: npt.NDArray[np.bool_]


def fitted(counts: Counts) -> tuple[Floats, Floats]:
    """(rows, groups) the probabilities whose sums over genes, and over tumours, are those found; (groups,) log odds.

    Probabilities are 0 where not tested. Genes and tumours altered nowhere or everywhere have probabilities of 0 or 1,
    and no log odds: NaN.
    """
    certain, live, in_gene, in_tumour = _certain(counts)
    log_odds = np.full(live.shape[1], np.nan)
    if not live.any():
        return certain, log_odds
    rows, columns = live.any(axis=1), live.any(axis=0)
    inner = Counts(
        counts.genes[rows], counts.tumours[columns], in_gene[rows], in_tumour[columns], live[np.ix_(rows, columns)]
    )
    p, log_odds[columns] = _newton(inner)
    certain[np.ix_(rows, columns)] += p
    return certain, log_odds


def _certain(counts: Counts) -> tuple[Floats, npt.NDArray[np.bool_], Whole, Whole]:
    """Cells that can only be 0 or 1 given the sums; the other cells; and what is left to find in each gene, tumour."""
    live, in_gene, in_tumour = counts.tested.copy(), counts.in_gene.copy(), counts.in_tumour.copy()
    certain = np.zeros(live.shape)
    while True:
        of_gene, of_tumour = live @ counts.tumours, counts.genes @ live
        full = live & ((in_gene == of_gene)[:, None] | (in_tumour == of_tumour)[None, :])
        none = live & ((in_gene == 0)[:, None] | (in_tumour == 0)[None, :])
        full &= ~none
        if not (full.any() or none.any()):
            return certain, live, in_gene, in_tumour
        certain[full] = 1.0
        in_gene, in_tumour = in_gene - full @ counts.tumours, in_tumour - counts.genes @ full
        live &= ~(full | none)


def _newton(counts: Counts) -> tuple[Floats, Floats]:
    """The probabilities of cells that are not certain, and the log odds of each tumour.

    Newton's method on the convex dual of the largest entropy with these sums (Canisius et al.).
    """
    genes, tumours, tested = counts.genes.astype(float), counts.tumours.astype(float), counts.tested.astype(float)
    share = (counts.in_gene + 0.5) / (tested @ tumours + 1.0)
    mean = np.average(counts.in_tumour, weights=tumours)
    a: Floats = np.asarray(np.log(share / (1 - share)), dtype=np.float64)
    b: Floats = np.asarray(np.log(np.maximum(counts.in_tumour, 0.5) / mean), dtype=np.float64)
    for _ in range(_STEPS):
        p = expit(a[:, None] + b[None, :]) * tested
        off_gene, off_tumour = counts.in_gene - p @ tumours, counts.in_tumour - genes @ p
        if max(np.abs(off_gene).max(), np.abs(off_tumour).max()) < _CLOSE * max(1.0, float(tumours.sum())) ** 0.5:
            return np.asarray(p), b
        step_a, step_b = _step(p, genes, tumours, off_gene, off_tumour)
        length = min(1.0, _LONGEST / max(np.abs(step_a).max(), np.abs(step_b).max(), 1e-300))
        a, b = _down(counts, a, b, length * step_a, length * step_b)
    raise Fault(
        "the background of relations could not be fitted to these counts",
        next_act="Please report this to the people who run Chevet; leave out the smallest strata meanwhile.",
    )


def _step(p: Floats, genes: Floats, tumours: Floats, off_gene: Floats, off_tumour: Floats) -> tuple[Floats, Floats]:
    """Newton's step for genes and tumours; the larger side is eliminated."""
    slope = p * (1 - p)
    of_gene, of_tumour = slope @ tumours + 1e-300, genes @ slope + 1e-300
    if len(genes) > len(tumours):
        step_b, step_a = _step(p.T, tumours, genes, off_tumour, off_gene)
        return step_a, step_b
    across = slope * tumours / of_tumour  # (rows, groups)
    matrix = np.diag(of_gene * (1 + _RIDGE)) - (across @ slope.T) * genes[None, :]
    step_a = np.asarray(np.linalg.solve(matrix, off_gene - across @ off_tumour), dtype=np.float64)
    return step_a, (off_tumour - (genes * step_a) @ slope) / of_tumour


def _down(counts: Counts, a: Floats, b: Floats, step_a: Floats, step_b: Floats) -> tuple[Floats, Floats]:
    """The step, halved until the dual is no larger than before."""
    before, length = _dual(counts, a, b), 1.0
    while length > 1e-6:
        to_a, to_b = a + length * step_a, b + length * step_b
        if _dual(counts, to_a, to_b) <= before + 1e-9 * abs(before):
            return to_a, to_b
        length /= 2
    return a + length * step_a, b + length * step_b


def _dual(counts: Counts, a: Floats, b: Floats) -> float:
    sums = np.logaddexp(0.0, a[:, None] + b[None, :]) * counts.tested
    fit = float(counts.genes @ sums @ counts.tumours)
    return fit - float((counts.genes * counts.in_gene) @ a) - float((counts.tumours * counts.in_tumour) @ b)


def _alike(classes: Whole, found: Whole) -> tuple[Whole, Whole, Whole]:
    """Genes of the same class with the same count: (2, rows) class and count, the row of each gene, genes of a row."""
    alike, row, times = np.unique(np.stack([classes, found]), axis=1, return_inverse=True, return_counts=True)
    return alike, row.reshape(-1), times.astype(np.int64)
