"""Made-up tumours for tests of relations: carriers of a matrix, and independent genes under differing burdens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chevet.store import bits
from chevet.targets.carriers import Carriers

Floats = npt.NDArray[np.float64]
Table = npt.NDArray[np.bool_]


def carriers(altered: Table, tested: Table | None = None, genes: Sequence[str] = (), kind: str = "variant") -> Carriers:
    """The carriers of a (genes, patients) table; everybody is tested for everything unless `tested` says otherwise."""
    n_genes, patients = altered.shape
    looked = np.ones_like(altered) if tested is None else tested
    sets, classes = np.unique(bits.pack(looked), axis=0, return_inverse=True)
    names = tuple(genes) or tuple(f"G{number}" for number in range(n_genes))
    return Carriers(names, patients, bits.pack(altered & looked), classes.reshape(-1).astype(np.int64), sets, kind)


def independent(
    rng: np.random.Generator, genes: int, patients: int, *, frequency: tuple[float, float], spread: float
) -> Table:  # fmt: skip
    """(genes, patients) of genes that have nothing to do with one another, in tumours whose burdens differ.

    frequency   parameters of the beta law of the genes' frequencies
    spread      shape of the gamma law of burdens, of mean 1: the smaller, the more they differ
    """
    burden = rng.gamma(spread, 1 / spread, patients)
    rate = rng.beta(*frequency, genes)
    return rng.random((genes, patients)) < 1 - np.exp(-np.outer(rate, burden))


def uniform(at_most: Floats, at_least: Floats, rng: np.random.Generator) -> Floats:
    """One-sided p of exclusivity with a random part of the observed point: uniform, though the law is discrete."""
    return np.asarray(at_most - rng.random(len(at_most)) * (at_most + at_least - 1))
