"""A release from end to end, and what two releases of the same people give away together.

python -m benchmarks.releases --patients 100000
"""

from __future__ import annotations

import contextlib
import datetime
import re
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import arguments, finish, show, tell
from benchmarks.real_studies import SHARED
from chevet import synth
from chevet.cohort.studies import import_study
from chevet.errors import Refused
from chevet.privacy.anonymity import folder as folders
from chevet.privacy.anonymity.checking import check
from chevet.privacy.anonymity.draft import draft
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.register.registry import Registry
from chevet.privacy.anonymity.release import Release, anonymise
from chevet.privacy.attacks.composition import disclosed_by_both
from chevet.privacy.keys import Key
from chevet.store.lake import Lake

DAY = datetime.date(2026, 11, 27)
# What is often done, and a draft no longer does: groups of five, and outcomes shown as they are.
OUTCOMES = ("vital_status", "cause_of_death", "overall_survival_months", "overall_survival_occurred")
# Of METABRIC: two choices of what is shown, each k = 5, that somebody might make one after the other.
FIRST, SECOND = {"stage": 3, "laterality": 1}, {"grade": 1, "oncotree_code": 4}
COARSER = {"stage": 3, "laterality": 1, "grade": 1}


def policy(source: Source, top: dict[str, int] | None = None) -> Policy:
    """The first draft as it is; with `top`, in groups of five with outcomes shown as they are, and these columns no
    finer than these levels."""
    text = draft(source.table, source=source.cohort, study=source.study, manual="").replace("draft = true\n", "")
    if top is None:
        return Policy.parse(text)
    for name in OUTCOMES:
        text = re.sub(
            rf'(name = "{name}"\n)role = "quasi"\n(?:(?:hierarchy|lowest) = .*\n)*', r'\1role = "sensitive"\n', text
        )
    for name, level in top.items():
        text = text.replace(f'name = "{name}"\nrole = "quasi"', f'name = "{name}"\nrole = "quasi"\nlowest = {level}')
    return Policy.parse(re.sub(r"(?m)^(highest|average)_risk = .*$", "", re.sub(r"(?m)^k = .*$", "k = 5", text)))


def spent(act: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and its CPU seconds."""
    before = time.process_time()
    found = act()
    return found, time.process_time() - before


def from_end_to_end(folder: Path, patients: int) -> dict[str, float]:
    """CPU seconds of each step on a made-up study, policy and dossier included."""
    synth.make(patients, 7, folder / "cohort")
    lake = Lake(folder / "home")
    import_study(lake, folder / "cohort", "madeup")
    source, table = spent(lambda: Source.of_study(lake.open("madeup")))
    asked = policy(source)
    release, made = spent(lambda: Registry(lake).release(source, asked, folder / "out", made_on=DAY))
    checked, again = spent(lambda: check(folders.read(folder / "out")))
    if not checked.holds:
        raise SystemExit("a release was made that does not hold")
    return {
        "table": table, "release": made, "check": again, "loss": release.report["utility"]["loss"],
        "average_risk": release.report["risks"]["after"]["average_risk"],
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }  # fmt: skip


def disclosed(first: Release, second: Release) -> float:
    """Share of people whose whole sensitive vector the two give away to somebody who knows their quasi-identifiers."""
    table = first.released.table
    known = dict(zip(table.names, table.codes, strict=True))
    sensitive = [c.name for c in first.policy.sensitive]
    return float(np.mean(disclosed_by_both(first.table, second.table, table.hierarchies, known, sensitive)))


def composed(folder: Path) -> dict[str, Any]:
    """METABRIC released twice: by anybody, and through the register."""
    lake = Lake(folder / "home")
    import_study(lake, SHARED / "cohorts" / "metabric", "metabric")
    source, key = Source.of_study(lake.open("metabric")), Key(bytes(32), "order")
    naive = [anonymise(source, policy(source, top), made_on=DAY, order_key=key) for top in (FIRST, SECOND)]
    register = Registry(lake)
    base = register.release(source, policy(source, FIRST), folder / "base", made_on=DAY)
    with contextlib.suppress(Refused):
        register.release(source, policy(source, SECOND), folder / "second", made_on=DAY)
    refused = not (folder / "second").exists()
    coarser = register.release(source, policy(source, COARSER), folder / "coarser", made_on=DAY, like=base.name)
    return {"naive": disclosed(*naive), "second_refused": refused, "with_a_coarsening": disclosed(base, coarser)}


def main() -> None:
    asked = arguments("A release from end to end, and what two give away.", patients=100_000).parse_args()
    with tempfile.TemporaryDirectory(prefix="chevet-benchmark-") as place:
        tell(f"making {asked.patients:,} patients up, and releasing them")
        steps = from_end_to_end(Path(place) / "madeup", asked.patients)
        there = (SHARED / "cohorts" / "metabric").exists()
        together = composed(Path(place) / "metabric") if there else {}
    if not asked.json:
        show(
            f"{asked.patients:,} made-up patients, CPU seconds",
            ("table", "release, dossier", "check", "loss", "average risk", "GB"),
            [tuple(f"{steps[k]:.3g}" for k in ("table", "release", "check", "loss", "average_risk", "gigabytes"))],
        )
        if there:
            show(
                "METABRIC released twice: people whose whole sensitive vector the two give away",
                ("two independent releases", "the second, through the register", "beside a coarsening"),
                [(f"{together['naive']:.1%}", "refused" if together["second_refused"] else "MADE",
                  f"{together['with_a_coarsening']:.1%}")],
            )  # fmt: skip
        else:
            tell("METABRIC is absent: what two releases give away was not measured")
    finish({"patients": asked.patients, **steps, **together}, asked.json)
    if there and not (together["second_refused"] and together["with_a_coarsening"] == 0):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
