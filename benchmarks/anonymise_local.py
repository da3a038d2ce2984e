"""Local recoding against ARX's figures, judged by the oracle's own judge.

python -m benchmarks.anonymise_local --patients 1000000

ARX's rows are those of the oracle's README: current sources, Java 17, 8 GB of heap, CPU seconds of its process.
The peak is of this process, table and earlier rows included.
"""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.anonymisation_oracle import NINE, ORACLE, SIX, coded, is_here, judge, make, write
from benchmarks.measuring import arguments, finish, show, tell
from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.models import DistinctLDiversity, KAnonymity
from chevet.privacy.anonymity.search.recoding import recode_locally


@dataclass(frozen=True)
class Peer:
    """What ARX reached: loss, share suppressed, average risk, median error of questions, CPU seconds, GB."""

    loss: float
    suppressed: float
    risk: float
    error: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Case:
    """What is asked, what must be reached, and what ARX reached (its local recoding, or else the best that it did)."""

    name: str
    k: int
    arx: Peer
    l: int = 1  # noqa: E741
    attributes: tuple[str, ...] = NINE
    risk_at_most: float | None = None
    loss_below: float | None = None
    error_below: float | None = None
    cpu_below: float | None = None


_100K = Peer(0.3599, 0.0, 0.043, 0.131, 129.8, 2.68)
_1M = Peer(0.2716, 0.0, 0.028, 0.076, 178.4, 2.74)
_1M_11 = Peer(0.3515, 0.077, 0.011, 0.127, 123.7, 1.41)
_1M_L3 = Peer(0.3111, 0.071, 0.023, 0.111, 92.7, 1.46)
CASES = {
    100_000: (
        Case("k = 5", 5, _100K, loss_below=0.3599),
        Case("k = 5, risk at most 4.3 %", 5, _100K, risk_at_most=0.043, loss_below=0.360, error_below=0.131),
        Case("k = 11, risk at most 2.0 %", 11, Peer(0.4191, 0.0, 0.020, 0.163, 99.0, 2.31), risk_at_most=0.02,
             loss_below=0.4191, error_below=0.163),
        Case("six attributes, k = 5, risk at most 2.8 %", 5, Peer(0.2629, 0.056, 0.028, 0.100, 17.1, 0.56),
             attributes=SIX, risk_at_most=0.028, loss_below=0.2629, error_below=0.1),
        Case("six attributes, k = 11, risk at most 1.7 %", 11, Peer(0.3238, 0.084, 0.017, 0.098, 17.8, 0.57),
             attributes=SIX, risk_at_most=0.017, loss_below=0.3238, error_below=0.098),
    ),
    1_000_000: (
        Case("k = 5", 5, _1M, loss_below=0.1724, cpu_below=13.0),
        Case("k = 5, risk at most 2.8 %", 5, _1M, risk_at_most=0.028, loss_below=0.2713, error_below=0.076,
             cpu_below=13.0),
        Case("k = 11, risk at most 1.1 %", 11, _1M_11, risk_at_most=0.011, loss_below=0.3515, error_below=0.127),
        Case("k = 5, 3 drivers", 5, _1M_L3, l=3, loss_below=0.3111, error_below=0.111),
        Case("k = 5, 3 drivers, risk at most 2.3 %", 5, _1M_L3, l=3, risk_at_most=0.023, loss_below=0.3111,
             error_below=0.111),
        Case("six attributes, k = 5, risk at most 2.8 %", 5, Peer(0.1569, 0.054, 0.028, 0.051, 192.4, 2.87),
             attributes=SIX, risk_at_most=0.028, loss_below=0.1569, error_below=0.051),
    ),
}  # fmt: skip


def main() -> None:
    asked = arguments("Local recoding of the oracle's table, judged by it.", patients=100_000).parse_args()
    if asked.patients not in CASES:
        raise SystemExit(f"ARX was measured at {' and '.join(f'{n:,}' for n in CASES)} patients")
    if not is_here():
        raise SystemExit(f"the oracle is absent: no {ORACLE} (set CHEVET_SHARED_ORACLES to the folder that holds it)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tell(f"{asked.patients:,} patients are made up")
        make(asked.patients, folder)
        rows = [_row(case, coded(asked.patients, folder, case.attributes, ["driver"]), folder)
                for case in CASES[asked.patients]]  # fmt: skip
    if not asked.json:
        headings = (
            "",
            "loss",
            "suppressed %",
            "risk %",
            "error %",
            "mean error %",
            "smallest",
            "CPU s",
            "GB",
            "target",
        )
        show(f"{asked.patients:,} patients, nine attributes unless said, local recoding", headings,
             [line for row in rows for line in _lines(row)])  # fmt: skip
    finish({"patients": asked.patients, "cases": rows}, asked.json)


def _row(case: Case, table: CodedTable, folder: Path) -> dict[str, Any]:
    tell(case.name)
    models = [KAnonymity(case.k), *([DistinctLDiversity("driver", case.l)] if case.l > 1 else [])]
    begun = time.process_time()
    released = recode_locally(table, models, average_risk_at_most=case.risk_at_most)
    cpu = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    write(released, folder / "released.csv")
    tell("  judged")
    found = judge(table.n, case.attributes, folder / "released.csv", case.k, folder)
    ours = {
        "loss": found["gcp"], "suppressed": found["supp"], "risk": found["classes"] / table.n,
        "error": found["query_relerr_median"], "mean_error": found["query_relerr_mean"],
        "smallest": int(found["min_class"]), "cpu": round(cpu, 1), "peak": round(peak, 2),
    }  # fmt: skip
    limits = {"loss": case.loss_below, "error": case.error_below, "cpu": case.cpu_below}
    missed = [name for name, limit in limits.items() if limit is not None and ours[name] >= limit]
    missed += ["k"] if ours["smallest"] < case.k else []
    missed += ["risk"] if case.risk_at_most is not None and ours["risk"] > case.risk_at_most else []
    return {"case": case.name, "chevet": ours, "arx": vars(case.arx), "targets": limits, "missed": missed}


def _lines(row: dict[str, Any]) -> list[tuple[object, ...]]:
    ours, arx = row["chevet"], row["arx"]
    target = ", ".join(f"{name} {limit:g}" for name, limit in row["targets"].items() if limit is not None)
    verdict = f"{target}: " + (f"MISSED ({', '.join(row['missed'])})" if row["missed"] else "met")
    return [
        (row["case"], f"{ours['loss']:.4f}", _percent(ours["suppressed"]), _percent(ours["risk"]),
         _percent(ours["error"]), _percent(ours["mean_error"]), ours["smallest"], ours["cpu"], f"{ours['peak']:.2f}",
         verdict),
        ("    ARX", f"{arx['loss']:.4f}", _percent(arx["suppressed"]), _percent(arx["risk"]), _percent(arx["error"]),
         "", "", arx["cpu"], f"{arx['peak']:.2f}", ""),
    ]  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


if __name__ == "__main__":
    main()
