"""All statements together, and the groups of medicines that they name."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from chevet.therapy.knowledge.statement import COLUMNS, Statement, StatementError, read
from chevet.words import oncotree, treatments

TABLES = resources.files("chevet.therapy.knowledge") / "tables"
BLOOD = "HEMATOPOIETIC"


@dataclass(frozen=True)
class Group:
    """Medicines that share what a statement says of them; `usual` is the one that most often stands in a regimen."""

    name: str
    en: str
    fr: str
    members: tuple[str, ...]
    usual: str = ""


@cache
def groups() -> dict[str, Group]:
    """Every group of `medicine_groups.tsv`, by name. A member may be another group, whose members it then has."""
    read_rows = {row["name"]: row for _, row in rows(TABLES / "medicine_groups.tsv")}

    def members(name: str) -> tuple[str, ...]:
        found: list[str] = []
        for one in (part.strip() for part in read_rows[name]["members"].split("|")):
            found += members(one[1:]) if one.startswith("@") else [one]
        return tuple(dict.fromkeys(found))

    return {name: Group(name, row["en"], row["fr"], members(name), row["usual"]) for name, row in read_rows.items()}


@cache
def own() -> tuple[Statement, ...]:
    """Our statements, in the order of the files. Raises StatementError for a row that is none."""
    return tuple(read(row) for file in files() for _, row in rows(file, COLUMNS))


def files() -> list[Traversable]:
    """The tables of statements, by name."""
    return sorted(
        (file for file in TABLES.iterdir() if file.name.startswith("statements_")), key=lambda file: file.name
    )


def rows(file: Traversable, columns: tuple[str, ...] | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their numbers in the file; `#` begins a comment. Raises StatementError."""
    header: list[str] = []
    for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not header:
            header = cells
            if columns is not None and tuple(header) != columns:
                raise StatementError(f"{file.name}: the header is not {', '.join(columns)}")
            continue
        if len(cells) != len(header):
            raise StatementError(f"{file.name}, row {number}: {len(cells)} cells, where the header has {len(header)}")
        yield number, dict(zip(header, cells, strict=True))


# OncoTree puts it beside; in WHO Thoracic Tumours 2021 it is a non-small cell lung cancer.
_ALSO = {"NSCLC": frozenset({"SARCL"})}


@cache
def tumours_of(codes: tuple[str, ...]) -> frozenset[str]:
    """Every code of OncoTree that a statement's tumour covers.

    >>> "LUAD" in tumours_of(("NSCLC",)), "LUAD" in tumours_of(("NSCLC", "-LUAD")), "AML" in tumours_of(("SOLID",))
    (True, False, False)
    >>> "SARCL" in tumours_of(("NSCLC",))
    True
    """
    blood = oncotree.descendants(BLOOD)
    everything = oncotree.descendants("TISSUE")
    wide = {"ANY": everything, "SOLID": everything - blood, "HEME": blood}
    covered: set[str] = set()
    for code in codes:
        if not code.startswith("-"):
            covered |= wide[code] if code in wide else oncotree.descendants(code) | _ALSO.get(code, frozenset())
    for code in codes:
        if code.startswith("-"):
            covered -= oncotree.descendants(code[1:])
    return frozenset(covered)


@cache
def medicines_of(name: str) -> frozenset[str]:
    """The medicines that a name in a statement stands for: a medicine, or all of a group.

    >>> sorted(medicines_of("@anti_egfr_antibody"))
    ['cetuximab', 'panitumumab']
    """
    if name.startswith("@"):
        return frozenset(groups()[name[1:]].members)
    found = treatments.medicine(name)
    return frozenset({found.name if found else name})


@dataclass(frozen=True)
class Base:
    """Statements of one or more origins, each with its version: ours, and what the site imported.

    versions   name of each base, its hash or release, and the day of its youngest statement
    """

    statements: tuple[Statement, ...]
    versions: tuple[BaseVersion, ...]

    @staticmethod
    @cache
    def own() -> Base:
        """What comes with Chevet."""
        statements = own()
        text = b"".join(file.read_bytes() for file in files())
        newest = max((one.checked for one in statements), default=datetime.date.min)
        version = BaseVersion("chevet", hashlib.sha256(text).hexdigest()[:16], newest, len(statements))
        return Base(statements, (version,))


@dataclass(frozen=True)
class BaseVersion:
    """A base as it stood: `sha256` of its tables (first 16 digits), the youngest check, how many statements."""

    name: str
    sha256: str
    checked: datetime.date
    statements: int
