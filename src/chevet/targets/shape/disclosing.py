"""What of the shape of a cohort's genes may leave: no number tells of one to four patients.

- A residue, partner or pair of hits of one to four patients is not listed.
- Where all residues of a gene cannot be told, those that are significant are; where these cannot, they are named.
- Numbers of a gene are withheld where one to four patients could be had by subtracting them from each other, or from
  how many patients are altered, or tested. What was concluded is still said.
- A stretch is told by residues, or by tens of them, that change in at least five patients; where it is longer, how many
  changes are expected there is withheld.
- Numbers tested are told where no sum or difference of them is of one to four (privacy/subtraction).
- Every other figure has three digits, and is withheld with the count that it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.privacy.disclosure import FLOOR, is_small, released_counts, released_part
from chevet.targets.shape.changes import IN_FRAME, MISSENSE, TRUNCATING, Changes
from chevet.targets.shape.found import Found
from chevet.targets.shape.numbers_tested import NumbersTested
from chevet.targets.shape.tables import SCHEMAS
from chevet.targets.shape.tables import tables as made_tables
from chevet.targets.shape.two_hits import TWO_VARIANTS

_FIGURES = 3
_TENS = 10
Row = dict[str, Any]


def disclosed(
    found: Found, tables: Mapping[str, pa.Table], tested: NumbersTested | None = None
) -> tuple[dict[str, pa.Table], list[str]]:
    """The tables as they may be shown, and the names of those that lack rows, or numbers.

    How many they lack is not told: with all patients of a gene it could give what each row holds.

    tables   of `tables.tables`
    tested   which numbers tested may be told; all of them unless given
    """
    groups = _Groups(found)
    residues = {gene: list(rows) for gene, rows in _by_gene(tables["hotspots"])}
    stretches = {gene: next(iter(rows)) for gene, rows in _by_gene(tables["clusters"])}
    patterns = {row["gene"]: row for row in tables["patterns"].to_pylist()}
    told = {gene: groups.of(gene, residues.get(gene, []), stretches.get(gene), patterns[gene]) for gene in patterns}
    pairs = _pairs(tables["fusions"].to_pylist())
    altered = {gene: row["patients"] for gene, row in patterns.items()}
    rules = {
        "patterns": lambda row: _pattern(row, told[row["gene"]]),
        "hotspots": lambda row: _residue(row, told[row["gene"]]),
        "clusters": lambda row: _stretch(row, told[row["gene"]]),
        "copy_number": _call,
        "arms": _arm_rule(tables["arms"].to_pylist()),
        "fusions": lambda row: _fusion(row, pairs),
        "two_hits": lambda row: _two_hits(row, altered.get(row["gene"], row["first"])),
    }
    shown: dict[str, pa.Table] = {}
    withheld = []
    for name, table in tables.items():
        rows = [rules[name](row) for row in table.to_pylist()]
        kept = [_tested(name, row, tested) for row in rows if row is not None]
        if any(row is None or row.get("patients", row.get("both")) is None for row in rows):
            withheld.append(name)
        kept.sort(key=_place)
        shown[name] = pa.Table.from_pylist([_cut(row) for row in kept], schema=SCHEMAS[name])
    return shown, withheld


def _tested(table: str, row: Row, tested: NumbersTested | None) -> Row:
    """The row, without the number tested where it may not be told beside those of the others."""
    if tested is None or row.get("tested") is None or tested.bears(table, row):
        return row
    return row | {"tested": None}


def _place(row: Row) -> tuple[bool, bool, str]:
    """Rows without their numbers come last, by name: among the others, their place would tell their p."""
    hidden = row["p" if "p" in row else "p_truncating"] is None
    return row.get("role") == "not_concluded", hidden, str(row.get("gene", row.get("arm"))) if hidden else ""


def told_residues(found: Found, gene: str) -> frozenset[int]:
    """The places of this gene's residues that may be told with their numbers."""
    told, _ = disclosed(found, made_tables(found))
    return frozenset(
        row["place"] for row in told["hotspots"].to_pylist() if row["gene"] == gene and row["patients"] is not None
    )


@dataclass(frozen=True)
class _Told:
    """What of one gene may be told: counts of its pattern; residues with their numbers, or by name; its stretch."""

    pattern: bool = False
    residues: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    stretch: tuple[int | None, int | None] | None = None


