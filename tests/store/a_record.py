"""A small made-up record for the store's tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from chevet.records.record import About, Record
from chevet.records.tables import TABLES

GENES = ("TP53", "KRAS", "EGFR", "PIK3CA", "BRAF")


def table(name: str, **columns: Any) -> pa.Table:
    """A table of the record with these columns; the others are empty cells."""
    schema = TABLES[name].schema
    rows = len(next(iter(columns.values())))
    return pa.table([columns.get(f.name, pa.nulls(rows, f.type)) for f in schema], schema=schema)


def record(patients: int = 30, seed: int = 1, title: str = "A made-up study") -> Record:
    """`patients` people in shuffled order, a diagnosis and a sample each, and about three variants each."""
    random = np.random.default_rng(seed)
    names = [f"P-{i:05d}" for i in random.permutation(patients)]
    samples = [f"{name}-T" for name in names]
    carriers = random.integers(0, patients, 3 * patients)
    sexes = [str(s) if s else None for s in random.choice(["female", "male", ""], patients)]
    stages = [str(s) if s else None for s in random.choice(["I", "II", "III", "IV", ""], patients)]
    made = Record(
        About(title, "made_up", description="nobody"),
        {
            "patient": table(
                "patient", patient_id=names, sex=sexes, entry_days=random.normal(30, 5, patients).round(1)
            ),
            "diagnosis": table(
                "diagnosis", patient_id=names, diagnosis_id=["1"] * patients, stage=stages,
                age_at_diagnosis_years=random.normal(60, 10, patients).round(1),
            ),
            "sample": table("sample", sample_id=samples, patient_id=names),
            "variant": table(
                "variant", sample_id=[samples[i] for i in carriers], patient_id=[names[i] for i in carriers],
                gene=[str(g) for g in random.choice(GENES, 3 * patients)],
                vaf=random.random(3 * patients).round(3),
            ),
        },
    )  # fmt: skip
    for name in ("patient", "diagnosis", "sample", "variant"):
        made.report.count_read(name, made.tables[name].num_rows)
    made.report.count_read("variant", 1)
    made.report.reject("variant", "variants.tsv", [7], "unknown_sample")
    made.report.miss("expression.txt")
    return made
