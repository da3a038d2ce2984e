"""The genetic code: from bases to amino acids, and the other strand."""

from __future__ import annotations

from itertools import product

COMPLEMENT = str.maketrans("ACGTNacgtn", "TGCANtgcan")
_BASES = "TCAG"
# NCBI translation table 1, in the order TTT, TTC, TTA, TTG, TCT ...
_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
_CODE = dict(zip(("".join(bases) for bases in product(_BASES, repeat=3)), _ACIDS, strict=True))


def translate(bases: str) -> str:
    """The amino acids of whole codons, one letter each, `*` for a stop; X for a codon with an unknown base.

    >>> translate("ATGGTNTAAG")
    'MX*'
    """
    return "".join(_CODE.get(bases[i : i + 3], "X") for i in range(0, len(bases) - 2, 3))


def reverse_complement(bases: str) -> str:
    """The bases of the other strand, in its own direction.

    >>> reverse_complement("AACG")
    'CGTT'
    """
    return bases.translate(COMPLEMENT)[::-1]
