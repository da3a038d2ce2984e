"""How many changes that others hold to drive tumours come out as oncogenic here.

CIViC: each supported predictive or oncogenic item of an exact somatic change, by its level. CIViC repeats a change
under the numbers of other isoforms: an item counts once, for the spelling that drives. TCGA: tumours with a missense
change that cancerhotspots.org lists.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl

from chevet.genomics.alteration import Alteration
from chevet.genomics.judging import judge
from chevet.words import genes, proteins

ROOT = Path(os.environ.get("CHEVET_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
FUSED = {"BCR-ABL": "ABL1", "EML4-ALK": "ALK", "CD74-ROS1": "ROS1", "HIP1-ALK": "ALK"}


@cache
def drives(gene: str, change: str) -> bool:
    return judge([Alteration("variant", gene=gene, protein_change=change)])[0].drives


def civic() -> dict[str, tuple[int, int]]:
    """By level of evidence: changes that drive here, and all."""
    table = pl.read_parquet(ROOT / "knowledge" / "civic" / "civic_all_types_2022-04-22.parquet").filter(
        (pl.col("evidence_direction") == "Supports")
        & pl.col("evidence_type").is_in(["Predictive", "Oncogenic"])
        & (pl.col("variant_origin") == "Somatic")
    )
    spelt: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for row in table.iter_rows(named=True):
        gene = genes.resolve(FUSED.get(row["symbol"], row["symbol"]))
        change = proteins.short(row["variant"])
        if gene and change and not change.endswith("=") and not re.fullmatch(r"p\.[A-Z]\d+", change):
            spelt[row["evidence_id"], row["evidence_level"][0]].add((gene.symbol, change))
    return _count(spelt)


def _count(spelt: dict[tuple[str, str], set[tuple[str, str]]]) -> dict[str, tuple[int, int]]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (_, level), names in spelt.items():
        found[level][0] += any(drives(*name) for name in names)
        found[level][1] += 1
    return {level: (yes, every) for level, (yes, every) in sorted(found.items())}


def hotspots() -> tuple[int, int]:
    """Tumours of TCGA with a listed change that drives here, and all: each tumour and change once."""
    listed = set(_listed())
    known: Counter[bool] = Counter()
    for path in sorted((ROOT / "cohorts" / "tcga").glob("mutations_*.parquet")):
        table = pl.read_parquet(path, columns=["patient", "gene", "class", "hgvsp"])
        table = table.filter(pl.col("class") == "Missense_Mutation").unique(["patient", "gene", "hgvsp"])
        for _, gene, _, change in table.iter_rows():
            if (gene, proteins.short(change)) in listed:
                known[drives(gene, str(proteins.short(change)))] += 1
    return known[True], known.total()


def _listed() -> Iterator[tuple[str, str | None]]:
    for line in (ROOT / "knowledge" / "cancerhotspots_v2_hg19.tsv").read_text().splitlines():
        cells = line.split("\t")
        yield cells[4], proteins.short(cells[6])


def main() -> None:
    if not ROOT.exists():
        print("real data absent (set CHEVET_SHARED_DATA)")
        return
    for level, (yes, every) in civic().items():
        print(f"CIViC items of level {level}: {yes} of {every} ({yes / every:.1%}) are of a change that drives here")
    yes, every = hotspots()
    print(f"TCGA: {yes} of {every} ({yes / every:.1%}) listed missense changes drive here")


if __name__ == "__main__":
    main()
