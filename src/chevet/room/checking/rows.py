"""People in a table: a table of results has few rows, and none of them is a person's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chevet.privacy.disclosure import FLOOR
from chevet.room.checking.extract import FEWEST_ROWS, Extract, as_number, plain
from chevet.room.checking.grids import Grid
from chevet.room.checking.verdict import Reason, reason

MANY_ROWS, TOO_MANY_ROWS = 500, 5000
_LOOKED_AT = 2000
_LEAST_CELLS = 3
_SHARE, _SOME = 0.8, 0.34
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
    by_value = max(_by_value(each, extract) for each in _ways_to_lie(grid, lines, headings, bool(shared)))
    if by_name >= max(2, len(lines) / 2) or by_value >= _SHARE:
        yield reason("rows_of_people", count=max(by_name, round(by_value * len(lines))))
    elif by_name or by_value >= _SOME:
        yield reason("perhaps_rows", count=max(by_name, round(by_value * len(lines))))


@dataclass(frozen=True)
class _Line:
    """A row (or column) that may be a person's: its cells, and the numbers that stand under a heading of counts."""

    cells: list[str]
    counts: list[float]


def _ways_to_lie(grid: Grid, lines: list[tuple[str, ...]], headings: list[str], named: bool) -> Iterator[list[_Line]]:
    """Each row as a person, and each column."""
    numbers = [all(as_number(cell) is not None for cell in column if cell) for column in zip(*lines, strict=True)]
    counted = [i for i, h in enumerate(headings) if h in COUNTS and numbers[i]]
    kept = [i for i in range(len(headings)) if i not in counted]
    first = [] if grid.headed and named else [tuple(map(plain, grid.headings))]  # the heading may be a row, too
    yield [
        _Line([line[i] for i in kept], [n for i in counted if (n := as_number(line[i])) is not None])
        for line in [*first, *lines]
    ]
    yield [_Line(list(column), []) for column in zip(*[tuple(map(plain, grid.headings)), *lines], strict=True)]


def _by_value(people: list[_Line], extract: Extract) -> float:
    """The share of these that stand in the extract, wherever their cells stand there.

    A row of results names a group and counts it: many have those values, and no count is above their number. A
    column that is not of the extract may have been put among a person's: without those, a combination that few
    have counts as a row, too.
    """
    wide = [line for line in people if sum(map(bool, line.cells)) >= _LEAST_CELLS]
    if len(wide) < FLOOR - 2:
        return 0.0
    whole = rare = 0
    cells = [line.cells for line in wide]
    known = [sum(map(extract.knows, column)) >= _SHARE * len(column) for column in zip(*cells, strict=True)]
    for line in wide:
        there = extract.holding(list(filter(None, line.cells)))
        a_group = bool(line.counts) and there >= max(FLOOR, *line.counts)
        whole += there > 0 and not a_group
        of_it = [cell for cell, is_known in zip(line.cells, known, strict=True) if cell and is_known]
        rare += len(of_it) >= _LEAST_CELLS and 0 < extract.holding(of_it) < FLOOR
    return max(whole, rare) / len(wide)


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
