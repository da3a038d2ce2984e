"""The mutations of a cohort's patients, a piece of the study's table at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from chevet.cohort import Cohort
from chevet.records.rows import pc
from chevet.store import bits
from chevet.targets.selection import mutations as columns

_ROWS = 500_000
_FROM = {
    columns.SAMPLE: "patient_id", columns.CHROMOSOME: "chromosome", columns.POSITION: "start",
    columns.REFERENCE: "reference_allele", columns.ALTERNATE: "alternate_allele", columns.GENE: "gene",
    columns.ASSEMBLY: "assembly", columns.STATUS: "origin",
}  # fmt: skip


def cohort_pieces(cohort: Cohort) -> Iterator[pa.Table]:
    """The variants of the cohort as `Mutations.pieces` gives them; patients stand for samples, so that a change found
    in two samples of one person counts once."""
    members = cohort.index.patients.take(bits.positions(cohort.bits, cohort.index.n_patients))
    table = pq.ParquetFile(cohort.version.parquet("variant"))
    for batch in table.iter_batches(_ROWS, columns=list(_FROM.values())):
        rows = pa.table(batch)
        rows = rows.filter(pc.is_in(rows.column("patient_id"), members))
        nothing = pa.nulls(rows.num_rows, pa.string())
        yield pa.table(
            {
                name: rows.column(_FROM[name]).cast(pa.string()) if name in _FROM else nothing
                for name in (*columns.REQUIRED, *columns.OPTIONAL)
            }
        )
