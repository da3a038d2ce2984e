"""Generated records and definitions, for tests that compare two ways of answering one question.

Records are small but awkward: several tumours and samples per patient or none, values missing
everywhere, genes off the panel, panels nobody described, treatments that were not given or have no
name, variants without a consequence. Words come from short lists so that questions meet facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import strategies as st

from chevet.cohort.fields import FIELDS
from chevet.cohort.nodes import (
    Altered,
    Amplified,
    And,
    Compare,
    Definition,
    Deleted,
    Diagnosis,
    Everyone,
    FieldOf,
    Fused,
    Known,
    MeasurementOf,
    Mutated,
    Not,
    Or,
    Tested,
    Treated,
    TreatedWithClass,
)
from chevet.records.record import About, Record
from chevet.records.tables import ALTERATION_TYPE, SAMPLE_TYPE, SEX, STAGE, TABLES, VITAL_STATUS

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

GENES = ("EGFR", "KRAS", "TP53", "TERT", "MYGENE-1")
CHANGES = ("p.L858R", "p.G12C", "p.R175H", "p.A10=", "p.?")
CONSEQUENCES = ("Missense_Mutation", "Nonsense_Mutation", "Splice_Site", "Silent", "Intron", "5'Flank", "odd words")
TUMOURS = ("LUAD", "LUNG", "LUSC", "BREAST", "IDC")
MEDICINES = {"osimertinib": "targeted_therapy", "cisplatin": "chemotherapy", "madeupmab": None}
CLASSES = ("targeted_therapy", "chemotherapy", "surgery")
PANELS = ("small", "large", "whole")
WORDS = ("Lille", "Lyon", 'it\'s "odd" é', "1")
NUMBERS = (-2.5, 0.0, 1.0, 17.0, 64.9, 65.0, 1e9)
MEASUREMENTS = ("PAM50", "Ki-67 %", "free text")


def maybe(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    """One of the values, or nothing said."""
    return st.sampled_from([None, *values])


def _rows_for(owners: Sequence[str], key: str, columns: dict[str, st.SearchStrategy[Any]], at_most: int) -> Any:
    row = st.fixed_dictionaries({key: st.sampled_from(owners), **columns}) if owners else st.nothing()
    return st.lists(row, max_size=at_most) if owners else st.just([])


@st.composite
def rows(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """The rows of a small study, by table. Columns that no definition asks about are left out."""
    patients = [f"P{i}" for i in range(draw(st.integers(0, 7)))]
    found: dict[str, list[dict[str, Any]]] = {
        "patient": [
            {
                "patient_id": patient,
                "sex": draw(maybe(SEX)),
                "birth_year": draw(maybe((1950, 1960))),
                "centre": draw(maybe(WORDS)),
                "vital_status": draw(maybe(VITAL_STATUS)),
                "entry_days": draw(maybe(NUMBERS)),
            }
            for patient in patients
        ]
    }
    found["diagnosis"] = draw(_rows_for(patients, "patient_id", {
        "oncotree_code": maybe(TUMOURS), "stage": maybe(STAGE), "age_at_diagnosis_years": maybe(NUMBERS),
        "diagnosis_year": maybe((2010, 2020)), "grade": maybe(WORDS), "diagnosed_days": maybe((0.0, 5.0)),
    }, 8))  # fmt: skip
    for number, diagnosis in enumerate(found["diagnosis"]):
        diagnosis["diagnosis_id"] = str(number)
    found["sample"] = draw(_rows_for(patients, "patient_id", {
        "sample_type": maybe(SAMPLE_TYPE[:3]), "tmb_per_megabase": maybe(NUMBERS), "msi": maybe(WORDS),
    }, 8))  # fmt: skip
    for number, sample in enumerate(found["sample"]):
        sample["sample_id"] = f"S{number}"
    found.update(draw(_molecular(found["sample"])))
    found["treatment"] = draw(_rows_for(patients, "patient_id", {
        "treatment": maybe(tuple(MEDICINES)), "treatment_class": maybe(CLASSES), "given": st.booleans(),
    }, 8))  # fmt: skip
    found["measurement"] = draw(_rows_for(patients, "patient_id", {
        "measurement": st.sampled_from(MEASUREMENTS), "value_number": maybe(NUMBERS), "value_text": maybe(WORDS),
        "profile": maybe(("assay",)),
    }, 8))  # fmt: skip
    found["event"] = draw(_rows_for(patients, "patient_id", {
        "event": st.just("overall_survival"), "endpoint": st.just("overall_survival"),
        "occurred": maybe((True, False)), "start_days": maybe((0.0, 30.5, 400.0)),
    }, 6))  # fmt: skip
    return found


@st.composite
def _molecular(draw: st.DrawFn, samples: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Panels and findings of these samples."""
    owner = {sample["sample_id"]: sample["patient_id"] for sample in samples}
    ids = list(owner)
    found = {
        "panel": draw(_rows_for(ids, "sample_id", {
            "alteration_type": st.sampled_from(ALTERATION_TYPE), "panel_id": st.sampled_from(PANELS),
            "whole": st.sampled_from((False, False, True)),
        }, 12)),
        "panel_gene": draw(st.lists(
            st.fixed_dictionaries({"panel_id": st.sampled_from(PANELS), "gene": st.sampled_from(GENES)}),
            max_size=6, unique_by=lambda row: (row["panel_id"], row["gene"]),
        )),
        "variant": draw(_rows_for(ids, "sample_id", {
            "gene": maybe(GENES), "consequence": maybe(CONSEQUENCES), "protein_change": maybe(CHANGES),
        }, 10)),
        "copy_number": draw(_rows_for(ids, "sample_id", {"gene": maybe(GENES), "call": maybe((-2, -1, 0, 1, 2))}, 8)),
        "structural_variant": draw(_rows_for(ids, "sample_id", {"gene_1": maybe(GENES), "gene_2": maybe(GENES)}, 6)),
    }  # fmt: skip
    for table in ("panel", "variant", "copy_number", "structural_variant"):
        for row in found[table]:
            row["patient_id"] = owner[row["sample_id"]]
    return found


