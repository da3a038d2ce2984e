"""What the tests of selection rest on: per gene, what was found and where it could have been."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chevet.targets.selection.negative_binomial import Floats

CLASSES = ("syn", "mis", "non", "spl")


@dataclass(frozen=True)
class GeneCounts:
    """Counts and exposures of n genes by s groups of samples that were tested for the same genes.

    found      (n, 4) synonymous, missense, nonsense, essential splice
    by_group   (s, k, 4) the same, over all genes, by kind of substitution
    sites      (n, k, 4) where each kind of substitution would be of each class, in one sample
    tested     (s, n) samples in which the gene was tested
    length     (n,) coding bases
    indels     (s,) how many in each group; `indel_sites` (n,) distinct sites
    """

    genes: tuple[str, ...]
    found: Floats
    by_group: Floats
    sites: Floats | npt.NDArray[np.uint16]
    tested: Floats
    length: Floats
    indels: Floats
    indel_sites: Floats

    def exposed(self) -> Floats:
        """(s, k, 4) sites times samples, over all genes."""
        flat = self.sites.reshape(len(self.genes), -1)
        # In pieces: the sites of all genes as floats would take ten times the room.
        whole = np.zeros((len(self.tested), flat.shape[1]))
        for start in range(0, len(flat), 2000):
            part = slice(start, start + 2000)
            whole += self.tested[:, part] @ flat[part].astype(np.float64)
        return whole.reshape(len(self.tested), *self.sites.shape[1:])

    def expected(self, rate: Floats, intensity: Floats) -> Floats:
        """(n, 4) what is expected without selection, over all groups."""
        weight = intensity @ self.tested
        hoped = np.zeros((len(self.genes), 4))
        for start in range(0, len(self.genes), 2000):
            part = slice(start, start + 2000)
            hoped[part] = np.einsum("nkc,k->nc", self.sites[part].astype(np.float64), rate)
        return np.asarray(hoped * weight[:, None])

    def indel_exposure(self) -> Floats:
        """(n,) coding bases times samples, each group by its own rate of indels."""
        hoped = self.tested @ self.length
        rate = np.divide(self.indels, hoped, out=np.zeros_like(hoped), where=hoped > 0)
        if not rate.any():
            rate = np.ones_like(rate)
        return np.asarray((rate @ self.tested) * self.length)
