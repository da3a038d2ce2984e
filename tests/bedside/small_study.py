"""A made-up breast study, small enough to check by hand.

P-000 is the patient of most tests: stage II, grade 3, ER positive, TP53 altered. Of the 120 others with the same
tumour (IDC), every third is altered in TP53, all are tested for TP53 and PIK3CA, every second for ERBB2
amplification, nobody for BRCA1 or fusions. Patient number i was followed for 100 + 20 i days; the even ones died.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from chevet.cohort.index import CohortIndex
from chevet.records.record import About, Record
from chevet.records.tables import TABLES
from chevet.store.lake import Lake

Rows = dict[str, list[dict[str, Any]]]
MAIN = "P-000"
OTHERS = 120


def person(i: int, *, code: str | None = "IDC", stage: str | None = "II", age: float | None = None) -> Rows:
    """One patient with a sample, a diagnosis, a survival time and two tests."""
    name = f"P-{i:03d}"
    sample = f"{name}-S1"
    days = 100.0 + 20 * i
    place = {"assembly": "GRCh38", "chromosome": "17", "start": 7675000 + i, "end": 7675000 + i}
    return {
        "patient": [{"patient_id": name, "sex": "female", "centre": "Lille", "vital_status": "alive"}],
        "diagnosis": [
            {"patient_id": name, "diagnosis_id": "1", "oncotree_code": code, "tumour_as_given": "breast",
             "stage": stage,
             "grade": "3" if i % 2 == 0 else "2", "age_at_diagnosis_years": 40.0 + i % 40 if age is None else age,
             "diagnosed_days": 0.0}
        ],
        "sample": [{"patient_id": name, "sample_id": sample, "sample_type": "primary"}],
        "panel": [
            {"patient_id": name, "sample_id": sample, "alteration_type": "variant", "panel_id": "SMALL",
             "whole": False},
            *([{"patient_id": name, "sample_id": sample, "alteration_type": "copy_number", "panel_id": "ARRAY",
                "whole": False}] if i % 2 == 0 else []),
        ],
        "event": [
            {"patient_id": name, "event": "overall_survival", "endpoint": "overall_survival", "occurred": i % 2 == 0,
             "start_days": days}
        ],
        "measurement": [
            {"patient_id": name, "sample_id": sample, "measurement": "ER_STATUS",
             "value_text": "+" if i % 4 else "pos"},
            {"patient_id": name, "sample_id": sample, "measurement": "TUMOUR_SIZE", "value_number": 10.5, "unit": "mm"},
        ],
        "variant": [
            {"patient_id": name, "sample_id": sample, "gene": "TP53", "gene_as_given": "TP53",
             "consequence": "Missense_Mutation",
             "protein_change": "p.R175H", "reference_allele": "C", "alternate_allele": "T", "vaf": 0.25,
             "origin": "somatic", **place}
        ] if i % 3 == 0 else [],
        "treatment": [
            {"patient_id": name, "treatment": "tamoxifen", "treatment_as_given": "Tamoxifen",
             "treatment_class": "hormone_therapy", "given": True, "start_days": 30.0, "end_days": 400.0},
            {"patient_id": name, "treatment_as_given": "chemo", "treatment_class": "chemotherapy", "given": False},
        ],
    }  # fmt: skip


def panel_genes() -> list[dict[str, Any]]:
    listed = {"SMALL": ("TP53", "PIK3CA"), "ARRAY": ("ERBB2",)}
    return [{"panel_id": panel, "gene": gene} for panel, genes in listed.items() for gene in genes]


def study_rows(people: Sequence[Rows] | None = None) -> Rows:
    """The tables of these people (the standard 121 unless given), one amplification of ERBB2 in P-002 among them."""
    rows: Rows = {name: [] for name in TABLES}
    for one in people if people is not None else [person(i) for i in range(OTHERS + 1)]:
        for table, found in one.items():
            rows[table] += found
    rows["panel_gene"] = panel_genes()
    rows["copy_number"].append(
        {"patient_id": "P-002", "sample_id": "P-002-S1", "gene": "ERBB2", "gene_as_given": "ERBB2", "call": 2}
    )
    return rows


def record(rows: Mapping[str, Sequence[Mapping[str, Any]]], *, made_up: bool = False) -> Record:
    tables = {
        name: pa.table(
            {
                field.name: pa.array([row.get(field.name) for row in rows.get(name, ())], field.type)
                for field in table.fields
            },
            schema=table.schema,
        )
        for name, table in TABLES.items()
    }
    about = About(title="Small breast study", source_format="tests", citation="nobody, 2026", made_up=made_up)
    return Record(about, tables)


def lake(home: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]], *, made_up: bool = False) -> Lake:
    """A lake whose study `small` has these rows."""
    made = Lake(home)
    made.write("small", record(rows, made_up=made_up), derive=[CohortIndex.build])
    return made