class _Groups:
    """The patients of each gene and residue."""

    def __init__(self, found: Found) -> None:
        self._changes: Changes = found.changes.of_kind(MISSENSE, TRUNCATING, IN_FRAME)
        self._row = {gene: row for row, gene in enumerate(found.changes.genes)}
        self._begin = np.searchsorted(self._changes.gene, np.arange(len(found.changes.genes) + 1))
        self._cells = {found.changes.genes[gene]: cells.tolist()
                       for gene, cells in zip(found.patterns.gene, found.patterns.patients, strict=True)}  # fmt: skip

    def of(self, gene: str, residues: list[Row], stretch: Row | None, pattern: Row) -> _Told:
        """What may be told of this gene."""
        altered, tested = int(pattern["patients"]), int(pattern["tested"])
        if released_part(altered, tested) is None:
            return _Told()
        part = self._changes.only(slice(self._begin[self._row[gene]], self._begin[self._row[gene] + 1]))
        missense = part.of_kind(MISSENSE)
        everybody = set(missense.patient.tolist())
        changes = int(residues[0]["changes"]) if residues else len(everybody)
        groups = (len(everybody), len(set(part.patient.tolist())), altered, tested)
        many = [row for row in residues if row["patients"] >= FLOOR]
        sure = [row for row in many if row["significant"]]
        shown = next((rows for rows in (many, sure) if _apart(missense, rows, groups, changes)), None)
        counted = self._pattern(gene, tested, many if shown is None else shown, pattern)
        if shown is None:
            # Each residue named is of five or more: with too few beyond these, the names would tell the numbers.
            beyond = min(*groups, changes) - FLOOR * len(sure)
            return _Told(counted, named=_places(sure) if beyond > 1 else frozenset())
        within = None if stretch is None else _within(missense, stretch, shown, everybody)
        return _Told(counted, _places(shown), stretch=within)

    def _pattern(self, gene: str, tested: int, shown: list[Row], pattern: Row) -> bool:
        """Whether the counts of a gene's pattern may be told, beside its residues and how many are altered."""
        cut, again, other = self._cells[gene]
        altered, altering, missense = (int(pattern[name]) for name in ("patients", "altering", "missense"))
        cells = {"cut": cut, "again": again, "other": other, "none": max(tested - cut - again - other, 0)}
        on_residues = sum(row["patients"] for row in shown)
        found = sum(row["patients"] for row in shown if row["significant"])
        return not (
            None in released_counts(cells).values()
            or _tells_few(0, cut, altered) or _tells_few(0, again, altered)
            or _tells_few(0, pattern["truncating"], altering) or _tells_few(on_residues, missense, altering)
            or _tells_few(found, pattern["recurrent"], altering - pattern["truncating"])
            or _tells_few(0, pattern["recurrent"])
        )  # fmt: skip


def _tells_few(*groups: int) -> bool:
    """Whether some step of groups that hold each other, the smallest first, is of one to four."""
    return any(is_small(max(larger - smaller, 0)) for smaller, larger in pairwise(groups))


def _apart(missense: Changes, residues: list[Row], groups: tuple[int, ...], changes: int) -> bool:
    """Whether these residues may be told: no group told elsewhere leaves one to four without them.

    groups   patients with a missense change, with any, altered, tested; `changes` missense changes
    """
    few = _tells_few(len(_members(missense, residues)), *groups)
    return not few and not _tells_few(sum(row["patients"] for row in residues), changes)


def _places(residues: list[Row]) -> frozenset[int]:
    return frozenset(int(row["place"]) for row in residues)


def _members(missense: Changes, residues: list[Row]) -> set[int]:
    """The patients with a missense change at one of these residues."""
    places = np.array([row["place"] for row in residues], dtype=np.int64)
    return set(missense.patient[np.isin(missense.residue, places)].tolist())


def _within(
    missense: Changes, stretch: Row, told: list[Row], everybody: set[int]
) -> tuple[int | None, int | None] | None:  # fmt: skip
    """The ends of a stretch as they may be told, each None where they may not; None where its numbers may not.

    told   the residues that are told; `everybody` with a missense change
    """
    first, last = int(stretch["first"]), int(stretch["last"])
    inside = missense.only((missense.residue >= first) & (missense.residue <= last))
    members = set(inside.patient.tolist())
    shown = [row for row in told if first <= row["place"] <= last]
    few = _tells_few(0, len(_members(inside, shown)), len(members), len(everybody)) or _tells_few(
        sum(row["patients"] for row in shown), stretch["within"], stretch["changes"]
    )
    return None if few else _ends(inside)


