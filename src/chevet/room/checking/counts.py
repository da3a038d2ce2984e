"""Counts in a table: none below the floor, none to be had by subtraction, from it or from what was released before.

A table of counts is read as cells: each has labels (the values of its row, and its column's heading where that is a
value, too) and a whole number or nothing. The sums over every subset of its dimensions are cells as well, so that a
table by sex and stage is compared with one by sex. Two tables of the same people made of other people by one show
it: some cell differs by one. Each alone is harmless, so what was released is kept and compared.
How two tables are compared is told in `across`.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chevet.privacy.disclosure import is_small
from chevet.room.checking.across import Key, Listed, Sums, beside_an_answer, by_counts_alone, differences, subsets
from chevet.room.checking.extract import Extract, as_number, plain
from chevet.room.checking.grids import Grid
from chevet.room.checking.rows import COUNTS
from chevet.room.checking.verdict import Reason, reason

TOTALS = frozenset(
    {"all", "total", "totals", "ensemble", "sum", "overall", "margin", "together", "tous", "toutes", "any"}
)  # fmt: skip
_MOST_DIMENSIONS = 6
_MOST_PLACES = 4
_NOT_SAID = "NA"


@dataclass(frozen=True)
class CountTable:
    """The cells of a table of counts.

    cells      by labels (one per dimension, nothing for a total): the count, or None where it is withheld
    certain    its numbers are counts by their heading, or by the values above them
    what       as in `Sums`
    places     where each stands, as spreadsheets write it
    column     as in `Sums`
    """

    cells: Mapping[tuple[str, ...], int | None]
    certain: bool
    what: str = ""
    places: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    column: Mapping[str, str] = field(default_factory=dict)

    def sums(self) -> Sums:
        """Its cells and margins, by labels and as lists."""
        cells: dict[Key, int | None] = {}
        places: dict[Key, str] = {}
        inner = {labels: n for labels, n in self.cells.items() if all(labels)}
        lists = [self._listed(self.cells)]
        for kept in subsets(len(next(iter(self.cells), ()))) if inner else ():
            margin, at = self._margin(inner, kept)
            cells |= margin
            places |= at
            lists.append(tuple((n, at[key]) for key, n in margin.items() if n is not None))
        if len(inner) < len(self.cells):
            lists.append(self._listed(inner))
        for labels, n in self.cells.items():
            key = frozenset(filter(None, labels))
            if n is not None or key not in cells:
                cells[key], places[key] = n, self.places.get(labels, "?")
        return Sums(self.what, cells, places, tuple(each for each in lists if len(each) > 1), self.column)

    def _listed(self, cells: Mapping[tuple[str, ...], int | None]) -> Listed:
        return tuple((n, self.places.get(labels, "?")) for labels, n in cells.items() if n is not None)

    def _margin(
        self, inner: Mapping[tuple[str, ...], int | None], kept: Sequence[int]
    ) -> tuple[dict[Key, int | None], dict[Key, str]]:
        """The sums of the inner cells over all dimensions but those kept; None where one of them is withheld."""
        sums: dict[Key, int | None] = {}
        at: dict[Key, list[str]] = {}
        for labels, n in inner.items():
            key = frozenset(labels[i] for i in kept)
            before = sums.get(key, 0)
            sums[key] = None if n is None or before is None else before + n
            at.setdefault(key, []).append(self.places.get(labels, "?"))
        return sums, {key: _joined(places) for key, places in at.items()}


def _joined(places: Sequence[str]) -> str:
    return "+".join(places[:_MOST_PLACES]) + ("+…" if len(places) > _MOST_PLACES else "")


def count_tables(grid: Grid, extract: Extract) -> Iterator[CountTable]:
    """The tables of counts that a grid holds: one per column of counts, or one whose columns are values, too.

    Where numbers stand in the heading, it may be a row like the others, and is read as one, too.
    """
    yield from _count_tables(grid, extract)
    numbers = [_numeric(column) for column in grid.columns]
    if any(n and as_number(h) is not None for n, h in zip(numbers, grid.headings, strict=True)):
        names = tuple("n" if n else "" for n in numbers)
        for table in _count_tables(Grid(names, (grid.headings, *grid.rows), sure=False, first_line=1), extract):
            yield CountTable(table.cells, certain=False, places=table.places)


def _count_tables(grid: Grid, extract: Extract) -> Iterator[CountTable]:
    headings = [plain(h) for h in grid.headings]
    columns = grid.columns
    whole = [i for i, column in enumerate(columns) if _whole(column) and headings[i].casefold() not in extract.names]
    labels = [
        i
        for i, h in enumerate(headings)
        if i not in whole and (not _numeric(columns[i]) or h.casefold() in extract.names)
    ]
    labels = labels or ([0] if len(headings) > 1 else [])
    whole = [i for i in whole if i not in labels]
    if not whole or len(labels) > _MOST_DIMENSIONS:
        return
    column = {
        label: headings[i].casefold()
        for i in labels
        if headings[i].casefold() in extract.names
        for label in (extract.shared_values | {_NOT_SAID}).intersection(map(_label, columns[i]))
    }
    values = [i for i in whole if headings[i] in extract.levels or headings[i].casefold() in TOTALS]
    if len(values) > 1:
        cells, places = _cells(grid, labels, {i: headings[i] for i in values})
        yield CountTable(cells, certain=True, places=places, column=column)
        whole = [i for i in whole if i not in values]
    all_whole = grid.sure and len(labels) + len(whole) == len(headings)
    for i in whole:
        counted = headings[i].casefold() in COUNTS
        certain = counted or i in values or all_whole
        cells, places = _cells(grid, labels, {i: ""})
        yield CountTable(cells, certain, "" if counted else headings[i].casefold(), places, column)


def _cells(
    grid: Grid, labels: Sequence[int], above: Mapping[int, str]
) -> tuple[dict[tuple[str, ...], int | None], dict[tuple[str, ...], str]]:
    """The count of every combination of labels, and where it stands."""
    cells: dict[tuple[str, ...], int | None] = {}
    places: dict[tuple[str, ...], str] = {}
    for line, row in enumerate(grid.rows, start=grid.first_line):
        beside = tuple(_label(row[i]) for i in labels)
        for i, heading in above.items():
            key = (*beside, _label(heading)) if len(above) > 1 else beside
            number = as_number(row[i])
            cells[key] = None if number is None else int(number)
            places[key] = f"{column_letters(i)}{line}"
    return cells, places


def column_letters(i: int) -> str:
    """A column as spreadsheets name it.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    left, here = divmod(i, 26)
    return (column_letters(left - 1) if left else "") + string.ascii_uppercase[here]


