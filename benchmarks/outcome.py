"""Survival by gene: time and memory, how often p is small by chance, and how near it comes to R's `survival`.

python -m benchmarks.outcome                      500 genes in 100,000 made-up patients; R on 40 genes of 20,000 of them
python -m benchmarks.outcome --patients 1000000   more of them
python -m benchmarks.outcome --r_patients 100000  more of them for R, too

Without `Rscript` and its package `survival` the second half is left out, and said so.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from scipy.special import chdtri

from benchmarks.measuring import arguments, finish, show, tell
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.outcome.by_gene import GeneSurvival, survival_by_gene
from chevet.targets.outcome.people import People, people_of_table

HARMFUL, EFFECT = 10, np.log(2)
R = Path(__file__).with_name("outcome.R")
COLUMNS = ("effect", "error", "likelihood_ratio", "change_over_time")


def made_up(patients: int, genes: int, seed: int = 3, effect: float = EFFECT) -> tuple[pa.Table, np.ndarray]:
    """People of twenty tumour types with late entry, age and stage; the first ten genes double the hazard."""
    rng = np.random.default_rng(seed)
    stratum, stage = rng.integers(0, 20, patients), rng.integers(1, 4, patients)
    age = rng.normal(62, 11, patients)
    frequency = np.exp(rng.uniform(np.log(0.005), np.log(0.3), genes))
    altered = np.stack([rng.random(patients) < share for share in frequency])
    log_hazard = effect * altered[:HARMFUL].sum(axis=0) + 0.02 * (age - 62) + 0.4 * (stage - 1) + 0.1 * (stratum - 10)
    entry = np.where(rng.random(patients) < 0.3, rng.integers(1, 400, patients), 0)
    death = entry + np.ceil(rng.exponential(1500 / np.exp(log_hazard)))
    news = entry + rng.integers(100, 4000, patients)
    table = pa.table(
        {"entry": entry, "exit": np.minimum(death, news), "occurred": (death <= news).astype(np.int8),
         "stratum": stratum, "age": age, "stage2": (stage == 2) * 1.0, "stage3": (stage == 3) * 1.0}
    )  # fmt: skip
    return table, altered


def people_and_carriers(table: pa.Table, altered: np.ndarray) -> tuple[People, Carriers]:
    """The same for the analysis; everybody was tested for every gene."""
    genes, patients = altered.shape
    names = tuple(f"G{number}" for number in range(genes))
    everybody = bits.full(patients)[np.newaxis]
    carriers = Carriers(names, patients, bits.pack(altered), np.zeros(genes, dtype=np.int64), everybody, "variant")
    return people_of_table(table, numbers=["age", "stage2", "stage3"]), carriers


def many_patients(patients: int, genes: int) -> dict[str, Any]:
    """Seconds and memory for all genes; how many that do harm are found, and how many others."""
    tell(f"making {patients:,} patients up")
    people, carriers = people_and_carriers(*made_up(patients, genes))
    found, cpu, wall = measured(lambda: survival_by_gene(people, carriers, 10, _quietly))
    ratios = np.exp(found.effect[:HARMFUL])
    return {
        "patients": patients, "genes": genes, "cpu_seconds": cpu, "seconds": wall,
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "harmful_found": int((found.q[:HARMFUL] < 0.1).sum()), "others_found": int((found.q[HARMFUL:] < 0.1).sum()),
        "ratios_of_harmful": f"{ratios.min():.2f} to {ratios.max():.2f}",
    }  # fmt: skip


def calibration(genes: int = 800, patients: int = 2000, times: int = 6) -> list[list[object]]:
    """Genes that do nothing: how often each p is below 0.05 and 0.001, by how many events carriers have."""
    rows: list[list[object]] = []
    for least, most in ((0.006, 0.02), (0.02, 0.05), (0.05, 0.3)):
        parts = [_null(genes, patients, least, most, seed) for seed in range(times)]
        events = np.concatenate([found.counted.events for found in parts])
        for name in ("p", "p_wald", "p_score", "p_proportional"):
            p = np.concatenate([getattr(found, name) for found in parts])
            told = ~np.isnan(p)
            shares = (f"{(p[told] < level).mean():.4f}" for level in (0.05, 0.001))
            rows.append([name, int(told.sum()), int(np.median(events[told])), *shares])
    return rows


def _null(genes: int, patients: int, least: float, most: float, seed: int) -> GeneSurvival:
    """The analysis of one cohort in which no gene does anything."""
    table, _ = made_up(patients, 1, seed, effect=0.0)
    rng = np.random.default_rng(100 + seed)
    altered = rng.random((genes, patients)) < rng.uniform(least, most, (genes, 1))
    return survival_by_gene(*people_and_carriers(table, altered), 10, _quietly)


def beside_r(patients: int, genes: int) -> dict[str, Any]:
    """CPU seconds of both on the same people, and the largest relative difference of each figure."""
    table, altered = made_up(patients, genes)
    people, carriers = people_and_carriers(table, altered)
    found, ours, _ = measured(lambda: survival_by_gene(people, carriers, 10, _quietly))
    with tempfile.TemporaryDirectory() as folder:
        file, answer = Path(folder) / "people.csv", Path(folder) / "r.csv"
        columns = {name: pl.Series(name, altered[number].astype(np.int8)) for number, name in enumerate(carriers.genes)}
        pl.DataFrame(pl.from_arrow(table)).with_columns(**columns).write_csv(file)
        tell(f"asking R for {genes} genes of {patients:,} patients")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["Rscript", str(R), str(file), str(answer)], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        theirs = pl.read_csv(answer).to_numpy()
    r_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "patients": patients, "genes": genes, "cpu_seconds": ours, "cpu_seconds_of_r": r_seconds,
        "times_faster": r_seconds / ours, **_differences(found, theirs),
    }  # fmt: skip


def _differences(found: GeneSurvival, theirs: np.ndarray) -> dict[str, str]:
    """The largest difference of each figure, relative where it is not near 0 (R stops when the likelihood rests)."""
    ratio, change = (_chi_square(p) for p in (found.p, found.p_proportional))
    ours = np.column_stack([found.effect, found.error, ratio, change])
    apart = np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-2)
    return {f"apart_in_{name}": f"{value:.0e}" for name, value in zip(COLUMNS, apart.max(axis=0), strict=True)}


def _chi_square(p: np.ndarray) -> np.ndarray:
    return np.asarray(chdtri(1, p), dtype=np.float64)


def measured(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, CPU seconds and seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    made = act()
    return made, time.process_time() - cpu, time.perf_counter() - wall


def _quietly(what: str, part: float) -> None:
    """Progress that nobody watches."""


def main() -> None:
    options = arguments("Survival by gene", patients=100_000, genes=500, r_patients=20_000, r_genes=40).parse_args()
    answer: dict[str, Any] = {"many": many_patients(options.patients, options.genes), "calibration": calibration()}
    if shutil.which("Rscript"):
        answer["r"] = beside_r(options.r_patients, options.r_genes)
    if not options.json:
        for title, name in (("Made-up patients", "many"), ("Beside R's survival", "r")):
            if name in answer:
                show(title, list(answer[name]), [list(answer[name].values())])
        headings = ["genes that do nothing", "genes", "events (median)", "below 0.05", "below 0.001"]
        show("Calibration", headings, answer["calibration"])
        if "r" not in answer:
            print("R absent: nothing to compare with")
    finish(answer, options.json)


if __name__ == "__main__":
    main()
