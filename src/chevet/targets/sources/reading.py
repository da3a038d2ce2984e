"""A table as another publishes it: rows of text with their place in the file, and what of them could not be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.dataset as pads

from chevet.errors import BadInput
from chevet.records import genes
from chevet.records.bytes import Blocks
from chevet.records.record import Progress, no_progress
from chevet.records.report import ImportReport
from chevet.records.rows import numbers, said
from chevet.records.text import Columns, read_table
from chevet.targets.sources.kinds import SCHEMAS, Kind
from chevet.targets.sources.receiving import held

ROW = "(row)"
_PARQUET = b"PAR1"
_ENSEMBL_GENE = r"^ENSG\d{11}(\.\d+)?(_PAR_Y)?$"
_HEAD = 1 << 20
_MOST_ROWS = 20_000_000
_ROWS_AT_ONCE = 1 << 16
_REASONS_OF_A_GENE = {genes.NONE: "gene_absent", genes.AMBIGUOUS: "gene_ambiguous", genes.DATE: "gene_became_a_date"}


@dataclass(frozen=True)
class Sent:
    """A file or folder as it was sent, and what helps to read it.

    gene_ids  Ensembl gene to symbol, for tables that have no symbols; empty where nobody gave any
    """

    path: Path
    gene_ids: Mapping[str, str] = field(default_factory=dict)
    tell: Progress = no_progress


@dataclass(frozen=True)
class Read:
    """What a file said, in the columns of its kind.

    rows       how many the file has
    left_out   rows that could not be used, by reason, and `first_rows` the first of each in the file
    noted      rows that are kept, and about which something should be known
    """

    table: pa.Table
    rows: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    noted: Mapping[str, int] = field(default_factory=dict)
    first_rows: Mapping[str, int] = field(default_factory=dict)


Reader = Callable[[Sent], Read]


class Rows:
    """Rows of text, null where nothing is said; those that are left out are counted by reason."""

    def __init__(self, file: str, table: pl.DataFrame) -> None:
        self.file, self.table, self.read = file, table, table.height
        self.left_out: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()
        self.first_rows: dict[str, int] = {}

    def keep(self, condition: pl.Expr, reason: str) -> None:
        """Leave out the rows for which the condition is not true."""
        fits = self.table.select(condition.fill_null(value=False).alias("fits"))["fits"]
        self.count_out(self.table.filter(~fits)[ROW].to_list(), reason)
        self.table = self.table.filter(fits)

    def count_out(self, rows: Sequence[int], reason: str) -> None:
        """Say that these rows of the file are left out."""
        if rows:
            self.left_out[reason] += len(rows)
            self.first_rows.setdefault(reason, min(rows))

    def name_genes(self, gene_ids: Mapping[str, str] | None = None) -> None:
        """Bring `gene` to approved symbols, with `entrez` or `ensembl` where the rows have them and a symbol fails.

        A symbol that nobody knows stays as given, and is noted; one that several genes have borne is left out.
        """
        self._name_identifiers(gene_ids or {})
        entrez = _arrow(self.table["entrez"]) if "entrez" in self.table.columns else None
        named = genes.named(_arrow(self.table["gene"]), entrez)
        self.table = self.table.with_columns(gene=_polars(named.gene), remark=_polars(named.remark))
        for remark, reason in _REASONS_OF_A_GENE.items():
            self.keep(pl.col("remark").ne_missing(pl.lit(remark)), reason)
        for remark in (genes.UPDATED, genes.UNKNOWN):
            if many := int((self.table["remark"] == remark).sum()):
                self.noted[remark] += many

    def _name_identifiers(self, gene_ids: Mapping[str, str]) -> None:
        """Give the rows that have an Ensembl identifier alone, in whichever column, the symbol it stands for."""
        given = pl.col("ensembl") if "ensembl" in self.table.columns else pl.lit(None, pl.String)
        identified = pl.col("gene").str.contains(_ENSEMBL_GENE)
        self.table = self.table.with_columns(
            ensembl=pl.coalesce(given, pl.when(identified).then("gene")), gene=pl.when(~identified).then("gene")
        )
        found = pl.col("ensembl").str.split(".").list.first().replace_strict(gene_ids, default=None)
        self.table = self.table.with_columns(gene=pl.coalesce("gene", found.cast(pl.String)))
        self.keep(pl.col("gene").is_not_null() | pl.col("ensembl").is_null(), "gene_identifier_unknown")

    def number(self, column: str, low: float, high: float, *, needed: bool = False, whole: bool = False) -> None:
        """Read a column as numbers from `low` to `high`, or whole ones; else the cell is emptied, or the row left out.

        needed   True leaves the row out
        """
        values, _ = numbers(_arrow(self.table[column]))
        read = _polars(values).alias("read")
        fits = read.is_between(low, high) & ((read == read.floor()) | pl.Series([not whole]))
        self.table = self.table.with_columns(pl.when(fits).then(read).otherwise(None).alias("read"))
        if needed:
            self.keep(pl.col("read").is_not_null(), f"{column}_unreadable")
        elif wrong := int((self.table[column].is_not_null() & self.table["read"].is_null()).sum()):
            self.noted[f"{column}_unreadable"] += wrong
        self.table = self.table.with_columns(pl.col("read").alias(column)).drop("read")

    def made(self, kind: Kind) -> Read:
        """The rows in the columns of a kind; rows that say the same are counted and kept once."""
        names = SCHEMAS[kind].names
        absent = [pl.lit(None).alias(name) for name in names if name not in self.table.columns]
        table = self.table.with_columns(absent)
        once = table.unique(names, keep="first", maintain_order=True)
        if len(once) < len(table):
            self.count_out(sorted(set(table[ROW]) - set(once[ROW])), "same_row_twice")
        whole = once.select(names).to_arrow().cast(SCHEMAS[kind])
        return Read(whole, self.read, dict(self.left_out), dict(self.noted), dict(self.first_rows))


def read_rows(path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str], kind: str) -> Rows:
    """The rows of a text file (tabs, commas or semicolons; plain or gzipped) or of a Parquet file.

    columns  our name of each column, and the names under which it is published, whatever their capitals
    needed   the columns without which the file is not of this kind

    Raises BadInput for a file that cannot be read, or that lacks one of those.
    """
    packed = is_parquet(path)
    named, wrong = (_parquet_names(path), []) if packed else _text(path)
    chosen = _chosen(list(named.columns), columns)
    if missing := [name for name in needed if name not in chosen]:
        wanted = "; ".join(f"{name}: {' or '.join(columns[name])}" for name in missing)
        raise BadInput(
            f"{path.name} is no table of {kind} that is known here: it lacks {' and '.join(missing)}",
            next_act=f"Give a table with such columns ({wanted}).",
        )
    table = _parquet(path, list(dict.fromkeys(chosen.values()))) if packed else named
    rows = Rows(path.name, table.select(ROW, **{ours: pl.col(theirs) for ours, theirs in chosen.items()}))
    rows.read += len(wrong)
    rows.count_out(wrong, "wrong_column_count")
    return rows


def read_gene_ids(path: Path) -> dict[str, str]:
    """Ensembl gene to symbol, of a table such as HGNC's; an identifier of several symbols is left out."""
    columns = {"gene": ("symbol", "gene", "approved symbol", "gene_name", "hgnc_symbol"),
               "ensembl": ("ensembl_id", "ensembl_gene_id", "ensembl", "ensembl gene id", "gene_id")}  # fmt: skip
    table = read_rows(path, columns, ("gene", "ensembl"), "gene identifiers").table
    both = table.select("ensembl", "gene").drop_nulls().unique()
    return dict(both.filter(~pl.col("ensembl").is_duplicated()).iter_rows())


