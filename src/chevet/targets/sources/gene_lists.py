"""Lists of genes: those that nearly every cell needs, and those that cells do without."""

from __future__ import annotations

from functools import partial
from typing import Literal

import polars as pl

from chevet.errors import BadInput
from chevet.records.bytes import Blocks
from chevet.targets.sources.reading import ROW, Read, Rows, Sent, first_line_of_cells, read_rows, separator
from chevet.words import genes

COLUMNS = {
    "gene": ("gene", "symbol", "gene_name", "gene_symbol", "hgnc_symbol"),
    "entrez": ("entrez_id", "entrez", "entrezgene"),
}


def read_gene_list(sent: Sent, kind: Literal["essential", "nonessential"]) -> Read:
    """The genes of a table with a column of genes, or of a plain list, one a line."""
    rows = _plain(sent) if _is_plain(sent) else read_rows(sent.path, COLUMNS, ("gene",), kind)
    rows.name_genes(sent.gene_ids)
    read = rows.made(kind)
    if read.left_out.get("same_row_twice", 0) > read.table.num_rows:
        raise BadInput(
            f"{sent.path.name} names most genes several times; a list of {kind} genes names each once",
            next_act="Give the list itself, not a table in which genes occur.",
        )
    return read


read_essential = partial(read_gene_list, kind="essential")
read_nonessential = partial(read_gene_list, kind="nonessential")


def _is_plain(sent: Sent) -> bool:
    """Whether the first line of a one-column file is a gene already, and no name of a column."""
    first = first_line_of_cells(sent.path).strip()
    return separator(sent.path) not in first and genes.resolve(first) is not None


def _plain(sent: Sent) -> Rows:
    named = []
    for first, block in Blocks(sent.path, sent.path.name):
        lines = enumerate(block.decode("utf-8", errors="replace").split("\n"), first)
        named += [(number, line.strip()) for number, line in lines if line.strip() and not line.startswith("#")]
    table = pl.DataFrame({ROW: [number for number, _ in named], "gene": [line for _, line in named]})
    return Rows(sent.path.name, table.with_columns(pl.col(ROW).cast(pl.UInt32)))
