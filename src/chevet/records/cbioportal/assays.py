"""Matrices of things other than genes: generic assays (signatures, drug response) and gene set scores.

Each cell with a value is a measurement; a bound such as `>8` stays words.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from chevet.records.cbioportal.folder import Meta, Study
from chevet.records.cbioportal.matrices import cells_of, reject_ragged
from chevet.records.rows import mask, numbers, pc, said, shaped
from chevet.records.text import Columns, read_table

ENTITY = "ENTITY_STABLE_ID"
GENE_SET = "geneset_id"


def read_assays(study: Study) -> None:
    """The `GENERIC_ASSAY` and `GENESET_SCORE` files of a study."""
    for meta, path in study.of_kind(("GENERIC_ASSAY", "")):
        described = meta.properties.get("generic_entity_meta_properties", "").split(",")
        _matrix(study, meta, path, ENTITY, tuple(name.strip() for name in described if name.strip()))
    for meta, path in study.of_kind(("GENESET_SCORE", "")):
        _matrix(study, meta, path, GENE_SET, ())


def _matrix(study: Study, meta: Meta, path: Path, entity: str, descriptions: tuple[str, ...]) -> None:
    table = read_table(path, Columns(required=(entity,), others=True), study.report, "measurement", file=meta.data_file)
    reject_ragged(study, "measurement", table)
    unread = sum(description in table.columns for description in descriptions)
    study.report.note("measurement", meta.data_file, [table.header_line] * unread, "column_not_kept")
    of_patients = meta.properties.get("patient_level", "").casefold() == "true"
    owners: Mapping[str, str] = {p: p for p in study.patients} if of_patients else study.patient_of_sample
    names = said(table.column(entity))
    nameless = mask(pc.is_null(names))
    study.report.count_read("measurement", int(nameless.sum()))
    study.report.reject("measurement", meta.data_file, table.at(nameless), "no_entity")
    stranger = "unknown_patient" if of_patients else "unknown_sample"
    for cells in cells_of(
        study, "measurement", table, (entity, *descriptions), owners, ~nameless, empty=False, stranger=stranger
    ):
        values, _ = numbers(cells.values)
        people = cells.owners if of_patients else study.patients_of(cells.owners)
        study.add(
            "measurement",
            shaped(
                "measurement",
                len(cells.rows),
                {
                    "patient_id": people,
                    "sample_id": None if of_patients else cells.owners,
                    "measurement": names.take(pa.array(np.asarray(cells.rows))),
                    "profile": meta.profile,
                    "value_number": values,
                    "value_text": pc.if_else(pc.is_null(values), cells.values, pa.scalar(None, pa.string())),
                },
            ),
        )
