"""What it costs to name patients anew, to move their dates, and to release and judge their alterations.

python -m benchmarks.pseudonyms_and_alterations --patients 100000
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from benchmarks.made_up_study import made_up_study
from benchmarks.measuring import arguments, cpu_milliseconds, finish, show, tell
from chevet.privacy.dates import shifted
from chevet.privacy.genomic import carried, release_alterations, singling_out
from chevet.privacy.keys import Key
from chevet.privacy.pseudonyms import pseudonym_column
from chevet.store.version import Version

KEY = Key(bytes(32), "benchmark")  # a key that everybody knows: for time, not for secrecy
DETAILS: tuple[Literal["gene", "hotspot", "exact"], ...] = ("gene", "hotspot", "exact")


def main() -> None:
    parser = arguments("Pseudonyms, dates, alterations.", patients=100_000, rounds=3)
    parser.add_argument("--keep", type=Path, help="folder to keep the made-up study in, for the next run")
    asked = parser.parse_args()
    with made_up_study(asked.patients, asked.keep) as study:
        version = study.version()
        variants = version.table("variant", ["patient_id"]).num_rows
        rows = [*_naming(version, asked.rounds), *_alterations(version, asked.rounds)]
    if not asked.json:
        headings = ("CPU seconds, warm", "seconds", "singled out by the whole list", "by two, rarest", "by two, random")
        show(
            f"{asked.patients:,} made-up patients, {variants:,} variants", headings,
            [(r["act"], f"{r['cpu_seconds']:.2f}", *(_share(r.get(key)) for key in ("list", "rarest", "random")))
             for r in rows],
        )  # fmt: skip
    finish({"patients": asked.patients, "variants": variants, "acts": rows}, asked.json)


def _naming(version: Version, rounds: int) -> list[dict[str, Any]]:
    patients = version.table("patient", ["patient_id"])["patient_id"]
    days = np.random.default_rng(1).integers(12_000, 20_000, len(patients))
    dates = pa.chunked_array([pa.array(days, pa.int32()).cast(pa.date32())])
    acts: dict[str, Callable[[], object]] = {
        "pseudonyms": partial(pseudonym_column, KEY, KEY.name, patients),
        "dates shifted": partial(shifted, KEY, KEY.name, patients, dates, within_days=365),
    }
    return [{"act": act, "cpu_seconds": _seconds(act, run, rounds)} for act, run in acts.items()]


def _alterations(version: Version, rounds: int) -> list[dict[str, Any]]:
    rows = []
    for detail in DETAILS:
        release = release_alterations(version, detail)
        data = carried(release.table, release.patients["patient_id"])
        released = f"alterations released, {detail}"
        rows.append(
            {"act": released, "cpu_seconds": _seconds(released, partial(release_alterations, version, detail), 1)}
        )
        found = singling_out(data)
        judged = f"singling out measured, {detail}"
        rows.append({"act": judged, "cpu_seconds": _seconds(judged, partial(singling_out, data), rounds),
                     "list": found["list"], **found["known"][2]})  # fmt: skip
    return rows


def _seconds(act: str, run: Callable[[], object], rounds: int) -> float:
    tell(act)
    return round(cpu_milliseconds(run, rounds) / 1000, 3)


def _share(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
