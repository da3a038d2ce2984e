"""Selection on genes beside R dNdScv: the same mutations, genome and covariates, in one run on one machine.

Asked for by `python -m benchmarks.drivers --r GENES`: so many genes of the made-up genome of the reference values.
R needs about 40 CPU milliseconds a gene for its reference, once, and the packages dndscv and GenomicRanges (R_LIBS says
where R looks for them). CPU seconds and memory of R are those of its whole process, with the start.
"""

from __future__ import annotations

import gzip
import lzma
import os
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import tell
from chevet.genomics.reference.installed import Reference
from chevet.genomics.reference.sources import table_segments
from chevet.targets.selection.analysis import Settings, of_mutations
from chevet.targets.selection.coding_sites import coding_sites
from chevet.targets.selection.gene_table import read_names
from chevet.targets.selection.mutations import Mutations

SCRIPT = Path(__file__).with_name("dndscv.R")
REFERENCE = Reference("made-up", "GRCh37", "", 0, 0, "", "", "", "")
SIGNIFICANT = 0.1
Measured = dict[str, Any]


def r_has_dndscv() -> bool:
    """Whether R is here, with the package."""
    if shutil.which("Rscript") is None:
        return False
    asked = ["Rscript", "-e", "library(GenomicRanges); library(dndscv)"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def beside_r(oracle: Path, genes: int) -> list[Measured]:
    """What each program needed for the sites of the genome and for the genes, and whether both found the same ones.

    oracle  the folder of the made-up genome
    genes   how many of its genes, in the order of its table
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _unpacked(oracle, folder, genes)
        tell("ours ...")
        ours, mine = _ours(files)
        tell(f"R: the sites of {genes:,} genes ...")
        reference = _by_r("reference", files["table"], files["genome"], folder / "sites.rda")
        tell("R: genes under selection ...")
        out = folder / "genes.tsv"
        told = _by_r(
            "genes", files["mutations"], folder / "sites.rda", files["covariates"], files["known"], out
        )  # fmt: skip
        theirs = pl.read_csv(out, separator="\t", null_values=["NA", "NaN"])
    found = set(theirs.filter(pl.col("qglobal_cv") < SIGNIFICANT)["gene_name"])
    r = {"reference_cpu_seconds": reference["cpu_seconds"], **told}
    return [
        {"program": "chevet", **ours, "significant": len(mine)},
        {"program": "R dNdScv", **r, "significant": len(found)},
        {"program": "R / chevet", **{name: r[name] / ours[name] for name in r},
         "significant": "same" if mine == found else "differ"},
    ]  # fmt: skip


def _unpacked(oracle: Path, folder: Path, genes: int) -> dict[str, Path]:
    """The made-up genome, plain, as R wants it; the table holds the first genes alone."""
    files = {"genome": folder / "genome.fa", "table": folder / "cds.tsv", "mutations": folder / "mutations.tsv",
             "covariates": folder / "covariates.csv", "known": oracle / "known_cancer_genes.txt"}  # fmt: skip
    with lzma.open(oracle / "genome.fa.xz") as packed, files["genome"].open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    for name in ("mutations", "covariates"):
        with gzip.open(oracle / f"{files[name].name}.gz") as packed, files[name].open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    table = pl.read_csv(oracle / "cds_table.tsv.gz", separator="\t", infer_schema=False)
    first = table["gene.name"].unique(maintain_order=True)[:genes]
    table.filter(pl.col("gene.name").is_in(first.implode())).write_csv(files["table"], separator="\t")
    return files


def _ours(files: dict[str, Path]) -> tuple[Measured, set[str]]:
    settings = Settings(files["covariates"], read_names(files["known"]))
    start = time.process_time()
    sites = coding_sites(files["genome"], table_segments(files["table"]))
    ready = time.process_time()
    made = of_mutations(Mutations("mutations.tsv", files["mutations"]), sites, REFERENCE, settings)
    needed = {"reference_cpu_seconds": ready - start, "cpu_seconds": time.process_time() - ready,
              "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}  # fmt: skip
    return needed, {row["gene"] for row in made.drivers.significant(SIGNIFICANT)}


def _by_r(*words: object) -> Measured:
    """CPU seconds and memory of a run of the script. Raises CalledProcessError when R stops."""
    command = ["Rscript", str(SCRIPT), *map(str, words)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command)
    return {"cpu_seconds": used.ru_utime + used.ru_stime, "gigabytes": used.ru_maxrss / 2**20}
