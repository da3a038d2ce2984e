"""Relations between genes: calibration on independent genes, power for planted pairs, real tumours, time and memory.

python -m benchmarks.relations                      500 genes, every pair, in 100,000 made-up panel patients
python -m benchmarks.relations --patients 1000000   more of them

`fisher` is Fisher's exact test as it is often used; `expected` is DISCOVER's test as published; `given` holds each
tumour at its number of altered genes and each gene at its number of tumours, and is what the program gives unless asked
otherwise; `own slopes` is what it gives beside, where each gene rises with burden in its own way.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import norm

from benchmarks.drivers import measured
from benchmarks.measuring import arguments, finish, show, tell
from chevet.cohort.association import fisher_exact
from chevet.store import bits
from chevet.targets.carriers import Carriers, of_table
from chevet.targets.relations.asking import Relations, of_carriers
from chevet.targets.relations.background import background
from chevet.targets.relations.pairs import pairs_of
from chevet.targets.relations.settings import Settings
from chevet.targets.relations.slopes import own_slopes
from tests.shared_data import ROOT

Floats = npt.NDArray[np.float64]
Table = npt.NDArray[np.bool_]
COHORTS, COMMON, MEDIAN_OF_CHI_SQUARED = 8, 60, 0.45493642311957
SILENT = ["Silent", "Intron", "3'UTR", "5'UTR", "RNA", "IGR", "3'Flank", "5'Flank", "lincRNA"]


@dataclass(frozen=True)
class Made:
    """A kind of made-up cohort of independent genes. Burdens follow a gamma law of mean 1 and this shape.

    types   tumour types; each gene has a frequency of its own in each
    """

    name: str
    patients: int
    genes: int
    shape: float
    frequency: tuple[float, float]
    types: int = 1


KINDS = (
    Made("exome", 500, 2_000, 1.0, (0.5, 30)),
    Made("exome, rare alterations", 1_000, 2_000, 0.7, (0.5, 100)),
    Made("panel of 340", 5_000, 340, 1.0, (1, 60)),
    Made("panel of 100", 3_000, 100, 1.5, (1, 20)),
    Made("panel of 30", 3_000, 30, 1.5, (2, 20)),
    Made("panel of 120, six types", 3_000, 120, 1.5, (1, 20), 6),
)


def made_up(kind: Made, rng: np.random.Generator) -> tuple[Table, npt.NDArray[np.int64]]:
    """(genes, patients) of genes that have nothing to do with one another, and the type of each tumour."""
    burden, tumour_type = rng.gamma(kind.shape, 1 / kind.shape, kind.patients), np.arange(kind.patients) % kind.types
    rate = rng.beta(*kind.frequency, (kind.genes, kind.types))[:, tumour_type]
    return np.asarray(rng.random((kind.genes, kind.patients)) < 1 - np.exp(-rate * burden)), tumour_type


def carriers(altered: Table) -> Carriers:
    genes, patients = altered.shape
    everyone = bits.full(patients)[np.newaxis]
    names = tuple(f"G{gene}" for gene in range(genes))
    return Carriers(names, patients, bits.pack(altered), np.zeros(genes, dtype=np.int64), everyone, "variant")


def one_sided(altered: Table, strata: npt.NDArray[np.int64], rng: np.random.Generator) -> dict[str, Floats]:
    """By each test, the p of exclusivity of every pair of the commonest genes, the observed point taken in part."""
    made = carriers(altered)
    rows = np.argsort(-made.n_altered, kind="stable")[:COMMON]
    fitted = background(made, strata)
    pairs = pairs_of(made, rows, fitted)
    four = pairs.both, pairs.only_a, pairs.only_b, pairs.neither
    found = {
        "fisher": (fisher_exact(*four, side="less"), fisher_exact(*four, side="greater")),
        "given": (pairs.at_most, pairs.at_least),
    }
    slopes = own_slopes(made, rows, fitted).probabilities
    laws = {
        "expected": replace(pairs.overlap, burden="expected"),
        "own slopes": replace(pairs.overlap, probabilities=slopes),
    }
    for name, law in laws.items():
        told = law.tails(np.arange(len(pairs.a)), pairs.both)
        found[name] = (told.at_most, told.at_least)
    part = rng.random(len(pairs.a))
    return {name: at_most - part * (at_most + at_least - 1) for name, (at_most, at_least) in found.items()}


def calibration() -> list[list[object]]:
    """Of independent genes: how often each test says exclusive or together at 5 %, and its inflation."""
    rows: list[list[object]] = []
    for kind in KINDS:
        p: dict[str, list[Floats]] = {}
        for seed in range(COHORTS):
            rng = np.random.default_rng(seed)
            for name, values in one_sided(*made_up(kind, rng), rng).items():
                p.setdefault(name, []).append(values)
        for name in ("fisher", "expected", "given", "own slopes"):
            values = np.concatenate(p[name])
            inflation = float(np.median(norm.isf(np.clip(values, 1e-15, 1 - 1e-15)) ** 2) / MEDIAN_OF_CHI_SQUARED)
            rows.append([kind.name, name, _percent(values < 0.05), _percent(values > 0.95), f"{inflation:.2f}"])
        tell(f"calibration: {kind.name}")
    return rows


def power() -> list[list[object]]:
    """Of a planted pair on a panel of 100: how often it is among the pairs with q at most 0.05, by how it excludes."""
    kind, rows = KINDS[3], []
    for kept in (0.0, 0.25, 0.5, 1.0):
        found, others = 0, 0
        for seed in range(20):
            rng = np.random.default_rng(100 + seed)
            altered, _ = made_up(kind, rng)
            one, other = np.argsort(-altered.sum(axis=1))[2:4]
            altered[other] &= ~altered[one] | (rng.random(kind.patients) < kept)
            pairs = of_carriers(carriers(altered), Settings(top=COMMON)).pairs.to_pylist()
            sure = [row for row in pairs if row["tendency"] in ("exclusive", "together")]
            planted = {f"G{one}", f"G{other}"}
            found += any({row["gene_a"], row["gene_b"]} == planted for row in sure)
            others += sum({row["gene_a"], row["gene_b"]} != planted for row in sure)
        rows.append([f"{kept:.0%}", f"{found} of 20", others, 20 * (COMMON * (COMMON - 1) // 2 - 1)])
    return rows


def real_tumours() -> list[list[object]]:
    """What is known of colorectal tumours, and what a mixture of tissues pretends (TCGA)."""
    colon, _ = _tcga("COAD", "READ")
    mixed, tissue = _tcga("LGG", "KIRC")
    rows = _said("COAD and READ", of_carriers(colon, Settings(genes=("KRAS", "BRAF", "NRAS", "CSMD3"))),
                 (("KRAS", "BRAF"), ("KRAS", "NRAS"), ("KRAS", "CSMD3")))  # fmt: skip
    both = (("VHL", "IDH1"), ("TP53", "ATRX"))
    settings = Settings(genes=("VHL", "IDH1", "TP53", "ATRX"))
    rows += _said("LGG and KIRC, mixed", of_carriers(mixed, settings), both)
    return rows + _said("LGG and KIRC, each by itself", of_carriers(mixed, settings, strata=tissue), both)


def _said(what: str, found: Relations, wanted: tuple[tuple[str, str], ...]) -> list[list[object]]:
    by_pair = {frozenset((row["gene_a"], row["gene_b"])): row for row in found.pairs.to_pylist()}
    rows: list[list[object]] = []
    for pair in wanted:
        row = by_pair[frozenset(pair)]
        p = ["" if row[name] is None else f"{row[name]:.1e}" for name in ("p", "p_own_slopes")]
        rows.append([what, "–".join(pair), row["both"], row["expected"], *p, row["tendency"]])
    return rows


def _tcga(*names: str) -> tuple[Carriers, npt.NDArray[np.int64]]:
    """Carriers of changes that are not silent, and the cohort of each patient."""
    table = pl.concat([
        pl.read_parquet(ROOT / "cohorts" / "tcga" / f"mutations_{name}.parquet",
                        columns=["cohort", "patient", "gene", "class"])
        for name in names
    ])  # fmt: skip
    patients = table.group_by("patient").agg(pl.col("cohort").first()).sort("patient")
    rows = table.filter(~pl.col("class").is_in(SILENT)).select("patient", "gene").unique()
    return of_table(rows.to_arrow(), patients["patient"].to_list()), patients["cohort"].rank("dense").to_numpy().astype(
        np.int64
    )


def many_patients(patients: int) -> dict[str, Any]:
    """Time and memory of every pair of 500 genes on three panels, in ten tumour types and in none."""
    kind = Made("panel", patients, 500, 1.0, (1, 40))
    made, strata = _panels(kind, np.random.default_rng(7))
    timed: dict[str, Callable[[], Relations]] = {
        "as one": lambda: of_carriers(made, Settings(top=500)),
        "within ten types": lambda: of_carriers(made, Settings(top=500), strata=strata),
    }
    told: dict[str, Any] = {"patients": patients, "pairs": 500 * 499 // 2}
    for name, act in timed.items():
        _, told[f"cpu_seconds, {name}"], told[f"seconds, {name}"] = measured(act)
        tell(f"{patients} patients, {name}")
    return told | {"gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}


def _panels(kind: Made, rng: np.random.Generator) -> tuple[Carriers, npt.NDArray[np.int64]]:
    """Genes of three panels, each patient tested on one of them, and a tumour type for each patient."""
    burden, rate = rng.gamma(kind.shape, 1 / kind.shape, kind.patients), rng.beta(*kind.frequency, kind.genes)
    panel = np.arange(kind.patients) % 3
    on = np.array([np.arange(kind.genes) >= 0, np.arange(kind.genes) < 400, np.arange(kind.genes) % 5 != 0])
    altered = np.zeros((kind.genes, bits.words_for(kind.patients)), dtype=np.uint64)
    for gene in range(kind.genes):  # a gene at a time: the whole table would be the largest thing in memory
        altered[gene] = bits.pack((rng.random(kind.patients) < 1 - np.exp(-rate[gene] * burden)) & on[panel, gene])
    sets = np.stack([bits.pack(on[panel, gene]) for gene in range(kind.genes)])
    alike, classes = np.unique(sets, axis=0, return_inverse=True)
    names = tuple(f"G{gene}" for gene in range(kind.genes))
    made = Carriers(names, kind.patients, altered, classes.reshape(-1).astype(np.int64), alike, "variant")
    return made, rng.integers(0, 10, kind.patients)


def _percent(marks: npt.NDArray[np.bool_]) -> str:
    return f"{marks.mean():.1%}"


def main() -> None:
    options = arguments("Relations between genes", patients=100_000).parse_args()
    answer: dict[str, Any] = {"many": many_patients(options.patients), "calibration": calibration(), "power": power()}
    if (ROOT / "cohorts" / "tcga").exists():
        answer["real"] = real_tumours()
    if not options.json:
        show("Every pair of 500 genes on three panels", list(answer["many"]), [list(answer["many"].values())])
        headings = ["independent genes", "test", "exclusive at 5 %", "together at 5 %", "inflation"]
        show("Calibration, the 60 commonest genes of eight cohorts", headings, answer["calibration"])
        headings = ["altered together though", "found at q 0.05", "other pairs found", "of"]
        show("A planted pair on a panel of 100, twenty cohorts", headings, answer["power"])
    if "real" in answer and not options.json:
        headings = ["TCGA", "pair", "both", "expected", "p", "p, own slopes", "tendency"]
        show("Real tumours", headings, answer["real"])
    elif not options.json:
        print("real tumours absent: set CHEVET_SHARED_DATA")
    finish(answer, options.json)


if __name__ == "__main__":
    main()
