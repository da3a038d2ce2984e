# ruff: noqa: S608 (every piece of SQL here is our own: names of columns, and words between quotes)
"""The alterations released at a chosen detail: rare ones become coarser until enough patients share them.

An alteration starts at the detail asked for. Where fewer than k patients carry it under that name, it takes the next
coarser one (EGFR L858R, residue EGFR L858, EGFR missense, EGFR mutated), together with the other rare ones; where its
gene is still too rare it is not named at all: the patient has "another altered gene". So no name in a release is
carried by fewer than k of its patients. A coarse name stands for what is left when finer ones are told: with
TP53 R175H released, TP53 missense is some other missense. The list as a whole may still be one person's:
`singling` measures how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from chevet.errors import BadInput
from chevet.privacy.disclosure import FLOOR
from chevet.privacy.genomic.coverage import Coverage, coverage
from chevet.privacy.genomic.somatic import FIRST_NAME, NAMES, Detail, somatic
from chevet.records.rows import Column
from chevet.store.version import Version

OTHER = "another altered gene"
_OUTSIDE = """
    SELECT count(*) FROM released JOIN patients USING (patient_id)
    WHERE gene IS NOT NULL AND (coverage, kind, gene) NOT IN (SELECT (coverage, kind, gene) FROM tested)
"""


@dataclass(frozen=True)
class AlterationRelease:
    """Alterations that may be released, and what was tested.

    table      patient_id, kind, gene (null for "another altered gene"), alteration, detail (of `NAMES`, or `other`);
               a patient has each alteration once
    patients   patient_id, coverage: every patient of the study and their coverage group
    tested     coverage, kind, gene: a released gene that is not listed for a group was not tested there, or not said.
               Sources find alterations outside the panels that they name: those are told, and counted in the report.
    report     counts for the steward: what was left out (of the whole study), made coarser, and flagged. Not for
               release: some of these counts may be small.
    """

    table: pa.Table
    patients: pa.Table
    tested: pa.Table
    report: dict[str, Any]


def release_alterations(
    version: Version, detail: Detail, k: int = FLOOR, *, patients: Column | None = None
) -> AlterationRelease:
    """The somatic alterations of a study's version at this detail or coarser, each name carried by k patients or more.

    detail   gene (EGFR mutated), hotspot (a residue that k patients share, else truncating, missense or other effect),
             or exact (the change of the protein)
    patients   only these are released, and counted: whoever is left out for another reason must be left out here,
             or a name could end up with fewer than k carriers. None: everybody in the study.

    Raises BadInput for an unknown detail, for k below the floor, and for fewer than k patients.
    """
    if detail not in FIRST_NAME:
        raise BadInput("that is no detail of alterations", next_act=f"Choose one of: {', '.join(FIRST_NAME)}.")
    if k < FLOOR:
        raise BadInput(f"alterations carried by {k} patients cannot be released", next_act=f"Ask for {FLOOR} or more.")
    found, tested = somatic(version), coverage(version, k, patients)
    with duckdb.connect() as sql:
        sql.register("found", found.rows)
        sql.register("patients", tested.of_patients())
        sql.execute("CREATE TABLE told AS SELECT found.*, coverage FROM found JOIN patients USING (patient_id)")
        outside = _keep_commonly_tested(sql, tested)
        _coarsen(sql, FIRST_NAME[detail], k)
        dropped = _other_genes(sql, k)
        table: pa.Table = sql.sql("SELECT * FROM released ORDER BY patient_id, kind, gene, alteration").to_arrow_table()
        genes: pa.Table = sql.sql(
            "SELECT DISTINCT kind, gene FROM released WHERE gene IS NOT NULL ORDER BY ALL"
        ).to_arrow_table()
        report = _report(sql) | {"detail": detail, "k": k, "patients": len(tested.patients)}
        report["outside_named_panels"] = _count(sql, _OUTSIDE)
    report["left_out"] = found.left_out | {"outside_common_coverage": outside, "too_rare": dropped}
    report["unclear_origin_told_by_gene"] = found.unclear
    report["coverage_groups"] = len(tested.tested)
    return AlterationRelease(table, tested.of_patients(), tested.table(genes), report)


def _keep_commonly_tested(sql: duckdb.DuckDBPyConnection, tested: Coverage) -> int:
    """Make `pending` of the rows that may be told, and say how many may not.

    Patients with rare combinations of panels show what all of them were tested for, nothing else.
    """
    genes = sql.sql("SELECT DISTINCT kind, gene FROM told").to_arrow_table()
    sql.register("tested", tested.table(genes))
    sql.execute(f"""
        CREATE TABLE pending AS
        SELECT * FROM told WHERE coverage <> {tested.merged}
           OR (coverage, kind, gene) IN (SELECT (coverage, kind, gene) FROM tested)
    """)
    return _count(sql, "SELECT count(*) FROM told") - _count(sql, "SELECT count(*) FROM pending")


def _coarsen(sql: duckdb.DuckDBPyConnection, first: int, k: int) -> None:
    """Move each row from `pending` to `released` under its finest name that k patients carry."""
    sql.execute(
        "CREATE TABLE released (patient_id VARCHAR, kind VARCHAR, gene VARCHAR, alteration VARCHAR, detail VARCHAR)"
    )
    for name in NAMES[first:]:
        sql.execute(f"""
            CREATE OR REPLACE TABLE shared AS SELECT kind, {name} AS name FROM pending
            WHERE {name} IS NOT NULL GROUP BY kind, {name} HAVING count(DISTINCT patient_id) >= {k};
            INSERT INTO released SELECT DISTINCT patient_id, kind, gene, {name}, '{name}'
            FROM pending WHERE (kind, {name}) IN (SELECT (kind, name) FROM shared);
            DELETE FROM pending WHERE (kind, {name}) IN (SELECT (kind, name) FROM shared);
        """)


def _other_genes(sql: duckdb.DuckDBPyConnection, k: int) -> int:
    """What is still pending becomes "another altered gene" when k patients have one; rows not even told so."""
    if _count(sql, "SELECT count(DISTINCT patient_id) FROM pending") < k:
        return _count(sql, "SELECT count(*) FROM pending")
    sql.execute(f"INSERT INTO released SELECT DISTINCT patient_id, NULL, NULL, '{OTHER}', 'other' FROM pending")
    return 0


def _report(sql: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    by_detail = dict(sql.execute("SELECT detail, count(*) FROM released GROUP BY detail").fetchall())
    return {
        "rows": {name: by_detail.get(name, 0) for name in (*NAMES, "other")},
        "alterations": _count(sql, "SELECT count(DISTINCT (kind, alteration)) FROM released"),
        "patients_with_alterations": _count(sql, "SELECT count(DISTINCT patient_id) FROM released"),
    }


def _count(sql: duckdb.DuckDBPyConnection, question: str) -> int:
    ((number,),) = sql.execute(question).fetchall()
    return int(number)
