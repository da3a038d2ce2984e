"""People in a table: a table of results has few rows, and none of them is a person's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chevet.privacy.disclosure import FLOOR
from chevet.room.checking.extract import FEWEST_ROWS, Extract, as_number, plain
from chevet.room.checking.grids import Grid
from chevet.room.checking.verdict import Reason, reason

MANY_ROWS, TOO_MANY_ROWS = 500, 5000
_LOOKED_AT = 2000
_LEAST_CELLS = 3
_SHARE = 0.8
_NEARLY_ALL = 0.95
# Headings of counts, in the ways programs write them: their numbers are not a person's.
COUNTS = frozenset(
    {"n", "count", "counts", "freq", "frequency", "number", "patients", "people", "total", "size", "nobs", "at risk",
     "at_risk", "n_risk", "n.risk", "events", "n_events", "n.event", "nombre", "effectif", "effectifs", "deaths"}
)  # fmt: skip
_EXTREMES = frozenset({"min", "max", "minimum", "maximum", "min.", "max.", "lowest", "highest"})


def judge_rows(grid: Grid, extract: Extract) -> Iterator[Reason]:
    """Everything in this table that may be of single persons."""
    headings = [plain(h).casefold() for h in grid.headings]
    named = sorted({h for h in headings if h in extract.identifier_columns})
    if named:
        yield reason("identifier_column", columns=", ".join(named))
    yield from _how_many(len(grid.rows), extract.people)
    yield from _rows_of_people(grid, headings, extract)
    yield from _repeated(grid)
    yield from _nearly_unique(grid, headings)
    cells = {cell.casefold() for row in grid.rows for cell in row[:1]} | set(headings)
    if cells & _EXTREMES:
        yield reason("extremes")


def _how_many(rows: int, people: int) -> Iterator[Reason]:
    if rows > TOO_MANY_ROWS:
        yield reason("too_many_rows", count=rows)
    elif rows > MANY_ROWS:
        yield reason("many_rows", count=rows)
    if rows >= FEWEST_ROWS and people / 2 <= rows <= 2 * people:
        yield reason("as_many_rows_as_people", count=rows)


def _rows_of_people(grid: Grid, headings: list[str], extract: Extract) -> Iterator[Reason]:
    """Rows that stand in the extract: by the names of their columns, and by their values wherever they stand."""
    lines = [tuple(map(plain, row)) for row in grid.rows[:_LOOKED_AT]]
    if not lines:
        return
    shared = [i for i, h in enumerate(headings) if h in extract.names]
    by_name = 0
    if len(shared) >= 2:
        counted = extract.counted([headings[i] for i in shared])
        if counted is not None:
            by_name = sum(1 for line in lines if 0 < counted[tuple(line[i] for i in shared)] < FLOOR)
    others = [i for i, h in enumerate(headings) if h not in COUNTS]
    rows = [[line[i] for i in others if line[i]] for line in lines]
    if not grid.headed or not shared:
        rows.append([plain(h) for h in grid.headings if h])  # the heading may be a row, too
    by_value = sum(1 for cells in rows if len(cells) >= _LEAST_CELLS and extract.holding(cells))
    wide = [cells for cells in rows if len(cells) >= _LEAST_CELLS]
    if by_name >= max(2, len(lines) / 2) or (len(wide) >= FLOOR and by_value >= _SHARE * len(wide)):
        yield reason("rows_of_people", count=max(by_name, by_value))
    elif by_name or by_value >= max(2, len(wide) / 3):
        yield reason("perhaps_rows", count=max(by_name, by_value))


def _repeated(grid: Grid) -> Iterator[Reason]:
    """A table of results names each group once; a table of people has people who are alike."""
    if len(grid.rows) >= FEWEST_ROWS:
        extra = sum(n - 1 for n in Counter(grid.rows).values())
        if extra >= max(FLOOR, len(grid.rows) / 10):
            yield reason("repeated_rows", count=extra)


def _nearly_unique(grid: Grid, headings: list[str]) -> Iterator[Reason]:
    found = []
    for heading, column in zip(headings, grid.columns, strict=True):
        said = [cell for cell in column if cell]
        words = [cell for cell in said if as_number(cell) is None]
        if len(said) >= FEWEST_ROWS and len(words) > len(said) / 2 and len(set(said)) >= _NEARLY_ALL * len(said):
            found.append(heading)
    if found and len(grid.rows) >= 2 * FEWEST_ROWS:
        yield reason("nearly_unique", count=len(found))
