"""What each field of the record is called in OSIRIS, mCODE, OMOP and cBioPortal, as a page.

The names stand in `crosswalk.tsv`, one row per field of `tables`. Run the module to print the page:
`python -m chevet.records.crosswalk > docs/reference/crosswalk.md`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa

from chevet.records.tables import NUMBER, TABLES, TEXT, WHOLE, YES_NO, Field

_TYPES = {TEXT: "text", NUMBER: "number", WHOLE: "whole number", YES_NO: "yes or no"}
_UNITS = {
    "_days": "days since the first diagnosis",
    "_years": "years",
    "_year": "calendar year",
    "_per_megabase": "mutations per megabase",
    "_reads": "reads",
    "vaf": "0 to 1",
    "purity": "0 to 1",
    "log2_ratio": "log2",
}
_INTRODUCTION = """# The record, field by field

A study in Chevet is {tables} tables. Every reader fills them, every answer is drawn from them, and a
hospital that has no export format can fill them as they are: one file per table, named after it
(`patient.tsv`, `sample.csv`, `variant.parquet`, gzip too), with the columns below. Columns in **bold**
must be filled; all others may be empty or absent. An empty cell means *not said*, never *no*.

The last four columns say what the same fact is called elsewhere. An empty cell there means that the
standard has no element for it. OSIRIS names are those of the *Data Element Concept* list; mCODE names are
profile and element of the implementation guide (variants by the component names of HL7 Genomics
Reporting 2); OMOP names are table and column of the Common Data Model 5.4 with its oncology tables;
cBioPortal names are columns of its file formats. Times are exported there as dates, here they are days.

This page is printed from the code: `python -m chevet.records.crosswalk`.
"""


@dataclass(frozen=True)
class Names:
    """One fact's names elsewhere; empty where a standard has none."""

    osiris: str
    mcode: str
    omop: str
    cbioportal: str


@cache
def names() -> dict[tuple[str, str], Names]:
    """The names elsewhere of every (table, field)."""
    lines = (files("chevet.records") / "crosswalk.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return {(table, field): Names(*elsewhere) for table, field, *elsewhere in rows}


def page() -> str:
    """The reference page, in Markdown.

    >>> page().splitlines()[0]
    '# The record, field by field'
    """
    parts = [_INTRODUCTION.format(tables=len(TABLES))]
    for table in TABLES.values():
        parts.append(f"\n## {table.name}\n\n{table.says[0].upper()}{table.says[1:]}.{_key(table.key)}\n")
        parts.append("| field | type | meaning | OSIRIS | mCODE | OMOP | cBioPortal |\n|---|---|---|---|---|---|---|\n")
        parts += [_line(field, names()[table.name, field.name]) for field in table.fields]
    return "".join(parts)


def _key(key: tuple[str, ...]) -> str:
    if not key:
        return ""
    return f" No two rows have the same {' and '.join(f'`{name}`' for name in key)}."


def _line(field: Field, elsewhere: Names) -> str:
    name = f"**`{field.name}`**" if field.required else f"`{field.name}`"
    words = f"{field.says} ({', '.join(field.values)})" if field.values else field.says
    others = (elsewhere.osiris, elsewhere.mcode, elsewhere.omop, elsewhere.cbioportal)
    cells = [name, _type(field), words, *(f"`{word}`" if word else "" for word in others)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _type(field: Field) -> str:
    kind: pa.DataType = field.type
    unit = next((unit for ending, unit in _UNITS.items() if field.name.endswith(ending)), "")
    return f"{_TYPES[kind]}, {unit}" if unit else _TYPES[kind]


if __name__ == "__main__":
    sys.stdout.write(page())
