"""People who do not exist, for the tests of outcome: whom a gene harms, and whom it does not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.outcome.people import People, people_of_table

Altered = npt.NDArray[np.bool_]


def carriers_of(altered: Altered, genes: tuple[str, ...] = ()) -> Carriers:
    """Genes G0, G1 ... tested in everybody; `altered` is (genes, patients)."""
    patients = altered.shape[1]
    names = genes or tuple(f"G{number}" for number in range(len(altered)))
    classes = np.zeros(len(altered), dtype=np.int64)
    return Carriers(names, patients, bits.pack(altered), classes, bits.full(patients)[np.newaxis], "variant")


def cohort_of(
    altered: Altered, effects: npt.NDArray[np.float64], rng: np.random.Generator, *, late: float = 0.0
) -> People:  # fmt: skip
    """People of three tumour types with their own hazards, followed for up to three years, in whole days.

    effects   (genes,) log hazard ratio of carrying each gene
    late      the share that comes under observation later; who died before is not there, and is replaced
    """
    n = altered.shape[1]
    stratum = rng.integers(0, 3, n)
    age = rng.normal(60, 10, n)
    hazard = np.exp(effects @ altered + 0.02 * (age - 60)) * np.array([1.0, 2.0, 0.5])[stratum] / 500
    entry = np.where(rng.random(n) < late, rng.integers(1, 300, n), 0)
    death = entry + np.ceil(rng.exponential(1 / hazard))
    news = entry + rng.integers(100, 1100, n)
    table = pa.table(
        {"entry": entry, "exit": np.minimum(death, news), "occurred": death <= news, "stratum": stratum, "age": age}
    )
    return people_of_table(table, numbers=["age"])


def nothing_told(what: str, part: float) -> None:
    """No progress is shown in tests."""
