"""Delimited text as hospitals really send it: every value as text, every row with its line number.

A table is read in blocks, so a file larger than memory is no danger: only the wanted columns are
kept. What can be mended without guessing (line ends, an encoding, one damaged header name) is
mended and reported; a row with too few or too many cells is rejected with its line, never shifted.
"""

from __future__ import annotations

import contextlib
import csv
import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from chevet.errors import BadInput
from chevet.records.bytes import Blocks
from chevet.records.report import ImportReport
from chevet.records.rows import Column, Mask, mask, pc

# A header name this close to a missing one is taken for it, when it is the only one.
NEAR = 0.8
# Names of genes and identifiers stand first; the thousands of samples of a matrix are not compared with them.
STRANGERS_LOOKED_AT = 500
MOST_COLUMNS = 1_000_000
NOT_A_LETTER = re.compile(r"[^a-z0-9]")

Lines = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """What a format says of its columns.

    required  must be there, under these names
    optional  read when there
    known     other names of the format: not read, and never taken for a damaged name
    others    True to read every other column too (clinical attributes, samples of a matrix)
    aliases   other accepted spellings, to the name used here
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    others: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TextTable:
    """Rows of one file, all values text. `lines[i]` is the 1-based line of row i in the file as sent."""

    file: str
    header: tuple[str, ...]
    header_line: int
    columns: dict[str, Column]
    lines: Lines
    comments: tuple[tuple[int, str], ...]
    wrong: tuple[int, ...]

    @property
    def rows(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> Column:
        """The column, or nulls when the file does not have it."""
        if name in self.columns:
            return self.columns[name]
        return pa.chunked_array([pa.nulls(self.rows, pa.string())])

    def announce(self, report: ImportReport, table: str) -> None:
        """Count this file's rows as read into `table`, and reject those with a wrong number of cells."""
        report.count_read(table, self.rows + len(self.wrong))
        report.reject(table, self.file, self.wrong, "wrong_column_count")

    def at(self, where: Mask) -> list[int]:
        """The lines of the rows where `where` is true."""
        return [int(line) for line in self.lines[where]]


def read_table(
    path: Path,
    columns: Columns,
    report: ImportReport,
    table: str,
    *,
    file: str,
    delimiter: str = "\t",
    quotes: bool = False,
    comments: bool = True,
) -> TextTable:
    """The rows of a delimited file as text columns.

    file       the name used in the report and in errors
    quotes     False keeps quotation marks as letters (cBioPortal, MAF)
    comments   True leaves out lines that start with #; those before the header are kept in `.comments`

    Raises BadInput for an empty file, absent required columns (all of them named), two columns of
    one name, a line longer than 64 MiB, a file that cannot be unpacked.
    """
    blocks = Blocks(path, file)
    head = _Head(blocks, delimiter, quotes, comments)
    names = _header(head.cells, columns, report, table, file, head.line)
    parser = _Parser(names, columns, delimiter, quotes, comments)
    for first_line, block in head.rest():
        parser.parse(first_line, block)
    read = TextTable(
        file=file,
        header=tuple(names),
        header_line=head.line,
        columns=parser.table(),
        lines=parser.line_numbers(),
        comments=tuple(head.comments),
        wrong=tuple(parser.wrong),
    )
    _tell_mended(read, blocks, report, table)
    report.note(table, file, parser.comment_lines, "comment_in_data")
    report.note(table, file, parser.header_lines, "repeated_header")
    return read


def _tell_mended(read: TextTable, blocks: Blocks, report: ImportReport, table: str) -> None:
    """Report what was mended: rows as rows, the header and comments as the file."""
    for line, reason in blocks.file_repairs:
        report.repair_file(table, read.file, line, reason)
    for reason, mended in blocks.line_repairs.items():
        rows = np.isin(np.array(mended, dtype=np.int64), read.lines)
        report.repair(table, read.file, [line for line, row in zip(mended, rows, strict=True) if row], reason)
        for line, row in zip(mended, rows, strict=True):
            if not row and line not in read.wrong:
                report.repair_file(table, read.file, line, reason)


