"""Checks of k, of l and of t on a released table: ours and pycanon's, on the same table, in one run.

python -m benchmarks.anonymity_checks --patients 1000000
python -m benchmarks.anonymity_checks --population 1000000     k-map and delta-presence: a sample of so many people

The table is the oracle's, released by local recoding at k = 5. pycanon runs in the second environment (`make peers`,
or `CHEVET_PEERS_PYTHON`); without one it is said to be absent. CPU seconds, reading of files left out.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.anonymisation_oracle import NINE, ORACLE, coded, is_here, make
from benchmarks.measuring import arguments, finish, show, tell
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import (
    DeltaPresence,
    DistinctLDiversity,
    KAnonymity,
    KMap,
    Model,
    Population,
    TCloseness,
    View,
)
from chevet.privacy.anonymity.policy import Column, ModelAsked, Policy
from chevet.privacy.anonymity.search.recoding import recode_locally
from chevet.privacy.anonymity.utility import utility
from chevet.privacy.anonymity.verify.verifier import verify
from chevet.privacy.risk.reidentification import reidentification
from chevet.privacy.risk.three_questions import peers_python

# CPU seconds that a check may take, by number of patients.
MODELS_OF_A_POPULATION = 20.0
TARGETS = {1_000_000: {"k": 1.0, "l": 1.0}}
NAMES = {
    "k": "k-anonymity", "l": "distinct l-diversity (driver)", "t": "t-closeness, equal (driver)",
    "verifier": "verifier: all of these and every label, from the written table",
    "utility": "loss, entropy, error of 300 questions", "risks": "three attackers, 129 combinations of facts",
}  # fmt: skip
PYCANON = """
import json, sys, time
import pandas as pd
from pycanon.anonymity import k_anonymity, l_diversity, t_closeness
table = pd.read_parquet(sys.argv[1]).astype(object)
quasi = [name for name in table.columns if name != "driver"]
found = {}
for name, ask in (("k", lambda: k_anonymity(table, quasi)), ("l", lambda: l_diversity(table, quasi, ["driver"])),
                  ("t", lambda: t_closeness(table.astype({"driver": str}), quasi, ["driver"]))):
    if name in sys.argv[2]:
        begun = time.process_time()
        figure = float(ask())
        found[name] = {"figure": figure, "cpu": time.process_time() - begun}
print(json.dumps(found))
"""


def main() -> None:
    parser = arguments("Checks of a released table: chevet and pycanon.", patients=100_000)
    parser.add_argument("--pycanon", default="kl", help="what pycanon is asked: k, l, t (t takes several times l)")
    parser.add_argument("--population", type=int, help="measure the models of a population of so many people instead")
    asked = parser.parse_args()
    if not is_here():
        raise SystemExit(f"the oracle is absent: no {ORACLE} (set CHEVET_SHARED_ORACLES to the folder that holds it)")
    if asked.population:
        _of_a_population(asked.patients, asked.population, asked.json)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tell(f"{asked.patients:,} patients are made up, and released at k = 5")
        make(asked.patients, folder)
        table = coded(asked.patients, folder, NINE, ["driver"])
        released = recode_locally(table, [KAnonymity(5)])
        ours = _ours(released)
        theirs = _theirs(released, folder, asked.pycanon)
    rows = [_row(check, ours[check], theirs, TARGETS.get(asked.patients, {}).get(check)) for check in NAMES]
    if not asked.json:
        headings = ("CPU seconds", "figure", "chevet", "pycanon", "pycanon/chevet", "target")
        show(f"{asked.patients:,} patients, nine quasi-identifiers, {_classes(released):,} classes", headings,
             [_line(row) for row in rows])  # fmt: skip
        if theirs is None:
            print("\npycanon is absent: make the second environment (`make peers`) or set CHEVET_PEERS_PYTHON")
    finish({"patients": asked.patients, "pycanon": theirs is not None, "checks": rows}, asked.json)


def _of_a_population(patients: int, people: int, as_json: bool) -> None:
    """Local recoding under models of a population, and its journalist's risk; the table is a sample of the people."""
    with tempfile.TemporaryDirectory() as name:
        tell(f"{people:,} people are made up")
        make(people, Path(name))
        everybody = coded(people, Path(name), NINE)
    rows = np.random.default_rng(1).choice(people, patients, replace=False)
    table = CodedTable(everybody.hierarchies, tuple(codes[rows] for codes in everybody.codes))
    population = Population(everybody)
    measured: list[dict[str, Any]] = []
    asked: tuple[tuple[str, list[Model]], ...] = (
        ("k-map 5", [KMap(5, population)]), ("k-map 20", [KMap(20, population)]),
        ("k = 5, k-map 20", [KAnonymity(5), KMap(20, population)]),
        ("k = 5, presence at most 0.3", [KAnonymity(5), DeltaPresence(0, 0.3, population)]),
    )  # fmt: skip
    for name, models in asked:
        tell(name)
        begun = time.process_time()
        released = recode_locally(table, models)
        found = time.process_time()
        reidentification(released, population=population, known_up_to=1)
        spent = {"found": round(found - begun, 1), "risk": round(time.process_time() - found, 1)}
        measured.append({"models": name, "classes": _classes(released), **spent, "target": MODELS_OF_A_POPULATION})
    if not as_json:
        show(f"{patients:,} patients of a population of {people:,}, nine quasi-identifiers, CPU seconds",
             ("", "classes", "released and checked", "journalist's risk", "target"),
             [(m["models"], m["classes"], m["found"], m["risk"],
               f"{m['target']:g} " + ("met" if m["found"] < m["target"] else "MISSED")) for m in measured])  # fmt: skip
    finish({"patients": patients, "population": people, "models": measured}, as_json)


