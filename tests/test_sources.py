"""Every table of facts that comes with Chevet says where its facts are from, and when they were taken or checked."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import chevet

ROOM = Path(chevet.__file__).parent
# Texts of our own for people to read, and the list of sources itself: no facts.
OURS = ("labels", "reasons", "glossary", "sources")
TABLES = sorted(
    path
    for path in ROOM.rglob("*")
    if path.name.endswith((".tsv", ".csv", ".toml", ".tsv.gz")) and not path.name.startswith(OURS)
)
SOURCE = re.compile(r"# source: \S.*")
DAY = re.compile(r"(?<!\d)20\d\d-(0[1-9]|1[0-2])-([0-2]\d|3[01])(?!\d)")


def _head(path: Path) -> list[str]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [line for line in text.decode().splitlines() if line.startswith("#")]


def test_there_are_tables_in_every_room_that_rests_on_facts() -> None:
    assert {"bedside", "privacy", "records", "synth", "words"} <= {path.relative_to(ROOM).parts[0] for path in TABLES}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: str(path.relative_to(ROOM)))
def test_a_table_of_facts_names_one_source_line_and_a_day(path: Path) -> None:
    head = _head(path)
    assert [bool(SOURCE.match(line)) for line in head].count(True) == 1
    assert any(DAY.search(line) for line in head)
