"""What may be opened at all: files that are files, and that do not grow beyond measure when they are unpacked."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from chevet.errors import BadInput

LARGEST = 4 << 30
_PIECE = 4 << 20
_PACKED = b"\x1f\x8b"


def require_file(path: Path, largest: int = LARGEST) -> None:
    """Nothing for a file, or a folder of files, that can be read.

    largest   bytes of a file once it is unpacked

    Raises BadInput for a pipe or a device, which would be waited for, and for what unpacks to more than `largest`.
    """
    for one in sorted(path.iterdir()) if path.is_dir() else [path]:
        if one.is_dir():
            continue
        if not one.is_file():
            raise BadInput(f"{one.name} is no file", next_act="Give a file, or a folder of files.")
        if _unpacked_is_larger(one, largest):
            raise _too_large(one, largest)


def held(batches: Iterable[pa.RecordBatch], path: Path, largest: int = LARGEST) -> Iterator[pa.RecordBatch]:
    """The same batches. Raises BadInput once they hold more than `largest` bytes: few bytes of Parquet may be many."""
    total = 0
    for batch in batches:
        total += batch.nbytes
        if total > largest:
            raise _too_large(path, largest)
        yield batch


def _unpacked_is_larger(path: Path, largest: int) -> bool:
    if path.stat().st_size > largest:
        return True
    with path.open("rb") as plain:
        if plain.read(2) != _PACKED:
            return False
    read = 0
    try:
        with gzip.open(path, "rb") as source:
            while piece := source.read(_PIECE):
                read += len(piece)
                if read > largest:
                    return True
    except (OSError, EOFError, zlib.error):
        return False  # whoever reads it says what is broken
    return False


def _too_large(path: Path, largest: int) -> BadInput:
    return BadInput(
        f"{path.name} holds more than {largest >> 20} MiB once unpacked, which no such table does",
        next_act="Check that this is the file that was meant.",
    )
