"""The numbers that real public studies must give, to the last row; skipped, saying so, where the data are absent.

python -m benchmarks.real_studies
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import arguments, finish, show, tell
from chevet.cohort.index import CohortIndex
from chevet.cohort.kaplan_meier import kaplan_meier
from chevet.cohort.studies import import_study
from chevet.records.tables import DAYS_PER_MONTH
from chevet.store.lake import Lake
from chevet.store.version import Version

SHARED = Path(os.environ.get("CHEVET_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))

Found = dict[str, object]


def reasons(version: Version, *, table: str = "", reason: str = "") -> int:
    """How many rows the import report names for this table and reason."""
    return sum(
        row["count"]
        for row in version.report["reasons"]
        if table in ("", row["table"]) and reason in ("", row["reason"])
    )


def accounted_for(version: Version, table: str) -> int:
    tally = version.report["tables"][table]
    kept = version.rows[table]
    return int(kept + tally["rejected"])


def metabric(version: Version) -> Found:
    days, occurred = CohortIndex.load(version.index_dir).endpoint("overall_survival")
    known = ~np.isnan(days)
    median = kaplan_meier(days[known] / DAYS_PER_MONTH, occurred[known]).quantile(0.5).value
    return {
        "patients": version.rows["patient"],
        "mutation rows kept or rejected with a reason": accounted_for(version, "variant"),
        "overall survival missing": version.rows["patient"] - int(known.sum()),
        "median overall survival, months": round(median, 1),
        "announced files reported absent": len(version.report["missing_files"]),
    }


def tcga(version: Version) -> Found:
    cohorts = sum(path.name.startswith("mutations_") for path in (SHARED / "cohorts/tcga").iterdir())
    return {
        "cohorts": cohorts,
        "mutation rows kept or rejected with a reason": accounted_for(version, "variant"),
        "duplicates between aliquots resolved and counted": reasons(version, reason="duplicate_between_aliquots") > 0,
    }


def phenopackets(version: Version) -> Found:
    times = version.connect().execute("SELECT count(start_days) FROM event WHERE endpoint IS NOT NULL").fetchone()
    return {
        "packets": version.rows["patient"],
        "junk files named": reasons(version, reason="junk_file"),
        "ISO 8601 durations read as days": bool(times and times[0] > 300),
    }


# study -> (path, mapping, what is read from it, what it must be)
STUDIES: dict[str, tuple[str, str | None, Callable[[Version], Found], Found]] = {
    "METABRIC": ("cohorts/metabric", None, metabric, {
        "patients": 2509,
        "mutation rows kept or rejected with a reason": 17272,
        "overall survival missing": 529,
        "median overall survival, months": 155.7,
        "announced files reported absent": 2,
    }),
    "TCGA": ("cohorts/tcga", "tcga", tcga, {
        "cohorts": 25,
        "mutation rows kept or rejected with a reason": 938564,
        "duplicates between aliquots resolved and counted": True,
    }),
    "Phenopackets": ("cohorts/phenopackets_pancreas.tar.gz", None, phenopackets, {
        "packets": 1213,
        "junk files named": 1214,
        "ISO 8601 durations read as days": True,
    }),
}  # fmt: skip


def main() -> None:
    asked = arguments("Real public studies.").parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="chevet-benchmark-") as home:
        lake = Lake(Path(home))
        for study, (place, mapping, look, expected) in STUDIES.items():
            path = SHARED / place
            if not path.exists():
                tell(f"{study} skipped: {place} is absent (set CHEVET_SHARED_DATA to the folder that holds it)")
                continue
            tell(study)
            began = time.process_time()
            written = import_study(lake, path, study.lower(), mapping=Path(mapping) if mapping else None)
            spent = round(time.process_time() - began, 1)
            found = look(lake.open(written.study))
            rows += [
                {"study": study, "what": what, "expected": expected[what], "found": found[what],
                 "equal": found[what] == expected[what], "import_cpu_seconds": spent}
                for what in expected
            ]  # fmt: skip
    if not asked.json:
        show(
            "Real public studies", ("study", "what", "expected", "found", "", "import, CPU s"),
            [(r["study"], r["what"], str(r["expected"]), str(r["found"]), "equal" if r["equal"] else "DIFFERENT",
              r["import_cpu_seconds"]) for r in rows],
        )  # fmt: skip
    finish({"claims": rows}, asked.json)
    if not all(row["equal"] for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