def _label(text: str) -> str:
    """A label as it is compared: nothing for a total (or for no word at all), one for all that is *not said*."""
    value = plain(text)
    if not value and text.strip():
        return _NOT_SAID
    return "" if value.casefold() in TOTALS else value


def _numeric(column: Sequence[str]) -> bool:
    said = [cell for cell in column if cell]
    return bool(said) and sum(as_number(cell) is not None for cell in said) >= 0.5 * len(said)


def _whole(column: Sequence[str]) -> bool:
    """Whether a column holds whole numbers of which none is negative, some of them perhaps withheld."""
    numbers = [n for cell in column if (n := as_number(cell)) is not None]
    return _numeric(column) and all(n >= 0 and n == int(n) for n in numbers)


def judge_counts(
    grids: Sequence[Grid], extract: Extract, earlier: Mapping[str, Sequence[Sums]], name: str = "-"
) -> Iterator[Reason]:
    """What is wrong with the counts of these tables.

    earlier   by the name of what was released before (or stands beside it in the same job): its sums
    name      of the file itself, whose tables are compared with each other, too
    """
    own: list[Sums] = []
    for grid in grids:
        tables = list(count_tables(grid, extract))
        if not tables and any(_numeric(column) for column in grid.columns):
            yield reason("no_counts")
        if _others_small(tables):
            yield reason("perhaps_small_count", count=_others_small(tables))
        columns: list[Sums] = []
        for table in tables:
            small = [labels for labels, n in table.cells.items() if n is not None and is_small(n)]
            if small:
                certain = table.certain or any(label.casefold() in COUNTS for labels in small for label in labels)
                yield reason("small_count" if certain else "perhaps_small_count", count=len(small))
            sums = table.sums()
            for other in columns:
                yield from by_counts_alone(sums, other, name)
            for other in own if grid.sure else ():
                yield from differences(sums, other, name, same_file=True)
            yield from _against(table, sums, earlier)
            columns.append(sums)
        own += columns if grid.sure else []


def _against(table: CountTable, sums: Sums, earlier: Mapping[str, Sequence[Sums]]) -> Iterator[Reason]:
    """A table beside others: what differs by few, and what is withheld here and can be had from there."""
    known = dict(sums.cells)
    for name, others in earlier.items():
        for other in others:
            yield from differences(sums, other, name)
            if other.what == sums.what:
                known |= {key: n for key, n in other.cells.items() if known.get(key) is None}
    by_subtraction = _by_subtraction(table, known)
    if by_subtraction:
        yield reason("small_by_subtraction", count=by_subtraction)


def judge_answers(
    grids: Sequence[Grid], extract: Extract, answered: Mapping[str, Mapping[Key, int]], unread: int
) -> Iterator[Reason]:
    """What is wrong with these counts beside rounded answers; where some of those are unread, that they are.

    answered   by the name of an answer: its numbers, by labels
    """
    tables = [table.sums() for grid in grids for table in count_tables(grid, extract)]
    for name, numbers in answered.items():
        for sums in tables:
            yield from beside_an_answer(sums, numbers, name)
    if unread and tables:
        yield reason("answers_not_compared", count=unread)


def _others_small(tables: Sequence[CountTable]) -> int:
    """How many counts of a part leave one to four people of the whole that stands beside them in its row."""
    wholes = [table.cells for table in tables if not table.what]
    parts = [table.cells for table in tables if table.what]
    pairs = [(whole.get(labels), n) for whole in wholes for part in parts for labels, n in part.items()]
    return sum(1 for whole, n in pairs if whole is not None and n is not None and n < whole and is_small(whole - n))


def all_sums(grids: Sequence[Grid], extract: Extract) -> list[Sums]:
    """The sums of every table of counts in these grids: what later tables are compared with."""
    return [table.sums() for grid in grids for table in count_tables(grid, extract)]


def _by_subtraction(table: CountTable, known: Mapping[Key, int | None]) -> int:
    """How many withheld cells are small and are what a known total leaves when all others beside them are taken."""
    found = set()
    width = len(next(iter(table.cells), ()))
    for i in range(width):
        lines: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for labels in table.cells:
            if labels[i]:
                lines.setdefault((*labels[:i], "", *labels[i + 1 :]), []).append(labels)
        for whole, parts in lines.items():
            total = known.get(frozenset(filter(None, whole)))
            values = [known.get(frozenset(filter(None, part))) for part in parts]
            if total is None or values.count(None) != 1:
                continue
            rest = total - sum(n for n in values if n is not None)
            if rest > 0 and is_small(rest):
                found.add(parts[values.index(None)])
    return len(found)