def tables(found: Rows) -> dict[str, pa.Table]:
    """The rows as the record's Arrow tables, every table present."""
    return {
        name: pa.Table.from_pylist(list(found.get(name, [])), schema=table.schema) for name, table in TABLES.items()
    }


def record(found: Rows, title: str = "made up") -> Record:
    """The rows as a record, as a reader would hand it over."""
    return Record(About(title, "test"), tables(found))


def connection(found: Rows) -> duckdb.DuckDBPyConnection:
    """The rows as a DuckDB database in memory, as the store would build it."""
    database = duckdb.connect()
    for name, table in tables(found).items():
        database.register("incoming", table)
        database.execute(f'CREATE TABLE "{name}" AS FROM incoming')
        database.unregister("incoming")
    return database


# -- definitions

_NUMBER_FIELDS = [name for name, field in FIELDS.items() if field.kind == "number"]
_ASKED_NUMBERS = ["age_at_diagnosis_years", "diagnosis_year", "birth_year", "entry_days", "tmb_per_megabase"]
_ASKED_WORDS = {"sex": SEX, "stage": STAGE, "vital_status": VITAL_STATUS, "sample_type": SAMPLE_TYPE[:3],
                "centre": WORDS, "grade": WORDS, "msi": WORDS}  # fmt: skip
_genes = st.sampled_from(GENES)
_numbers = st.sampled_from(NUMBERS)
_ordered = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_equal = st.sampled_from(["=", "!="])


def _several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, min_size=1, max_size=3).map(tuple)


def _compares(subject: Any, operators: Any, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Definition]:
    subjects = st.sampled_from(subject) if isinstance(subject, list) else st.just(subject)
    return st.one_of(
        st.builds(Compare, subjects, operators, values), st.builds(Compare, subjects, st.just("in"), _several(values))
    )


def facts() -> st.SearchStrategy[Definition]:
    """One fact: any leaf of the language."""
    of_words = [_compares(FieldOf(name), _equal, st.sampled_from(words)) for name, words in _ASKED_WORDS.items()]
    measurements = [MeasurementOf(name) for name in MEASUREMENTS]
    subjects = [FieldOf(name) for name in FIELDS] + measurements
    return st.one_of(
        st.just(Everyone()),
        st.builds(Diagnosis, st.sampled_from(TUMOURS), st.booleans()),
        st.builds(Mutated, _genes, st.none() | st.sampled_from(CHANGES)),
        *(st.builds(node, _genes) for node in (Amplified, Deleted, Altered)),
        st.builds(Fused, _genes, st.none() | _genes),
        st.builds(Tested, _genes, st.sampled_from(ALTERATION_TYPE)),
        st.builds(Treated, st.sampled_from(list(MEDICINES))),
        st.builds(TreatedWithClass, st.sampled_from(CLASSES)),
        st.builds(Known, st.sampled_from(subjects)),
        _compares([FieldOf(name) for name in _ASKED_NUMBERS], _ordered, _numbers),
        st.one_of(of_words),
        _compares(measurements, _ordered, _numbers),
        _compares(measurements, _equal, st.sampled_from(WORDS)),
    )


def definitions(most_facts: int = 8) -> st.SearchStrategy[Definition]:
    """Facts joined by `and`, `or` and `not`."""
    return st.recursive(
        facts(),
        lambda parts: st.one_of(
            st.builds(Not, parts),
            st.lists(parts, min_size=2, max_size=3).map(lambda several: And(tuple(several))),
            st.lists(parts, min_size=2, max_size=3).map(lambda several: Or(tuple(several))),
        ),
        max_leaves=most_facts,
    )