def _chosen(found: list[str], columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Our name to the file's name; the names that come first in our list are preferred."""
    plain = {name.strip().casefold(): name for name in reversed(found) if name != ROW}
    told = {ours: next((plain[one.casefold()] for one in names if one.casefold() in plain), None)
            for ours, names in columns.items()}  # fmt: skip
    return {ours: theirs for ours, theirs in told.items() if theirs is not None}


def is_parquet(path: Path) -> bool:
    """Whether the file begins as Parquet does, or the folder holds parts of one. Raises BadInput for another folder."""
    if path.is_dir():
        if not any(path.glob("*.parquet")):
            raise BadInput(f"{path.name} is a folder without Parquet files", next_act="Give the file itself.")
        return True
    with path.open("rb") as file:
        return file.read(4) == _PARQUET


def _parquet_names(path: Path) -> pl.DataFrame:
    """No row, and the columns that a Parquet file has."""
    try:
        return pl.DataFrame(schema=dict.fromkeys(pads.dataset(path, format="parquet").schema.names, pl.String))
    except (pa.ArrowException, OSError, ValueError):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> BadInput:
    return BadInput(f"{path.name} begins as a Parquet file and cannot be read as one", next_act="Fetch the file again.")


def _parquet(path: Path, columns: list[str]) -> pl.DataFrame:
    """Those columns as text, lists with bars between. What is neither a value nor a list of values is BadInput."""
    try:
        whole = pads.dataset(path, format="parquet")
        if whole.count_rows() > _MOST_ROWS:
            raise BadInput(
                f"{path.name} has more than {_MOST_ROWS:,} rows, which no such table has",
                next_act="Check that this is the file that was meant.",
            )
        batches = list(held(whole.to_batches(columns=columns, batch_size=_ROWS_AT_ONCE), path))
        table = pl.DataFrame(pa.Table.from_batches(batches, _only(whole.schema, columns)))
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError):
        raise _unreadable(path) from None
    nested = [name for name, kind in table.schema.items() if kind.is_nested() and not isinstance(kind, pl.List)]
    nested += [name for name, kind in table.schema.items() if isinstance(kind, pl.List) and _is_nested(kind.inner)]
    if nested:
        raise BadInput(
            f"{path.name}: the columns {', '.join(nested)} hold records, not values",
            next_act="Give a table with one value, or a list of them, in each cell.",
        )
    texts = [
        (pl.col(name).cast(pl.List(pl.String)).list.join("|") if isinstance(kind, pl.List) else pl.col(name))
        .cast(pl.String, strict=False)
        for name, kind in table.schema.items()
    ]  # fmt: skip
    return _said(table.select(texts).with_row_index(ROW, offset=1))


