"""Counts in a table: none below the floor, none to be had by subtraction, from it or from what was released before.

A table of counts is read as cells: each has labels (the values of its row, and its column's heading where that is a
value, too) and a whole number or nothing. The sums over every subset of its dimensions are cells as well, so that a
table by sex and stage is compared with one by sex. Two tables of the same people made of other people by one show
it: some cell differs by one. Each alone is harmless, so what was released is kept and compared.

What this does not see: categories that were merged or renamed between two tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from chevet.privacy.disclosure import is_small
from chevet.room.checking.extract import Extract, as_number, plain
from chevet.room.checking.grids import Grid
from chevet.room.checking.rows import COUNTS
from chevet.room.checking.verdict import Reason, reason

Key = frozenset[str]
TOTALS = frozenset(
    {"all", "total", "totals", "ensemble", "sum", "overall", "margin", "together", "tous", "toutes", "any"}
)  # fmt: skip
_MOST_DIMENSIONS = 6
_MOST_ODD = 2
_EVERYBODY: Key = frozenset()


@dataclass(frozen=True)
class Sums:
    """Every cell of a table of counts and every sum over whole dimensions, by its set of labels.

    what       the heading that its numbers stand under, where that says no more than that they are counts: nothing
    unlabelled the counts alone: those of every subset of its dimensions, and all that stand in the table
    """

    what: str
    cells: Mapping[Key, int | None]
    unlabelled: tuple[Mapping[int, int], ...] = ()


@dataclass(frozen=True)
class CountTable:
    """The cells of a table of counts.

    cells      by labels (one per dimension, nothing for a total): the count, or None where it is withheld
    certain    its numbers are counts by their heading, or by the values above them
    what       as in `Sums`
    """

    cells: Mapping[tuple[str, ...], int | None]
    certain: bool
    what: str = ""

    def sums(self) -> Sums:
        found: dict[Key, int | None] = {}
        inner = {labels: n for labels, n in self.cells.items() if all(labels)}
        width = len(next(iter(self.cells), ()))
        unlabelled = [Counter(n for n in self.cells.values() if n is not None)]
        for size in range(width) if inner else ():
            for kept in combinations(range(width), size):
                margin = _margin(inner, kept)
                found |= margin
                unlabelled.append(Counter(n for n in margin.values() if n is not None))
        if len(inner) < len(self.cells):
            unlabelled.append(Counter(n for n in inner.values() if n is not None))
        for labels, n in self.cells.items():
            key = frozenset(filter(None, labels))
            if n is not None or key not in found:
                found[key] = n
        return Sums(self.what, found, tuple(each for each in unlabelled if each.total() > 1))


def _margin(inner: Mapping[tuple[str, ...], int | None], kept: Sequence[int]) -> dict[Key, int | None]:
    """The sums of the inner cells over all dimensions but those kept; None where one of them is withheld."""
    sums: dict[Key, int | None] = {}
    for labels, n in inner.items():
        key = frozenset(labels[i] for i in kept)
        before = sums.get(key, 0)
        sums[key] = None if n is None or before is None else before + n
    return sums


def count_tables(grid: Grid, extract: Extract) -> Iterator[CountTable]:
    """The tables of counts that a grid holds: one per column of counts, or one whose columns are values, too.

    Where numbers stand in the heading, it may be a row like the others, and is read as one, too.
    """
    yield from _count_tables(grid, extract)
    numbers = [_numeric(column) for column in grid.columns]
    if any(n and as_number(h) is not None for n, h in zip(numbers, grid.headings, strict=True)):
        names = tuple("n" if n else "" for n in numbers)
        for table in _count_tables(Grid(names, (grid.headings, *grid.rows), sure=False), extract):
            yield CountTable(table.cells, certain=False)


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
    values = [i for i in whole if headings[i] in extract.levels or headings[i].casefold() in TOTALS]
    if len(values) > 1:
        yield CountTable(_cells(grid, labels, {i: headings[i] for i in values}), certain=True)
        whole = [i for i in whole if i not in values]
    all_whole = grid.sure and len(labels) + len(whole) == len(headings)
    for i in whole:
        counted = headings[i].casefold() in COUNTS
        certain = counted or i in values or all_whole
        yield CountTable(_cells(grid, labels, {i: ""}), certain, "" if counted else headings[i].casefold())


def _cells(grid: Grid, labels: Sequence[int], above: Mapping[int, str]) -> dict[tuple[str, ...], int | None]:
    cells: dict[tuple[str, ...], int | None] = {}
    for row in grid.rows:
        beside = tuple(_label(row[i]) for i in labels)
        for i, heading in above.items():
            key = (*beside, _label(heading)) if len(above) > 1 else beside
            number = as_number(row[i])
            cells[key] = None if number is None else int(number)
    return cells


def _label(text: str) -> str:
    value = plain(text)
    return "" if value.casefold() in TOTALS else value


def _numeric(column: Sequence[str]) -> bool:
    said = [cell for cell in column if cell]
    return bool(said) and sum(as_number(cell) is not None for cell in said) >= 0.5 * len(said)


def _whole(column: Sequence[str]) -> bool:
    """Whether a column holds whole numbers of which none is negative, some of them perhaps withheld."""
    numbers = [n for cell in column if (n := as_number(cell)) is not None]
    return _numeric(column) and all(n >= 0 and n == int(n) for n in numbers)


def judge_counts(grids: Sequence[Grid], extract: Extract, earlier: Mapping[str, Sequence[Sums]]) -> Iterator[Reason]:
    """What is wrong with the counts of these tables.

    earlier   by the name of what was released before (or stands beside it in the same job): its sums
    """
    for grid in grids:
        tables = list(count_tables(grid, extract))
        if not tables and any(_numeric(column) for column in grid.columns):
            yield reason("no_counts")
        if _others_small(tables):
            yield reason("perhaps_small_count", count=_others_small(tables))
        for table in tables:
            small = [labels for labels, n in table.cells.items() if n is not None and is_small(n)]
            if small:
                certain = table.certain or any(label.casefold() in COUNTS for labels in small for label in labels)
                yield reason("small_count" if certain else "perhaps_small_count", count=len(small))
            sums = table.sums()
            known = dict(sums.cells)
            for name, others in earlier.items():
                for other in others:
                    yield from _differences(sums, other, name)
                    if other.what == sums.what:
                        known |= {key: n for key, n in other.cells.items() if known.get(key) is None}
            by_subtraction = _by_subtraction(table, known)
            if by_subtraction:
                yield reason("small_by_subtraction", count=by_subtraction)


def _others_small(tables: Sequence[CountTable]) -> int:
    """How many counts of a part leave one to four people of the whole that stands beside them in its row."""
    wholes = [table.cells for table in tables if not table.what]
    parts = [table.cells for table in tables if table.what]
    pairs = [(whole.get(labels), n) for whole in wholes for part in parts for labels, n in part.items()]
    return sum(1 for whole, n in pairs if whole is not None and n is not None and n < whole and is_small(whole - n))


def all_sums(grids: Sequence[Grid], extract: Extract) -> list[Sums]:
    """The sums of every table of counts in these grids: what later tables are compared with."""
    return [table.sums() for grid in grids for table in count_tables(grid, extract)]


def _differences(sums: Sums, other: Sums, name: str) -> Iterator[Reason]:
    """Cells of the same labels that differ by one to four people: those people are told apart.

    Counts under other headings may be of other things (the treated, the dead): then a person must look.
    """
    both = [(key, a, b) for key, a in sums.cells.items() if (b := other.cells.get(key)) is not None and a is not None]
    few = sum(1 for key, a, b in both if key != _EVERYBODY and is_small(abs(a - b)))
    alike = any(key != _EVERYBODY for key, _, _ in both)
    total = any(is_small(abs(a - b)) for key, a, b in both if key == _EVERYBODY)
    if few or (total and alike):
        yield reason("differs_by_few" if sums.what == other.what else "may_differ_by_few", count=few or 1, earlier=name)
    elif total:
        yield reason("totals_differ_by_few", earlier=name)
    elif any(_nearly_the_same(a, b) for a in sums.unlabelled for b in other.unlabelled):
        yield reason("renamed_differs_by_few", earlier=name)


def _nearly_the_same(some: Mapping[int, int], others: Mapping[int, int]) -> bool:
    """Whether two sets of counts are one but for one or two, of which one is off by one to four people.

    >>> _nearly_the_same(Counter([120, 88, 40]), Counter([40, 119, 88]))
    True
    >>> _nearly_the_same(Counter([120, 88, 40]), Counter([120, 88, 40]))
    False
    """
    left, right = Counter(some) - Counter(others), Counter(others) - Counter(some)
    if left.total() > _MOST_ODD or right.total() > _MOST_ODD or not Counter(some) & Counter(others):
        return False
    return any(is_small(abs(a - b)) for a in left for b in right)


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
