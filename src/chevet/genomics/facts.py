"""Reading the tables of facts of this room."""

from __future__ import annotations

from functools import cache
from importlib import resources

TABLES = resources.files("chevet.genomics") / "tables"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table by the names of its header; `#` begins a comment. Raises ValueError for a crooked row."""
    lines = [line for line in (TABLES / name).read_text("utf-8").split("\n") if line and not line.startswith("#")]
    header = lines[0].split("\t")
    table = [line.split("\t") for line in lines[1:]]
    if any(len(row) != len(header) for row in table):
        raise ValueError(f"{name}: a row does not have the {len(header)} cells of its header")
    return tuple(dict(zip(header, row, strict=True)) for row in table)
