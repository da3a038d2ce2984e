"""Genes of a cohort ranked as targets: what comes out on top, does the score find what is known, how long it takes.

python -m benchmarks.ranking                      five real cohorts, and 100,000 made-up patients
python -m benchmarks.ranking --patients 1000000   more of them
python -m benchmarks.ranking --patients 0         the real cohorts alone

Real cohorts are ranked with every part of the evidence that public tables allow; selection is that of the gene tables
beside the shared data. Where these are absent the real cohorts are skipped, and it is said. The compendium of drivers
that they are held against was made from these cohorts, too, among many others: this is agreement, not proof.
"""

from __future__ import annotations

import datetime
import resource
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.drivers import ORACLES, measured
from benchmarks.made_up_study import made_up_study
from benchmarks.measuring import arguments, finish, show, tell
from chevet.cli.targets.authorised import authorised_pairs
from chevet.cli.targets.import_base import EVERY_READER
from chevet.cohort import Cohort
from chevet.cohort import cohort as cohorts
from chevet.cohort.definition import parse
from chevet.cohort.index import CohortIndex
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake
from chevet.store.version import Version
from chevet.targets.evidence import Source
from chevet.targets.ranking.analysis import Ranking, rank
from chevet.targets.ranking.gathering import Asking
from chevet.targets.ranking.tables import files
from chevet.targets.selection.analysis import Settings, of_gene_table, written
from chevet.targets.selection.gene_table import read_names
from chevet.targets.sources.kept import keep
from chevet.targets.sources.kinds import Kind
from chevet.targets.sources.reading import Sent
from tests.shared_data import ROOT

# Cohort of TCGA: its OncoTree code, and genes whose pair with a medicine everybody knows.
COHORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "LUAD": ("LUAD", ("KRAS", "EGFR", "BRAF")),
    "BRCA": ("BREAST", ("PIK3CA", "ERBB2", "PTEN")),
    "LAML": ("AML", ("FLT3", "IDH2", "NPM1")),
    "OV": ("OVARY", ("BRCA1", "BRCA2")),
    "PRAD": ("PROSTATE", ("ATM", "BRCA2", "PTEN")),
}
KNOWLEDGE: dict[Kind, str] = {
    "drugs": "knowledge/drug_target_2022-05.parquet",
    "surface": "knowledge/surfaceome.parquet",
    "essential": "knowledge/essential_genes_CEGv2.txt",
    "nonessential": "knowledge/nonessential_genes_NEGv1.txt",
    "liabilities": "knowledge/opentargets_safety",
    "drivers": "knowledge/intogen_compendium.tsv",
    "response": "drug_response/gdsc_v17/IC50_v17.csv.gz",
    "cell_features": "drug_response/gdsc_v17/genomic_features_v17.csv.gz",
}
# The day on which these tables count as brought in: a benchmark has no clock.
KEPT_ON = datetime.date(2026, 11, 27)
FIRST = 5


def real_cohorts(lake: Lake, folder: Path) -> list[dict[str, Any]]:
    """Each cohort ranked: CPU seconds, the first of the known, and what calibration says."""
    tell("bringing TCGA and the tables of others in")
    import_study(lake, ROOT / "cohorts" / "tcga", "tcga", mapping=Path("tcga"))
    for kind, place in KNOWLEDGE.items():
        read = EVERY_READER[kind](Sent(ROOT / place, {}, lambda what, part: None))
        keep(lake.home, kind, read.table, Source(Path(place).name, "", "0" * 64), KEPT_ON)
    return [one_cohort(lake, name, folder) for name in COHORTS]


def one_cohort(lake: Lake, name: str, folder: Path) -> dict[str, Any]:
    code, wanted = COHORTS[name]
    tell(f"ranking {name}")
    settings = Settings(
        ORACLES / "synthetic" / "covariates.csv.gz", read_names(ORACLES / "synthetic" / "known_cancer_genes.txt")
    )
    table = folder / name / "genes.tsv"
    table.parent.mkdir()
    table.write_bytes(written(of_gene_table(ORACLES / "tcga" / f"in_{name}.tsv.gz", settings).genes))
    cohort = cohorts.open(lake, "tcga", f"diagnosis under {code}")
    made, cpu, _ = measured(lambda: rank(cohort, Asking(lake.home, table), pairs=authorised_pairs()))
    known = {one.gene: one.rank for one in made.of_list("known") if one.evident}
    held = {one.against: one for one in made.calibrations}
    return {
        "cohort": name, "cpu_seconds": cpu, "genes": len(made.targets), "evident": int(made.scores.evident.sum()),
        "known": dict(list(known.items())[:FIRST]),
        "wanted": [gene for gene in wanted if gene in list(known)[: len(wanted)]],
        "not_there": [gene for gene in wanted if gene not in made.carried], "of": list(wanted),
        "new": [one.gene for one in made.of_list("new") if one.evident][:FIRST],
        "tau": made.sensitivity.tau[0], "kept": made.sensitivity.kept,
        "held": {against: one.as_json() for against, one in held.items()},
        "without_part": _ablated(made),
    }  # fmt: skip


