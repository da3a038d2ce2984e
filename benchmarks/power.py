"""How many patients it takes to find a driver, and how often a gene that is none is called one.

python -m benchmarks.power                     planted drivers, and cohorts without any
python -m benchmarks.power --cohorts 5         fewer cohorts of each kind

Counts by gene are drawn as the model takes them to be: 18,000 genes whose rates differ by a gamma law (shape 6), of
lengths and classes as in a coding genome, at one mutation in a million bases and patient. In each cohort 60 genes are
planted in which missense changes are so many times as frequent as by chance, or truncating ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from benchmarks.measuring import arguments, finish, show, tell
from chevet.targets.selection.drivers import SIGNIFICANT, Drivers, find_drivers
from chevet.targets.selection.gene_counts import GeneCounts
from chevet.targets.selection.gene_tests import MIS, NON, SPL, SYN

GENES, PLANTED, SHAPE = 18_000, 60, 6.0
PER_BASE = 1e-6
# Sites of a class for each coding base: a quarter synonymous, few nonsense or at splices.
SITES = np.array([0.25, 0.68, 0.05, 0.02])
PATIENTS = (100, 300, 1_000, 3_000)
STRENGTHS = {"missense": (2.0, 3.0, 5.0, 10.0), "truncating": (5.0, 10.0, 30.0, 100.0)}


def cohort(patients: int, seed: int, *, missense: float = 1.0, truncating: float = 1.0) -> Drivers:
    """The drivers found in a made-up cohort; the first `PLANTED` genes are under selection of this strength."""
    rng = np.random.default_rng(seed)
    length = rng.lognormal(np.log(1300), 0.75, GENES)
    expected = np.outer(length, SITES) * PER_BASE * patients
    strength = np.ones((GENES, 4))
    strength[:PLANTED, MIS] = missense
    strength[:PLANTED, [NON, SPL]] = truncating
    found = rng.poisson(expected * strength * rng.gamma(SHAPE, 1 / SHAPE, GENES)[:, None]).astype(float)
    counts = GeneCounts(
        tuple(f"G{number}" for number in range(GENES)), found, found.sum(axis=0)[None, None], expected[:, None],
        np.ones((1, GENES)), length, np.zeros(1), np.zeros(GENES),
    )  # fmt: skip
    return find_drivers(counts)


def power(patients: int, cohorts: int, **strength: float) -> tuple[int, int]:
    """How many of the planted genes are found, and how many others are called, over so many cohorts."""
    planted = {f"G{number}" for number in range(PLANTED)}
    found, false = 0, 0
    for seed in range(cohorts):
        called = {row["gene"] for row in cohort(patients, seed, **strength).significant()}
        found += len(called & planted)
        false += len(called - planted)
    return found, false


def neutral(patients: int, cohorts: int) -> dict[str, Any]:
    """Cohorts without a driver: genes called, and the law of p among genes with five synonymous changes expected.

    The inflation and the test of uniformity are of missense changes: truncating ones are so few in a gene that their p
    takes few values, and its median says little. Of p_sub, which rests on both, the tails are told.
    """
    called, mis, sub = 0, np.zeros(0), np.zeros(0)
    for seed in range(cohorts):
        made = cohort(patients, 1000 + seed)
        called += len(made.significant()) > 0
        row = {gene: number for number, gene in enumerate(made.genes["gene"].to_pylist())}
        enough = np.flatnonzero(made.expected[:, SYN] > 5)
        places = [row[made.counts.genes[number]] for number in enough.tolist()]
        mis = np.append(mis, made.genes["p_mis"].to_numpy()[places])
        sub = np.append(sub, made.genes["p_sub"].to_numpy()[places])
    told = {"patients": patients, "cohorts": cohorts, "cohorts with a gene called": called, "genes": len(mis)}
    if len(mis) < 100:
        return told | dict.fromkeys(("inflation", "Kolmogorov-Smirnov p", "p < 0.05", "p < 0.001"), "-")
    inflation = stats.chi2.isf(np.median(mis), 1) / stats.chi2.isf(0.5, 1)
    return told | {
        "inflation": f"{inflation:.3f}", "Kolmogorov-Smirnov p": f"{stats.kstest(mis, 'uniform').pvalue:.3f}",
        "p < 0.05": f"{(sub < 0.05).mean():.4f}", "p < 0.001": f"{(sub < 0.001).mean():.4f}",
    }  # fmt: skip


def main() -> None:
    options = arguments("Power to find drivers", cohorts=3).parse_args()
    rows: list[list[object]] = []
    for patients in PATIENTS:
        for name, strengths in STRENGTHS.items():
            tell(f"{patients} patients, {name}")
            shares = [power(patients, options.cohorts, **{name: strength}) for strength in strengths]
            shown = [f"{found / (PLANTED * options.cohorts):.0%} (w {w:g})"
                     for (found, _), w in zip(shares, strengths, strict=True)]  # fmt: skip
            false = sum(one for _, one in shares) / max(sum(sum(pair) for pair in shares), 1)
            rows.append([patients, name, *shown, f"{false:.1%}"])
    without = [neutral(patients, options.cohorts) for patients in (3_000, 30_000, 300_000)]
    if not options.json:
        headings = ["patients", "selected", *("found",) * 4, "false of all called"]
        show(f"Share of planted drivers found at q < {SIGNIFICANT}", headings, rows)
        show("Cohorts without drivers", list(without[0]), [list(one.values()) for one in without])
    finish({"power": rows, "neutral": without}, options.json)


if __name__ == "__main__":
    main()
