"""Alterations of cell lines against their answer to medicines: what comes out, how sure, and how fast.

python -m benchmarks.response                  GDSC 17: 265 medicines x 678 alterations, beside statsmodels
python -m benchmarks.response --genes 18000    the same cell lines against made-up needs of as many genes
python -m benchmarks.response --pairs 2000     more pairs for statsmodels
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import statsmodels.api as ols
from scipy import stats

from benchmarks.measuring import arguments, finish, show
from chevet.cohort.association import false_discovery_rates
from chevet.targets.sources.reading import Sent
from chevet.targets.vulnerability.associations import Associations, associate
from chevet.targets.vulnerability.described import table
from chevet.targets.vulnerability.linear_model import Floats, fit
from chevet.targets.vulnerability.reading import read_cell_features, read_response
from tests.shared_data import ROOT

GDSC = ROOT / "drug_response" / "gdsc_v17"
PERMUTATIONS = 5
FEW = 10


def first_pairs(made: Associations) -> list[list[object]]:
    """The surest pairs of the model, with p of the plain t test and q of ranks."""
    return [_row(row) for row in table(made, made.pairs()[:8]).to_pylist()]


def not_held(made: Associations) -> list[list[object]]:
    """The surest pairs of the plain test that do not hold between cell lines of one tissue and instability."""
    return [_row(row) for row in table(made, made.not_held()[:6]).to_pylist()]


def beside_statsmodels(made: Associations, pairs: int) -> dict[str, Any]:
    """CPU time of both for a pair, and the largest relative difference of effect, error and log p."""
    told = np.argwhere(np.isfinite(made.fits.p[:, :-1]))  # instability stands last, and has covariates of its own
    chosen = told[np.random.default_rng(1).choice(len(told), pairs, replace=False)]
    design = made.cells.design(made.adjusted)
    largest, before = 0.0, time.process_time()
    for row, column in chosen:
        y = made.cells.values[:, row]
        known = np.isfinite(y)
        used = design[known][:, design[known].any(axis=0)][:, :-1]
        model = ols.OLS(y[known], np.column_stack([made.cells.altered[known, column], used])).fit()
        theirs = np.array([model.params[0], model.bse[0], np.log(model.pvalues[0])])
        ours = np.array([made.fits.difference[row, column], made.fits.standard_error[row, column],
                         np.log(made.fits.p[row, column])])  # fmt: skip
        largest = max(largest, float(np.max(np.abs(ours - theirs) / np.abs(theirs))))
    milliseconds = 1000 * (time.process_time() - before) / pairs
    _, cpu, _ = measured(lambda: fit(made.cells.values, made.cells.altered, design))
    ours_milliseconds = 1000 * cpu / made.fits.p.size
    return {"pairs compared": pairs, "largest relative difference": f"{largest:.0e}",
            "statsmodels, CPU ms a pair": milliseconds, "here, CPU us a pair": 1000 * ours_milliseconds,
            "times faster": milliseconds / ours_milliseconds}  # fmt: skip


def calibration(made: Associations) -> list[list[object]]:
    """Where nothing is true: alterations permuted among cell lines of one tissue and instability."""
    design = made.cells.design(made.adjusted)
    tests: dict[str, Callable[[Floats], Floats]] = {
        "plain t test": lambda x: fit(made.cells.values, x, design[:, :0]).p,
        "model": lambda x: fit(made.cells.values, x, design).p,
        "model, by ranks": lambda x: fit(made.cells.values, x, design, ranked=True).p,
    }
    rows: list[list[object]] = []
    for name, test in tests.items():
        every = [_calibrated(test, made, seed) for seed in range(PERMUTATIONS)]
        mean = np.mean([one[:5] for one in every], axis=0)
        rows.append([name, f"{mean[0]:.3f}", f"{mean[1]:.4f}", f"{mean[2]:.5f}", f"{mean[3]:.1e}", f"{mean[4]:.1e}",
                     ", ".join(str(int(one[5])) for one in every)])  # fmt: skip
    return rows


def _calibrated(test: Callable[[Floats], Floats], made: Associations, seed: int) -> list[float]:
    altered = _permuted(made, seed)
    few = altered.sum(axis=0) < FEW
    p = test(altered)
    told = p[np.isfinite(p)]
    inflation = float(np.median(stats.chi2.isf(told, 1)) / stats.chi2.isf(0.5, 1))
    tails = [float(np.nanmean(part[np.isfinite(part)] < 1e-5)) for part in (p[:, few], p[:, ~few])]
    found = int((false_discovery_rates(told) < 0.1).sum())
    return [inflation, float(np.mean(told < 0.05)), float(np.mean(told < 0.001)), *tails, found]


def _permuted(made: Associations, seed: int) -> Floats:
    words = zip(made.cells.covariates["tissue"], made.cells.covariates["msi"], strict=True)
    group = np.unique([f"{tissue} {msi}" for tissue, msi in words], return_inverse=True)[1]
    order = np.empty(len(group), dtype=np.int64)
    order[np.argsort(group, kind="stable")] = np.lexsort((np.random.default_rng(seed).random(len(group)), group))
    return made.cells.altered[order][:, :-1]


def made_up_needs(features: pa.Table, genes: int) -> dict[str, Any]:
    """Seconds and memory for as many genes, a value in two thousand of which is missing."""
    rng = np.random.default_rng(2)
    effect = rng.normal(-0.1, 0.3, (len(features), genes))
    effect[rng.random(effect.shape) < 1 / 2000] = np.nan
    columns = {f"GENE{number}": effect[:, number] for number in range(genes)}
    needed = pa.table({"cell": features["cell"], **columns})
    made, cpu, wall = measured(lambda: associate(needed, features, what="dependency"))
    return {"genes": genes, "pairs": made.fits.p.size, "CPU s": cpu, "s": wall, "found": len(made.pairs()),
            "GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}  # fmt: skip


def measured(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, CPU seconds and seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    made = act()
    return made, time.process_time() - cpu, time.perf_counter() - wall


def _row(row: dict[str, Any]) -> list[object]:
    numbers = [f"{row['difference']:.2f}", *(f"{row[key]:.1e}" for key in ("p", "q", "q_ranked", "p_plain"))]
    return [row["feature"], row["measure"], *numbers, row["altered"], row["others"]]


def main() -> None:
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        # One thread for both programs: on a busy machine small products wait longer for threads than they take.
        command = [sys.executable, "-m", "benchmarks.response", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    options = arguments("Cell lines: answer to medicines", pairs=500, genes=0).parse_args()
    if not GDSC.exists():
        raise SystemExit("GDSC absent: set CHEVET_SHARED_DATA to the folder that holds drug_response/gdsc_v17")
    response, features = read_response(Sent(GDSC)).table, read_cell_features(Sent(GDSC)).table
    made, cpu, wall = measured(lambda: associate(response, features))
    whole = {"pairs": made.fits.p.size, "CPU s": cpu, "s": wall, "found": len(made.pairs()),
             "by plain test": int((made.q_plain < 0.1).sum()), "of these not held": len(made.not_held()),
             "hidden before": len(made.unmasked()), "not by ranks": len(made.resting_on_few()),
             "GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}  # fmt: skip
    answer: dict[str, Any] = {
        "gdsc": whole, "first": first_pairs(made), "not_held": not_held(made),
        "statsmodels": beside_statsmodels(made, options.pairs), "calibration": calibration(made),
        "dependency": made_up_needs(features, options.genes) if options.genes else None,
    }  # fmt: skip
    if not options.json:
        headings = ["alteration", "medicine", "difference", "p", "q", "q by ranks", "p plain", "altered", "others"]
        show("GDSC 17, model, ranks and plain test together", list(whole), [list(whole.values())])
        show("The surest", headings, answer["first"])
        show("Found by the plain test, not between cell lines of one tissue", headings, answer["not_held"])
        show("Beside statsmodels", list(answer["statsmodels"]), [list(answer["statsmodels"].values())])
        few = f"p < 1e-5, fewer than {FEW} altered"
        show(f"Nothing true: {PERMUTATIONS} permutations within tissue and instability",
             ["test", "inflation", "p < 0.05", "p < 0.001", few, "p < 1e-5, more", "q < 0.1 in each"],
             answer["calibration"])  # fmt: skip
        if answer["dependency"]:
            show("Made-up needs", list(answer["dependency"]), [list(answer["dependency"].values())])
    finish(answer, options.json)


if __name__ == "__main__":
    main()
