"""One statement: under this biomarker, in this tumour, this treatment does that; with who says so, and when.

A row of a table has the cells of `COLUMNS`:

    id          a slug: lung-egfr-osimertinib-first
    tumour      codes of OncoTree joined by ", " (each with all below it); SOLID, HEME or ANY; -CODE takes one out
    biomarker   a rule (`therapy.rules`)
    extent      any of early, advanced, any joined by |: early is adjuvant and neoadjuvant, advanced is what cannot be
                resected, is metastatic, relapsed or refractory; leukaemias are advanced from the beginning
    line        any, 1, 2, 2+, 1-2, maintenance
    requires    conditions (`therapy.conditions`)
    therapy     medicines joined by " + "; @group for any of a group
    effect      one of `EFFECTS`
    level       AMP/ASCO/CAP tier and level: A, B, C or D
    escat       where a source states it: I-A to X
    fda, ema    DATE BRAND, then a status unless fully approved: "2020-05-08 Retevmo; accelerated";
                "2021-12-17 Rybrevant; withdrawn 2024-01-31"; "by 2025-09-30 Romvimza" where it was certainly approved
                by then, and the agency's own day was not seen
    place       preferred, alternative or last among what may be given here, as guidelines have it; empty: not ranked
    source      joined by "; ": PMID:12345678, a guideline with its version, or what a label's section says of it
    checked     day on which the row was checked
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from chevet.therapy import conditions, rules
from chevet.therapy.conditions import Condition
from chevet.therapy.rules import Rule

COLUMNS = (
    "id", "tumour", "biomarker", "extent", "line", "requires", "therapy", "effect", "level", "escat", "fda", "ema",
    "place", "source", "checked",
)  # fmt: skip
Effect: TypeAlias = Literal[
    "sensitivity", "resistance", "excluded", "contraindicated", "reduced_benefit", "toxicity", "better_outcome",
    "worse_outcome", "diagnostic",
]  # fmt: skip
EFFECTS: dict[str, str] = {
    "sensitivity": "may be given because of the biomarker",
    "resistance": "does not work, or no longer, because of the biomarker",
    "excluded": "a label leaves tumours with the biomarker out",
    "contraindicated": "must not be given",
    "reduced_benefit": "works less well",
    "toxicity": "more harm than usual",
    "better_outcome": "patients with it live longer, whatever they are given",
    "worse_outcome": "patients with it live shorter, whatever they are given",
    "diagnostic": "tells which tumour it is (the tumour stands in `tumour`, therapy is empty)",
}
AGAINST: frozenset[str] = frozenset({"resistance", "excluded", "contraindicated", "reduced_benefit", "toxicity"})
WITHOUT_THERAPY: frozenset[str] = frozenset({"better_outcome", "worse_outcome", "diagnostic"})
Status: TypeAlias = Literal["approved", "accelerated", "conditional", "withdrawn"]
Place: TypeAlias = Literal["preferred", "alternative", "last", ""]
Agency: TypeAlias = Literal["FDA", "EMA"]
_APPROVAL = re.compile(
    r"(by )?(\d{4}-\d{2}-\d{2}) ([^;]+?)(?:; (approved|accelerated|conditional|withdrawn)(?: (\d{4}-\d{2}-\d{2}))?)?"
)
_LINE = re.compile(r"any|maintenance|[1-9]|[1-9]\+|[1-9]-[1-9]")
EXTENTS = ("early", "advanced", "any")


@dataclass(frozen=True)
class Approval:
    """An agency's word: since `date`, under `brand`; `ended` when it was withdrawn.

    at_latest   the agency's day was not seen: it was approved by `date`, and perhaps earlier
    """

    agency: Agency
    brand: str
    date: datetime.date
    status: Status
    ended: datetime.date | None = None
    at_latest: bool = False

    @property
    def when(self) -> str:
        """The day, with a word before it where it is only the latest that it can be."""
        return f"by {self.date}" if self.at_latest else str(self.date)

    @property
    def section(self) -> str:
        """The part of the label that says so."""
        return "1 Indications and Usage" if self.agency == "FDA" else "4.1 Therapeutic indications"


@dataclass(frozen=True)
class Statement:
    """One row, read. See the head of this file for its parts."""

    id: str
    tumour: tuple[str, ...]
    biomarker: Rule
    extent: tuple[str, ...]
    line: str
    requires: tuple[Condition, ...]
    therapy: tuple[str, ...]
    effect: Effect
    level: str
    escat: str
    approvals: tuple[Approval, ...]
    place: Place
    sources: tuple[str, ...]
    checked: datetime.date
    base: str = "chevet"

    @property
    def speaks_against(self) -> bool:
        """Whether it takes a medicine away."""
        return self.effect in AGAINST


class StatementError(ValueError):
    """A row is no statement: says which cell, and what was expected."""


def read(row: dict[str, str], *, base: str = "chevet") -> Statement:
    """The statement of one row. Raises StatementError."""
    try:
        biomarker = rules.parse(row["biomarker"])
        requires = conditions.parse(row["requires"])
    except ValueError as error:
        raise StatementError(f"{row['id']}: {error}") from None
    _require(row, "effect", row["effect"] in EFFECTS, f"one of {', '.join(EFFECTS)}")
    _require(row, "level", row["level"] in ("A", "B", "C", "D"), "A, B, C or D")
    _require(row, "line", _LINE.fullmatch(row["line"]) is not None, "any, 1, 2+, 1-2 or maintenance")
    _require(row, "place", row["place"] in ("preferred", "alternative", "last", ""), "preferred, alternative or last")
    extent = tuple(row["extent"].split("|"))
    _require(row, "extent", all(one in EXTENTS for one in extent), "early, advanced or any")
    therapy = tuple(one.strip() for one in row["therapy"].split("+") if one.strip())
    _require(row, "therapy", bool(therapy) != (row["effect"] in WITHOUT_THERAPY), "medicines, unless none is meant")
    return Statement(
        id=row["id"], tumour=tuple(code.strip() for code in row["tumour"].split(",")), biomarker=biomarker,
        extent=extent, line=row["line"], requires=requires, therapy=therapy,
        effect=row["effect"],  # type: ignore[arg-type]
        level=row["level"], escat=row["escat"],
        approvals=tuple(one for agency in ("FDA", "EMA") if (one := _approval(row, agency)) is not None),
        place=row["place"],  # type: ignore[arg-type]
        sources=tuple(one.strip() for one in row["source"].split(";") if one.strip()),
        checked=_day(row, "checked", row["checked"]), base=base,
    )  # fmt: skip


def _approval(row: dict[str, str], agency: str) -> Approval | None:
    text = row[agency.lower()]
    if not text:
        return None
    found = _APPROVAL.fullmatch(text)
    if found is None:
        raise StatementError(f"{row['id']}: {agency.lower()} is not '[by ]DATE BRAND[; STATUS [DATE]]'")
    at_latest, since, brand, status, until = found.groups()
    status = status or "approved"
    ended = _day(row, agency.lower(), until) if until else None
    _require(row, agency.lower(), (status == "withdrawn") == (ended is not None), "a day after 'withdrawn', only there")
    day = _day(row, agency.lower(), since)
    return Approval(agency, brand, day, status, ended, at_latest is not None)  # type: ignore[arg-type]


def _day(row: dict[str, str], column: str, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise StatementError(f"{row['id']}: {column} has no day such as 2026-11-27") from None


def _require(row: dict[str, str], column: str, holds: bool, wanted: str) -> None:
    if not holds:
        raise StatementError(f"{row['id']}: {column} must be {wanted}")
