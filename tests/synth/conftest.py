from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from chevet.synth import maker


@pytest.fixture(scope="session")
def block() -> Mapping[str, pa.Table]:
    """Twenty thousand made-up patients, the same for every test."""
    return maker.block(0, 7, 1, 20_000)


@pytest.fixture(scope="session")
def luad_tested(block: Mapping[str, pa.Table]) -> set[Any]:
    """Patients with lung adenocarcinoma of whom some sample was tested for variants."""
    diagnosis = block["diagnosis"]
    luad = {
        row["patient_id"]
        for row in diagnosis.select(["patient_id", "diagnosis_id", "oncotree_code"]).to_pylist()
        if row["diagnosis_id"] == "D1" and row["oncotree_code"] == "LUAD"
    }
    panel = block["panel"].select(["patient_id", "alteration_type"]).to_pylist()
    return luad & {row["patient_id"] for row in panel if row["alteration_type"] == "variant"}