def _only(schema: pa.Schema, columns: Sequence[str]) -> pa.Schema:
    return pa.schema([schema.field(name) for name in columns])


def _is_nested(kind: Any) -> bool:
    return bool(kind.is_nested())


def _text(path: Path) -> tuple[pl.DataFrame, list[int]]:
    sign = separator(path)
    table = read_table(
        path, Columns(others=True), ImportReport(), "source", file=path.name, delimiter=sign, quotes=sign != "\t"
    )
    whole = pl.DataFrame({ROW: table.lines, **{name: _polars(column) for name, column in table.columns.items()}})
    texts = pl.col(pl.String)
    if sign == "\t":  # some programs quote cells here, too, and others leave a single mark as it is
        whole = whole.with_columns(texts.str.replace(r'^"(.*)"$', "$1"))
    return _said(whole.with_columns(pl.col(ROW).cast(pl.UInt32))), list(table.wrong)


def separator(path: Path) -> str:
    """The sign between cells: a tab where the first line of cells has one, else what it has more of, `,` or `;`."""
    first = first_line_of_cells(path)
    return "\t" if "\t" in first else max(",", ";", key=first.count)


def first_line_of_cells(path: Path) -> str:
    """The first line that is no comment; empty when there is none."""
    lines = (line.strip("\r") for line in first_lines(path))
    return next((line for line in lines if line.strip() and not line.startswith(("#", '"#'))), "")


def head_of(path: Path) -> list[str]:
    """The cells of that line in small letters, without quotation marks."""
    return [cell.strip('" ').casefold() for cell in first_line_of_cells(path).split(separator(path))]


def first_lines(path: Path) -> list[str]:
    """The lines of the file's first block, mended."""
    _, block = next(iter(Blocks(path, path.name)), (1, b""))
    return block[:_HEAD].decode("utf-8", errors="replace").split("\n")


def _said(table: pl.DataFrame) -> pl.DataFrame:
    """Every way of saying nothing as null."""
    return table.with_columns(_polars(said(_arrow(table[name]))).alias(name) for name in table.columns if name != ROW)


def _arrow(column: pl.Series) -> Any:
    return column.cast(pl.String).to_arrow().cast(pa.string())


def _polars(column: Any) -> pl.Series:
    return pl.Series(values=column)
