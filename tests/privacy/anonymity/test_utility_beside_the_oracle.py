"""Loss, entropy, discernibility and the error of questions are those of the oracle's judge, to the last digits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.anonymisation_oracle import NINE, ORACLE, coded, is_here, make, write
from chevet.privacy.anonymity.classes import classes_of
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.utility import utility

PEOPLE = 3000
# Its judge takes long to read the 35,000 communes.
EIGHT = [name for name in NINE if name != "commune"]
JUDGE = """
import json, sys
import pandas as pd
from evaluate import evaluate
released = pd.read_csv(sys.argv[1], sep=";", dtype=str, keep_default_na=False)
found = evaluate(int(sys.argv[2]), list(released.columns), released, 5)
print(json.dumps({name: float(value) for name, value in found.items()}))
"""


def judged(folder: Path, path: Path) -> dict[str, float]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ORACLE), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, path, str(PEOPLE)],
        cwd=folder, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_the_figures_are_the_judges(tmp_path: Path) -> None:
    if not is_here():
        pytest.skip("the oracle is absent (set CHEVET_SHARED_ORACLES to the folder that holds it)")
    make(PEOPLE, tmp_path)
    table = coded(PEOPLE, tmp_path, EIGHT)
    everywhere = tuple(min(3, h.levels - 1) for h in table.hierarchies)
    elsewhere = tuple(min(4, h.levels - 1) for h in table.hierarchies)
    # Local recoding: women at one tuple of levels, men at another; classes below 5 suppressed.
    women = table.codes[1] == 0
    nodes = tuple(
        np.where(women, a, b).astype(np.int32)
        for a, b in zip(*(Released.at_levels(table, levels).nodes for levels in (everywhere, elsewhere)), strict=True)
    )
    classes = classes_of(Released(table, nodes, np.zeros(PEOPLE, dtype=np.bool_)))
    released = Released(table, nodes, classes.sizes[classes.of] < 5)
    write(released, tmp_path / "released.csv")
    theirs, ours = judged(tmp_path, tmp_path / "released.csv"), utility(released, 5)
    assert 0 < ours.suppressed < 1
    for name, figure in {
        "gcp": ours.loss, "supp": ours.suppressed, "classes": ours.classes, "C_avg": ours.average_class,
        "discern": ours.discernibility, "nu_entropy": ours.entropy_loss, "query_relerr_median": ours.question_median,
        "query_relerr_mean": ours.question_mean,
    }.items():  # fmt: skip
        assert figure == pytest.approx(theirs[name], abs=1e-9), name
