"""How much of a gene normal tissue has, above all the organs without which nobody lives."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

_TABLE = resources.files("chevet.targets.tractability") / "tables" / "vital_tissues.tsv"
# Above this a gene is detected (Human Protein Atlas, nTPM), and above that its level is medium (Expression Atlas, TPM).
DETECTED, MEDIUM = 1.0, 10.0


@dataclass(frozen=True)
class NormalTissue:
    """The levels of one gene in normal tissue, in the unit of the table (tpm, ntpm, or unsaid).

    tissues      how many were measured; `detected` in how many the level is at least 1, `medium` above 10
    vital        the highest level in each vital organ that was measured
    unmeasured   vital organs of which the table has no level of this gene: nothing is known of them
    specificity  tau, 0 for the same level everywhere to 1 for one tissue alone; of log2(1 + level) (Yanai 2005,
                 PMID:15388519); None when nothing is expressed or one tissue was measured
    """

    unit: str
    tissues: int
    detected: int
    medium: int
    vital: dict[str, float]
    unmeasured: tuple[str, ...]
    highest_tissue: str
    highest: float
    specificity: float | None

    @property
    def vital_medium(self) -> tuple[str, ...]:
        """Vital organs in which the level is medium or high, the highest first."""
        above = [organ for organ, level in self.vital.items() if level > MEDIUM]
        return tuple(sorted(above, key=lambda organ: -self.vital[organ]))

    def as_json(self) -> dict[str, Any]:
        """The levels for machines."""
        return asdict(self) | {"unmeasured": list(self.unmeasured), "vital_medium": list(self.vital_medium)}


def normal_tissue(table: pa.Table) -> dict[str, NormalTissue]:
    """Each gene of a kept table of expression, all genes at once."""
    levels = pl.DataFrame(table)
    if not levels.height:
        return {}
    names = levels["tissue"].unique().to_list()
    organs = pl.DataFrame({"tissue": names, "organ": [organ_of(name) for name in names]},
                          schema={"tissue": pl.String, "organ": pl.String})  # fmt: skip
    vital = (
        levels.join(organs, on="tissue").drop_nulls("organ").group_by("gene", "organ").agg(pl.col("level").max())
        .sort("gene", "level", "organ", descending=[False, True, False])
    )  # fmt: skip
    in_organs: dict[str, dict[str, float]] = {}
    for gene, organ, level in vital.iter_rows():
        in_organs.setdefault(gene, {})[organ] = round(level, 3)
    return {
        row["gene"]: NormalTissue(
            row["unit"], row["tissues"], row["detected"], row["medium"], of := in_organs.get(row["gene"], {}),
            tuple(organ for organ, _ in _organs() if organ not in of), row["highest_tissue"],
            round(row["highest"], 3), _rounded(row["tau"]),
        )
        for row in _summaries(levels).iter_rows(named=True)
    }  # fmt: skip


def _summaries(levels: pl.DataFrame) -> pl.DataFrame:
    level, log = pl.col("level"), pl.col("level").cast(pl.Float64).log1p() / np.log(2)
    return levels.group_by("gene").agg(
        pl.col("unit").first(), pl.len().alias("tissues"), (level >= DETECTED).sum().alias("detected"),
        (level > MEDIUM).sum().alias("medium"), level.max().alias("highest"),
        pl.col("tissue").sort_by("level", "tissue").last().alias("highest_tissue"),
        ((1 - log / log.max()).sum() / (pl.len() - 1)).alias("tau"),
    )  # fmt: skip


def _rounded(tau: float | None) -> float | None:
    return None if tau is None or not np.isfinite(tau) else round(tau, 3)


@cache
def organ_of(tissue: str) -> str | None:
    """The vital organ that a tissue is of; None for another.

    >>> organ_of("Heart - Left Ventricle"), organ_of("cerebral cortex"), organ_of("Adrenal Gland")
    ('heart', 'brain', None)
    """
    return next((organ for organ, words in _organs() if words.search(tissue)), None)


@cache
def _organs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    lines = [line for line in _TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")][1:]
    rows = [line.split("\t") for line in lines]
    return tuple((organ, re.compile(words, re.IGNORECASE)) for organ, words in rows)
