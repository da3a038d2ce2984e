"""An extract as a room holds it, made up: 240 people in classes of at least five, with pseudonyms and a policy.

Everything is drawn from a seed, so that a test can say which rows must not be found outside.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chevet.errors import Refused
from chevet.room.sandbox import Limits, require_sandbox

PEOPLE = 240
SMALL = Limits(seconds=60, cpu_seconds=60, memory=1 << 30, processes=24, outputs=4 << 20, files=20, scratch=32 << 20)
POLICY = """
[study]
name = "demo"

[[column]]
name = "patient_id"
role = "identifier"
pseudonym = true

[[column]]
name = "sex"
role = "quasi"
hierarchy = "sex"

[[column]]
name = "age_at_diagnosis_years"
role = "quasi"
hierarchy = "age"
lowest = 2

[[column]]
name = "stage"
role = "quasi"
hierarchy = "stage"

[[column]]
name = "vital_status"
role = "sensitive"

[[column]]
name = "overall_survival_months"
role = "sensitive"

[[column]]
name = "chemotherapy"
role = "free"

[[model]]
kind = "k-anonymity"
k = 5
"""


def extract_table(seed: int = 1, people: int = PEOPLE) -> pa.Table:
    """One row per person: pseudonym, sex, age class, stage, and what is known of the course."""
    draw = np.random.default_rng(seed)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    return pa.table({
        "patient_id": ["".join(word) for word in draw.choice(letters, (people, 26))],
        "sex": draw.choice(["female", "male"], people).tolist(),
        "age_at_diagnosis_years": draw.choice(["50-59", "60-69", "70-79"], people).tolist(),
        "stage": draw.choice(["I-II", "III-IV"], people).tolist(),
        "vital_status": draw.choice(["alive", "dead"], people, p=[0.7, 0.3]).tolist(),
        "overall_survival_months": draw.integers(0, 120, people),
        "chemotherapy": draw.random(people) < 0.4,
    })  # fmt: skip


def write_extract(folder: Path, table: pa.Table | None = None) -> Path:
    """The folder of an extract, as `chevet room open` leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(extract_table() if table is None else table, folder / "release.parquet")
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    return folder


def write_program(folder: Path, text: str, name: str = "main.py") -> Path:
    """A program of one file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def needs_sandbox(test: Callable[..., None]) -> Callable[..., None]:
    """Skip a test, and say so, where bubblewrap is absent or may make no namespaces."""
    try:
        require_sandbox()
    except Refused as refused:
        return pytest.mark.skip(reason=refused.message)(test)
    return test


def needs_r(test: Callable[..., None]) -> Callable[..., None]:
    """Skip a test where R is not installed."""
    absent = shutil.which("/usr/bin/Rscript") is None
    return pytest.mark.skipif(absent, reason="R is not installed")(test)


def is_root() -> bool:
    return os.getuid() == 0
