"""The proved optimum of the generalisation lattice against ARX's, judged by the oracle's own judge.

python -m benchmarks.anonymise_optimal --patients 1000000 --attributes q9

One level per attribute, k-anonymity, at most 10 % of the rows suppressed. ARX's rows are those of the oracle's
README: current sources, Java 17, 8 GB of heap, CPU seconds of its process. CPU seconds are those of the search;
the peak is of this process, the table included.
"""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.anonymisation_oracle import NINE, ORACLE, SIX, coded, is_here, judge, make, write
from benchmarks.measuring import arguments, finish, show, tell
from chevet.privacy.anonymity.classes import classes_of
from chevet.privacy.anonymity.models import KAnonymity
from chevet.privacy.anonymity.search.lattice import Optimum, Standing, search_optimal
from chevet.privacy.anonymity.utility import utility

SUPPRESSION_AT_MOST = 0.1
ATTRIBUTES = {"q6": SIX, "q9": NINE}


@dataclass(frozen=True)
class Case:
    """What ARX reached, and what must be reached.

    search   whether ARX proved its optimum, or what it did instead
    cpu      CPU seconds of ARX; cpu_below of Chevet
    """

    search: str
    loss: float
    suppressed: float
    risk: float
    error: float
    cpu: float
    peak: float
    cpu_below: float | None = None


CASES = {
    (100_000, "q6", 5): Case("optimum", 0.2629, 0.056, 0.028, 0.100, 17.1, 0.56),
    (100_000, "q6", 11): Case("optimum", 0.3238, 0.084, 0.017, 0.098, 17.8, 0.57),
    (100_000, "q9", 5): Case("genetic, not proved", 0.3895, 0.058, 0.026, 0.134, 63.6, 1.79, cpu_below=14.0),
    (1_000_000, "q6", 5): Case("optimum", 0.1569, 0.054, 0.028, 0.051, 192.4, 2.87, cpu_below=9.5),
    (1_000_000, "q9", 5): Case("top-down, not proved", 0.3098, 0.069, 0.024, 0.111, 96.9, 1.19),
    (1_000_000, "q9", 11): Case("top-down, not proved", 0.3515, 0.077, 0.011, 0.127, 123.7, 1.41),
}


def main() -> None:
    parser = arguments("The proved optimum of the oracle's table, judged by the oracle.", patients=100_000, k=5)
    parser.add_argument("--attributes", choices=tuple(ATTRIBUTES), default="q9", help="six or nine quasi-identifiers")
    parser.add_argument("--seconds", type=float, help="stop after so many CPU seconds, and state the bound reached")
    asked = parser.parse_args()
    if not is_here():
        raise SystemExit(f"the oracle is absent: no {ORACLE} (set CHEVET_SHARED_ORACLES to the folder that holds it)")
    with tempfile.TemporaryDirectory() as name:
        row = _measured(asked.patients, asked.attributes, asked.k, asked.seconds, Path(name))
    arx = CASES.get((asked.patients, asked.attributes, asked.k))
    missed = _missed(row, arx, asked.k)
    if not asked.json:
        headings = ("", "loss", "bound", "suppressed %", "risk %", "error %", "smallest", "CPU s", "GB", "")
        show(f"{asked.patients:,} patients, {asked.attributes}, k = {asked.k}, at most 10 % suppressed", headings,
             [_our_line(row, arx, missed), *([] if arx is None else [_arx_line(arx)])])  # fmt: skip
        print(f"levels {row['levels']}; {row['weighed']:,} of {row['lattice']:,} nodes weighed")
    finish({**vars(asked), "chevet": row, "arx": arx and asdict(arx), "missed": missed}, asked.json)
    if missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


def _measured(patients: int, which: str, k: int, seconds: float | None, folder: Path) -> dict[str, Any]:
    attributes = ATTRIBUTES[which]
    tell(f"{patients:,} patients are made up")
    make(patients, folder)
    table = coded(patients, folder, attributes)
    tell("searched")
    begun = time.process_time()
    found = search_optimal(table, [KAnonymity(k)], SUPPRESSION_AT_MOST, seconds=seconds, progress=_tell)
    cpu = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    write(found.released, folder / "released.csv")
    tell("judged")
    judged = judge(patients, attributes, folder / "released.csv", k, folder)
    lattice = 1
    for hierarchy in table.hierarchies:
        lattice *= hierarchy.levels
    return {
        "loss": judged["gcp"], "suppressed": judged["supp"], "risk": judged["classes"] / patients,
        "error": judged["query_relerr_median"], "smallest": judged["min_class"],
        **_our_own_judgment(found, k), "bound": found.bound, "proved": found.proved, "levels": found.levels,
        "weighed": found.nodes_evaluated, "lattice": lattice, "cpu": round(cpu, 2), "peak": round(peak, 2),
    }  # fmt: skip


def _our_own_judgment(found: Optimum, k: int) -> dict[str, Any]:
    """The same release by Chevet's measures, and what the search said of it."""
    return {
        "searched_loss": found.loss,
        "own_loss": utility(found.released, k).loss,
        "own_smallest": int(classes_of(found.released).sizes.min(initial=found.released.table.n)),
    }


def _missed(row: dict[str, Any], arx: Case | None, k: int) -> list[str]:
    """What does not hold: k, the limit, three agreeing losses, a loss no worse than ARX's, the CPU time asked for."""
    missed = []
    if row["smallest"] < k or row["own_smallest"] < k:
        missed.append("k")
    if row["suppressed"] > SUPPRESSION_AT_MOST:
        missed.append("suppression")
    # The judge prints four decimals.
    if max(abs(row["loss"] - row[other]) for other in ("searched_loss", "own_loss")) > 0.00006:
        missed.append("the losses of the judge, of our measure and of the search differ")
    if arx is not None and row["loss"] > arx.loss:
        missed.append("loss")
    if arx is not None and arx.cpu_below is not None and row["cpu"] >= arx.cpu_below:
        missed.append("CPU")
    return missed


def _our_line(row: dict[str, Any], arx: Case | None, missed: list[str]) -> tuple[object, ...]:
    target = "" if arx is None or arx.cpu_below is None else f"; target {arx.cpu_below:g} s"
    verdict = f"MISSED ({', '.join(missed)})" if missed else "met"
    return (
        "chevet", f"{row['loss']:.4f}", f"{row['bound']:.4f}", _percent(row["suppressed"]), _percent(row["risk"]),
        _percent(row["error"]), row["smallest"], row["cpu"], f"{row['peak']:.2f}",
        ("proved" if row["proved"] else "not proved") + target + f": {verdict}",
    )  # fmt: skip


def _arx_line(arx: Case) -> tuple[object, ...]:
    return ("ARX", f"{arx.loss:.4f}", "", _percent(arx.suppressed), _percent(arx.risk), _percent(arx.error), "",
            arx.cpu, f"{arx.peak:.2f}", arx.search)  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _tell(standing: Standing) -> None:
    tell(
        f"  {standing.nodes_evaluated:,} weighed, {standing.in_question:,} in question,"
        f" loss {standing.loss:.4f}, bound {standing.bound:.4f}"
    )


if __name__ == "__main__":
    main()
