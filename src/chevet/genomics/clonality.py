"""In what share of the tumour's cells a variant lies, and what its share of reads says of its origin.

    share of cells = share of reads x (purity x copies + 2 x (1 - purity)) / (purity x copies that bear it)

A variant is subclonal when even the upper end of its 95 % interval stays below every cell, for one mutated copy; how
many copies bear it is the nearest whole number that the reads allow (McGranahan et al., Sci Transl Med 2015,
doi:10.1126/scitranslmed.aaa1408).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from chevet.genomics.alteration import Alteration

# Shares of reads from which a variant of a tumour examined alone may be inherited (ESMO, PMID:31050713).
INHERITED_SUBSTITUTION, INHERITED_INDEL = 0.30, 0.20
LOW_SHARE = 0.05
# Fewer tumour cells than this, and a clonal variant of one copy has less than a tenth of the reads.
LOW_PURITY = 0.2
_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Clonality:
    """Copies that bear the variant, and the share of tumour cells with it and its 95 % interval, at most 1."""

    copies: int
    share: float
    low: float
    high: float

    @property
    def is_subclonal(self) -> bool:
        return self.high < 1


def clonality(vaf: float, depth: int, purity: float, total_copies: float = 2) -> Clonality:
    """The share of tumour cells that bear a somatic variant on an autosome.

    vaf            share of reads, 0 to 1
    depth          reads at the place, > 0
    purity         share of tumour cells in the sample, > 0 and at most 1
    total_copies   copies of the place in a tumour cell

    >>> found = clonality(0.1, 500, 0.8)
    >>> (found.copies, round(found.share, 2), found.is_subclonal)
    (1, 0.25, True)
    >>> clonality(0.4, 100, 0.8).is_subclonal
    False
    """
    if not 0 < purity <= 1 or depth <= 0 or total_copies <= 0 or not 0 <= vaf <= 1:
        raise ValueError("purity lies above 0 and up to 1, depth and copies above 0, a share of reads from 0 to 1")
    per_read = (purity * total_copies + 2 * (1 - purity)) / purity
    copies = max(1, min(round(vaf * per_read), round(total_copies)))
    low, high = _wilson(vaf, depth)
    scale = per_read / copies
    return Clonality(copies, min(1.0, vaf * scale), min(1.0, low * scale), min(1.0, high * scale))


def is_subclonal(change: Alteration, purity: float | None) -> bool | None:
    """Whether the variant lies in a part of the tumour only; None when purity, depth or share of reads is not said."""
    if purity is None or change.vaf is None or not change.depth or change.origin == "germline":
        return None
    # Copies not said: two are the rule, and four the most that would still hide a clonal variant's share.
    copies = (change.copy_number,) if change.copy_number else (2.0, 4.0)
    found = [clonality(change.vaf, change.depth, purity, total).is_subclonal for total in copies]
    return found[0] if len(set(found)) == 1 else None


def may_be_inherited(change: Alteration) -> bool:
    """Whether the share of reads fits a variant that the patient was born with."""
    if change.origin != "unknown" or change.vaf is None:
        return False
    is_indel = any(word in (change.protein_change or "") for word in ("del", "ins", "dup", "fs"))
    return change.vaf >= (INHERITED_INDEL if is_indel else INHERITED_SUBSTITUTION)


def _wilson(share: float, number: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z2 = _NORMAL_95**2
    middle = (share + z2 / (2 * number)) / (1 + z2 / number)
    half = _NORMAL_95 / (1 + z2 / number) * math.sqrt(share * (1 - share) / number + z2 / (4 * number**2))
    return max(0.0, middle - half), min(1.0, middle + half)
