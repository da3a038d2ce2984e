"""Small tables of made-up people, and policies over them, in plain sight."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa

from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.keys import Key

DAY = datetime.date(2026, 11, 27)
ORDER = Key(bytes(32), "order")

COLUMNS = """
[[column]]
name = "patient"
role = "identifier"

[[column]]
name = "age"
role = "quasi"
hierarchy = "age"

[[column]]
name = "sex"
role = "quasi"
hierarchy = "sex"

[[column]]
name = "stage"
role = "quasi"
hierarchy = "stage"

[[column]]
name = "outcome"
role = "sensitive"
"""
K5 = '[[model]]\nkind = "k-anonymity"\nk = 5\n'


def people(n: int, seed: int = 1, first: int = 0) -> pa.Table:
    """n people: age, sex, stage (some of them not said), and an outcome of five kinds."""
    drawn = np.random.default_rng(seed)
    stage = drawn.choice(["I", "II", "III", "IV", ""], n)
    return pa.table(
        {
            "patient": [f"P-{first + i}" for i in range(n)],
            "age": drawn.integers(30, 90, n),
            "sex": drawn.choice(["female", "male"], n),
            "stage": pa.array([s or None for s in stage], pa.string()),
            "outcome": drawn.choice(["cured", "relapse", "progression", "dead", "lost"], n),
        }
    )


def source(table: pa.Table) -> Source:
    return Source(table, file="people.parquet")


def policy(more: str = K5, columns: str = COLUMNS) -> Policy:
    return Policy.parse(columns + more)