class _Head:
    """Reads up to the header, and hands on the rest."""

    def __init__(self, blocks: Blocks, delimiter: str, quotes: bool, comments: bool) -> None:
        self.comments: list[tuple[int, str]] = []
        self._blocks = iter(blocks)
        self._left: tuple[int, bytes] = (1, b"")
        for first, block in self._blocks:
            line, start = first, 0
            while start < len(block):
                end = block.index(b"\n", start)
                if block.count(delimiter.encode(), start, end) > MOST_COLUMNS:
                    raise BadInput(
                        f"{blocks.file}, line {line}: more than {MOST_COLUMNS:,} columns; no table has so many",
                        next_act="Check how the file was written, and send it again.",
                    )
                text = block[start:end].decode("utf-8", errors="replace")
                start, line = end + 1, line + 1
                if comments and text.startswith(("#", '"#') if quotes else "#"):
                    self.comments.append((line - 1, text))
                elif text.strip():
                    self.cells = _cells(text, delimiter, quotes)
                    self.line = line - 1
                    self._left = (line, block[start:])
                    return
        raise BadInput(
            f"{blocks.file}: the file is empty: no line of column names was found",
            next_act="Send the file again with its line of column names and its rows.",
        )

    def rest(self) -> Iterator[tuple[int, bytes]]:
        yield self._left
        yield from self._blocks


def _cells(text: str, delimiter: str, quotes: bool) -> list[str]:
    if quotes and '"' in text:
        with contextlib.suppress(csv.Error):  # a stray line end, or a cell without end: the header as it stands
            return [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter, skipinitialspace=True))]
    return [cell.strip() for cell in text.split(delimiter)]


def _plain(name: str) -> str:
    return NOT_A_LETTER.sub("", name.casefold())


def _header(cells: list[str], columns: Columns, report: ImportReport, table: str, file: str, line: int) -> list[str]:
    names = [cell or f"(column {number})" for number, cell in enumerate(cells, 1)]
    there = frozenset(names)
    names = [name if columns.aliases.get(name, name) in there else columns.aliases[name] for name in names]
    for position, name in _damaged(names, columns).items():
        names[position] = name
        report.repair_file(table, file, line, "header_repaired")
    missing = [name for name in columns.required if name not in names]
    if missing:
        raise BadInput(
            f"{file}, line {line}: " + "; ".join(_missing_words(name, names, columns) for name in missing),
            next_act="Name these columns as the format does, on this line, and import again.",
        )
    read = (*columns.required, *columns.optional)
    counts = Counter(names)
    twice = sorted(name for name in counts if counts[name] > 1 and (columns.others or name in read))
    if twice:
        places = ", ".join(str([i for i, n in enumerate(names, 1) if n == name]) for name in twice[:5])
        raise BadInput(
            f"{file}, line {line}: {len(twice)} column name(s) stand more than once, at columns {places}; "
            "which one is meant cannot be told",
            next_act="Keep one column of each name, or rename the other, and import again.",
        )
    return names


def _damaged(names: list[str], columns: Columns) -> dict[int, str]:
    """Header positions whose name is surely a damaged spelling of one absent name of the format."""
    read = (*columns.required, *columns.optional)
    known = {*read, *columns.known, *columns.aliases}
    missing = [name for name in read if name not in names]
    strangers = [position for position, name in enumerate(names) if name not in known][:STRANGERS_LOOKED_AT]
    found: dict[int, str] = {}
    for same in (_spelt_the_same, _near):
        left = [name for name in missing if name not in found.values()]
        pairs = [
            (position, name)
            for position in strangers
            if position not in found
            for name in left
            if same(names[position], name)
        ]
        for position, name in pairs:
            if sum(p == position for p, _ in pairs) == 1 and sum(n == name for _, n in pairs) == 1:
                found[position] = name
    return found


def _spelt_the_same(given: str, name: str) -> bool:
    return _plain(given) == _plain(name)


def _near(given: str, name: str) -> bool:
    if abs(len(given) - len(name)) > 4 or len(name) < 6:
        return False
    return difflib.SequenceMatcher(None, _plain(given), _plain(name)).ratio() >= NEAR


def _missing_words(name: str, names: list[str], columns: Columns) -> str:
    known = {*columns.required, *columns.optional, *columns.known}
    strangers = {
        _plain(given): position for position, given in enumerate(names[:STRANGERS_LOOKED_AT], 1) if given not in known
    }
    near = difflib.get_close_matches(_plain(name), list(strangers), n=1, cutoff=0.6)
    nearest = f" (nearest: column {strangers[near[0]]})" if near else ""
    return f'column "{name}" is absent{nearest}'


