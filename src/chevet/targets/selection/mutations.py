"""Mutations as columns of text, a piece of the file at a time: from a MAF, a plain table, or Parquet."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, cast

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from chevet.errors import BadInput

SAMPLE, CHROMOSOME, POSITION, REFERENCE, ALTERNATE = "sample", "chromosome", "position", "reference", "alternate"
OTHER_ALTERNATE, GENE, ASSEMBLY, STATUS = "other_alternate", "gene", "assembly", "status"
REQUIRED = (SAMPLE, CHROMOSOME, POSITION, REFERENCE, ALTERNATE)
OPTIONAL = (OTHER_ALTERNATE, GENE, ASSEMBLY, STATUS)

# Other names of a column, in lower case: of MAF files, and of the tables that dNdScv reads.
_NAMES = {
    SAMPLE: ("tumor_sample_barcode", "sampleid", "sample_id", "sample", "patient_id", "patient"),
    CHROMOSOME: ("chromosome", "chr", "chrom"),
    POSITION: ("start_position", "pos", "position", "start"),
    REFERENCE: ("reference_allele", "ref", "reference"),
    ALTERNATE: ("tumor_seq_allele2", "alternate_allele", "alt", "mut", "alternate"),
    OTHER_ALTERNATE: ("tumor_seq_allele1",),
    GENE: ("hugo_symbol", "gene"),
    ASSEMBLY: ("ncbi_build", "assembly", "build"),
    STATUS: ("mutation_status", "origin"),
}
_ROWS = 500_000
_BLOCK = 1 << 24


@dataclass
class Mutations:
    """Mutations on their way: `pieces()` yields tables of text with the columns of REQUIRED and OPTIONAL."""

    name: str
    file: Path
    crooked: int = 0

    def pieces(self) -> Iterator[pa.Table]:
        """Each piece of the file, once. Rows with another number of cells than the header are counted in `crooked`.

        Raises BadInput when the file cannot be read, or a column is missing.
        """
        try:
            if self.file.suffix == ".parquet":
                yield from self._parquet()
            else:
                yield from self._text()
        except (OSError, EOFError, pa.ArrowInvalid, UnicodeDecodeError):
            raise BadInput(
                f"{self.name} cannot be read as a table of mutations",
                next_act="Give a MAF, or a table with the columns sampleID, chr, pos, ref, alt, plain or gzipped.",
            ) from None

    def _parquet(self) -> Iterator[pa.Table]:
        opened = pq.ParquetFile(self.file)
        columns = _columns(opened.schema_arrow.names, self.name)
        for batch in opened.iter_batches(_ROWS, columns=list(columns.values())):
            yield _shaped(pa.table(batch), columns)

    def _text(self) -> Iterator[pa.Table]:
        head, skipped = _header(self.file)
        sign = "\t" if "\t" in head else ","
        columns = _columns(head.split(sign), self.name)

        def crooked(_: object) -> Literal["skip", "error"]:
            self.crooked += 1
            return "skip"

        with _opened(self.file) as raw:
            stream: Any = _Utf8(raw)
            reader = pa.csv.open_csv(
                stream,
                read_options=pa.csv.ReadOptions(block_size=_BLOCK, skip_rows=skipped),
                parse_options=pa.csv.ParseOptions(
                    delimiter=sign, quote_char=False if sign == "\t" else '"', invalid_row_handler=crooked
                ),
                convert_options=pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(columns.values(), pa.string()), include_columns=list(columns.values())
                ),
            )
            for batch in reader:
                yield _shaped(pa.table(batch), columns)


@dataclass
class TableOfMutations:
    """The same from an Arrow table, whose columns are named as in a file."""

    table: pa.Table
    name: str = "the table"
    crooked: int = 0

    def pieces(self) -> Iterator[pa.Table]:
        """The table in pieces. Raises BadInput when a column is missing."""
        columns = _columns(self.table.column_names, self.name)
        for start in range(0, max(self.table.num_rows, 1), _ROWS):
            yield _shaped(self.table.slice(start, _ROWS), columns)


class _Utf8(io.RawIOBase):
    """A stream whose bytes that are no UTF-8 stand as the sign for such: Arrow stops at them in a crooked row."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        # One byte may become three.
        while part := self._raw.read(max(size // 3, 1) if size >= 0 else -1):
            if text := self._decoder.decode(part):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()


def _opened(file: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file)) if file.suffix == ".gz" else file.open("rb")


def _header(file: Path) -> tuple[str, int]:
    """The line of column names, and how many lines are before it."""
    with _opened(file) as stream:
        for skipped, line in enumerate(stream):
            if line.strip() and not line.startswith(b"#"):
                return line.decode("utf-8").rstrip("\r\n"), skipped
    raise EOFError


def _columns(header: list[str], name: str) -> dict[str, str]:
    """Which column of the file stands for each of ours."""
    there = {column.strip().strip('"').lower(): column.strip('"') for column in header}
    found = {
        ours: there[next(other for other in names if other in there)]
        for ours, names in _NAMES.items()
        if any(other in there for other in names)
    }
    if missing := [ours for ours in REQUIRED if ours not in found]:
        raise BadInput(
            f"{name}: columns are missing: {', '.join(_NAMES[ours][0] for ours in missing)}",
            next_act="Give a MAF, or a table with the columns sampleID, chr, pos, ref, alt.",
        )
    return found


def _shaped(table: pa.Table, columns: dict[str, str]) -> pa.Table:
    texts = {ours: table.column(theirs).cast(pa.string()) for ours, theirs in columns.items()}
    nothing = pa.nulls(table.num_rows, pa.string())
    return pa.table({name: texts.get(name, nothing) for name in (*REQUIRED, *OPTIONAL)})
