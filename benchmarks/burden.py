"""Mutational burden of the exomes of TCGA, by kind of tumour: the median, and the share above ten a megabase.

No file here holds burdens that others published for the same tumours, so that nothing is compared.
"""

from __future__ import annotations

import os
import statistics
from collections import defaultdict
from pathlib import Path

import polars as pl

from chevet.genomics.alteration import Alteration, Genomic
from chevet.genomics.burden import EXOME_MEGABASES, HYPERMUTATED, burden

ROOT = Path(os.environ.get("CHEVET_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")) / "cohorts" / "tcga"


def burdens(path: Path) -> list[float]:
    """Mutations per megabase of each patient of a cohort."""
    by_patient: dict[str, list[Alteration]] = defaultdict(list)
    columns = ["patient", "gene", "class", "chr", "start", "ref", "alt"]
    for patient, gene, consequence, chromosome, start, ref, alt in pl.read_parquet(path, columns=columns).iter_rows():
        place = Genomic("GRCh37", chromosome, start, ref, alt)
        by_patient[patient].append(Alteration("variant", gene=gene, consequence=consequence, genomic=place))
    return [burden(given, is_exome=True).per_megabase for given in by_patient.values()]


def main() -> None:
    if not ROOT.exists():
        print("real data absent (set CHEVET_SHARED_DATA)")
        return
    print(f"mutations per megabase, what changes the protein, over {EXOME_MEGABASES:g} megabases")
    for path in sorted(ROOT.glob("mutations_*.parquet")):
        found = burdens(path)
        above = sum(one > HYPERMUTATED for one in found) / len(found)
        cohort, median = path.stem.removeprefix("mutations_"), statistics.median(found)
        print(f"{cohort:5} {len(found):4} tumours, median {median:5.2f}, {above:.0%} above {HYPERMUTATED:g}")


if __name__ == "__main__":
    main()
