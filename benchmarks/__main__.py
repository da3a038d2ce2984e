"""Every quick claim, one after the other: `python -m benchmarks`. The long ones are named at the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

QUICK = (
    ("cohort_questions", "--patients", "100000"),
    ("import_study", "--patients", "100000"),
    ("real_studies",),
    ("kill_imports", "20"),
    ("anonymise_local",),
    ("anonymise_optimal",),
    ("anonymity_checks",),
    ("releases",),
    ("output_tables",),
    ("room_permits",),
    ("consultations",),
    ("consultation_speed",),
    ("consequences",),
    ("drivers",),
    ("power", "--cohorts", "2"),
    ("outcome",),
    ("response",),
    ("tractability",),
    ("oncogenicity",),
    ("signatures",),
    ("burden",),
)
LONG = (
    "python -m benchmarks.drivers --exomes 1",
    "python -m benchmarks.response --genes 18000",
    "python -m benchmarks.shape",
    "python -m benchmarks.relations",
    "python -m benchmarks.ranking",
    "python -m benchmarks.cohort_questions --patients 1000000",
    "python -m benchmarks.import_study --index 1000000",
    "python -m benchmarks.made_up_cohort --patients 1000000",
    "python -m benchmarks.import_study --patients 1000000   (7 GB of memory)",
    "python -m benchmarks.kill_imports 200 7",
    "python -m benchmarks.anonymise_local --patients 1000000",
    "python -m benchmarks.anonymise_optimal --patients 1000000 --attributes q6",
    "python -m benchmarks.anonymity_checks --patients 1000000",
    "python -m benchmarks.anonymity_checks --population 1000000",
    "python -m benchmarks.pseudonyms_and_alterations --patients 100000",
    "python -m benchmarks.questions_without_rows --patients 100000",
)


def main() -> None:
    failed = []
    for name, *words in QUICK:
        print(f"\n== python -m benchmarks.{' '.join((name, *words))}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *words], cwd=Path(__file__).parents[1])
        if done.returncode:
            failed.append(name)
    print("\nLonger ones, each a few minutes:")
    for line in LONG:
        print(f"  {line}")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
