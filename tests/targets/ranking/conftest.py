"""A made-up study of 1,500 patients, and a home with a table of medicines and one of drivers."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from chevet import synth
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake
from chevet.targets.evidence import Source
from chevet.targets.selection.analysis import written
from chevet.targets.selection.drivers import COLUMNS
from chevet.targets.sources.kept import keep
from chevet.targets.sources.kinds import SCHEMAS, Kind

TODAY = datetime.date(2026, 11, 27)
# Genes that are made to be under selection in the table of drivers, the surest first.
SELECTED = ("TP53", "KRAS", "STK11", "EGFR", "KEAP1", "BRAF", "PIK3CA")


@pytest.fixture(scope="package")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Study `made`; medicines on KRAS, EGFR and TP53; IntOGen-like drivers."""
    home = tmp_path_factory.mktemp("home")
    synth.make(1500, 3, home / "made_up")
    made = Lake(home)
    import_study(made, home / "made_up", "made")
    _keep(home, "drugs", [
        {"gene": "KRAS", "medicine": "Sotorasib", "phase": 4, "approved": True, "action": "inhibitor"},
        {"gene": "TP53", "medicine": "Eprenetapopt", "phase": 3, "approved": False},
        {"gene": "EGFR", "medicine": "Osimertinib", "phase": 4, "approved": True, "action": "inhibitor"},
    ])  # fmt: skip
    _keep(home, "drivers", [{"gene": gene, "cancer_type": "LUAD"} for gene in (*SELECTED, "ALK", "MET")])
    return made


def _keep(home: Path, kind: Kind, rows: list[dict[str, object]]) -> None:
    schema = SCHEMAS[kind]
    table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)
    keep(home, kind, table, Source(f"made-up {kind}", "2026-01-01", "0" * 64), TODAY)


@pytest.fixture(scope="package")
def drivers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A genes.tsv as `chevet targets drivers` writes it: SELECTED with q from 1e-8, each ten times the one before;
    and a gene that the study does not know."""
    rows = [
        dict.fromkeys(COLUMNS, 2.0) | {name: 9 for name in COLUMNS if name[:2] == "n_"}
        | {"gene": gene, "q_global": 10.0 ** (place - 8), "p_global": 10.0 ** (place - 9), "p_mis": 1e-9}
        for place, gene in enumerate(SELECTED)
    ]  # fmt: skip
    rows += [dict.fromkeys(COLUMNS, 1.0) | {"gene": gene} for gene in ("TTN", "MUC16", "LRP1B")]
    rows.append(rows[0] | {"gene": "NOSUCH"})
    folder = tmp_path_factory.mktemp("drivers")
    (folder / "genes.tsv").write_bytes(written(pa.Table.from_pylist(rows).select(COLUMNS)))
    return folder
