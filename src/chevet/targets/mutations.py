"""Mutations as columns of text, a piece of the file at a time: from a MAF, a plain table, or Parquet."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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
    SAMPLE: ("tumor_sample_barcode", "sampleid", "sample_id", "sample"),
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

        source: Any = pa.input_stream(str(self.file), compression="detect")
        with source as stream:
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


def _header(file: Path) -> tuple[str, int]:
    """The line of column names, and how many lines are before it."""
    with file.open("rb") as raw, gzip.open(raw) if file.suffix == ".gz" else raw as stream:
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
