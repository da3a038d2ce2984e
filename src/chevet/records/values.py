"""One value of somebody's table, read as the value of one field of the record.

A reader of values gets a text that is not missing and says what it is (`Said`): the value, and why
it is not quite what was written. Columns go through `read_column`, which asks once per different
value, so a million rows cost little more than their few thousand words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from chevet.records.genes import NONE, NOTED, REPAIRED, NamedGenes
from chevet.records.report import Act
from chevet.records.tables import DAYS_PER_MONTH, NUMBER, WHOLE, YES_NO, Field
from chevet.words import (
    chromosomes,
    consequences,
    genes,
    missing,
    oncotree,
    proteins,
    samples,
    sexes,
    stages,
    treatments,
)


class Said(NamedTuple):
    """A value as understood; `reason` tells the import report what was done to it, if anything."""

    value: Any
    reason: str | None = None
    act: Act = "repaired"


class Mark(NamedTuple):
    """Rows (0-based positions) about which the import report has something to say."""

    reason: str
    act: Act
    rows: np.ndarray[Any, np.dtype[np.int64]]


ReadValue = Callable[[str], Said]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_ISO_DATE = re.compile(r"(\d{4})-\d{2}-\d{2}([T ].*)?")
_DAYS_IN = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 365.25}
_YES = {"true", "yes", "y", "1", "1.0", "oui", "t"}
_NO = {"false", "no", "n", "0", "0.0", "non", "f"}
_DEAD = {"dead", "deceased", "died", "1:deceased", "décédé", "décédée", "dcd", "1", "1.0"}
_ALIVE = {"alive", "living", "0:living", "vivant", "vivante", "0", "0.0"}

# What a field can be at least and at most; anything else is emptied, for this reason.
_NO_END = float("inf")
RANGES: dict[str, tuple[float, float, str]] = {
    "vaf": (0, 1, "vaf_out_of_range"),
    "purity": (0, 1, "purity_out_of_range"),
    "age_at_diagnosis_years": (0, 130, "age_not_possible"),
    "tumour_reference_reads": (0, _NO_END, "reads_not_a_count"),
    "tumour_alternate_reads": (0, _NO_END, "reads_not_a_count"),
    "supporting_reads": (0, _NO_END, "reads_not_a_count"),
    "start": (1, _NO_END, "position_not_understood"),
    "end": (1, _NO_END, "position_not_understood"),
    "position_1": (1, _NO_END, "position_not_understood"),
    "position_2": (1, _NO_END, "position_not_understood"),
}

# Where each gene lies.
CHROMOSOME_OF = {"gene": "chromosome", "gene_1": "chromosome_1", "gene_2": "chromosome_2"}

ALLELES = ("reference_allele", "alternate_allele")

# The words of the source, kept beside the value that we made of them.
AS_GIVEN = {
    "gene": "gene_as_given",
    "gene_1": "gene_1_as_given",
    "gene_2": "gene_2_as_given",
    "stage": "stage_as_given",
    "sample_type": "sample_type_as_given",
    "oncotree_code": "tumour_as_given",
    "treatment": "treatment_as_given",
}


def read_column(column: Any, read: ReadValue, kind: pa.DataType) -> tuple[Any, list[Mark]]:
    """`column` (any Arrow text) read value by value into an array of `kind`, with what to report."""
    encoded: Any = (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).dictionary_encode()
    said = [read(text) for text in encoded.dictionary.to_pylist()]
    values = pa.array([s.value for s in said], kind)
    taken = values.take(encoded.indices)
    reasons: dict[tuple[str, Act], list[int]] = {}
    for code, one in enumerate(said):
        if one.reason is not None:
            reasons.setdefault((one.reason, one.act), []).append(code)
    if not reasons:
        return taken, []
    codes = encoded.indices.fill_null(-1).to_numpy()
    marks = [
        Mark(reason, act, np.flatnonzero(np.isin(codes, np.array(which)))) for (reason, act), which in reasons.items()
    ]
    return taken, marks


def is_missing(text: str, tokens: Iterable[str] = (), *, dash_is_said: bool = False) -> bool:
    """Whether `text` says that nothing is known: one of the usual ways, or one of `tokens`.

    dash_is_said   for alleles, where - is an answer
    """
    text = text.strip()
    if dash_is_said and text == "-":
        return False
    return missing.is_missing(text) or text in tokens


def number(text: str) -> float | None:
    """The number written in `text` with a decimal point, or None."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def same_word(text: str, among: Iterable[str]) -> bool:
    """Whether `text` is one of the words `among`; numbers are compared as numbers (1 is 1.0)."""
    text = text.strip()
    value = number(text)
    return any(text == word or (value is not None and number(word) == value) for word in among)


def reader_of(field: Field, unit: str | None = None, through: str | None = None) -> ReadValue:
    """How texts become values of `field`."""
    if field.type == NUMBER:
        return lambda text: _number(text, field.name, unit)
    if field.type == WHOLE:
        return _year if field.name.endswith("_year") else _whole
    if field.type == YES_NO:
        return _yes_no
    if field.name == "oncotree_code":
        return lambda text: _oncotree(text, through)
    known = _BY_NAME.get(field.name)
    if known is not None:
        return known
    if field.values:
        return lambda text: _one_of(text, field.values)
    return lambda text: Said(text.strip())


