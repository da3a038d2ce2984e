"""Residues that change in more patients than the mutability of their gene explains.

Of the n missense changes of a gene, a residue gets k by chance as the beta-binomial law of `unevenness` says. The test
is conditional on n, so that a gene under selection as a whole has no more hotspots by chance than another. Residues
found are then left aside, and the others are asked again about what remains, until nothing new is found: else the first
hotspot of a gene hides the second.
After Chang et al., Nat Biotechnol 2016 (PMID:26619011), with an unevenness that is measured instead of set.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chevet.cohort.association import false_discovery_rates
from chevet.privacy.disclosure import FLOOR
from chevet.targets.selection.rates import Floats
from chevet.targets.shape.changes import MISSENSE, Changes, Whole
from chevet.targets.shape.mutability import Mutability
from chevet.targets.shape.unevenness import Unevenness, counted, upper_tail

SIGNIFICANT = 0.1
_FEWEST = 2


@dataclass(frozen=True)
class Hotspots:
    """Residues with missense changes in two patients or more. All columns are (rows,), by gene and residue.

    residue   from 1
    acid      its letter as a byte, or 0
    patients  with a missense change of it
    changes   missense changes of its gene, each residue once a patient
    expected  of these by chance, those on other residues found left aside
    p, q      of as many or more; q over all residues of all genes with a change
    """

    gene: Whole
    residue: Whole
    acid: Whole
    patients: Whole
    changes: Whole
    expected: Floats
    p: Floats
    q: Floats

    def significant(self, q: float = SIGNIFICANT) -> Whole:
        """The rows with a q below this."""
        return np.flatnonzero(self.q < q)


def hotspots(changes: Changes, mutability: Mutability, unevenness: Unevenness) -> Hotspots:
    """The test of each residue that changed in at least two patients."""
    missense = changes.of_kind(MISSENSE)
    place, patients, gene = counted(missense, mutability)
    n = np.bincount(gene, patients, minlength=len(mutability.genes)).astype(np.int64)
    asked = int(mutability.length[n > 0].sum())
    rows = np.flatnonzero(patients >= _FEWEST)
    place, patients, gene = place[rows], patients[rows], gene[rows]
    expected, p, q = _asked(place, patients, gene, n, asked, mutability, unevenness)
    return Hotspots(
        gene,
        place - mutability.begin[gene] + 1,
        _letters(missense, mutability, place),
        patients,
        n[gene],
        expected,
        p,
        q,
    )


def _asked(
    place: Whole, patients: Whole, gene: Whole, n: Whole, asked: int, mutability: Mutability, unevenness: Unevenness
) -> tuple[Floats, Floats, Floats]:
    """Expected changes, p and q of each residue, given those on the other residues found."""
    share = mutability.missense[place]
    whole = unevenness.concentration * mutability.length[gene]
    found = np.zeros(len(place), dtype=np.bool_)
    while True:
        aside = np.bincount(gene[found], patients[found], minlength=len(n))[gene] - patients * found
        taken = np.bincount(gene[found], share[found], minlength=len(n))[gene] - share * found
        left = np.maximum(1 - taken, 1e-12)
        # Where the reference allows no missense change and the study has one, nothing is known.
        of_rest = np.where(share > 0, np.minimum(share / left, 1.0), 1.0)
        p = upper_tail(patients, n[gene] - aside, of_rest, whole * left)
        q = corrected(p, asked)
        # What is found on fewer patients than may be told of must not be told by what it leaves for the others.
        now = found | ((q < SIGNIFICANT) & (patients >= FLOOR))
        if np.array_equal(now, found):
            return np.asarray((n[gene] - aside) * of_rest, dtype=np.float64), p, q
        found = now


def corrected(p: Floats, asked: int) -> Floats:
    """(m,) q among `asked` tests, of which those that are not in `p` found nothing (p of 1)."""
    return false_discovery_rates(np.concatenate([p, np.ones(max(asked - len(p), 0))]))[: len(p)]


def _letters(missense: Changes, mutability: Mutability, place: Whole) -> Whole:
    """(rows,) the letter that the source gives each of these places; 0 where it gives none, or several."""
    of_change = mutability.place(missense.gene, missense.residue)
    low = np.full(len(mutability.missense) + 1, 255, dtype=np.uint8)
    high = np.zeros(len(mutability.missense) + 1, dtype=np.uint8)
    acid = missense.acid.astype(np.uint8)
    said = acid > 0
    np.minimum.at(low, of_change[said], acid[said])
    np.maximum.at(high, of_change[said], acid[said])
    return np.where(low[place] == high[place], high[place], 0).astype(np.int64)
