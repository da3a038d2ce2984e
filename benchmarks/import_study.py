"""Import a made-up cohort and read one patient's record: seconds, CPU seconds, peak memory, milliseconds.

    python -m benchmarks.import_study [PATIENTS]

Prints one JSON object. The goal at 100,000 patients: import under 60 s and 2 GB, a record under 30 ms warm.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from chevet import synth
from chevet.cohort.studies import import_study
from chevet.records.tables import TABLES
from chevet.store.lake import Lake
from chevet.store.version import Version

ASKED = 30


def main(patients: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        synth.make(patients, 7, Path(folder) / "source")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        wall, cpu = time.perf_counter(), time.process_time()
        lake = Lake(Path(folder) / "home")
        import_study(lake, Path(folder) / "source", "bench")
        seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
        version = lake.open("bench")
        answer = {
            "patients": patients, "variants": version.rows["variant"],
            "import_seconds": round(seconds, 1), "import_cpu_seconds": round(cpu_seconds, 1),
            "peak_memory_mb_before": before // 1024,
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "one_record_ms": round(one_record_ms(version), 1),
            "disk_mb": sum(p.stat().st_size for p in version.path.rglob("*") if p.is_file()) // 1_000_000,
        }  # fmt: skip
    print(json.dumps(answer))


def one_record_ms(version: Version) -> float:
    """Milliseconds for every row of one patient in every table, once warm; the mean of 30 patients."""
    connection = version.connect()
    tables = [name for name, table in TABLES.items() if "patient_id" in table.schema.names]
    patients = version.table("patient", ["patient_id"])["patient_id"].to_pylist()
    chosen = patients[:: max(1, len(patients) // ASKED)][:ASKED]
    begun = 0.0
    for i, patient in enumerate([chosen[0], *chosen]):
        if i == 1:
            begun = time.perf_counter()
        for name in tables:
            connection.execute(f'SELECT * FROM "{name}" WHERE patient_id = ?', [patient]).fetchall()
    return 1000 * (time.perf_counter() - begun) / len(chosen)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
