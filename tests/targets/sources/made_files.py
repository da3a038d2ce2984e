"""Small files as the makers of tables publish them, written into a folder of the test."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

from chevet.targets.sources.kinds import Kind
from chevet.targets.sources.readers import READERS
from chevet.targets.sources.reading import Read, Sent


def written(folder: Path, name: str, rows: Sequence[Sequence[str]], sign: str = "\t") -> Path:
    """A table with these rows, the first one its header; gzipped when its name ends in .gz."""
    text = "".join(sign.join(row) + "\n" for row in rows)
    file = folder / name
    if name.endswith(".gz"):
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, "utf-8")
    return file


def read(kind: Kind, file: Path, **gene_ids: str) -> Read:
    """What the reader of this kind makes of a file."""
    return READERS[kind](Sent(file, gene_ids))
