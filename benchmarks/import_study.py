"""How long an import takes and how much memory, from made-up patients to a version that answers.

python -m benchmarks.import_study --patients 100000      the whole way, each step a process of its own
python -m benchmarks.import_study --index 1000000        the index alone, of a larger study
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.made_up_study import made_up_study
from benchmarks.measuring import arguments, finish, show, tell

# step -> (largest number of seconds, of GB), for the sizes that are promised
TARGETS: dict[tuple[str, int], tuple[float, float]] = {
    ("import", 100_000): (60.0, 2.0),
    ("make up", 1_000_000): (600.0, 4.0),
}
INDEX_TARGETS = {1_000_000: (15.0, 1.5)}
BUILD = """
import sys
from pathlib import Path
import duckdb
from chevet.cohort.index import CohortIndex
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    CohortIndex.build(connection, Path(sys.argv[2]))
"""


def measured(words: list[str], environment: Mapping[str, str] | None = None) -> dict[str, float]:
    """Run a process; its seconds by the clock, its CPU seconds, and its largest memory in GB."""
    began = time.monotonic()
    process = subprocess.Popen(words, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words[:6])} failed with exit code {process.returncode}")
    return {
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "gigabytes": round(used.ru_maxrss * 1024 / 1e9, 2),
    }


def whole_import(patients: int) -> list[dict[str, Any]]:
    steps = []
    with tempfile.TemporaryDirectory(prefix="chevet-benchmark-") as home:
        folder = f"{home}/made-up"
        chevet = [sys.executable, "-m", "chevet"]
        for step, words in (
            ("make up", ["synth", "--patients", str(patients), "--seed", "7", "--out", folder]),
            ("import", ["study", "import", folder, "--as", "madeup"]),
            ("import again, unchanged", ["study", "import", folder, "--as", "madeup"]),
            ("verify", ["study", "verify", "madeup"]),
        ):
            tell(step)
            steps.append(_step(step, patients, measured([*chevet, *words], {"CHEVET_HOME": f"{home}/lake"}), TARGETS))
        on_disk = sum(path.stat().st_size for path in Path(f"{home}/lake").rglob("*") if path.is_file())
        steps.append({"step": "on disk", "patients": patients, "gigabytes": round(on_disk / 1e9, 2)})
    return steps


def index_alone(patients: int, keep: Path | None) -> list[dict[str, Any]]:
    with made_up_study(patients, keep, with_index=False) as study, tempfile.TemporaryDirectory() as out:
        tell("building the index")
        used = measured([sys.executable, "-c", BUILD, str(study.database), out])
        size = sum(path.stat().st_size for path in Path(out).iterdir())
    seconds, gigabytes = INDEX_TARGETS.get(patients, (None, None))
    met = None if seconds is None else used["cpu_seconds"] <= seconds and used["gigabytes"] <= gigabytes
    target = "" if seconds is None else f"{seconds:.0f} s CPU, {gigabytes} GB"
    return [
        {"step": "index", "patients": patients, **used, "target": target, "met": met},
        {"step": "index on disk", "patients": patients, "gigabytes": round(size / 1e9, 3)},
    ]


def _step(
    step: str, patients: int, used: dict[str, float], targets: Mapping[Any, tuple[float, float]]
) -> dict[str, Any]:
    seconds, gigabytes = targets.get((step, patients), (None, None))
    met = (
        None if seconds is None or gigabytes is None else used["seconds"] <= seconds and used["gigabytes"] <= gigabytes
    )
    target = "" if seconds is None else f"{seconds:.0f} s, {gigabytes} GB"
    return {"step": step, "patients": patients, **used, "target": target, "met": met}


def main() -> None:
    parser = arguments("Import: time and memory.", patients=100_000)
    parser.add_argument("--index", type=int, help="measure the index alone, of a study of this many patients")
    parser.add_argument("--keep", type=Path, help="folder to keep the made-up study in, for the next run")
    asked = parser.parse_args()
    steps = index_alone(asked.index, asked.keep) if asked.index else whole_import(asked.patients)
    if not asked.json:
        verdict = {True: "met", False: "MISSED", None: ""}
        show(
            f"{steps[0]['patients']:,} made-up patients",
            ("step", "seconds", "CPU seconds", "GB at most", "target"),
            [(s["step"], s.get("seconds", ""), s.get("cpu_seconds", ""), f"{s['gigabytes']:.2f}",
              f"{s.get('target', '')} {verdict[s.get('met')]}".strip()) for s in steps],
        )  # fmt: skip
    finish({"steps": steps}, asked.json)


if __name__ == "__main__":
    main()
