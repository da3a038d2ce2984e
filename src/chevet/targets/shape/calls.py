"""Genes that are amplified, or lost, in more patients than these patients' genomes explain.

The background is that of permuting the calls of each patient over the genes looked at: a patient with many altered
genes has any of them by chance. The number of patients that a gene then has follows the Poisson-binomial law, which is
what endless permutations would count. Calls of a patient whose whole arm goes the same way are broad, and left aside.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from chevet.cohort.association import false_discovery_rates
from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.targets.carriers import Carriers
from chevet.targets.selection.rates import Floats
from chevet.targets.shape.by_chance import at_least
from chevet.targets.shape.changes import Whole

_FEWEST = 2


@dataclass(frozen=True)
class Calls:
    """Genes with a call in anybody. All columns are (rows,), in the order of the carriers.

    patients   altered; `focal` those of them whose arm does not go the same way, on which the test rests
    tested     patients looked at
    expected   focal patients by chance
    p, q       of as many or more
    """

    kind: str
    gene: Whole
    patients: Whole
    focal: Whole
    tested: Whole
    expected: Floats
    p: Floats
    q: Floats


def recurrent(carriers: Carriers, broad: Matrix | None = None) -> Calls:
    """The test of each gene that was altered.

    broad   (genes, words) patients whose whole arm around the gene goes the same way; nobody, unless given
    """
    focal = carriers.altered if broad is None else carriers.altered & ~broad
    rows = np.flatnonzero(carriers.n_altered)
    counts = bits.count_rows(focal)
    expected, p = against_chance(focal, carriers)
    return Calls(
        carriers.kind, rows, carriers.n_altered[rows], counts[rows], carriers.n_tested[rows], expected[rows], p[rows],
        false_discovery_rates(p[rows]),
    )  # fmt: skip


def only(found: Calls, genes: Whole) -> Calls:
    """The rows of these genes; q is over these."""
    kept = np.isin(found.gene, genes)
    rows = {one.name: getattr(found, one.name)[kept] for one in fields(found) if one.name != "kind"}
    return Calls(found.kind, **rows | {"q": false_discovery_rates(found.p[kept])})


def against_chance(altered: Matrix, carriers: Carriers) -> tuple[Floats, Floats]:
    """(genes,) patients expected, and p of as many as there are.

    altered   (genes, words) of the same patients and genes as the carriers, each among the tested
    """
    chance = chances(altered, carriers)
    counts, p = bits.count_rows(altered), np.ones(len(altered))
    expected = np.zeros(len(altered))
    for number, members in enumerate(carriers.sets):
        of_set = chance[bits.positions(members, carriers.patients)]
        distinct, many = np.unique(of_set, return_counts=True)
        genes = np.flatnonzero(carriers.classes == number)
        expected[genes] = float(of_set.sum())
        known = {k: at_least(k, distinct, many.astype(np.float64)) for k in set(counts[genes].tolist())
                 if k >= _FEWEST}  # fmt: skip
        p[genes] = [known.get(k, 1.0) for k in counts[genes].tolist()]
    return expected, p


def chances(altered: Matrix, carriers: Carriers) -> Floats:
    """(patients,) the share of the genes looked at that are altered in each patient."""
    found = np.zeros(carriers.patients, dtype=np.int64)
    for block in bits.row_blocks(altered):
        found += bits.unpack(altered[block], carriers.patients).sum(axis=0)
    return np.asarray(found / np.maximum(looked(carriers), 1))


def looked(carriers: Carriers) -> Whole:
    """(patients,) how many genes were looked at in each patient."""
    genes = np.bincount(carriers.classes, minlength=len(carriers.sets))
    return np.asarray(genes @ bits.unpack(carriers.sets, carriers.patients).astype(np.int64))
