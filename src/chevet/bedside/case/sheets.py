"""Tables as text or as workbooks: a line of column names and rows with their line, whatever joins the cells."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from chevet.bedside.case.content import GivenFile, Unreadable
from chevet.therapy.knowledge.base import rows as table_rows
from chevet.words import missing

_JOINTS = ("\t", ";", ",", "|")
_LONGEST_LINE = 1_000_000
_LONGEST_CELL = 20_000
_LARGEST_BOOK = 200_000_000
_MOST_COLUMNS = 5_000
_MOST_PAIRS = 100
_ALLELES = ("ref", "alt", "alt_1")  # a dash is an allele: nothing


@dataclass
class Sheet:
    """A table: names as given, `known[i]` the column's meaning or empty, rows as (line, cells).

    wrong   lines whose number of cells is not that of the header: not rows
    """

    names: list[str]
    known: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def has(self) -> frozenset[str]:
        """The meanings that its columns have."""
        return frozenset(name for name in self.known if name)

    def entries(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row by the meanings of its columns; of two columns with one meaning, the first that says something."""
        for line, cells in self.rows:
            entry: dict[str, str] = {}
            for name, cell in zip(self.known, cells, strict=True):
                if name and name not in entry and (not missing.is_missing(cell) or (cell == "-" and name in _ALLELES)):
                    entry[name] = cell[:_LONGEST_CELL]
            yield line, entry


def sheet_of(text: str) -> Sheet | None:
    """The table that a text is; None when its first line holds no two known column names."""
    lines = text.split("\n")
    head = _head(lines)
    if head is None:
        return None
    at, joint = head
    names = _cells(lines[at].lstrip("#").strip("\n"), joint)
    sheet = Sheet(names, [meaning(name) for name in names], comments=[one for one in lines[:at] if one.startswith("#")])
    body = lines[at + 1 :]
    if joint in (",", ";") and '"' in text:
        _fill_quoted(sheet, body, joint, at + 2)
    else:
        _fill(sheet, body, joint, at + 2)
    return sheet


def pairs_of(text: str, joints: tuple[str, ...]) -> Sheet | None:
    """The lines *name, value* of a text without a line of column names; None where some line is none."""
    lines = [(line, one) for line, one in enumerate(text.split("\n"), 1) if one.strip() and not one.startswith("#")]
    for joint in joints:
        cut = [(line, [part.strip() for part in one.split(joint, 1)]) for line, one in lines[: _MOST_PAIRS + 1]]
        if cut and len(cut) <= _MOST_PAIRS and all(len(cells) == 2 for _, cells in cut):
            return Sheet(["name", "value"], ["name", "value"], cut)
    return None


def _fill(sheet: Sheet, lines: list[str], joint: str, first: int) -> None:
    for line, text in enumerate(lines, first):
        if not text.strip() or (text.startswith("#") and joint not in text):
            continue
        if len(text) > _LONGEST_LINE:
            sheet.wrong.append(line)
            continue
        _add(sheet, line, _cells(text, joint))


def _fill_quoted(sheet: Sheet, lines: list[str], joint: str, first: int) -> None:
    csv.field_size_limit(_LONGEST_LINE)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=joint)
    while True:
        line = first + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            sheet.wrong.append(line)
            continue
        if any(cell.strip() for cell in cells):
            _add(sheet, line, [cell.strip() for cell in cells])


def _add(sheet: Sheet, line: int, cells: list[str]) -> None:
    wide = len(sheet.names)
    if len(cells) > wide and not any(cells[wide:]):
        cells = cells[:wide]
    # editors drop the empty cells at the end of a row; nothing else may be short
    if len(cells) < wide and len(cells) >= 2 and wide - len(cells) <= wide // 2:
        cells = cells + [""] * (wide - len(cells))
    if len(cells) != wide:
        sheet.wrong.append(line)
    elif cells != sheet.names:
        sheet.rows.append((line, cells))


def _head(lines: list[str]) -> tuple[int, str] | None:
    """The line of column names and what joins its cells: the first that holds two known names, or one alone."""
    for at, text in enumerate(lines[:2000]):
        if text.startswith("##") or not text.strip() or len(text) > _LONGEST_LINE:
            continue
        known = {joint: sum(1 for cell in _cells(text.lstrip("#"), joint) if meaning(cell)) for joint in _JOINTS}
        joint = max(_JOINTS, key=lambda one: known[one])
        if text.count(joint) > _MOST_COLUMNS:
            return None
        if known[joint] >= 2 or (known[joint] == 1 and (len(_cells(text, joint)) > 1 or meaning(text) == "text")):
            return at, joint
        if not text.startswith("#"):
            return None
    return None


def _cells(text: str, joint: str) -> list[str]:
    cells = [cell.strip() for cell in text.split(joint)]
    return [cell[1:-1].strip() if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells]


def sheets_of_workbook(file: GivenFile) -> list[tuple[str, Sheet]]:
    """Each sheet of an XLSX workbook that is a table. Raises Unreadable."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # slow to start, and rarely needed

    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _LARGEST_BOOK:
                raise Unreadable("too_large")
        book = load_workbook(io.BytesIO(file.content), read_only=True, data_only=True)
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001  (openpyxl raises whatever its parts raise on a damaged workbook)
        raise Unreadable("cannot_unpack") from None
    found = []
    try:
        for page in book.worksheets:
            text = "\n".join("\t".join(_cell(value) for value in row) for row in page.iter_rows(values_only=True))
            sheet = sheet_of(text) if len(text) < _LARGEST_BOOK else None
            if sheet is not None:
                found.append((page.title, sheet))
    except Exception:  # noqa: BLE001
        raise Unreadable("cannot_unpack") from None
    return found


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.12g}"
    return " ".join(str(value).split())


def meaning(name: str) -> str:
    """What a column of this name holds, as one of the words of `case_headers.tsv`; empty when it is not known.

    >>> meaning("Hugo_Symbol"), meaning("Fréquence allélique (%)"), meaning("shoe size")
    ('gene', 'vaf', '')
    """
    return _meanings().get(_plain(name), "") if len(name) < 80 else ""


@cache
def _meanings() -> dict[str, str]:
    table = resources.files("chevet.bedside") / "tables" / "case_headers.tsv"
    return {_plain(name): row["meaning"] for _, row in table_rows(table) for name in row["names"].split("|")}


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.lower())
    return "".join(sign for sign in bare if sign.isalnum())
