"""A made-up study of some thousand patients for questions, with groups large enough to be told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from chevet.cohort.index import CohortIndex
from chevet.store.lake import Lake
from tests.room.made_room import Clock
from tests.strategies import record

TUMOURS, STAGES, CENTRES = ("LUAD", "IDC", "COAD"), ("I", "II", "III", "IV"), ("Lille", "Lyon")
Rows = dict[str, list[dict[str, Any]]]


def rows(n: int, seed: int = 1) -> Rows:
    """Patients with sex, centre, age, year, tumour, stage, a test of four genes, treatments and a follow-up."""
    random = np.random.default_rng(seed)
    found: Rows = {name: [] for name in ("patient", "diagnosis", "sample", "panel", "variant", "treatment", "event")}
    for i in range(n):
        who = {"patient_id": f"P{i:05d}"}
        dead, tumour = bool(random.random() < 0.5), str(random.choice(TUMOURS))
        found["patient"].append(
            who | {"sex": str(random.choice(["female", "male"])), "centre": str(random.choice(CENTRES)),
                   "vital_status": "dead" if dead else "alive"}
        )  # fmt: skip
        found["diagnosis"].append(
            who | {"diagnosis_id": "1", "oncotree_code": tumour, "stage": str(random.choice(STAGES)),
                   "age_at_diagnosis_years": float(random.integers(30, 90)),
                   "diagnosis_year": int(random.integers(2012, 2024))}
        )  # fmt: skip
        sample = who | {"sample_id": f"S{i:05d}"}
        found["sample"].append(sample | {"sample_type": "primary"})
        found["panel"].append(sample | {"alteration_type": "variant", "panel_id": "exome", "whole": True})
        for gene, share in (("TP53", 0.4), ("KRAS", 0.25), ("EGFR", 0.15), ("PIK3CA", 0.1)):
            if random.random() < share:
                found["variant"].append(
                    sample | {"gene": gene, "consequence": "Missense_Mutation", "protein_change": "p.R175H"}
                )
        if random.random() < 0.6:
            found["treatment"].append(
                who | {"treatment_class": "chemotherapy", "treatment": "cisplatin", "given": True}
            )
        days = float(random.exponential(900) + 1)
        found["event"].append(
            who | {"event": "death", "endpoint": "overall_survival", "occurred": dead, "start_days": days}
        )
    return found


def study(home: Path, n: int, clock: Clock, *, name: str = "demo", seed: int = 1) -> Lake:
    """A lake with this study in it."""
    lake = Lake(home, clock=clock, actor="steward")
    lake.write(name, record(rows(n, seed)), derive=[CohortIndex.build])
    return lake


def noon(day: int) -> datetime:
    """Twelve o'clock on a day of March 2026."""
    return datetime.fromisoformat(f"2026-03-{day:02d}T12:00:00+00:00")
