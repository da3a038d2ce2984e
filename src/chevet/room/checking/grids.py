"""Tables in what a program wrote: CSV, TSV, JSON, HTML, and text in columns, all read as one kind of grid."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

MOST_CELLS = 2_000_000
_MOST_DEEP = 40
_COLUMNS = re.compile(r"[ \t]{2,}|\t|\s*\|\s*|\s{1,}")
_FEWEST_LINES = 3


@dataclass(frozen=True)
class Grid:
    """A heading and rows of equal length.

    headed   False where the first line may be a row like the others
    sure     False where it may be no table at all: text in columns, facts with their names
    first_line   the number of the first row, as a spreadsheet counts it
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    headed: bool = True
    sure: bool = True
    first_line: int = 2

    @property
    def columns(self) -> list[list[str]]:
        return [list(column) for column in zip(*self.rows, strict=True)] if self.rows else [[] for _ in self.headings]


def made(lines: list[list[str]]) -> Grid | None:
    """The grid of these lines, short ones filled up with empty cells; None where there is no row."""
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if len(lines) < 2:
        return None
    width = max(map(len, lines))
    full = [tuple(cell.strip() for cell in line) + ("",) * (width - len(line)) for line in lines]
    return Grid(full[0], tuple(full[1:]))


def of_delimited(text: str, delimiter: str) -> Grid | None:
    """The grid of a CSV or TSV text. Raises ValueError for one that is none."""
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text, delimiter)))
    except csv.Error:
        raise ValueError("not a table") from None
    return made(lines)


def _delimiter(text: str, usual: str) -> str:
    """French spreadsheets write semicolons: what the first line has more of."""
    first = text.split("\n", 1)[0]
    return max((usual, ";", ",", "\t"), key=lambda d: (first.count(d), d == usual))


def of_text(text: str) -> Iterator[Grid]:
    """Runs of lines with the same number of columns, as programs print tables."""
    run: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        cells = [c for c in _COLUMNS.split(line.strip()) if c] if "," not in line else next(csv.reader([line]), [])
        if run and abs(len(cells) - len(run[-1])) > 1:  # a printed heading lacks the index's cell
            yield from _printed(run)
            run = []
        if len(cells) >= 2:
            run.append(cells)
    yield from _printed(run)


def _printed(run: list[list[str]]) -> Iterator[Grid]:
    if len(run) >= _FEWEST_LINES:
        width = max(map(len, run))
        run = [[""] * (width - len(line)) + line for line in run]
        found = made(run)
        if found:
            yield Grid(found.headings, found.rows, sure=False)


def of_json(value: Any, depth: int = 0) -> Iterator[Grid]:
    """Lists of objects, objects of lists and of objects, lists of lists: every way in which a table is written."""
    if depth > _MOST_DEEP:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        yield from _of_object(value)
        for inner in value.values():
            yield from of_json(inner, depth + 1)
    elif isinstance(value, list):
        yield from _of_list(value)
        for inner in value:
            yield from of_json(inner, depth + 1)


def _of_object(value: dict[str, Any]) -> Iterator[Grid]:
    inner = list(value.values())
    lists = {k: v for k, v in value.items() if isinstance(v, list) and len(v) > 1 and not any(map(_nested, v))}
    for length in {len(v) for v in lists.values()}:
        same = {k: v for k, v in lists.items() if len(v) == length}
        yield Grid(tuple(same), tuple(tuple(map(_cell, row)) for row in zip(*same.values(), strict=True)))
    if len(inner) > 1 and all(isinstance(v, dict) for v in inner):
        rows = list(dict.fromkeys(key for v in inner for key in v))
        yield Grid(("", *value), tuple((row, *(_cell(v.get(row)) for v in inner)) for row in rows))
        yield Grid(("", *rows), tuple((name, *(_cell(v.get(row)) for row in rows)) for name, v in value.items()))
    elif inner and not any(map(_nested, inner)):
        yield Grid(("", "value"), tuple((k, _cell(v)) for k, v in value.items()), sure=False)


def _of_list(value: list[Any]) -> Iterator[Grid]:
    if len(value) > 1 and all(isinstance(v, dict) for v in value):
        names = list(dict.fromkeys(key for v in value for key in v))
        yield Grid(tuple(names), tuple(tuple(_cell(v.get(n)) for n in names) for v in value))
    elif len(value) > 1 and all(isinstance(v, list) for v in value):
        found = made([list(map(_cell, v)) for v in value])
        if found:
            yield Grid(tuple(map(str, range(len(found.headings)))), (found.headings, *found.rows), headed=False)


def _nested(value: Any) -> bool:
    return isinstance(value, dict | list)


def _cell(value: Any) -> str:
    if _nested(value):
        return json.dumps(value)
    return "" if value is None else str(value)


class HtmlTables(HTMLParser):
    """Reads a page: its tables, its words, and what in it is more than words."""

    _ACTIVE = frozenset(
        {"script", "iframe", "object", "embed", "form", "input", "link", "meta", "base", "video", "audio", "img", "svg",
         "canvas", "template", "noscript", "frame", "applet", "source", "picture", "math"}
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[Grid] = []
        self.active: set[str] = set()
        self.words: list[str] = []
        self._tables: list[list[list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._ACTIVE and not _says_charset(tag, attrs):
            self.active.add(tag)
        for name, value in attrs:
            written = (value or "").casefold()
            if name.startswith(("on", "data-")) or any(w in written for w in ("data:", "javascript:", "url(")):
                self.active.add(name)
            self.words.append(value or "")
        if tag == "table":
            self._tables.append([])
        elif tag == "tr" and self._tables:
            self._tables[-1].append([])
        elif tag in ("td", "th") and self._tables and self._tables[-1]:
            self._tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._tables:
            found = made(self._tables.pop())
            if found:
                self.grids.append(found)

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._tables and self._tables[-1] and self._tables[-1][-1]:
            self._tables[-1][-1][-1] += data

    def handle_comment(self, data: str) -> None:
        self.active.add("comment")

    def unknown_decl(self, data: str) -> None:
        self.active.add("declaration")

    def handle_pi(self, data: str) -> None:
        self.active.add("declaration")


def _says_charset(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
    return tag == "meta" and [name for name, _ in attrs] == ["charset"]


def of_html(text: str) -> HtmlTables:
    """The page, read to its end; a table that is not closed counts as well."""
    page = HtmlTables()
    page.feed(text + "</table>" * 50)
    page.close()
    return page
