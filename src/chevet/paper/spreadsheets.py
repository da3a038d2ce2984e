"""Tables that a spreadsheet opens as they are meant: no word is taken for a formula, and no cell breaks its row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Any

from chevet.words.signs import drawable

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# As either language writes them: digits in groups, a comma or a point, an exponent, per cent.
_NUMBER = re.compile(r"[-+]?[0-9]+([.,\u00a0\u202f][0-9]+)*(e[-+]?[0-9]+)?([ \u00a0\u202f]?%)?", re.IGNORECASE)


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The table as a CSV file; a cell of None is empty."""
    lines: list[str] = []

    class Lines:
        def write(self, text: str) -> None:
            lines.append(text)

    writer = csv.writer(Lines())
    writer.writerow([guarded(cell) for cell in headings])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return "".join(lines).encode("utf-8-sig")


def tab_separated(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The table as tab-separated text in UTF-8, numbers with every digit; a cell of None is empty.

    Words keep neither tab nor line end nor control sign.
    """
    lines = ["\t".join(map(_tab_cell, row)) for row in (headings, *rows)]
    return ("\n".join(lines) + "\n").encode()


def _tab_cell(value: Any) -> str:
    if isinstance(value, str):
        return str(guarded(" ".join(drawable(value).split())))
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def guarded(cell: Any) -> Any:
    """The cell as a spreadsheet may read it: words that it would take for a formula begin with an apostrophe.

    >>> guarded("=1+1"), guarded("-2,59"), guarded("-2,59-A1")
    ("'=1+1", '-2,59', "'-2,59-A1")
    """
    risky = isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if risky else cell
