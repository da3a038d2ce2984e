"""How many single bases were slipped in or out of the coding sequence, for each megabase: a hint at unstable repeats.

Where mismatch repair fails, runs of one base lengthen and shorten. In exomes of colon and stomach (TCGA) the tumours
fall into two heaps: below half such a change a megabase, and above two. The borders are ours, read off those exomes;
18 % of stomach tumours lie above, where 22 % were published to be unstable (64 of 295, PMID:25079317). This says whom a
test of microsatellites, or of the repair proteins, should not be missing from. It is no such test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from chevet.errors import CannotConclude
from chevet.genomics.alteration import Alteration, Genomic
from chevet.genomics.burden import changes_protein

Amount = Literal["few", "unclear", "many"]

FEW_BELOW, MANY_FROM = 0.5, 2.0
# On a panel, one such change more or less would decide.
FEWEST_MEGABASES = 10.0


@dataclass(frozen=True)
class Slips:
    """Insertions and deletions of one base that change a protein, and the megabases that were looked at."""

    counted: int
    megabases: float

    @property
    def per_megabase(self) -> float:
        return self.counted / self.megabases

    @property
    def amount(self) -> Amount:
        """Whether there are as many as in tumours with unstable microsatellites, as few as in others, or between."""
        if self.per_megabase >= MANY_FROM:
            return "many"
        return "few" if self.per_megabase < FEW_BELOW else "unclear"


def slips(alterations: Iterable[Alteration], megabases: float) -> Slips:
    """The insertions and deletions of one base in one tumour, each place once.

    alterations   somatic ones count, with their place in the genome
    megabases     of coding sequence that was looked at

    Raises CannotConclude below ten megabases.
    """
    if megabases < FEWEST_MEGABASES:
        raise CannotConclude(
            f"{megabases:g} megabases are too few to tell unstable repeats by the mutations: "
            f"{FEWEST_MEGABASES:g} are the least",
            next_act="Use an exome, or a test of microsatellites.",
        )
    found = {
        one.genomic for one in alterations if one.genomic is not None and changes_protein(one) and _is_slip(one.genomic)
    }
    return Slips(len(found), megabases)


def _is_slip(change: Genomic) -> bool:
    ref, alt = (allele.replace("-", "").upper() for allele in (change.ref, change.alt))
    shorter, longer = sorted((ref, alt), key=len)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )
