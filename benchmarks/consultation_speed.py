"""How long a consultation takes and how much memory: one case warm, the command from cold, and three thousand variants.

python -m benchmarks.consultation_speed

The limits are those promised: a warm case in 1 s and 400 MB, the command in 3 s, 3,000 variants in 5 s. CPU seconds of
this process and its children, so that a busy machine says the same as a quiet one; wall seconds stand beside.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import arguments, cpu_milliseconds, finish, show
from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.read import read_case
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.genomics import facts

CASES = Path(__file__).parent / "cases"
DAY = datetime.date(2026, 11, 27)
WARM_SECONDS, WARM_MEGABYTES, COLD_SECONDS, MANY_SECONDS = 1.0, 400.0, 3.0, 5.0
_SEED = 4


def main() -> None:
    asked = arguments("Speed and memory of a consultation.", cases=20, variants=3_000, rounds=3).parse_args()
    chosen = random.Random(_SEED).sample(sorted(CASES.glob("*.json")), asked.cases)
    cases = [json.loads(file.read_text("utf-8"))["case"] for file in chosen]
    warm = max(cpu_milliseconds(lambda case=case: _told(case), asked.rounds) for case in cases) / 1000
    warm_megabytes = _megabytes(resource.RUSAGE_SELF)
    with tempfile.TemporaryDirectory() as folder:
        cold, cold_wall = _cold(Path(folder), cases[0], asked.rounds)
        many = _many(Path(folder), asked.variants)
    figures = [
        ("one case, warm (slowest)", warm, WARM_SECONDS), ("the command, cold", cold, COLD_SECONDS),
        (f"{asked.variants:,} variants of a VCF, warm", many, MANY_SECONDS),
    ]  # fmt: skip
    if not asked.json:
        rows = [(what, f"{took:.2f} s", f"{limit:.0f} s", f"{took / limit:.2f}") for what, took, limit in figures]
        rows.append(("memory after these cases", f"{warm_megabytes:.0f} MB", f"{WARM_MEGABYTES:.0f} MB",
                     f"{warm_megabytes / WARM_MEGABYTES:.2f}"))  # fmt: skip
        show("A consultation (CPU)", ("", "taken", "promised", "share"), rows)
        print(f"\nthe command, cold, by the clock: {cold_wall:.2f} s")
    finish({
        "warm_seconds": warm, "warm_megabytes": warm_megabytes, "cold_seconds": cold, "cold_wall_seconds": cold_wall,
        "variants": asked.variants, "variants_seconds": many,
    }, asked.json)  # fmt: skip


def _told(case: dict[str, Any]) -> dict[str, Any]:
    return tell(consult(case_of(case), day=DAY), "en")


def _megabytes(whose: int) -> float:
    """The most memory held at any time, in megabytes; macOS counts bytes where Linux counts kilobytes."""
    return resource.getrusage(whose).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _cold(folder: Path, case: dict[str, Any], rounds: int) -> tuple[float, float]:
    """CPU and wall seconds of the command in a new process: the best of some, for others use the machine too."""
    file = folder / "case.json"
    file.write_text(json.dumps(case), "utf-8")
    words = [sys.executable, "-m", "chevet", "bedside", "consult", str(file), "--date", DAY.isoformat(), "--json"]
    taken = []
    for _ in range(rounds + 1):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "CHEVET_HOME": str(folder)})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        taken.append((cpu, time.monotonic() - start))
    return min(taken)


def _many(folder: Path, variants: int) -> float:
    """CPU seconds from a VCF of so many changes, well-known ones among them, to the object."""
    file = folder / "many.vcf"
    file.write_text(_vcf(variants), "utf-8")

    def question() -> dict[str, Any]:
        return tell(consult(read_case([file]), day=DAY), "en")

    found = len(question()["findings"])
    if found < 0.99 * variants:
        raise SystemExit(f"only {found} of {variants} variants became findings")
    return cpu_milliseconds(question, 1) / 1000


def _vcf(variants: int) -> str:
    chance = random.Random(_SEED)
    known = [row for row in facts.rows("known_changes.tsv") if row["ref"] and row["alt"]]
    rows = {(row["chromosome"], int(row["grch38"])): (row["ref"], row["alt"]) for row in chance.sample(known, 300)}
    while len(rows) < variants:
        place = (str(chance.randrange(1, 23)), chance.randrange(1_000_000, 45_000_000))
        rows.setdefault(place, tuple(chance.sample("ACGT", 2)))  # type: ignore[arg-type]
    head = "##fileformat=VCFv4.2\n##reference=GRCh38\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR\n"
    return head + "".join(
        f"{chromosome}\t{place}\t.\t{ref}\t{alt}\t.\tPASS\t.\tGT:AD\t0/1:70,30\n"
        for (chromosome, place), (ref, alt) in sorted(rows.items())
    )


if __name__ == "__main__":
    main()