def _ours(released: Released) -> dict[str, dict[str, float]]:
    """Each check from the integers of the release, classes counted anew each time."""
    written = _written(released)
    policy = Policy(
        columns=(*(Column(name, "quasi", "of the oracle") for name in NINE), Column("driver", "sensitive")),
        models=(
            ModelAsked("k-anonymity", {"k": 2}),
            ModelAsked("distinct-l-diversity", {"l": 2}, "driver"),
            ModelAsked("t-closeness", {"t": 1.0}, "driver", "equal"),
        ),
    )
    hierarchies = {h.name: h for h in released.table.hierarchies}
    asked: dict[str, Callable[[], float]] = {
        "k": lambda: KAnonymity(2).holds(View.of(released)).figure,
        "l": lambda: DistinctLDiversity("driver", 2).holds(View.of(released, ["driver"])).figure,
        "t": lambda: TCloseness("driver", 1.0).holds(View.of(released, ["driver"])).figure,
        "verifier": lambda: float(verify(written, policy, hierarchies).findings[-3].figure),
        "utility": lambda: utility(released, 5).loss,
        "risks": lambda: reidentification(released).prosecutor.average,
    }
    found = {}
    for name, question in asked.items():
        tell(NAMES[name])
        begun = time.process_time()
        figure = question()
        found[name] = {"figure": figure, "cpu": time.process_time() - begun}
    if found["verifier"]["figure"] != found["k"]["figure"]:
        raise SystemExit("the verifier and the model disagree about k")
    return found


def _theirs(released: Released, folder: Path, what: str) -> dict[str, dict[str, float]] | None:
    python = peers_python()
    if python is None:
        return None
    tell("pycanon")
    pq.write_table(_written(released), folder / "released.parquet")
    done = subprocess.run(
        [python, "-c", PYCANON, folder / "released.parquet", what], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"pycanon ended with {done.returncode}:\n{done.stderr}")
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


def _written(released: Released) -> pa.Table:
    columns = {
        h.name: pa.array(h.flat_labels).take(pa.array(nodes))
        for h, nodes in zip(released.table.hierarchies, released.nodes, strict=True)
    }
    labels = pa.array(released.table.sensitive_labels["driver"])
    return pa.table({**columns, "driver": labels.take(pa.array(released.table.sensitive["driver"]))})


def _classes(released: Released) -> int:
    return len(View.of(released).sizes)


def _row(
    check: str, ours: dict[str, float], theirs: dict[str, dict[str, float]] | None, target: float | None
) -> dict[str, Any]:
    peer = (theirs or {}).get(check)
    if peer is not None and not np.isclose(peer["figure"], ours["figure"], rtol=0, atol=1e-9):
        raise SystemExit(f"{NAMES[check]}: pycanon finds {peer['figure']}, chevet {ours['figure']}")
    return {"check": check, "figure": ours["figure"], "chevet": round(ours["cpu"], 3),
            "pycanon": None if peer is None else round(peer["cpu"], 2), "target": target}  # fmt: skip


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    peer = row["pycanon"]
    target = "" if row["target"] is None else f"{row['target']:g} " + (
        "met" if row["chevet"] <= row["target"] else "MISSED"
    )  # fmt: skip
    return (NAMES[row["check"]], f"{row['figure']:.4g}", f"{row['chevet']:.2f}", "" if peer is None else f"{peer:.1f}",
            "" if peer is None else f"{peer / max(row['chevet'], 1e-3):,.0f} x", target)  # fmt: skip


if __name__ == "__main__":
    main()
