"""Reading a table of facts that comes with Chevet."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from importlib import resources

TABLES = resources.files("chevet.words") / "tables"


def rows(name: str) -> list[list[str]]:
    """The rows of a table of facts, comments and header left out; every row has as many cells as the header."""
    lines = _lines(name)
    header = next(lines).split("\t")
    table = [line.split("\t") for line in lines]
    if any(len(row) != len(header) for row in table):
        raise ValueError(f"{name}: a row does not have the {len(header)} cells of its header")
    return table


def families(prefix: str) -> list[str]:
    """Names of the tables whose name begins with `prefix`, sorted."""
    return sorted(entry.name for entry in TABLES.iterdir() if entry.name.startswith(prefix))


def sources(name: str) -> list[str]:
    """The comment lines at the head of a table: source, version, licence, date."""
    return [line.removeprefix("#").strip() for line in _text(name).splitlines() if line.startswith("#")]


def _lines(name: str) -> Iterator[str]:
    return (line for line in _text(name).split("\n") if line and not line.startswith("#"))


def _text(name: str) -> str:
    data = (TABLES / name).read_bytes()
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode()
