"""A made-up cohort as a study's version, from short words: "P-1: TP53 R175H" is a patient and a somatic variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from chevet.records.tables import TABLES
from chevet.store.version import Version
from tests.bedside.small_study import record

PANELS = {"SMALL": ("TP53", "EGFR"), "LARGE": ("TP53", "EGFR", "KRAS", "BRCA2", "TERT")}


class MadeVersion(Version):
    """A version whose tables are in memory."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        super().__init__("made", 1, Path(), {})
        self._tables = tables

    def table(self, name: str, columns: list[str] | None = None, filters: Any = None) -> pa.Table:
        assert filters is None
        return self._tables[name].select(columns or self._tables[name].column_names)


def variant(patient: str, gene: str, change: str | None, **more: Any) -> dict[str, Any]:
    row = {"patient_id": patient, "sample_id": f"{patient}-S", "gene": gene, "gene_as_given": gene,
           "consequence": "Missense_Mutation", "protein_change": f"p.{change}" if change else None,
           "reference_allele": "C", "alternate_allele": "T", "origin": "somatic"}  # fmt: skip
    return row | more


def amplified(patient: str, gene: str, call: int = 2) -> dict[str, Any]:
    return {"patient_id": patient, "sample_id": f"{patient}-S", "gene": gene, "gene_as_given": gene, "call": call}


def fused(patient: str, one: str | None, other: str | None, origin: str = "somatic") -> dict[str, Any]:
    return {"patient_id": patient, "sample_id": f"{patient}-S", "gene_1": one, "gene_2": other, "origin": origin,
            "gene_1_as_given": one, "gene_2_as_given": other}  # fmt: skip


def cohort(
    patients: Sequence[str], *, variants: Sequence[dict[str, Any]] = (), copies: Sequence[dict[str, Any]] = (),
    fusions: Sequence[dict[str, Any]] = (), panels: Mapping[str, str | None] | None = None,
) -> Version:  # fmt: skip
    """A version of the study "made" with these rows.

    panels   the panel of each patient (of `PANELS`, EXOME for every gene, None when nothing was said); else LARGE
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    rows["patient"] = [{"patient_id": p} for p in patients]
    rows["sample"] = [{"patient_id": p, "sample_id": f"{p}-S"} for p in patients]
    of_patient = dict.fromkeys(patients, "LARGE") | dict(panels or {})
    rows["panel"] = [
        {"patient_id": p, "sample_id": f"{p}-S", "alteration_type": kind, "panel_id": panel, "whole": panel == "EXOME"}
        for p, panel in of_patient.items() if panel
        for kind in ("variant", "copy_number", "structural_variant")
    ]  # fmt: skip
    rows["panel_gene"] = [{"panel_id": panel, "gene": gene} for panel, genes in PANELS.items() for gene in genes]
    rows["variant"], rows["copy_number"], rows["structural_variant"] = list(variants), list(copies), list(fusions)
    return MadeVersion(record(rows).tables)


def people(n: int, first: int = 0) -> list[str]:
    return [f"P-{i:03d}" for i in range(first, first + n)]