def _ablated(made: Ranking) -> dict[str, float]:
    """Kendall's tau of the first 100 genes when each part is left out."""
    return {part: tau for part, tau in made.sensitivity.tau_without.items() if tau is not None}


@contextmanager
def everybody(patients: int) -> Iterator[Cohort]:
    """All patients of a made-up study."""
    with made_up_study(patients, None) as study:
        version = Version("madeup", 1, study.folder, {"about": {"assembly": "GRCh38"}})
        yield Cohort(version, parse("all"), CohortIndex.load(study.index_dir))


def made_up(patients: int, home: Path) -> dict[str, Any]:
    """CPU seconds and memory from a made-up cohort to its tables; selection is not asked, it has its own benchmark."""
    with everybody(patients) as cohort:
        made, cpu, wall = measured(lambda: rank(cohort, Asking(home), pairs=authorised_pairs()))
        _, writing, _ = measured(lambda: files(made))
    return {
        "patients": patients, "genes": len(made.targets), "cpu_seconds": cpu + writing, "seconds": wall,
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }  # fmt: skip


def _area(held: dict[str, Any] | None) -> str:
    if held is None or held["area_under_curve"] is None:
        return "-"
    return f"{held['area_under_curve']:.2f} ({held['ci_low']:.2f}-{held['ci_high']:.2f})"


def _best_alone(held: dict[str, Any] | None) -> str:
    """The part of the evidence that finds most of the list by itself."""
    alone = {} if held is None else held["area_of_part_alone"]
    if not alone:
        return "-"
    part = max(alone, key=lambda name: alone[name])
    return f"{alone[part]:.2f} {part}"


def _precision(held: dict[str, Any] | None, first: int) -> str:
    return "-" if held is None or first not in held["precision_at"] else f"{held['precision_at'][first]:.0%}"


def rows(found: Sequence[dict[str, Any]]) -> list[list[object]]:
    made: list[list[object]] = []
    for one in found:
        here, drugs = one["held"].get("drivers_here"), one["held"].get("approved")
        made.append([
            one["cohort"], one["cpu_seconds"], one["genes"], one["evident"],
            ", ".join(f"{gene} {at}" for gene, at in one["known"].items()),
            f"{len(one['wanted'])} of {len(one['of']) - len(one['not_there'])}", " ".join(one["new"]), _area(here),
            _best_alone(here),
            _precision(here, 10), _area(drugs), "-" if one["tau"] is None else f"{one['tau']:.2f}",
        ])  # fmt: skip
    return made


def missing() -> bool:
    """Whether what the real cohorts need is absent."""
    return not (ORACLES.exists() and all((ROOT / place).exists() for place in ("cohorts/tcga", *KNOWLEDGE.values())))


def main() -> None:
    options = arguments("Genes ranked as targets.", patients=100_000).parse_args()
    answer: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="chevet-benchmark-") as folder:
        lake = Lake(Path(folder) / "home")
        if missing():
            tell("real cohorts skipped: shared data or reference values are absent (set CHEVET_SHARED_DATA)")
        else:
            answer["cohorts"] = real_cohorts(lake, Path(folder))
        if options.patients:
            answer["made_up"] = made_up(options.patients, lake.home)
    if not options.json:
        if "cohorts" in answer:
            headings = ["TCGA", "CPU s", "genes", "evident", "known, with rank", "expected first", "new, first",
                        "area, drivers here", "best part alone",
                        "of first 10", "area, approved targets", "tau"]  # fmt: skip
            show("Cohorts ranked", headings, rows(answer["cohorts"]))
        if "made_up" in answer:
            show("Made-up patients", list(answer["made_up"]), [list(answer["made_up"].values())])
    finish(answer, options.json)


if __name__ == "__main__":
    main()
