"""Mutational burden: beside burdens that others published for the same tumours, and over the exomes of TCGA.

Published are how many mutations count, for METABRIC also per megabase of its panel of 173 genes. That panel covers less
than a megabase, so that Chevet tells no burden of one of its patients: here the count is set over the published size.
Published counts include variants of a splice region, which Chevet does not count as changing the protein; one patient
of METABRIC has a published count and no row in the file.
"""

from __future__ import annotations

import csv
import os
import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from chevet.genomics.alteration import Alteration, Genomic
from chevet.genomics.burden import EXOME_MEGABASES, HYPERMUTATED, burden
from chevet.genomics.instability import FEW_BELOW, MANY_FROM, Slips, slips

ROOT = Path(os.environ.get("CHEVET_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")) / "cohorts"
PUBLISHED = Path(__file__).parent / "published_burdens.tsv"
INSTABILITY = Path(__file__).parent / "published_instability.tsv"
# Every mutation of METABRIC adds 1.307517704 to its published burden.
METABRIC_MEGABASES = 1 / 1.307517704


@dataclass(frozen=True)
class Beside:
    """Ours and the published figure of each tumour."""

    ours: list[float]
    published: list[float]

    @property
    def equal(self) -> int:
        return sum(round(one, 3) == round(other, 3) for one, other in zip(self.ours, self.published, strict=True))

    @property
    def correlation(self) -> float:
        return float(np.corrcoef(self.ours, self.published)[0, 1])

    @property
    def median_ratio(self) -> float:
        pairs = zip(self.ours, self.published, strict=True)
        return statistics.median(one / other for one, other in pairs if other)


def published(study: str) -> dict[str, tuple[int, float | None]]:
    """The published count and burden by patient of a study."""
    lines = [line for line in PUBLISHED.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {
        row["patient"]: (int(row["counted"]), float(row["per_megabase"]) if row["per_megabase"] else None)
        for row in csv.DictReader(lines, delimiter="\t")
        if row["study"] == study
    }


def counted_beside(study: str) -> Beside:
    """How many mutations count, ours and published; tumours that have no row here are left out."""
    counts = {patient: burden(given, 30).counted for patient, given in _mutations(study).items()}
    both = {patient: told for patient, (told, _) in published(study).items() if patient in counts}
    return Beside([counts[patient] for patient in both], list(both.values()))


def per_megabase_beside() -> Beside:
    """Mutations per megabase of METABRIC, ours and published; a tumour without a row has none."""
    given = _mutations("METABRIC")
    told = {patient: value for patient, (_, value) in published("METABRIC").items() if value is not None}
    counts = {patient: burden(given.get(patient, ()), 30).counted for patient in told}
    return Beside([count / METABRIC_MEGABASES for count in counts.values()], list(told.values()))


def slips_of(cohort: str) -> dict[str, Slips]:
    """Insertions and deletions of one base in each exome of a cohort of TCGA."""
    return {patient: slips(given, EXOME_MEGABASES) for patient, given in _mutations(cohort).items()}


def published_instability() -> dict[str, float]:
    """MSIsensor's score of colorectal tumours, by patient; unstable from 10 (Middha 2017, PMID:30211344)."""
    lines = [line for line in INSTABILITY.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {row["patient"]: float(row["msisensor"]) for row in csv.DictReader(lines, delimiter="\t")}


def main() -> None:
    if not ROOT.exists():
        print("real data absent (set CHEVET_SHARED_DATA)")
        return
    for study in ("METABRIC", "LGG"):
        found = counted_beside(study)
        print(
            f"{study}: {found.equal} of {len(found.ours)} counts equal to the published ones, "
            f"correlation {found.correlation:.4f}, median ratio {found.median_ratio:.3f}"
        )
    found = per_megabase_beside()
    print(
        f"METABRIC, per megabase: {found.equal} of {len(found.ours)} equal, correlation {found.correlation:.4f}, "
        f"median ratio {found.median_ratio:.3f}"
    )
    print(f"mutations per megabase, what changes the protein, over {EXOME_MEGABASES:g} megabases; and of one base")
    for path in sorted((ROOT / "tcga").glob("mutations_*.parquet")):
        _print_cohort(path.stem.removeprefix("mutations_"))


def _print_cohort(cohort: str) -> None:
    tumours = _mutations(cohort).values()
    exomes = [burden(given, is_exome=True).per_megabase for given in tumours]
    slipped = [slips(given, EXOME_MEGABASES).amount for given in tumours]
    above = sum(one > HYPERMUTATED for one in exomes) / len(exomes)
    many, unclear = (slipped.count(amount) / len(slipped) for amount in ("many", "unclear"))
    print(
        f"{cohort:5} {len(exomes):4} tumours, median {statistics.median(exomes):5.2f}, {above:4.0%} above "
        f"{HYPERMUTATED:g}; slips from {MANY_FROM:g}: {many:4.1%}, from {FEW_BELOW:g}: {unclear:4.1%}"
    )


_Row = tuple[str, str, str, str, int, str, str]


def _mutations(study: str) -> dict[str, list[Alteration]]:
    if study == "METABRIC":
        return _by_patient(_metabric_rows(ROOT / "metabric" / "data_mutations_extended.txt"))
    return _by_patient(_tcga_rows(ROOT / "tcga" / f"mutations_{study}.parquet"))


def _by_patient(rows: Iterable[_Row]) -> dict[str, list[Alteration]]:
    found: dict[str, list[Alteration]] = defaultdict(list)
    for patient, gene, consequence, chromosome, start, ref, alt in rows:
        place = Genomic("GRCh37", chromosome, start, ref or "-", alt or "-")
        found[patient].append(Alteration("variant", gene=gene, consequence=consequence, genomic=place))
    return found


def _tcga_rows(path: Path) -> Iterable[_Row]:
    columns = ["patient", "gene", "class", "chr", "start", "ref", "alt"]
    return pl.read_parquet(path, columns=columns).iter_rows()  # type: ignore[return-value]


def _metabric_rows(path: Path) -> Iterable[_Row]:
    lines = (line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines, delimiter="\t"):
        yield (
            row["Tumor_Sample_Barcode"], row["Hugo_Symbol"], row["Variant_Classification"], row["Chromosome"],
            int(row["Start_Position"]), row["Reference_Allele"], row["Tumor_Seq_Allele2"],
        )  # fmt: skip


if __name__ == "__main__":
    main()
