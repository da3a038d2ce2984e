"""Everything a study says of one patient, table by table, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from chevet.cohort.alterations import altering_class_sql
from chevet.errors import BadInput
from chevet.records.tables import ALTERATION_TYPE
from chevet.words.errors import error

Row = Mapping[str, Any]

TABLES = (
    "patient", "diagnosis", "sample", "panel", "treatment", "event", "measurement",
    "variant", "copy_number", "structural_variant",
)  # fmt: skip

MADE_UP = "select 1 from study_file where kind = 'tag' and name = 'synthetic' limit 1"


@dataclass(frozen=True)
class Chart:
    """One patient's rows, as dicts of the record's columns.

    variant       has one more column, `altering_class` (see `cohort.alterations`)
    panel_genes   the genes of the panels used
    no_results    kinds of alteration of which the whole study holds not one row: their test tells nothing
    made_up       the study bears the tag of made-up studies (it can also say so of itself: `Version.made_up`)
    """

    patient: Row
    diagnosis: list[Row]
    sample: list[Row]
    panel: list[Row]
    treatment: list[Row]
    event: list[Row]
    measurement: list[Row]
    variant: list[Row]
    copy_number: list[Row]
    structural_variant: list[Row]
    panel_genes: Mapping[str, frozenset[str]]
    no_results: frozenset[str]
    made_up: bool


def read_chart(connection: duckdb.DuckDBPyConnection, patient_id: str) -> Chart:
    """The patient's rows in a study, each table in a fixed order.

    Raises BadInput when the study has no such patient; the message repeats no name and suggests none.
    """
    rows = {table: _rows(connection, table, patient_id) for table in TABLES}
    patients = rows.pop("patient")
    if not patients:
        raise error(BadInput, "no_patient_of_page")
    panels = sorted({str(row["panel_id"]) for row in rows["panel"]})
    genes = connection.execute(
        "select panel_id, gene from panel_gene where list_contains(?, panel_id) order by all", [panels]
    ).fetchall()
    return Chart(
        patient=patients[0],
        **rows,
        panel_genes={panel: frozenset(g for p, g in genes if p == panel) for panel in panels},
        no_results=frozenset(kind for kind in ALTERATION_TYPE if _is_empty(connection, kind)),
        made_up=connection.execute(MADE_UP).fetchone() is not None,
    )


def _rows(connection: duckdb.DuckDBPyConnection, table: str, patient_id: str) -> list[Row]:
    columns = f"*, {altering_class_sql()} as altering_class" if table == "variant" else "*"
    found = connection.execute(f"select {columns} from {table} where patient_id = ?", [patient_id])  # noqa: S608  names of ours
    names = [column[0] for column in found.description or []]
    rows: list[Row] = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
    return sorted(rows, key=lambda row: tuple((value is None, str(value)) for value in row.values()))


def _is_empty(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"select 1 from {table} limit 1").fetchone() is None  # noqa: S608  a name of ours
