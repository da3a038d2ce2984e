"""Who carries an alteration of which gene, among those in whom the gene was tested: what every room of targets asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.cohort import Cohort
from chevet.errors import BadInput
from chevet.store import bits
from chevet.store.bits import Bits, Matrix


@dataclass(frozen=True)
class Carriers:
    """Patients of a cohort, numbered from 0, and the genes altered in each.

    genes    (n,) names
    patients how many
    altered  (n, words) who carries an alteration, among those tested for the gene
    classes  (n,) genes with the same number were tested in the same patients
    sets     (classes, words) who those are
    kind     variant, amplification, deletion, fusion or any
    """

    genes: tuple[str, ...]
    patients: int
    altered: Matrix
    classes: npt.NDArray[np.int64]
    sets: Matrix
    kind: str

    def row(self, gene: str) -> int | None:
        """Where this gene is; None when nobody names it."""
        return self._rows.get(gene)

    def tested(self, row: int) -> Bits:
        """Who was tested for the gene of this row."""
        found: Bits = self.sets[self.classes[row]]
        return found

    @cached_property
    def n_altered(self) -> npt.NDArray[np.int64]:
        """(n,) carriers of each gene."""
        return bits.count_rows(self.altered)

    @cached_property
    def n_tested(self) -> npt.NDArray[np.int64]:
        """(n,) patients tested for each gene."""
        counted: npt.NDArray[np.int64] = bits.count_rows(self.sets)[self.classes]
        return counted

    def only(self, genes: npt.NDArray[np.bool_]) -> Carriers:
        """The same patients and these genes; `genes` is (n,)."""
        kept = np.flatnonzero(genes)
        names = tuple(self.genes[number] for number in kept)
        return Carriers(names, self.patients, self.altered[kept], self.classes[kept], self.sets, self.kind)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {gene: number for number, gene in enumerate(self.genes)}


def of_cohort(cohort: Cohort, kind: str = "variant") -> Carriers:
    """The carriers among the patients of a cohort, in the order of its index; synonymous variants do not count."""
    members = bits.positions(cohort.bits, cohort.index.n_patients)
    classes, sets = cohort.index.coverage(kind)
    tested = _of_members(np.asarray(sets), members, cohort.index.n_patients)
    of_gene = np.asarray(classes, dtype=np.int64)
    altered = _of_members(cohort.index.altered_matrix(kind), members, cohort.index.n_patients) & tested[of_gene]
    return Carriers(tuple(cohort.index.genes), len(members), altered, of_gene, tested, kind)


def of_table(
    rows: pa.Table, patients: Sequence[str], tested: pa.Table | None = None, kind: str = "variant"
) -> Carriers:
    """The carriers of an Arrow table.

    rows      columns patient and gene, one row per alteration that counts
    patients  everybody who was tested, in the order they are numbered
    tested    columns patient and gene: who was tested for what; without it, everybody for every gene of `rows`

    Raises BadInput when a row names a patient that the list lacks, or who was not tested for the gene.
    """
    number = {name: place for place, name in enumerate(patients)}
    found = _pairs(rows, number, "alteration")
    looked = None if tested is None else _pairs(tested, number, "test")
    genes = tuple(sorted({gene for gene, _ in (looked or found)}))
    place = {gene: row for row, gene in enumerate(genes)}
    if missing := sum(gene not in place for gene, _ in found):
        raise BadInput(
            f"{missing} alterations are of genes that nobody was tested for", next_act="Say who was tested for them."
        )
    altered = _matrix(found, place, len(patients))
    if looked is None:
        everyone = bits.full(len(patients))[np.newaxis]
        return Carriers(genes, len(patients), altered, np.zeros(len(genes), dtype=np.int64), everyone, kind)
    sets, classes = np.unique(_matrix(looked, place, len(patients)), axis=0, return_inverse=True)
    of_gene = classes.reshape(-1).astype(np.int64)
    if outside := bits.count((altered & ~sets[of_gene]).reshape(-1)):
        raise BadInput(
            f"{outside} alterations are of patients who were not tested for the gene",
            next_act="Add these tests, or leave the alterations out.",
        )
    return Carriers(genes, len(patients), altered, of_gene, sets, kind)


def _pairs(table: pa.Table, number: dict[str, int], what: str) -> list[tuple[str, int]]:
    if missing := {"patient", "gene"} - set(table.column_names):
        raise BadInput(
            f"a table of {what}s lacks the columns {', '.join(sorted(missing))}",
            next_act="Give the columns patient and gene.",
        )
    genes, who = (table.column(name).cast(pa.string()).to_pylist() for name in ("gene", "patient"))
    rows = [(str(gene), number.get(str(patient), -1)) for gene, patient in zip(genes, who, strict=True)]
    if unknown := sum(patient < 0 for _, patient in rows):
        raise BadInput(
            f"{unknown} of {len(rows)} {what}s are of patients that are not listed",
            next_act="List every patient who was tested, also those without an alteration.",
        )
    return rows


def _matrix(pairs: list[tuple[str, int]], place: dict[str, int], patients: int) -> Matrix:
    rows = np.array([place[gene] for gene, _ in pairs], dtype=np.int64)
    columns = np.array([patient for _, patient in pairs], dtype=np.int64)
    return bits.rows_from_pairs(rows, columns, len(place), patients)


def _of_members(matrix: Matrix, members: npt.NDArray[np.int64], n: int, rows: int = 512) -> Matrix:
    """(rows, words of the members) the matrix with one bit per member, a block of rows at a time."""
    kept = np.zeros((len(matrix), bits.words_for(len(members))), dtype=np.uint64)
    for start in range(0, len(matrix), rows):
        block = bits.unpack(np.asarray(matrix[start : start + rows]), n)
        kept[start : start + rows] = bits.pack(block[:, members])
    return kept
