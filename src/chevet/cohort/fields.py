"""The facts a definition may ask about by name, and where the record keeps each of them.

One table: the parser reads it to know which names exist, the index and the query read it to know
which column to look at. A patient may have several tumours and several samples, so a field of
`diagnosis` or `sample` may have several values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chevet.records.tables import TABLES

FieldKind = Literal["text", "number"]
AlteredKind = Literal["variant", "amplification", "deletion", "fusion", "any"]
TestedKind = Literal["variant", "copy_number", "structural_variant", "expression", "any"]

# What a panel must be able to see for each kind of alteration to be found or ruled out.
TEST_FOR: dict[str, str] = {
    "variant": "variant",
    "amplification": "copy_number",
    "deletion": "copy_number",
    "fusion": "structural_variant",
}

AMPLIFICATION_CALL = 2
DELETION_CALL = -2


@dataclass(frozen=True)
class Subject:
    """One field of the record: its name in definitions, its table and column, what it holds."""

    name: str
    table: Literal["patient", "diagnosis", "sample"]
    column: str
    kind: FieldKind
    values: tuple[str, ...] = ()


def _subject(table: Literal["patient", "diagnosis", "sample"], column: str, name: str = "") -> Subject:
    field = TABLES[table].field(column)
    kind: FieldKind = "text" if str(field.type) == "string" else "number"
    return Subject(name or column, table, column, kind, field.values)


FIELDS: dict[str, Subject] = {
    subject.name: subject
    for subject in (
        _subject("patient", "sex"),
        _subject("patient", "birth_year"),
        _subject("patient", "ethnicity"),
        _subject("patient", "centre"),
        _subject("patient", "vital_status"),
        _subject("patient", "cause_of_death"),
        _subject("patient", "last_news_days"),
        _subject("patient", "entry_days"),
        _subject("diagnosis", "oncotree_code", "tumour"),
        _subject("diagnosis", "age_at_diagnosis_years"),
        _subject("diagnosis", "diagnosis_year"),
        _subject("diagnosis", "stage"),
        _subject("diagnosis", "grade"),
        _subject("diagnosis", "laterality"),
        _subject("diagnosis", "icdo_topography"),
        _subject("diagnosis", "icdo_morphology"),
        _subject("sample", "sample_type"),
        _subject("sample", "site"),
        _subject("sample", "material"),
        _subject("sample", "purity"),
        _subject("sample", "tmb_per_megabase"),
        _subject("sample", "msi"),
    )
}

# Which of a patient's tumours or samples comes first, when one value per patient is wanted.
FIRST: dict[str, str] = {
    "patient": "",
    "diagnosis": "diagnosed_days NULLS LAST, diagnosis_id",
    "sample": "collected_days NULLS LAST, sample_id",
}
