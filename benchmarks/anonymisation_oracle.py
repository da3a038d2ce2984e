"""The table, the judge and the hierarchies that anonymisation is measured on, run in place from the shared oracles.

`gen.py` makes the table; `evaluate.py` reads a released file and measures it, sharing no line with Chevet.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from chevet.privacy.anonymity.coded import SUPPRESSED, CodedTable, Released
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

ORACLE = Path(os.environ.get("CHEVET_SHARED_ORACLES", Path(__file__).parents[2] / "shared" / "oracles"))
ORACLE /= "anonymisation"
NINE = ("age", "sex", "commune", "dx_date", "death_date", "topo", "morph", "stage", "pcs")
SIX = ("age", "sex", "commune", "dx_date", "topo", "stage")
SENSITIVE = ("driver", "germline", "hiv", "regimen", "response")


def is_here() -> bool:
    return all((ORACLE / name).exists() for name in ("gen.py", "evaluate.py", "common.py"))


def make(patients: int, folder: Path) -> None:
    """Have the oracle make its table and hierarchies in `folder`/data, where its judge will look for them."""
    _run([ORACLE / "gen.py", str(patients), folder / "data"], folder)


def coded(patients: int, folder: Path, attributes: Sequence[str], sensitive: Sequence[str] = ()) -> CodedTable:
    """The table that was made, in integers."""
    table = pq.read_table(folder / "data" / f"patients_{patients}.parquet", columns=[*attributes, *sensitive])
    hierarchies = tuple(Hierarchy.read_csv(name, folder / "data" / f"h_{name}.csv") for name in attributes)
    codes = []
    for hierarchy in hierarchies:
        values, labels = _words(table[hierarchy.name])
        codes.append(hierarchy.encode(labels)[values])
    words = {name: _words(table[name]) for name in sensitive}
    return CodedTable(
        hierarchies, tuple(codes),
        {name: values for name, (values, _) in words.items()}, {name: labels for name, (_, labels) in words.items()},
    )  # fmt: skip


def write(released: Released, path: Path) -> None:
    """The release as the judge reads it: labels, `;` between them, suppressed rows as `*`."""
    columns = {}
    for hierarchy, nodes in zip(released.table.hierarchies, released.nodes, strict=True):
        labels = pa.array([*hierarchy.flat_labels, SUPPRESSED])
        columns[hierarchy.name] = labels.take(pa.array(np.where(released.suppressed, len(labels) - 1, nodes)))
    csv.write_csv(pa.table(columns), path, csv.WriteOptions(delimiter=";", quoting_style="none"))


def judge(patients: int, attributes: Sequence[str], path: Path, k: int, folder: Path) -> dict[str, float]:
    """What the oracle's judge says of a released file."""
    which = {NINE: "q9", SIX: "q6"}[tuple(attributes)]
    said = _run([ORACLE / "evaluate.py", str(patients), which, path, str(k)], folder)
    # Newer NumPy writes a number of its own as np.float64(0.5).
    return {name: float(value) for name, value in re.findall(r"'(\w+)': (?:np\.\w+\()?([-+.\w]+)", said)}


def _words(column: pa.ChunkedArray) -> tuple[Codes, tuple[str, ...]]:
    found = column.cast(pa.string()).combine_chunks().dictionary_encode()
    return found.indices.to_numpy().astype(np.int32), tuple(found.dictionary.to_pylist())


def _run(words: Sequence[str | Path], folder: Path) -> str:
    """What a script of the oracle printed; it must not write beside itself."""
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [shutil.which(sys.executable) or sys.executable, *map(str, words)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{words[0]} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
