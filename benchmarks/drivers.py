"""Selection on genes: how long it takes, how much memory, and which known drivers it finds.

python -m benchmarks.drivers                     real cohorts by gene, and 100,000 made-up panel patients
python -m benchmarks.drivers --patients 1000000  more of them
python -m benchmarks.drivers --exomes 1          the made-up genome of the reference values, from mutations on
python -m benchmarks.drivers --r 1000            R dNdScv beside ours in the same run, on so many genes of that genome

R dNdScv 0.1 needed 35 to 40 CPU seconds for a cohort by gene: measured elsewhere, not in this run.
"""

from __future__ import annotations

import lzma
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.drivers_beside_r import beside_r, r_has_dndscv
from benchmarks.measuring import arguments, finish, show
from chevet.genomics.reference.installed import Reference
from chevet.genomics.reference.sources import table_segments
from chevet.targets.selection.analysis import Settings, of_gene_table, of_mutations
from chevet.targets.selection.coding_sites import CodingSites, coding_sites
from chevet.targets.selection.gene_table import read_names
from chevet.targets.selection.mutations import Mutations
from tests.shared_data import ROOT
from tests.targets.made_genome import Genome, random_genome

ORACLES = ROOT.parent / "oracles" / "dnds"
COHORTS = {"BRCA": "BRCA", "LAML": "AML", "LUAD": "LUAD", "OV": "OV", "PRAD": "PRAD"}
SECONDS_OF_R = "35-40"
REFERENCE = Reference("made-up", "GRCh37", "", 0, 0, "", "", "", "")
GENES, PANELS, EACH = 500, 3, 8


def real_cohorts() -> list[list[object]]:
    """CPU seconds of each cohort, and the genes found against the compendium of drivers of IntOGen."""
    known = pl.read_csv(ROOT / "knowledge" / "intogen_compendium.tsv", separator="\t", infer_schema=False)
    settings = Settings(
        ORACLES / "synthetic" / "covariates.csv.gz", read_names(ORACLES / "synthetic" / "known_cancer_genes.txt")
    )
    rows: list[list[object]] = []
    for cohort, kind in COHORTS.items():
        made, cpu, _ = measured(lambda name=cohort: of_gene_table(ORACLES / "tcga" / f"in_{name}.tsv.gz", settings))
        found = {row["gene"] for row in made.significant()}
        here = set(known.filter(pl.col("CANCER_TYPE") == kind)["SYMBOL"])
        anywhere = set(known["SYMBOL"])
        shares = _share(found & here, found), _share(found & anywhere, found), _share(found & here, here)
        rows.append([cohort, cpu, SECONDS_OF_R, len(found), *shares])
    return rows


