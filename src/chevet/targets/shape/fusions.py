"""Genes that are joined with others in more patients than chance joins them, and with whom.

The background is that of `calls`: a patient in whom many genes are joined has any of them among the joined by chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.cohort import Cohort
from chevet.cohort.association import false_discovery_rates
from chevet.errors import BadInput
from chevet.genomics import fusion_names, roles
from chevet.genomics import fusions as known_fusions
from chevet.records.rows import pc
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.selection.rates import Floats
from chevet.targets.shape.calls import against_chance
from chevet.targets.shape.changes import Whole

_COLUMNS = ("patient", "gene_1", "gene_2")
_NOTHING = pa.table(
    {"patient": pa.array([], pa.int32()), "gene_1": pa.array([], pa.string()), "gene_2": pa.array([], pa.string())}
)
_ROWS = 500_000


@dataclass(frozen=True)
class Partner:
    """Who a gene is joined with, 5' first as `pair`; empty where the source does not name the partner.

    patients   of the gene whose most frequent partner this is: each is counted once
    drives     whether the gene, and not its partner, is the one that is known, or likely, to drive
    known      whether the pair is known to drive tumours
    """

    pair: tuple[str, str]
    patients: int
    drives: bool
    known: bool


@dataclass(frozen=True)
class Fusions:
    """Genes joined in anybody. All columns are (rows,), in the order of the carriers.

    partners   of each, the most frequent first
    """

    gene: Whole
    patients: Whole
    tested: Whole
    expected: Floats
    p: Floats
    q: Floats
    partners: tuple[tuple[Partner, ...], ...]


def recurrent(carriers: Carriers, joined: pa.Table) -> Fusions:
    """The test of each gene that was joined, and its partners.

    joined   columns patient (its number), gene_1 (5') and gene_2 (3'), one row per fusion
    """
    rows = np.flatnonzero(carriers.n_altered)
    expected, p = against_chance(carriers.altered, carriers)
    names = {carriers.genes[row]: int(row) for row in rows}
    pairs: dict[int, set[tuple[int, str, str]]] = {int(row): set() for row in rows}
    for patient, five, three in zip(*(joined.column(name).to_pylist() for name in _COLUMNS), strict=True):
        for gene in {five, three} & names.keys():
            pairs[names[gene]].add((patient, five or "", three or ""))
    partners = tuple(_partners(carriers, int(row), pairs[int(row)]) for row in rows)
    return Fusions(
        rows, carriers.n_altered[rows], carriers.n_tested[rows], expected[rows], p[rows],
        false_discovery_rates(p[rows]), partners,
    )  # fmt: skip


def only(found: Fusions, genes: Whole) -> Fusions:
    """The rows of these genes; q is over these."""
    kept = np.flatnonzero(np.isin(found.gene, genes))
    return Fusions(
        found.gene[kept], found.patients[kept], found.tested[kept], found.expected[kept], found.p[kept],
        false_discovery_rates(found.p[kept]), tuple(found.partners[row] for row in kept),
    )  # fmt: skip


def of_cohort(cohort: Cohort) -> pa.Table:
    """The fusions of the cohort's patients, as `recurrent` takes them."""
    members = cohort.index.patients.take(bits.positions(cohort.bits, cohort.index.n_patients))
    return pa.concat_tables([_NOTHING, *_of_members(cohort, members)])


def of_table(rows: pa.Table, patients: list[str]) -> pa.Table:
    """The fusions of an Arrow table with the columns patient, gene_1 and gene_2, as `recurrent` takes them.

    Raises BadInput when a column is missing, or a row names a patient that the list lacks.
    """
    if missing := [name for name in _COLUMNS if name not in rows.column_names]:
        raise BadInput(
            f"a table of fusions lacks the columns {', '.join(missing)}", next_act=f"Give {', '.join(_COLUMNS)}."
        )
    number = pc.index_in(rows.column("patient").cast(pa.string()), pa.array(patients, pa.string()))
    if unknown := number.null_count:
        raise BadInput(
            f"{unknown} of {rows.num_rows} fusions are of patients that are not listed",
            next_act="List every patient who was tested, also those without a fusion.",
        )
    return pa.table({"patient": number, **{name: rows.column(name) for name in _COLUMNS[1:]}})


def _of_members(cohort: Cohort, members: pa.StringArray) -> Iterator[pa.Table]:
    table = pq.ParquetFile(cohort.version.parquet("structural_variant"))
    for batch in table.iter_batches(_ROWS, columns=["patient_id", "gene_1", "gene_2"]):
        rows = pa.table(batch)
        number = pc.index_in(rows.column("patient_id"), members)
        made = pa.table({"patient": number, "gene_1": rows.column("gene_1"), "gene_2": rows.column("gene_2")})
        yield made.filter(pc.is_valid(number))


def _partners(carriers: Carriers, row: int, pairs: set[tuple[int, str, str]]) -> tuple[Partner, ...]:
    """The pairs of a gene; a patient with several counts for the one that most patients have."""
    altered = set(bits.positions(carriers.altered[row], carriers.patients).tolist())
    by_pair: dict[tuple[str, str], set[int]] = {}
    for patient, five, three in pairs:
        if patient in altered:
            by_pair.setdefault((five, three), set()).add(patient)
    found, seen = [], set[int]()
    for pair, patients in sorted(by_pair.items(), key=lambda one: (-len(one[1]), one[0])):
        if new := patients - seen:
            seen |= new
            found.append(_partner(carriers.genes[row], pair, len(new)))
    return tuple(sorted(found, key=lambda one: (-one.patients, one.pair)))


def _partner(gene: str, pair: tuple[str, str], patients: int) -> Partner:
    pair_known = known_fusions.known(*pair)
    driver = pair_known.driver if pair_known else fusion_names.driver(*pair)
    role = roles.role_of(gene)
    drives = driver == gene and (pair_known is not None or (role is not None and role.activates))
    return Partner(pair, patients, drives, pair_known is not None)
