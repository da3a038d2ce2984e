"""What was tested in whom: without it "no alteration" cannot be told from "not looked for".

Which panels a patient was tested with is a quality that singles out, too. Patients whose combination of panels is
shared by fewer than k are put together, and count as tested only for what all of them were tested for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.rows import Column, pc
from chevet.store.version import Version

KINDS = ("variant", "copy_number", "structural_variant")
_PANELS_OF_PATIENTS = """
    CREATE TABLE panel_of AS
    SELECT DISTINCT patient_id, alteration_type, panel_id, whole,
        dense_rank() OVER (ORDER BY alteration_type, panel_id, whole) AS panel
    FROM panel SEMI JOIN kind USING (alteration_type);
    CREATE TABLE signed AS
    SELECT patient_id, coalesce(list_sort(list(panel) FILTER (panel IS NOT NULL)), []) AS panels
    FROM patient LEFT JOIN panel_of USING (patient_id) GROUP BY patient_id
"""
Genes = frozenset[str] | None  # None: every gene (a whole exome or genome)


@dataclass(frozen=True, eq=False)
class Coverage:
    """Every patient of the study, and what each was tested for.

    patients   (n,) identifiers, sorted (a column of Arrow)
    group_of   (n,) the group of each
    tested     per group, genes tested by kind of alteration; a kind left out was not tested, or nothing was said
    merged     the group of rare combinations, or -1 when there is none
    """

    patients: Column
    group_of: npt.NDArray[np.int32]
    tested: tuple[Mapping[str, Genes], ...]
    merged: int

    def table(self, genes: pa.Table) -> pa.Table:
        """coverage, kind, gene: what each group was tested for, of these pairs of kind and gene."""
        rows = [
            {"coverage": group, "kind": kind, "gene": gene}
            for group, tested in enumerate(self.tested)
            for kind, gene in map(dict.values, genes.select(["kind", "gene"]).to_pylist())
            if kind in tested and ((known := tested[kind]) is None or gene in known)
        ]
        fields: list[pa.Field[Any]] = [
            pa.field("coverage", pa.int32()),
            pa.field("kind", pa.string()),
            pa.field("gene", pa.string()),
        ]
        return pa.Table.from_pylist(rows, pa.schema(fields))

    def of_patients(self) -> pa.Table:
        """patient_id, coverage: the group of each patient."""
        return pa.table({"patient_id": self.patients, "coverage": pa.array(self.group_of)})


def coverage(version: Version, k: int, patients: Column | None = None) -> Coverage:
    """What each patient of a study's version was tested for, in groups of at least k patients.

    patients   only these; everybody in the study when None

    Raises BadInput for fewer than k patients.
    """
    with duckdb.connect() as sql:
        everybody = version.table("patient", ["patient_id"])
        sql.register(
            "patient", everybody if patients is None else everybody.filter(pc.is_in(everybody["patient_id"], patients))
        )
        sql.register("panel", version.table("panel", ["patient_id", "alteration_type", "panel_id", "whole"]))
        sql.register("kind", pa.table({"alteration_type": list(KINDS)}))
        sql.execute(_PANELS_OF_PATIENTS)
        found = sql.sql(
            "SELECT patient_id, dense_rank() OVER (ORDER BY panels) - 1 AS place FROM signed ORDER BY patient_id"
        ).to_arrow_table()
        signatures = sql.execute("SELECT DISTINCT panels FROM signed ORDER BY panels").fetchall()
        listed = sql.execute("SELECT DISTINCT panel, alteration_type, panel_id, whole FROM panel_of").fetchall()
    if len(found) < k:
        raise BadInput(f"there are fewer than {k} patients to release", next_act="Take a larger study, or a smaller k.")
    genes, panel = _genes_of_panels(version), {number: named for number, *named in listed}
    tested = [_tested([panel[number] for number in signature], genes) for (signature,) in signatures]
    return _merged(found["patient_id"], found["place"].to_numpy().astype(np.int32), tested, k)


def _merged(patients: Column, group_of: npt.NDArray[np.int32], tested: list[dict[str, Genes]],
            k: int) -> Coverage:  # fmt: skip
    """Groups renumbered by size, the rare ones together as the last."""
    sizes = np.bincount(group_of, minlength=len(tested))
    order = sorted(range(len(tested)), key=lambda g: (-sizes[g], g))
    kept = [g for g in order if sizes[g] >= k]
    rare = [g for g in order if sizes[g] < k]
    while rare and kept and sizes[rare].sum() < k:
        rare.append(kept.pop())
    number = np.full(len(tested), len(kept), dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    common = [_common([tested[g] for g in rare])] if rare else []
    return Coverage(patients, number[group_of], (*(tested[g] for g in kept), *common), len(kept) if rare else -1)


def _common(tested: list[dict[str, Genes]]) -> dict[str, Genes]:
    common: dict[str, Genes] = {}
    for kind in KINDS:
        if all(kind in one for one in tested):
            listed = [genes for one in tested if (genes := one[kind]) is not None]
            common[kind] = frozenset.intersection(*listed) if listed else None
    return common


def _tested(panels: Sequence[Sequence[Any]], genes: Mapping[str, frozenset[str]]) -> dict[str, Genes]:
    found: dict[str, Genes] = {}
    for kind, panel, whole in panels:
        before = found.get(kind, frozenset())
        found[kind] = None if whole or before is None else before | genes.get(panel, frozenset())
    return found


def _genes_of_panels(version: Version) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    rows = version.table("panel_gene", ["panel_id", "gene"])
    for panel, gene in zip(rows["panel_id"].to_pylist(), rows["gene"].to_pylist(), strict=True):
        found.setdefault(str(panel), set()).add(str(gene))
    return {panel: frozenset(names) for panel, names in found.items()}
