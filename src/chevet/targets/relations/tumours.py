"""Tumours that no test can tell apart: the same stratum, tested for the same genes, as many of them altered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chevet.errors import BadInput
from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.targets.carriers import Carriers

Whole = npt.NDArray[np.int64]
_ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class Tumours:
    """Groups of tumours alike.

    group    (patients,) of which group each patient's tumour is; -1 for those who have no stratum
    stratum  (groups,) 0 to strata - 1
    pattern  (groups,) which classes of genes were tested: a row of `tested`
    altered  (groups,) altered genes of each tumour
    times    (groups,) tumours
    tested   (patterns, classes)
    members  (strata, words) the patients of each stratum
    """

    group: Whole
    stratum: Whole
    pattern: Whole
    altered: Whole
    times: Whole
    tested: npt.NDArray[np.bool_]
    members: Matrix

    @property
    def strata(self) -> int:
        return len(self.members)

    @cached_property
    def group_tested(self) -> npt.NDArray[np.bool_]:
        """(groups, classes) which classes of genes were tested."""
        looked: npt.NDArray[np.bool_] = self.tested[self.pattern]
        return looked


def tumours_of(carriers: Carriers, strata: Whole | None = None) -> Tumours:
    """The tumours in groups.

    strata   (patients,) the stratum of each, from 0, or negative for those to leave out; without it, one for all

    Raises BadInput when the strata are not one a patient.
    """
    given = np.zeros(carriers.patients, dtype=np.int64) if strata is None else np.asarray(strata, dtype=np.int64)
    if given.shape != (carriers.patients,):
        raise BadInput(
            f"{given.size} strata were given for {carriers.patients} patients",
            next_act="Give one stratum a patient, -1 for those to leave out.",
        )
    inside = np.flatnonzero(given >= 0)
    names, stratum = np.unique(given[inside], return_inverse=True)
    looked = bits.unpack(carriers.sets, carriers.patients).T[inside]
    tested, pattern = np.unique(looked, axis=0, return_inverse=True)
    burden = altered_genes(carriers)[inside]
    keys = np.stack([stratum.reshape(-1), pattern.reshape(-1), burden])
    alike, of_group, times = np.unique(keys, axis=1, return_inverse=True, return_counts=True)
    group = np.full(carriers.patients, -1, dtype=np.int64)
    group[inside] = of_group.reshape(-1)
    members = bits.rows_from_pairs(stratum.reshape(-1), inside, len(names), carriers.patients)
    return Tumours(group, alike[0], alike[1], alike[2], times.astype(np.int64), tested, members)


def altered_genes(carriers: Carriers) -> Whole:
    """(patients,) how many genes are altered in each."""
    found = np.zeros(carriers.patients, dtype=np.int64)
    for start in range(0, len(carriers.genes), _ROWS_AT_ONCE):
        found += bits.unpack(carriers.altered[start : start + _ROWS_AT_ONCE], carriers.patients).sum(axis=0)
    return found