class _Parser:
    """Turns blocks of lines into columns, and keeps the line of every row."""

    def __init__(self, names: list[str], columns: Columns, delimiter: str, quotes: bool, comments: bool) -> None:
        self.names, self._comments = names, comments
        read = {*columns.required, *columns.optional}
        self._kept = [i for i, name in enumerate(names) if columns.others or name in read]
        self._ids = [f"c{i}" for i in range(len(names))]
        include = sorted({0, len(names) - 1, *self._kept})
        self._parts: list[pa.Table] = []
        self._lines: list[Lines] = []
        self.wrong: list[int] = []
        self.comment_lines: list[int] = []
        self.header_lines: list[int] = []
        self._block_line = 0
        self._skipped: list[int] = []
        self._parse_options = pa_csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if quotes else False,
            double_quote=quotes,
            escape_char=False,
            newlines_in_values=False,
            ignore_empty_lines=False,
            invalid_row_handler=self._invalid,
        )
        self._convert_options = pa_csv.ConvertOptions(
            check_utf8=False,
            strings_can_be_null=False,
            include_columns=[self._ids[i] for i in include],
            column_types={f"c{i}": pa.string() for i in include},
        )

    def _invalid(self, row: pa_csv.InvalidRow) -> Literal["skip"]:
        at = (row.number or 1) - 1  # the number is there, for the parser runs in one thread
        line = self._block_line + at
        self._skipped.append(at)
        (self.comment_lines if self._comments and row.text.startswith("#") else self.wrong).append(line)
        return "skip"

    def parse(self, first_line: int, block: bytes) -> None:
        if not block:
            return
        self._block_line, self._skipped = first_line, []
        source: Any = pa.BufferReader(block)
        read = pa_csv.read_csv(
            source,
            parse_options=self._parse_options,
            convert_options=self._convert_options,
            read_options=pa_csv.ReadOptions(column_names=self._ids, use_threads=False, block_size=len(block) + 1),
        )
        lines = np.delete(np.arange(read.num_rows + len(self._skipped), dtype=np.int64), self._skipped)
        keep = self._told_apart(read, lines, block)
        lines += first_line
        if not keep.all():
            read, lines = read.filter(pa.array(keep)), lines[keep]
        self._parts.append(read.select([self._ids[i] for i in self._kept]))
        self._lines.append(lines)

    def _told_apart(self, read: pa.Table, rows: Lines, block: bytes) -> Mask:
        """False for blank lines, comments and repeats of the header, which are no rows."""
        first, last = read.column(0), read.column(read.num_columns - 1)
        keep = np.ones(read.num_rows, dtype=bool)
        empty = np.flatnonzero(mask(pc.equal(first, "")))
        if len(empty):
            ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))
            starts = np.concatenate([[0], ends[:-1] + 1])
            keep[empty[ends[rows[empty]] == starts[rows[empty]]]] = False
        if self._comments:
            comment = mask(pc.starts_with(first, "#"))
            self.comment_lines += [int(line) for line in rows[comment] + self._block_line]
            keep &= ~comment
        repeated = mask(pc.and_(pc.equal(first, self.names[0]), pc.equal(last, self.names[-1])))
        self.header_lines += [int(line) for line in rows[repeated] + self._block_line]
        return keep & ~repeated

    def table(self) -> dict[str, Column]:
        schema = pa.schema([(self._ids[i], pa.string()) for i in self._kept])
        whole = pa.concat_tables([schema.empty_table(), *self._parts])
        return {self.names[i]: whole.column(self._ids[i]) for i in self._kept}

    def line_numbers(self) -> Lines:
        return np.concatenate([np.empty(0, dtype=np.int64), *self._lines])


def read_properties(path: Path, *, file: str, limit: int = 16 * 1024 * 1024) -> tuple[dict[str, str], list[str]]:
    """The `name: value` lines of a small file (meta files, case lists), and reasons it was mended for.

    A name said twice keeps its first value. Raises BadInput past `limit` bytes.
    """
    blocks = Blocks(path, file, limit=limit)
    properties: dict[str, str] = {}
    for _, block in blocks:
        for text in block.decode("utf-8", errors="replace").split("\n"):
            name, colon, value = text.partition(":")
            if colon and not text.startswith("#"):
                properties.setdefault(name.strip(), value.strip())
    return properties, [reason for _, reason in blocks.file_repairs] + list(blocks.line_repairs)