def _number(text: str, name: str, unit: str | None) -> Said:
    value = number(text)
    if value is None:
        return Said(None, "wrong_number")
    if unit == "percent":
        value /= 100
    elif unit in _DAYS_IN and name.endswith("_days"):
        value *= _DAYS_IN[unit]
    elif unit in _DAYS_IN and name.endswith("_years"):
        value *= _DAYS_IN[unit] / _DAYS_IN["years"]
    return Said(value)


def _whole(text: str) -> Said:
    value = number(text)
    if value is None:
        return Said(None, "wrong_number")
    return Said(int(value)) if value.is_integer() and abs(value) < 2**53 else Said(None, "not_a_whole_number")


def _year(text: str) -> Said:
    """A year, or the year of a date written as 2024-03-31."""
    year = _ISO_DATE.fullmatch(text.strip())
    return Said(int(year[1])) if year else _whole(text)


def _yes_no(text: str) -> Said:
    word = text.strip().lower()
    if word in _YES or word in _NO:
        return Said(word in _YES)
    return Said(None, "not_yes_or_no")


def _one_of(text: str, values: tuple[str, ...]) -> Said:
    word = text.strip().lower()
    for value in values:
        if word == value.lower():
            return Said(value)
    return Said(None, "value_not_allowed")


def _oncotree(text: str, through: str | None) -> Said:
    text = text.strip()
    code = {"tcga": oncotree.from_tcga, "ncit": oncotree.from_ncit}.get(through or "", oncotree.find)(text)
    code = code or oncotree.find(text)
    return Said(code) if code else Said(None, "unknown_tumour_type", "noted")


def _sex(text: str) -> Said:
    value = sexes.sex(text)
    return Said(value) if value else Said(None, "unknown_sex")


def _vital_status(text: str) -> Said:
    word = text.strip().lower()
    if word in _DEAD or word in _ALIVE:
        return Said("dead" if word in _DEAD else "alive")
    return Said(None, "unknown_vital_status")


def _stage(text: str) -> Said:
    value = stages.stage(text)
    return Said(value) if value else Said(None, "unknown_stage", "noted")


def _sample_type(text: str) -> Said:
    value = samples.sample_type(text)
    return Said(value) if value else Said(None, "unknown_sample_type", "noted")


def _treatment(text: str) -> Said:
    medicine = treatments.medicine(text)
    return Said(medicine.name) if medicine else Said(text.strip().lower(), "unknown_treatment", "noted")


def _treatment_class(text: str) -> Said:
    value = treatments.treatment_class(text)
    return Said(value) if value else Said(None, "unknown_treatment_class")


def _gene(text: str) -> Said:
    found = genes.resolution(text.strip())
    if found.gene is None:
        return Said(text.strip(), "ambiguous_gene" if found.how == "ambiguous" else "unknown_gene", "noted")
    return Said(found.gene.symbol, None if found.gene.symbol == text.strip() else "symbol_updated")


def gene_marks(found: NamedGenes) -> list[Mark]:
    """What is to be said of the rows that name a gene."""
    remarks: list[tuple[str, Act]] = [(remark, "repaired") for remark in REPAIRED] + [
        (remark, "noted") for remark in NOTED if remark != NONE
    ]
    places = [(remark, act, np.flatnonzero(found.where(remark))) for remark, act in remarks]
    return [Mark(remark, act, rows) for remark, act, rows in places if len(rows)]


def hgnc_id(text: str) -> Said:
    """The HGNC number of a gene's symbol, when HGNC knows it."""
    gene = genes.resolve(text.strip())
    return Said(gene.hgnc_id if gene else None)


def class_of_medicine(text: str) -> Said:
    """The class of a treatment, when its name is enough to know it."""
    medicine = treatments.medicine(text)
    return Said(medicine.treatment_class if medicine else None)


def chromosome(text: str) -> Said:
    """A chromosome without its prefix: chr7 is 7, 23 is X, M is MT. Others are kept and noted."""
    known = chromosomes.chromosome(text)
    return Said(known) if known else Said(chromosomes.without_prefix(text), "unknown_chromosome", "noted")


def _protein_change(text: str) -> Said:
    short = proteins.short(text.replace("%3D", "="))
    return Said(short) if short else Said(text.strip(), "protein_change_as_given", "noted")


def _consequence(text: str) -> Said:
    known = consequences.maf_class(text)
    if known is None:
        return Said(text.strip(), "unknown_consequence", "noted")
    return Said(known, None if known == text.strip() else "consequence_renamed")


_BY_NAME: dict[str, ReadValue] = {
    "sex": _sex,
    "vital_status": _vital_status,
    "stage": _stage,
    "sample_type": _sample_type,
    "treatment": _treatment,
    "treatment_class": _treatment_class,
    "gene": _gene,
    "gene_1": _gene,
    "gene_2": _gene,
    "chromosome": chromosome,
    "chromosome_1": chromosome,
    "chromosome_2": chromosome,
    "protein_change": _protein_change,
    "consequence": _consequence,
}
