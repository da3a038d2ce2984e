"""A million patients made up, in a process of its own: how long it takes, and the most memory it ever holds.

python -m benchmarks.made_up_cohort --patients 1000000
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.import_study import measured
from benchmarks.measuring import arguments, finish, show, tell

GIGABYTES_AT_MOST = 4.0


def main() -> None:
    asked = arguments("A made-up cohort: time and memory.", patients=1_000_000, seed=7).parse_args()
    size = ["--patients", str(asked.patients), "--seed", str(asked.seed)]
    with tempfile.TemporaryDirectory(prefix="chevet-benchmark-") as folder:
        tell(f"making {asked.patients:,} patients up")
        used = measured([sys.executable, "-m", "chevet", "synth", *size, "--out", f"{folder}/cohort"])
        on_disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e9
    met = used["gigabytes"] <= GIGABYTES_AT_MOST
    if not asked.json:
        show(
            f"{asked.patients:,} made-up patients",
            ("seconds", "CPU seconds", "GB at most", "GB on disk", "target"),
            [(used["seconds"], used["cpu_seconds"], f"{used['gigabytes']:.2f}", f"{on_disk:.2f}",
              f"{GIGABYTES_AT_MOST:.0f} GB " + ("met" if met else "MISSED"))],
        )  # fmt: skip
    finish({"patients": asked.patients, **used, "gigabytes_on_disk": round(on_disk, 2), "met": met}, asked.json)
    if not met:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