def _ends(inside: Changes) -> tuple[int | None, int | None]:
    """The outermost residues, or tens of residues, that change in five patients or more."""
    for size in (1, _TENS):
        block = (inside.residue - 1) // size
        pairs = np.unique(np.stack([block, inside.patient]), axis=1)
        blocks, many = np.unique(pairs[0], return_counts=True)
        shown = blocks[many >= FLOOR]
        if len(shown):
            return int(shown[0]) * size + 1, int(shown[-1]) * size + size
    return None, None


def _pattern(row: Row, told: _Told) -> Row | None:
    if released_part(row["patients"], row["tested"]) is None:
        return None
    if told.pattern:
        return row
    kept = ("gene", "role", "tested", "patients")
    return {name: value if name in kept else None for name, value in row.items()}


def _residue(row: Row, told: _Told) -> Row | None:
    if row["place"] in told.residues:
        return row
    named = row["place"] in told.named
    return _only_named(row, "gene", "residue", "place", "significant") if named else None


def _stretch(row: Row, told: _Told) -> Row | None:
    if row["patients"] < FLOOR or told.stretch is None:
        return None
    shown = row | dict(zip(("first", "last"), told.stretch, strict=True))
    # What is expected tells how long the stretch is, and so where the changes at its ends lie.
    return shown if (row["first"], row["last"]) == told.stretch else shown | {"expected": None, "ratio": None}


def _call(row: Row) -> Row | None:
    if released_part(row["patients"], row["tested"]) is None:
        return None
    cells = {"focal": row["focal"], "broad": row["patients"] - row["focal"], "none": row["tested"] - row["patients"]}
    if None in released_counts(cells).values():
        kept = ("gene", "kind", "arm", "patients", "tested")
        return {name: value if name in kept else None for name, value in row.items()}
    return row


def _arm_rule(rows: list[Row]) -> Any:
    """Gained and lost are told of an arm only together: with those tested, one gives what is left for the other."""
    by_arm: dict[str, dict[str, int]] = {}
    for row in rows:
        cells = by_arm.setdefault(row["arm"], {"none": row["tested"]})
        cells[row["direction"]] = row["patients"]
        cells["none"] -= row["patients"]

    def rule(row: Row) -> Row | None:
        cells = {name: max(value, 0) for name, value in by_arm[row["arm"]].items()}
        if is_small(row["tested"]) or None in released_counts(cells).values():
            return _only_named(row, "arm", "direction")
        return row

    return rule


def _pairs(rows: list[Row]) -> frozenset[str]:
    """The pairs of partners that may be told wherever they stand."""
    hidden, seen = set[str](), set[str]()
    for row in rows:
        cells = {one["pair"]: one["patients"] for one in row["partners"]}
        cells[""] = row["patients"] - sum(cells.values())
        for pair, shown in released_counts(cells).items():
            (seen if shown else hidden).add(pair)
    return frozenset(seen - hidden)


def _fusion(row: Row, pairs: frozenset[str]) -> Row | None:
    if released_part(row["patients"], row["tested"]) is None:
        return None
    return row | {"partners": [one for one in row["partners"] if one["pair"] in pairs]}


def _two_hits(row: Row, altered: int) -> Row | None:
    """A row of which no part is small, nor what is left of all who are altered.

    altered   patients with a variant, whether tested for losses or not
    """
    first, second, both, tested = (row[name] for name in ("first", "second", "both", "tested"))
    again = row["kind"] == TWO_VARIANTS
    union = first if again else first + second - both
    cells = {"both": both, "first": first - both, "second": 0 if again else second - both, "none": tested - union}
    few = any(is_small(count) for count in cells.values()) or _tells_few(first, altered)
    return None if few or not both else row


def _only_named(row: Row, *names: str) -> Row:
    return {name: value if name in names else None for name, value in row.items()}


def _cut(row: Row) -> Row:
    return {
        name: float(f"{value:.{_FIGURES - 1}e}") if isinstance(value, float) else value for name, value in row.items()
    }


def _by_gene(table: pa.Table) -> Iterable[tuple[str, list[Row]]]:
    """The rows of each gene, in their order."""
    found: dict[str, list[Row]] = {}
    for row in table.to_pylist():
        found.setdefault(row["gene"], []).append(row)
    return found.items()
