"""The cohort index: one bit per patient for every fact that questions are made of.

Position `i` in every array is row `i` of `patients` (sorted by patient_id); the same holds for
`samples`. Arrays are memory-mapped: opening an index reads a few kilobytes, and a question reads
only the rows it needs. `cohort.index_build` writes the files.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.ipc

from chevet.cohort.definition import Definition
from chevet.cohort.evaluate import evaluate
from chevet.cohort.fields import FIELDS, TEST_FOR
from chevet.cohort.index_build import FORMAT, build_index
from chevet.cohort.truth import ThreeValued
from chevet.errors import BadInput, Fault
from chevet.store import bits
from chevet.store.bits import Bits, Matrix
from chevet.words.errors import error, words

Level = Literal["patients", "samples"]
Codes = npt.NDArray[np.unsignedinteger]
Numbers = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int32]

ALTERED_KINDS = ("variant", "amplification", "deletion", "fusion")


@dataclass(frozen=True)
class Category:
    """One label per patient: `labels[codes[i]]`; code 0 (label "") means that nothing is said."""

    codes: Codes
    labels: list[str]


@dataclass(frozen=True)
class Values:
    """All values of a field: `codes` (text) or `numbers`, and whose they are, in patient order.

    n           number of patients
    positions   (rows,) or None when there is exactly one row per patient
    """

    n: int
    positions: Positions | None
    codes: Codes | None
    labels: list[str]
    numbers: Numbers | None

    def patients_of(self, rows: npt.NDArray[np.bool_]) -> Bits:
        """The patients with at least one of these rows."""
        if self.positions is None:
            return bits.pack(rows)
        # Six times faster than indexing with the booleans themselves.
        return bits.from_positions(self.positions[np.flatnonzero(rows)], self.n)

    @cached_property
    def all_worded(self) -> Bits:
        """The patients with a row, none of whose rows lacks a word."""
        return bits.empty(self.n) if self.codes is None else self._none_missing(self.codes == 0)

    @cached_property
    def all_numbered(self) -> Bits:
        """The patients with a row, none of whose rows lacks a number."""
        return bits.empty(self.n) if self.numbers is None else self._none_missing(np.isnan(self.numbers))

    def _none_missing(self, missing: npt.NDArray[np.bool_]) -> Bits:
        return self.patients_of(np.ones(len(missing), dtype=np.bool_)) & ~self.patients_of(missing)


class CohortIndex:
    """A study's facts as packed sets and small arrays. Open one with `CohortIndex.load`."""

    def __init__(self, directory: Path, about: dict[str, Any]) -> None:
        self.directory = directory
        self._about = about
        self._arrays: dict[str, npt.NDArray[Any]] = {}
        self._values: dict[str, Values] = {}
        self.n_patients: int = about["n_patients"]
        self.n_samples: int = about["n_samples"]
        self.genes: list[str] = about["genes"]
        self.endpoints: list[str] = about["endpoints"]
        self.treatments: list[str] = about["treatments"]
        self.treatment_classes: list[str] = about["treatment_classes"]
        self.measurements_elsewhere = frozenset(about["measurements_elsewhere"])

    @staticmethod
    def build(connection: duckdb.DuckDBPyConnection, directory: Path) -> None:
        """Write the index of the study open at `connection` into `directory`."""
        directory.mkdir(parents=True, exist_ok=True)
        build_index(connection, directory)

    @classmethod
    def load(cls, directory: Path) -> CohortIndex:
        """The index in `directory`, memory-mapped. Fault when it is absent or of another format."""
        path = directory / "index.json"
        again = "import the study again: chevet study import"
        if not path.exists():
            raise Fault(f"no cohort index in {directory.name}", next_act=again)
        about = json.loads(path.read_text(encoding="utf-8"))
        if about.get("format") != FORMAT:
            raise Fault(
                f"the cohort index has format {about.get('format')}, this program reads {FORMAT}", next_act=again
            )
        return cls(directory, about)

    def array(self, name: str) -> npt.NDArray[Any]:
        """The stored array of that name, memory-mapped once."""
        if name not in self._arrays:
            self._arrays[name] = bits.load(self.directory / f"{name}.npy")
        return self._arrays[name]

    def evaluate(self, definition: Definition) -> ThreeValued:
        """For whom the definition is true, and for whom false."""
        return evaluate(definition, self)

    # -- who

    @cached_property
    def patients(self) -> pa.StringArray:
        """The patient ids; row `i` is position `i`."""
        return _strings(self.directory / "patients.arrow", "patient_id")

    @cached_property
    def samples(self) -> pa.StringArray:
        """The sample ids, sorted; row `i` is sample position `i`."""
        return _strings(self.directory / "samples.arrow", "sample_id")

    @property
    def sample_patient(self) -> Positions:
        """(n_samples,) the position of the patient each sample comes from."""
        return self.array("sample_patient")

    def position(self, patient_id: str) -> int:
        """Where this patient is. BadInput when the study has no such patient."""
        found = bisect_left(_Texts(self.patients), patient_id)
        if found < self.n_patients and self.patients[found].as_py() == patient_id:
            return found
        raise error(BadInput, "no_such_patient")

    # -- fields

    def values(self, name: str) -> Values | None:
        """Every value of a field, or None when its labels are too many to be indexed."""
        name = _field_name(name)
        about = self._about["fields"].get(name)
        if about is None:
            return None
        if name not in self._values:
            table = FIELDS[name].table
            positions = None if self._about["one_each"][table] else self.array(f"{table}_positions")
            stored = self.array(f"field_{name}")
            words = (stored, about["labels"], None) if about["kind"] == "text" else (None, [], stored)
            self._values[name] = Values(self.n_patients, positions, *words)
        return self._values[name]

    @cached_property
    def measurements(self) -> dict[str, int]:
        """The indexed measurements, and where each is kept."""
        return {m["name"]: i for i, m in enumerate(self._about["measurements"])}

    def measurement_values(self, name: str) -> Values | None:
        """Every value of a measurement, or None when it is not indexed (the query engine answers then)."""
        i = self.measurements.get(name)
        if i is None:
            return None if name in self.measurements_elsewhere else _no_values(self.n_patients)
        key = f"measurement {name}"
        if key not in self._values:
            codes, numbers = self.array(f"measurement_{i}_text"), self.array(f"measurement_{i}_number")
            labels = self._about["measurements"][i]["labels"]
            positions = self.array(f"measurement_{i}_positions")
            self._values[key] = Values(self.n_patients, positions, codes, labels, numbers)
        return self._values[key]

    def categories(self) -> list[str]:
        """The names `category` accepts: fields of words, then measurements of words."""
        fields = [name for name, about in self._about["fields"].items() if about["kind"] == "text"]
        return fields + [m["name"] for m in self._about["measurements"] if len(m["labels"]) > 1]

    def category(self, name: str) -> Category:
        """One label per patient: that of the first tumour, or the first sample, when there are several."""
        values = self._values_of(name)
        if values.codes is None:
            raise BadInput(f"{name} is a number, not a category", next_act=f"ask for number({name!r})")
        if values.positions is None:
            return Category(values.codes, values.labels)
        key = f"first {name}"
        if key not in self._arrays:
            codes = np.zeros(self.n_patients, dtype=values.codes.dtype)
            self._arrays[key] = _first_of_each(codes, values.positions, values.codes)
        return Category(self._arrays[key], values.labels)

    def category_bits(self, name: str) -> Matrix:
        """(labels, words) the patients of each label of `category(name)`; every patient is in one row."""
        key = f"category_bits {name}"
        if key not in self._arrays:
            category = self.category(name)
            everyone = np.arange(self.n_patients)
            self._arrays[key] = bits.rows_from_pairs(category.codes, everyone, len(category.labels), self.n_patients)
        return self._arrays[key]

    def number(self, name: str) -> Numbers:
        """(n_patients,) one number per patient, NaN where not said: the first tumour's or sample's."""
        values = self._values_of(name)
        if values.numbers is None:
            raise BadInput(f"{name} is a category, not a number", next_act=f"ask for category({name!r})")
        if values.positions is None:
            return values.numbers
        key = f"first {name}"
        if key not in self._arrays:
            numbers = np.full(self.n_patients, np.nan)
            self._arrays[key] = _first_of_each(numbers, values.positions, values.numbers)
        return self._arrays[key]

    def _values_of(self, name: str) -> Values:
        values = self.values(name) or (self.measurement_values(name) if name in self.measurements else None)
        if values is None:
            raise BadInput(
                f"this study's index has no field or measurement named {name}",
                next_act="choose one of: " + ", ".join(sorted(self._about["fields"])),
            )
        return values

    def endpoint(self, name: str) -> tuple[Numbers, npt.NDArray[np.bool_]]:
        """(n_patients,) days to the end of follow-up, NaN where unknown, and whether the event occurred then."""
        if name not in self.endpoints:
            there = words("one_of", these=", ".join(self.endpoints)) if self.endpoints else words("no_endpoint")
            raise error(BadInput, "unknown_endpoint", there, name=name)
        i = self.endpoints.index(name)
        return self.array(f"endpoint_{i}_days"), self.array(f"endpoint_{i}_occurred")

    # -- genes

    @cached_property
    def _gene_rows(self) -> dict[str, int]:
        return {gene: row for row, gene in enumerate(self.genes)}

    def gene_row(self, gene: str) -> int:
        """The row of this gene in every gene matrix. BadInput when the study never names it."""
        row = self._gene_rows.get(gene)
        if row is None:
            raise error(BadInput, "gene_nowhere", gene=gene)
        return row

    def altered_matrix(self, kind: str = "variant") -> Matrix:
        """(genes, words) the patients found altered in each gene, on a covered sample or not."""
        return self._altered(kind, "patients")

    def sample_altered_matrix(self, kind: str = "variant") -> Matrix:
        """(genes, words) the samples found altered in each gene."""
        return self._altered(kind, "samples")

    def _altered(self, kind: str, level: Level) -> Matrix:
        if kind == "any":
            return self._altered_any(level)
        if kind not in (*ALTERED_KINDS, "unclear"):
            raise BadInput(f"{kind} is no kind of alteration", next_act="use one of: " + ", ".join(ALTERED_KINDS))
        if kind in self._about["altered"]:
            return self.array(f"altered_{kind}_{level}")
        words = bits.words_for(self.n_patients if level == "patients" else self.n_samples)
        return np.broadcast_to(np.zeros(words, dtype=np.uint64), (len(self.genes), words))

    def _altered_any(self, level: Level) -> Matrix:
        key = f"altered_any_{level}"
        if key not in self._arrays:
            found = [self._altered(kind, level) for kind in ALTERED_KINDS]
            self._arrays[key] = np.bitwise_or.reduce(found)
        return self._arrays[key]

    def altered_bits(self, gene: str, kind: str = "variant") -> Bits:
        """The patients found altered in this gene; nobody when the study never names it."""
        row = self._gene_rows.get(gene)
        return bits.empty(self.n_patients) if row is None else self._altered(kind, "patients")[row]

    def change_bits(self, gene: str, change: str) -> Bits:
        """The patients in whom this protein change (such as p.L858R) was found."""
        row = self._gene_rows.get(gene)
        if row is None:
            return bits.empty(self.n_patients)
        start, stop = (int(b) for b in self.array("change_of_gene")[row : row + 2])
        names = self._changes
        code = bisect_left(_Texts(names), change, start, stop)
        if code == stop or names[code].as_py() != change:
            return bits.empty(self.n_patients)
        first, last = (int(b) for b in self.array("change_offsets")[code : code + 2])
        return bits.from_positions(self.array("change_positions")[first:last], self.n_patients)

    def protein_changes(self, gene: str) -> list[tuple[str, Positions]]:
        """The protein changes found in this gene, and the positions of the patients of each."""
        row = self._gene_rows.get(gene)
        if row is None:
            return []
        start, stop = (int(b) for b in self.array("change_of_gene")[row : row + 2])
        offsets, positions = self.array("change_offsets"), self.array("change_positions")
        return [
            (self._changes[code].as_py(), positions[offsets[code] : offsets[code + 1]]) for code in range(start, stop)
        ]

    @cached_property
    def _changes(self) -> pa.StringArray:
        return _strings(self.directory / "changes.arrow", "protein_change")

    def fusion_bits(self, gene: str, partner: str) -> Bits:
        """The patients in whom these two genes were found joined, in either order."""
        rows = [self._gene_rows.get(gene), self._gene_rows.get(partner)]
        if rows[0] is None or rows[1] is None:
            return bits.empty(self.n_patients)
        first, second, position = self.array("fusion_pairs")
        joined = (first == min(rows[0], rows[1])) & (second == max(rows[0], rows[1]))
        return bits.from_positions(position[joined], self.n_patients)

    # -- what was tested

    def tested_bits(self, gene: str, kind: str = "variant") -> Bits:
        """The patients with at least one sample on which this gene was tested for this kind of alteration.

        kind   variant, copy_number, structural_variant, expression; or amplification, deletion, fusion;
               or any: tested in at least one way
        """
        if kind == "any":
            return (
                self.tested_bits(gene, "variant")
                | self.tested_bits(gene, "copy_number")
                | self.tested_bits(gene, "fusion")
            )
        test = TEST_FOR.get(kind, kind)
        if test not in self._about["coverage"]:
            return bits.empty(self.n_patients)
        row = self._gene_rows.get(gene)
        of_class = 0 if row is None else int(self.array(f"coverage_{test}_class")[row])
        tested: Bits = self.array(f"coverage_{test}_patients")[of_class]
        return tested

    def coverage(self, kind: str = "variant", level: Level = "patients") -> tuple[Positions, Matrix]:
        """Which genes were tested alike: the class of each gene, `(genes,)`, and who was tested for each class.

        Those in whom gene `row` was tested are `sets[classes[row]]`: a handful of sets, not one per gene.
        """
        test = TEST_FOR.get(kind, kind)
        if kind == "any":
            return self._coverage_in_any_way(level)
        if test in self._about["coverage"]:
            return self.array(f"coverage_{test}_class"), self.array(f"coverage_{test}_{level}")
        nobody = bits.empty(self.n_patients if level == "patients" else self.n_samples)
        return np.zeros(len(self.genes), dtype=np.int32), nobody[np.newaxis]

    def _coverage_in_any_way(self, level: Level) -> tuple[Positions, Matrix]:
        names = "any_class", f"any_{level}"
        if names[1] not in self._arrays:
            parts = [self.coverage(test, level) for test in dict.fromkeys(TEST_FOR.values())]
            ways, classes = np.unique(np.stack([c for c, _ in parts], axis=1), axis=0, return_inverse=True)
            sets = [of_test[ways[:, i]] for i, (_, of_test) in enumerate(parts)]
            self._arrays[names[0]] = classes.reshape(-1).astype(np.int32)
            self._arrays[names[1]] = np.bitwise_or.reduce(sets)
        return self._arrays[names[0]], self._arrays[names[1]]

    def tested_matrix(self, kind: str = "variant", level: Level = "patients") -> Matrix:
        """(genes, words) the patients, or samples, in whom each gene was tested for this kind of alteration."""
        classes, sets = self.coverage(kind, level)
        matrix: Matrix = sets[classes]
        return matrix

    # -- treatments

    def treatment_bits(self, medicine: str) -> Bits:
        """The patients to whom this medicine was given."""
        return self._row(self.treatments, "treatment_given", medicine)

    def treatment_class_bits(self, treatment_class: str) -> Bits:
        """The patients to whom some treatment of this class was given."""
        return self._row(self.treatment_classes, "treatment_class_given", treatment_class)

    def treatment_unnamed_bits(self, treatment_class: str) -> Bits:
        """The patients given a treatment of this class ("" for a class not said) whose name is not said."""
        return self._row(self.treatment_classes, "treatment_unnamed", treatment_class)

    @property
    def treatment_any_bits(self) -> Bits:
        """The patients whose record says anything of treatments, given or not."""
        return self.array("treatment_any")

    def _row(self, labels: Sequence[str], name: str, label: str) -> Bits:
        if label not in labels:
            return bits.empty(self.n_patients)
        row: Bits = self.array(name)[labels.index(label)]
        return row


class _Texts(Sequence[str]):
    """An Arrow column seen as a sequence of words, for binary search without copying it."""

    def __init__(self, column: pa.StringArray) -> None:
        self.column = column

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, i: Any) -> Any:
        return self.column[i].as_py()


def _first_of_each(filled: npt.NDArray[Any], positions: Positions, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """`filled` with the first of each position's values: written backwards, so that the first is written last."""
    filled[positions[::-1]] = values[::-1]
    return filled


def _no_values(n: int) -> Values:
    """What is known of a measurement that the study never made."""
    return Values(n, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint8), [""], np.zeros(0))


def _field_name(name: str) -> str:
    return "tumour" if name == "oncotree_code" else name


def _strings(path: Path, column: str) -> pa.StringArray:
    """One column of an Arrow file, memory-mapped and in one piece."""
    with pa.memory_map(str(path)) as source:
        pieces = pyarrow.ipc.open_file(source).read_all().column(column).chunks
    return cast("pa.StringArray", pieces[0] if pieces else pa.array([], pa.string()))
