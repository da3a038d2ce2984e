"""Counts and exposures by gene, from mutations on genes and from who was tested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chevet.errors import CannotConclude
from chevet.targets.selection.cleaning import Cleaned
from chevet.targets.selection.coding_sites import NEITHER, CodingSites
from chevet.targets.selection.gene_counts import GeneCounts
from chevet.targets.selection.placing import INDEL, Placed
from chevet.targets.selection.rates import SUBSTITUTIONS, Floats, Whole
from chevet.targets.selection.tested import Tested

# A group with fewer substitutions has no intensity of its own: such groups share one.
FEWEST_IN_GROUP = 30
KINDS = ("syn", "mis", "non", "spl", "ind")


@dataclass(frozen=True)
class Counted:
    """Counts by gene, of the genes that anybody was tested for.

    rows      (n,) their places in the reference
    patients  (n, 5) samples with a change of each of KINDS; `altered` (n,) with any of them
    tested    (n,) samples that were tested for the gene
    samples   how many were tested for any gene, after those left out
    groups    how many sets of genes they were tested for
    """

    counts: GeneCounts
    rows: Whole
    patients: Whole
    altered: Whole
    tested: Whole
    samples: int
    groups: int


def count(sites: CodingSites, clean: Cleaned, tested: Tested) -> Counted:
    """Raises CannotConclude when no sample is left, or no mutation in what they were tested for."""
    placed, n = clean.placed, len(sites.genes)
    used = np.ones(len(tested.group), dtype=np.bool_)
    used[clean.hypermutators] = False
    used &= np.isin(tested.group, np.flatnonzero(tested.genes.sum(axis=1)))
    if not used.any() or not len(placed):
        raise CannotConclude(
            f"{int(used.sum())} samples tested, {len(placed)} mutations in coding sequences: nothing to answer from",
            next_act="Widen the cohort, or check that the mutations are of the build of the reference.",
        )
    samples = np.bincount(tested.group[used], minlength=len(tested.genes))
    single = placed.kind < NEITHER
    of_group = np.bincount(tested.group[placed.sample[single]], minlength=len(tested.genes))
    stratum = _strata(of_group)
    exposure = np.zeros((int(stratum.max()) + 1, n))
    np.add.at(exposure, stratum, samples[:, None] * tested.genes)
    rows = np.flatnonzero(exposure.any(axis=0))
    found = np.zeros((n, 4))
    np.add.at(found, (placed.gene[single], placed.kind[single]), 1)
    by_group = np.zeros((len(exposure), SUBSTITUTIONS, 4))
    np.add.at(by_group, (stratum[tested.group[placed.sample[single]]], placed.substitution[single],
                         placed.kind[single]), 1)  # fmt: skip
    indel = placed.only(placed.kind == INDEL)
    indels = np.bincount(stratum[tested.group[indel.sample]], minlength=len(exposure)).astype(np.float64)
    counts = GeneCounts(
        tuple(sites.genes[row] for row in rows), found[rows], by_group, sites.sites[rows], exposure[:, rows],
        sites.length[rows].astype(np.float64), indels, _distinct_sites(indel, n)[rows],
    )  # fmt: skip
    patients, altered = _patients(placed, n)
    return Counted(
        counts, rows, patients[rows], altered[rows], exposure.sum(axis=0)[rows].astype(np.int64), int(used.sum()),
        int((samples > 0).sum()),
    )  # fmt: skip


def _strata(found: Whole) -> Whole:
    """The stratum of each group: its own with enough substitutions, and one for all the others."""
    large = found >= FEWEST_IN_GROUP
    stratum = np.where(large, np.cumsum(large) - 1, large.sum())
    return np.unique(stratum, return_inverse=True)[1].reshape(-1)


def _distinct_sites(indel: Placed, n: int) -> Floats:
    key = np.stack([indel.gene, indel.chromosome, indel.position, indel.change])
    genes = np.unique(key, axis=1)[0] if key.shape[1] else np.zeros(0, dtype=np.int64)
    return np.bincount(genes, minlength=n).astype(np.float64)


def _patients(placed: Placed, n: int) -> tuple[Whole, Whole]:
    """Samples with a change of each kind in each gene, and with any; a lost stop is of no kind."""
    kinds = np.full(int(INDEL) + 1, -1)
    kinds[:4], kinds[INDEL] = np.arange(4), 4
    kind = kinds[placed.kind]
    used = kind >= 0
    key = np.unique(np.stack([placed.gene[used], kind[used], placed.sample[used]]), axis=1)
    patients = np.zeros((n, len(KINDS)), dtype=np.int64)
    np.add.at(patients, (key[0], key[1]), 1)
    whole = np.unique(np.stack([placed.gene, placed.sample]), axis=1)
    return patients, np.bincount(whole[0], minlength=n)
