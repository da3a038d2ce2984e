"""Coding changes as columns of numbers: which gene, in whom, of what kind, at which residue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.cohort import Cohort
from chevet.errors import BadInput
from chevet.records.rows import pc
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.words.consequences import CONSEQUENCES

Whole = npt.NDArray[np.int64]

SYNONYMOUS, MISSENSE, TRUNCATING, IN_FRAME = range(4)
NO_CODING_CHANGE = -1
KINDS = ("synonymous", "missense", "truncating", "in_frame")
REQUIRED = ("patient", "gene", "consequence", "protein_change")
PLACE = ("chromosome", "start", "reference", "alternate", "origin")

_ROWS = 500_000
_FROM = {
    "patient": "patient_id", "gene": "gene", "consequence": "consequence", "protein_change": "protein_change",
    "chromosome": "chromosome", "start": "start", "reference": "reference_allele", "alternate": "alternate_allele",
    "origin": "origin",
}  # fmt: skip
_FIELDS = ("gene", "patient", "kind", "residue", "place", "acid")


@dataclass(frozen=True)
class Changes:
    """Coding changes, each once a patient and in the order of gene, patient and place. All columns are (rows,).

    genes      names; `gene` is a place in it
    patients   how many were looked at, changed or not; `patient` is a number below it
    kind       SYNONYMOUS, MISSENSE, TRUNCATING or IN_FRAME
    residue    the first amino acid that changes, from 1; 0 where it is not said
    place      the base of the genome, or 0
    acid       the letter of the residue as the source names it, as a byte; 0 where it names none
    """

    genes: tuple[str, ...]
    patients: int
    gene: Whole
    patient: Whole
    kind: Whole
    residue: Whole
    place: Whole
    acid: Whole

    def __len__(self) -> int:
        return len(self.gene)

    def only(self, rows: Any) -> Changes:
        """Some of the rows."""
        return Changes(self.genes, self.patients, *(getattr(self, name)[rows] for name in _FIELDS))

    def of_kind(self, *kinds: int) -> Changes:
        """The rows of these kinds."""
        return self.only(np.isin(self.kind, kinds))

    def patients_by_gene(self) -> Whole:
        """(genes,) how many patients have such a change in each."""
        return np.bincount(np.unique(np.stack([self.gene, self.patient]), axis=1)[0], minlength=len(self.genes))


def of_cohort(cohort: Cohort, tested: Carriers) -> Changes:
    """The changes of the patients of a cohort in genes that they were tested for.

    tested   the carriers of variants of the same cohort, which number its patients and genes
    """
    members = cohort.index.patients.take(bits.positions(cohort.bits, cohort.index.n_patients))
    found = _read(_pieces(cohort, members), tested.genes, members)
    words = tested.sets[tested.classes[found.gene], found.patient >> 6]
    looked = (words >> (found.patient & 63).astype(np.uint64)) & np.uint64(1)
    return _once(found.only(looked.astype(np.bool_)))


def of_table(rows: pa.Table, patients: Sequence[str], genes: Sequence[str] | None = None) -> Changes:
    """The changes of an Arrow table.

    rows      columns patient, gene, consequence (a MAF class) and protein_change (HGVS p.); with a reference also
              chromosome, start, reference and alternate
    patients  everybody who was tested, also those without a change
    genes     those tested for; unless given, those of the rows

    Raises BadInput when a column is missing, or a row names a patient that the list lacks.
    """
    if missing := [name for name in REQUIRED if name not in rows.column_names]:
        raise BadInput(
            f"a table of changes lacks the columns {', '.join(missing)}", next_act=f"Give {', '.join(REQUIRED)}."
        )
    who = pa.array(patients, pa.string())
    if len(who) != len(set(patients)):
        raise BadInput("the list of patients names somebody twice", next_act="Name each patient once.")
    unknown = pc.sum(pc.invert(pc.is_in(rows.column("patient").cast(pa.string()), who))).as_py() or 0
    if unknown:
        raise BadInput(
            f"{unknown} of {rows.num_rows} changes are of patients that are not listed",
            next_act="List every patient who was tested, also those without a change.",
        )
    named = pc.drop_null(pc.unique(rows.column("gene").cast(pa.string()))).to_pylist()
    return _once(_read([rows], tuple(genes if genes is not None else sorted(named)), who))


def _pieces(cohort: Cohort, members: pa.StringArray) -> Iterator[pa.Table]:
    table = pq.ParquetFile(cohort.version.parquet("variant"))
    for batch in table.iter_batches(_ROWS, columns=list(_FROM.values())):
        rows = pa.table(batch)
        rows = rows.filter(pc.is_in(rows.column("patient_id"), members))
        yield pa.table({name: rows.column(column) for name, column in _FROM.items()})


def _read(pieces: Iterable[pa.Table], genes: tuple[str, ...], patients: pa.StringArray) -> Changes:
    """The coding changes that are no germline variants, each as a row; repeats are still there."""
    names, found = pa.array(genes, pa.string()), []
    for piece in pieces:
        columns = {name: _column(piece, name) for name in (*REQUIRED, *PLACE)}
        change = columns["protein_change"].combine_chunks()
        kind = _kinds(columns["consequence"], change)
        gene = _numbers(pc.index_in(columns["gene"], names))
        inherited = pc.fill_null(pc.equal(pc.utf8_lower(columns["origin"]), "germline"), False).to_numpy()
        kept = (kind != NO_CODING_CHANGE) & (gene >= 0) & ~inherited
        residue, acid = _residues(change)
        place = _numbers(pc.cast(columns["start"], pa.int64()), 0)
        patient = _numbers(pc.index_in(columns["patient"], patients))
        found.append(np.stack([gene, patient, kind, residue, place, acid])[:, kept])
    nothing = np.zeros((len(_FIELDS), 0), dtype=np.int64)
    return Changes(genes, len(patients), *np.concatenate([nothing, *found], axis=1))


def _once(found: Changes) -> Changes:
    """Each change once a patient: of several samples, or written twice."""
    columns = (found.residue, found.kind, found.place, found.patient, found.gene)
    order = np.lexsort(columns)
    new = np.zeros(len(order), dtype=np.bool_)
    for column in columns:
        new |= np.diff(column[order], prepend=-2) != 0
    return found.only(order[new])


def _column(piece: pa.Table, name: str) -> Any:
    if name not in piece.column_names:
        return pa.chunked_array([pa.nulls(piece.num_rows, pa.string())])
    column = piece.column(name)
    return column if name == "start" else column.cast(pa.string())


def _numbers(column: Any, otherwise: int = -1) -> Whole:
    return np.asarray(pc.fill_null(column, otherwise).to_numpy(), dtype=np.int64)


_OF_CLASS = {
    name: TRUNCATING if one.truncating
    else {"Missense_Mutation": MISSENSE, "Silent": SYNONYMOUS, "In_Frame_Del": IN_FRAME, "In_Frame_Ins": IN_FRAME,
          "Nonstop_Mutation": IN_FRAME, "Stop_Codon_Del": IN_FRAME}.get(name, NO_CODING_CHANGE)
    for name, one in CONSEQUENCES.items()
}  # fmt: skip


def _kinds(consequence: Any, change: Any) -> Whole:
    """By the class that the source gives; by the protein change where it gives none."""
    names = pa.array(list(_OF_CLASS), pa.string())
    place = _numbers(pc.index_in(consequence, names))
    of_class = np.array([*_OF_CLASS.values(), NO_CODING_CHANGE])[place]
    of_change = np.full(len(place), NO_CODING_CHANGE)
    for kind, pattern in (
        (IN_FRAME, r"del|ins|dup"), (MISSENSE, r"^p\.[A-Z]\d+[A-Z]$"), (SYNONYMOUS, r"=$|^p\.([A-Z])\d+="),
        (TRUNCATING, r"\*$|fs|_splice|^p\.M1\?"),
    ):  # fmt: skip
        of_change[pc.fill_null(pc.match_substring_regex(change, pattern), False).to_numpy(False)] = kind
    unsaid = pc.is_null(consequence).to_numpy()
    return np.where(unsaid, of_change, of_class)


def _residues(change: Any) -> tuple[Whole, Whole]:
    """The first residue that a change names, and its letter."""
    encoded = pc.dictionary_encode(change)
    parts = pc.extract_regex(encoded.dictionary, r"^p\.(?P<acid>[A-Z*])?(?P<place>[1-9]\d{0,5})")
    place = pc.cast(pc.struct_field(parts, "place"), pa.int64())
    letters = pc.fill_null(pc.struct_field(parts, "acid"), "").to_pylist()
    numbers = np.append(_numbers(place, 0), 0)
    acids = np.array([*(ord(letter) if letter else 0 for letter in letters), 0], dtype=np.int64)
    at = _numbers(encoded.indices)
    return numbers[at], acids[at]
