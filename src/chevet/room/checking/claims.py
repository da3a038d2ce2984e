"""What acro says of the outputs it wrote: heard as the researcher's claim, and recomputed where that can be done.

acro runs inside the program, so its `results.json` proves nothing: the program may have written it, or changed a
table after it. Its refusals count all the same; its passes make no verdict of ours milder.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from chevet.privacy.tables import is_dominated
from chevet.room.checking.counts import count_tables
from chevet.room.checking.extract import Extract
from chevet.room.checking.grids import Grid
from chevet.room.checking.verdict import Reason, reason

RESULTS = "results.json"
LINEAR = "LinearAggregations"  # acro's word for sums and means
_FOR_CHECKERS = {RESULTS, "config.json", "session_summary.json", "session_summary.csv"}
_STATUS = {"fail": "acro_failed", "review": "acro_review", "pass": "acro_passed"}


@dataclass(frozen=True)
class Claims:
    """What one `results.json` says.

    folder    the folder of outputs that it lies in
    status    per file of that folder: pass, review or fail
    by        per file, the columns that its table was made by, where it is one of plain counts
    sums      per file of sums or means: the column that was added up, then those that its table was made by
    """

    folder: str
    status: Mapping[str, str] = field(default_factory=dict)
    by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)

    def is_for_checkers(self, name: str) -> bool:
        """Whether a file is one that acro writes for whoever checks, and that never leaves."""
        path = PurePosixPath(name)
        folder = str(path.parent)
        return (folder == self.folder and path.name in _FOR_CHECKERS) or folder == _beside(self.folder, "checksums")


def _beside(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def read_claims(files: Mapping[str, bytes]) -> list[Claims]:
    """The claims among these outputs; a `results.json` that is not acro's is none."""
    found = []
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.name == RESULTS:
            try:
                told = json.loads(content)
                results = told["results"] if told["tool"]["name"] == "ACRO" else {}
                found.append(_claims(str(path.parent), list(results.values()), files))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
    return found


def _claims(folder: str, results: Sequence[Mapping[str, Any]], files: Mapping[str, bytes]) -> Claims:
    status: dict[str, str] = {}
    by: dict[str, tuple[str, ...]] = {}
    summed: dict[str, tuple[str, ...]] = {}
    for result in results:
        fair = result.get("fair", {})
        plain_counts = result.get("type") == "table" and fair.get("dependent") == "unknown"
        columns = tuple(str(v).casefold() for v in fair.get("independent", ()))
        for file in result["files"]:
            name = _beside(folder, str(file["name"])) if folder != "." else str(file["name"])
            status[name] = str(result["status"])
            if plain_counts:
                by[name] = columns
            elif fair.get("statbarn") == LINEAR:
                summed[name] = (str(fair.get("dependent")).casefold(), *columns)
    checksums = {
        n: c.decode("ascii", "replace").strip() for n, c in files.items() if n.startswith(_beside(folder, "check"))
    }
    return Claims(folder, status, by, summed, checksums)


def judge_claims(
    name: str, content: bytes, grids: Sequence[Grid], claims: Sequence[Claims], extract: Extract
) -> Iterator[Reason]:
    """What acro says of this file, and whether it can be so."""
    for claim in claims:
        if claim.is_for_checkers(name):
            yield reason("acro_for_checkers")
        elif name in claim.status:
            yield reason(_STATUS.get(claim.status[name], "acro_failed"))
            folder, file = str(PurePosixPath(name).parent), PurePosixPath(name).name
            told = claim.checksums.get(f"{_beside(folder, 'checksums')}/{file}.txt")
            if told is not None and told != hashlib.sha256(content).hexdigest():
                yield reason("acro_checksum")
            yield from _recomputed(grids, claim.by.get(name, ()), extract)
            yield from _dominated(claim.sums.get(name, ()), extract)


def _recomputed(grids: Sequence[Grid], by: Sequence[str], extract: Extract) -> Iterator[Reason]:
    """The table counted again from the whole extract; a table of some of the people differs, honestly."""
    tables = [table for grid in grids for table in count_tables(grid, extract)]
    rows = extract.counted(by) if by else None
    if rows is None or len(tables) != 1:
        return
    counted = Counter({frozenset(row): n for row, n in rows.items()})
    shown = {frozenset(labels): n for labels, n in tables[0].cells.items() if n is not None and all(labels)}
    same = sum(1 for labels, n in shown.items() if counted[labels] == n)
    if shown:
        yield reason("acro_recomputed" if same == len(shown) else "acro_differs", count=same, of=len(shown))


def _dominated(columns: Sequence[str], extract: Extract) -> Iterator[Reason]:
    """Sums of which one person's part is nearly all, looked for in the extract whatever acro said of them."""
    if not columns:
        return
    cells = extract.quantities(columns[0], columns[1:])
    if cells is None:
        yield reason("sum_unknown")
    elif few := sum(1 for values in cells if is_dominated(values)):
        yield reason("dominated", count=few, of=len(cells))
