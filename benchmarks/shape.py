"""Where genes are hit: which known roles and hotspots are found, how long it takes, how much memory.

python -m benchmarks.shape                     five cohorts with and without dN/dS, all 25 as one, 100,000 made-up
python -m benchmarks.shape --patients 1000000  more of them
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from benchmarks.drivers import COHORTS, ORACLES
from benchmarks.made_up_study import made_up_study
from benchmarks.measuring import arguments, finish, show, tell
from chevet.cohort.cohort import Cohort
from chevet.cohort.definition import parse
from chevet.cohort.index import CohortIndex
from chevet.store.version import Version
from chevet.targets.selection.analysis import Settings as SelectionSettings
from chevet.targets.selection.analysis import of_gene_table
from chevet.targets.selection.gene_table import read_names
from chevet.targets.shape.analysis import Settings, Shape, of_cohort, of_table
from chevet.words import genes as gene_words
from tests.shared_data import ROOT

COLUMNS = {"patient": "patient", "gene": "gene", "class": "consequence", "hgvsp": "protein_change", "chr": "chromosome",
           "start": "start", "ref": "reference", "alt": "alternate"}  # fmt: skip
OF_INTOGEN = {"LoF": "suppressor", "Act": "oncogene"}


def mutations(cohort: str) -> pa.Table:
    """The mutations of a cohort of TCGA as `of_table` takes them, genes by their approved symbols."""
    rows = pl.read_parquet(ROOT / "cohorts" / "tcga" / f"mutations_{cohort}.parquet").select(list(COLUMNS))
    symbols = {gene: found.symbol for gene in rows["gene"].unique() if gene and (found := gene_words.resolve(gene))}
    return rows.rename(COLUMNS).with_columns(pl.col("gene").replace(symbols)).to_arrow()


def selection(cohort: str) -> pa.Table:
    """Genes under selection in a cohort of TCGA, from counts by gene, by approved symbols."""
    settings = SelectionSettings(
        ORACLES / "synthetic" / "covariates.csv.gz", read_names(ORACLES / "synthetic" / "known_cancer_genes.txt")
    )
    genes = of_gene_table(ORACLES / "tcga" / f"in_{cohort}.tsv.gz", settings).genes
    names = [found.symbol if (found := gene_words.resolve(gene)) else gene for gene in genes["gene"].to_pylist()]
    return genes.set_column(0, "gene", pa.array(names))


def known_roles() -> dict[str, str]:
    """The role that most cohorts of IntOGen's compendium give each gene; those it calls ambiguous are left out."""
    rows = pl.read_csv(ROOT / "knowledge" / "intogen_compendium.tsv", separator="\t", infer_schema=False)
    votes: dict[str, Counter[str]] = {}
    for gene, role in rows.select("SYMBOL", "ROLE").iter_rows():
        votes.setdefault(gene, Counter())[role] += 1
    told = {gene: several.most_common(1)[0][0] for gene, several in votes.items()}
    return {gene: OF_INTOGEN[role] for gene, role in told.items() if role in OF_INTOGEN}


def roles(shape: Shape) -> list[object]:
    """Of the roles concluded: right, wrong and of genes without a known role; and of known genes altered, the share."""
    known = known_roles()
    rows = shape.tables["patterns"].to_pylist()
    told = [(row["role"], known.get(row["gene"])) for row in rows if row["role"] != "not_concluded"]
    right = sum(ours in (theirs, "both") for ours, theirs in told if theirs)
    unknown = sum(theirs is None for _, theirs in told)
    many = [row["role"] for row in rows if row["gene"] in known and row["altering"] >= 10]
    found = sum(role != "not_concluded" for role in many)
    return [right, len(told) - right - unknown, unknown, f"{found / max(len(many), 1):.0%}"]


def hotspots(shape: Shape) -> list[object]:
    """Residues found, how many cancerhotspots.org has, and of its residues with 10 patients here, the share found."""
    known = pl.read_csv(ROOT / "knowledge" / "cancerhotspots_v2_hg19.tsv", separator="\t", has_header=False,
                        infer_schema=False)  # fmt: skip
    residues = {(gene, change[:-1]) for gene, change in known.select("column_4", "column_6").iter_rows()}
    rows = shape.tables["hotspots"].to_pylist()
    found = [(row["gene"], row["residue"]) for row in rows if row["significant"]]
    many = [(row["gene"], row["residue"]) for row in rows if (row["patients"] or 0) >= 10]
    there = [one for one in many if one in residues]
    return [len(found), sum(one in residues for one in found),
            f"{sum(one in found for one in there) / max(len(there), 1):.0%}"]  # fmt: skip


def concentration(shape: Shape) -> str:
    """How near residues are to their expected shares, where synonymous changes tell it."""
    return f"{shape.about['concentration']:.2f}" if shape.about["unevenness_measured"] else "not measured"


def cohorts() -> list[list[object]]:
    """Each cohort of which counts by gene are there, without and with dN/dS; then all cohorts of TCGA as one."""
    rows: list[list[object]] = []
    for cohort in COHORTS:
        tell(f"{cohort}")
        table = mutations(cohort)
        patients = sorted(set(table["patient"].to_pylist()))
        for name, given in (("", None), (" with dN/dS", selection(cohort))):
            made, cpu = measured(lambda given=given, t=table, p=patients: of_table(t, p, Settings(selection=given)))
            rows.append([cohort + name, len(patients), cpu, concentration(made), *roles(made), *hotspots(made)])
    tell("all cohorts as one")
    names = sorted(path.stem.removeprefix("mutations_") for path in (ROOT / "cohorts" / "tcga").glob("mutations_*"))
    whole = pa.concat_tables([mutations(name) for name in names])
    patients = sorted(set(whole["patient"].to_pylist()))
    made, cpu = measured(lambda: of_table(whole, patients))
    return [*rows, ["all as one", len(patients), cpu, concentration(made), *roles(made), *hotspots(made)]]


def made_up(patients: int, keep: Path | None) -> dict[str, Any]:
    """CPU seconds and memory for a made-up study with panels, copy number and fusions."""
    with made_up_study(patients, keep) as study:
        version = Version("madeup", 1, study.folder, {"about": {}})
        cohort = Cohort(version, parse("all"), CohortIndex.load(study.index_dir))
        made, cpu = measured(lambda: of_cohort(cohort))
    return {
        "patients": patients, "cpu_seconds": cpu, "genes": made.tables["patterns"].num_rows,
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }  # fmt: skip


def measured(act: Callable[[], Shape]) -> tuple[Shape, float]:
    """What it gives, and CPU seconds."""
    before = time.process_time()
    made = act()
    return made, time.process_time() - before


def main() -> None:
    parser = arguments(__doc__ or "", patients=100_000)
    parser.add_argument("--keep", type=Path, help="keep the made-up study here, for the next run")
    given = parser.parse_args()
    scale = made_up(given.patients, given.keep)
    real = cohorts() if ROOT.exists() else []
    headings = ["cohort", "patients", "CPU s", "concentration", "roles right", "wrong", "not known",
                "of known with 10 changes", "hotspots", "of these known", "of known with 10 patients"]  # fmt: skip
    if not given.json:
        show("Roles and hotspots", headings, real)
        show("Made-up study", list(scale), [list(scale.values())])
    finish({"cohorts": [dict(zip(headings, row, strict=True)) for row in real], "made_up": scale}, given.json)


if __name__ == "__main__":
    main()
