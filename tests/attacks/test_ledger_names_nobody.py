"""What the ledger, the manifest and the import report keep of a study never names or describes a patient."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet import synth
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("madeup")
    synth.make(200, 3, folder / "source")
    lake = Lake(folder / "home")
    import_study(lake, folder / "source", "demo")
    import_study(lake, folder / "source", "demo")
    return lake


@pytest.mark.parametrize("where", ["ledger/entries.jsonl", "manifest.json", "report.json", "rejected.parquet"])
def test_no_pseudonym_and_no_sample_is_written_beside_the_tables(lake: Lake, where: str) -> None:
    version = lake.open("demo")
    path: Path = lake.home / where if where.startswith("ledger") else version.path / where
    text = path.read_bytes()
    names = version.table("patient")["patient_id"].to_pylist() + version.table("sample")["sample_id"].to_pylist()
    assert len(names) >= 400
    assert len(text) > 100
    assert [name for name in names if name.encode() in text] == []