def panel_patients(patients: int) -> dict[str, Any]:
    """Seconds and memory from a file of mutations of patients tested on three panels to the table of genes."""
    with tempfile.TemporaryDirectory() as folder:
        genome = random_genome(Path(folder), GENES, 600, 3)
        rng = np.random.default_rng(4)
        panels = {f"P{number}": {f"G{gene}" for gene in range(GENES) if gene % (number + 2) == 0 or gene < 200}
                  for number in range(PANELS)}  # fmt: skip
        panels_of = {f"S{number}": {f"P{number % PANELS}"} for number in range(patients)}
        file = Path(folder) / "mutations.tsv"
        rows = _write(file, genome, patients, panels, rng)
        made, cpu, wall = measured(
            lambda: of_mutations(
                Mutations(file.name, file), genome.sites, REFERENCE, Settings(), panels=(panels_of, panels)
            )
        )
    return {"patients": patients, "mutations": rows, "cpu_seconds": cpu, "seconds": wall, "genes": len(made.genes),
            "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}  # fmt: skip


def made_up_exomes() -> dict[str, Any]:
    """CPU seconds for the sites of a genome, and from its mutations to the table of genes."""
    with tempfile.TemporaryDirectory() as folder:
        fasta, table = Path(folder) / "genome.fa", ORACLES / "synthetic" / "cds_table.tsv.gz"
        with lzma.open(ORACLES / "synthetic" / "genome.fa.xz") as packed, fasta.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        sites, once, _ = measured(lambda: coding_sites(fasta, table_segments(table)))
    file = ORACLES / "synthetic" / "mutations.tsv.gz"
    settings = Settings(
        ORACLES / "synthetic" / "covariates.csv.gz", read_names(ORACLES / "synthetic" / "known_cancer_genes.txt")
    )
    _, cpu, _ = measured(lambda: of_mutations(Mutations(file.name, file), sites, REFERENCE, settings))
    return {"cpu_seconds_of_the_reference_once": once, "cpu_seconds": cpu,
            "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}  # fmt: skip


def measured(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, CPU seconds and seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    made = act()
    return made, time.process_time() - cpu, time.perf_counter() - wall


def _share(part: set[str], whole: set[str]) -> str:
    return f"{len(part) / max(len(whole), 1):.0%}"


def _write(
    file: Path, genome: Genome, patients: int, panels: dict[str, set[str]], rng: np.random.Generator
) -> int:  # fmt: skip
    """Mutations at random coding sites that the panel of each patient looks at."""
    sites: CodingSites = genome.sites
    bases = np.frombuffer(genome.bases.encode(), dtype=np.uint8)
    size = sites.last - sites.first + 1
    total = patients * EACH
    interval = rng.choice(len(size), total, p=size / size.sum())
    at = sites.first[interval] + (rng.random(total) * size[interval]).astype(np.int64)
    sample = np.repeat(np.arange(patients), EACH)
    looked = np.array([[gene in panels[f"P{number}"] for gene in sites.genes] for number in range(PANELS)])
    kept = looked[sample % PANELS, sites.gene[interval]]
    ref = bases[at - 1]
    codes = np.frombuffer(b"ACGT", dtype=np.uint8)
    alt = codes[(np.searchsorted(codes, ref) + rng.integers(1, 4, total)) % 4]
    table = pl.DataFrame(
        {"sampleID": sample[kept], "chr": np.full(int(kept.sum()), 1), "pos": at[kept],
         "ref": [chr(base) for base in ref[kept]], "alt": [chr(base) for base in alt[kept]]}
    ).with_columns(sampleID="S" + pl.col("sampleID").cast(pl.String))  # fmt: skip
    table.write_csv(file, separator="\t")
    return len(table)


def main() -> None:
    options = arguments("Selection on genes", patients=100_000, exomes=0, r=0).parse_args()
    answer: dict[str, Any] = {"panel": panel_patients(options.patients)}
    if ORACLES.exists():
        answer["cohorts"] = real_cohorts()
        answer["exomes"] = made_up_exomes() if options.exomes else None
        if options.r:
            answer["beside_r"] = beside_r(ORACLES / "synthetic", options.r) if r_has_dndscv() else None
    if not options.json:
        show("Made-up panel patients", list(answer["panel"]), [list(answer["panel"].values())])
        if "cohorts" in answer:
            headings = [
                "TCGA",
                "CPU s",
                "R (elsewhere)",
                "genes q < 0.1",
                "drivers there",
                "drivers anywhere",
                "recall",
            ]
            show("Real cohorts by gene", headings, answer["cohorts"])
        if answer.get("exomes"):
            show("From mutations on", list(answer["exomes"]), [list(answer["exomes"].values())])
        if answer.get("beside_r"):
            headings = list(answer["beside_r"][0])
            show(f"Beside R, {options.r:,} genes", headings, [list(row.values()) for row in answer["beside_r"]])
        elif "beside_r" in answer:
            print("R, or its packages dndscv and GenomicRanges, are absent: nothing was run beside ours")
        if "cohorts" not in answer:
            print("reference values absent: they lie beside the folder of CHEVET_SHARED_DATA")
    finish(answer, options.json)


if __name__ == "__main__":
    main()
