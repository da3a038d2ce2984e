"""Chromosome arms that are gained, or lost, as a whole.

An arm is gained in a patient when more than seven tenths of it are: of its length, where the study has segments; else
of its genes that were looked at. The background is that of `calls`, over arms instead of genes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.cohort import Cohort
from chevet.cohort.association import false_discovery_rates
from chevet.genomics import facts
from chevet.genomics.copy_number import BROAD_SHARE, GAINED_LOG2, LOST_LOG2
from chevet.records.rows import pc
from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.targets.carriers import Carriers
from chevet.targets.selection.rates import Floats
from chevet.targets.shape.by_chance import at_least
from chevet.targets.shape.changes import Whole
from chevet.words import genes as gene_words

GAIN, LOSS = "gain", "loss"
# An arm is told by at least so many genes, in so many of its bands: neighbours tell nothing of the rest.
FEWEST_GENES, FEWEST_BANDS = 5, 3
_ROWS = 1_000_000
_BAND = re.compile(r"(\d{1,2}|X|Y)([pq])(\d*)")
ARMS: tuple[str, ...] = tuple(f"{name}{side}" for name in (*map(str, range(1, 23)), "X", "Y") for side in "pq")


@dataclass(frozen=True)
class Levels:
    """(genes, words) each: the patients with a gain of any size, and with a loss, in a gene that was looked at."""

    gain: Matrix
    loss: Matrix


@dataclass(frozen=True)
class Arms:
    """What became of each arm in each patient, (arms, patients) each, in the order of ARMS.

    known   whether enough of the arm was looked at; `from_segments` (patients,) whose arms segments tell
    """

    known: npt.NDArray[np.bool_]
    gained: npt.NDArray[np.bool_]
    lost: npt.NDArray[np.bool_]
    from_segments: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RecurrentArms:
    """The arms known in anybody, one direction. All columns are (rows,); `arm` is a place in ARMS."""

    direction: str
    arm: Whole
    patients: Whole
    tested: Whole
    expected: Floats
    p: Floats
    q: Floats


def arm_of(gene: str) -> int:
    """The place of a gene's arm in ARMS; -1 where HGNC does not place the gene.

    >>> ARMS[arm_of("ERBB2")], arm_of("no gene")
    ('17q', -1)
    """
    return _place(gene)[0]


def _place(gene: str) -> tuple[int, str]:
    """The arm of a gene, and its band there."""
    found = gene_words.resolve(gene)
    band = _BAND.match(found.location) if found else None
    return (ARMS.index(band[1] + band[2]), band[3]) if band else (-1, "")


def levels(cohort: Cohort, tested: Carriers) -> Levels:
    """Gains and losses of any size of the cohort's patients.

    tested   the carriers of a kind of copy number of the same cohort
    """
    members = cohort.index.patients.take(bits.positions(cohort.bits, cohort.index.n_patients))
    names = pa.array(tested.genes, pa.string())
    looked = tested.sets[tested.classes]
    found = [np.zeros_like(looked) for _ in range(2)]
    table = pq.ParquetFile(cohort.version.parquet("copy_number"))
    for batch in table.iter_batches(_ROWS, columns=["patient_id", "gene", "call"]):
        rows = pa.table(batch)
        gene, patient = (
            pc.fill_null(pc.index_in(rows.column(name), there), -1).to_numpy().astype(np.int64)
            for name, there in (("gene", names), ("patient_id", members))
        )
        call = pc.fill_null(rows.column("call"), 0).to_numpy()
        for matrix, which in zip(found, (call >= 1, call <= -1), strict=True):
            kept = which & (gene >= 0) & (patient >= 0)
            matrix |= bits.rows_from_pairs(gene[kept], patient[kept], len(names), tested.patients)
    return Levels(found[0] & looked, found[1] & looked)


def of_genes(tested: Carriers, found: Levels) -> Arms:
    """The arms of each patient by the genes on them."""
    places = [_place(gene) for gene in tested.genes]
    of_gene = np.array([arm for arm, _ in places], dtype=np.int64)
    shape = (len(ARMS), tested.patients)
    there, bands, up, down = (np.zeros(shape, dtype=np.int32) for _ in range(4))
    members = bits.unpack(tested.sets, tested.patients)
    for arm in range(len(ARMS)):
        rows = np.flatnonzero(of_gene == arm)
        there[arm] = np.bincount(tested.classes[rows], minlength=len(tested.sets)) @ members.astype(np.int32)
        for band in {places[row][1] for row in rows}:
            classes = {int(tested.classes[row]) for row in rows if places[row][1] == band}
            bands[arm] += members[sorted(classes)].any(axis=0)
        for total, matrix in ((up, found.gain), (down, found.loss)):
            for start in range(0, len(rows), 256):
                total[arm] += bits.unpack(matrix[rows[start : start + 256]], tested.patients).sum(axis=0)
    known = (there >= FEWEST_GENES) & (bands >= FEWEST_BANDS)
    nobody = np.zeros(tested.patients, dtype=np.bool_)
    return Arms(known, known & (up > BROAD_SHARE * there), known & (down > BROAD_SHARE * there), nobody)


def with_segments(cohort: Cohort, arms: Arms) -> Arms:
    """The same, by length for the patients who have segments with log ratios."""
    about = str(cohort.version.about.get("assembly") or "")
    rows = _segments(cohort)
    if about.lower() not in ("grch37", "grch38") or not rows.num_rows:
        return arms
    length = np.zeros((3, *arms.known.shape))
    _add(length, rows, arm_bounds(about))
    covered, up, down = length
    full = np.array([last - first + 1 for _, first, last in arm_bounds(about)])[:, None]
    told = covered.any(axis=0)
    known = covered > 0.5 * full
    return Arms(
        np.where(told, known, arms.known), np.where(told, known & (up > BROAD_SHARE * covered), arms.gained),
        np.where(told, known & (down > BROAD_SHARE * covered), arms.lost), told,
    )  # fmt: skip


def _segments(cohort: Cohort) -> pa.Table:
    """patient (its number), chromosome, start, end, log2_ratio of every segment of the cohort."""
    members = cohort.index.patients.take(bits.positions(cohort.bits, cohort.index.n_patients))
    names = ["patient_id", "gene", "chromosome", "start", "end", "log2_ratio"]
    parts = []
    for batch in pq.ParquetFile(cohort.version.parquet("copy_number")).iter_batches(_ROWS, columns=names):
        rows = pa.table(batch)
        whole = pc.and_(pc.is_null(rows.column("gene")), pc.is_valid(rows.column("log2_ratio")))
        rows = rows.filter(pc.and_(whole, pc.and_(pc.is_valid(rows.column("start")), pc.is_valid(rows.column("end")))))
        patient = pc.index_in(rows.column("patient_id"), members)
        parts.append(rows.append_column("patient", patient).filter(pc.is_valid(patient)))
    return pa.concat_tables(parts) if parts else pa.table({})


def arm_bounds(build: str) -> Sequence[tuple[str, int, int]]:
    """Chromosome, first and last base of each of ARMS."""
    name, found = build.lower(), {}
    for row in facts.rows("chromosome_arms.tsv"):
        centromere, end = int(row[f"centromere_{name}"]), int(row[f"length_{name}"])
        found[row["chromosome"] + "p"] = (row["chromosome"], 1, centromere)
        found[row["chromosome"] + "q"] = (row["chromosome"], centromere + 1, end)
    return [found[arm] for arm in ARMS]


def _add(length: Floats, rows: pa.Table, bounds: Sequence[tuple[str, int, int]]) -> None:
    """Bases of each arm that segments cover, and those of gains and of losses, for each patient."""
    patient, start, end = (rows.column(name).to_numpy().astype(np.int64) for name in ("patient", "start", "end"))
    ratio = rows.column("log2_ratio").to_numpy()
    chromosomes = np.array(rows.column("chromosome").to_pylist(), dtype=object)
    for arm, (chromosome, first, last) in enumerate(bounds):
        shared = np.minimum(end, last) - np.maximum(start, first) + 1
        here = np.flatnonzero((chromosomes == chromosome) & (shared > 0))
        for place, which in enumerate((ratio < np.inf, ratio >= GAINED_LOG2, ratio <= LOST_LOG2)):
            some = here[which[here]]
            np.add.at(length[place, arm], patient[some], shared[some])


def recurrent_arms(arms: Arms, direction: str) -> RecurrentArms:
    """The test of each arm, gained or lost."""
    changed = arms.gained if direction == GAIN else arms.lost
    chance = changed.sum(axis=0) / np.maximum(arms.known.sum(axis=0), 1)
    rows = np.flatnonzero(arms.known.any(axis=1))
    patients, expected, p = changed.sum(axis=1), np.zeros(len(rows)), np.ones(len(rows))
    for place, arm in enumerate(rows):
        distinct, many = np.unique(chance[arms.known[arm]], return_counts=True)
        expected[place] = float(distinct @ many)
        p[place] = at_least(int(patients[arm]), distinct, many.astype(np.float64))
    return RecurrentArms(
        direction, rows, patients[rows], arms.known[rows].sum(axis=1), expected, p, false_discovery_rates(p)
    )


def broad(genes: Sequence[str], changed: npt.NDArray[np.bool_]) -> Matrix:
    """(genes, words) the patients whose arm around each gene is changed as a whole.

    changed   (arms, patients) of one direction
    """
    packed = np.concatenate([bits.pack(changed), bits.empty(changed.shape[1])[None]])
    return np.asarray(packed[[arm_of(gene) for gene in genes]])
