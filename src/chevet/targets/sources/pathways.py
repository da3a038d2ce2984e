"""Sets of genes that act together: GMT files as MSigDB and Reactome publish them, or a table of two columns."""

from __future__ import annotations

import polars as pl

from chevet.errors import BadInput
from chevet.records.bytes import Blocks
from chevet.targets.sources.reading import ROW, Read, Rows, Sent, head_of, is_parquet, read_rows

COLUMNS = {
    "pathway": ("pathway", "pathway_name", "gene_set", "set", "term", "gs_name"),
    "gene": ("gene", "symbol", "gene_symbol", "gene_name", "hgnc_symbol"),
    "entrez": ("entrez_id", "entrez", "entrez_gene"),
    "described": ("described", "description", "url", "source", "gs_description"),
}


def read_pathways(sent: Sent) -> Read:
    """One row a pathway and gene. Genes of a GMT file may be symbols or Entrez numbers."""
    rows = read_rows(sent.path, COLUMNS, ("pathway", "gene"), "pathways") if _has_columns(sent) else _gmt(sent)
    rows.keep(pl.col("pathway").is_not_null(), "pathway_absent")
    rows.name_genes(sent.gene_ids)
    return rows.made("pathways")


def _has_columns(sent: Sent) -> bool:
    if is_parquet(sent.path):
        return True
    head = set(head_of(sent.path))
    return bool(head & set(COLUMNS["pathway"])) and bool(head & {*COLUMNS["gene"], *COLUMNS["entrez"]})


def _gmt(sent: Sent) -> Rows:
    """A line a pathway: its name, what is said of it, its genes, apart by tabs."""
    found: list[tuple[int, str, str | None, str | None, str | None]] = []
    short: list[int] = []
    for first, block in Blocks(sent.path, sent.path.name):
        for number, line in enumerate(block.decode("utf-8", errors="replace").split("\n"), first):
            if not line.strip() or line.startswith("#"):
                continue
            name, *rest = (cell.strip() for cell in line.split("\t"))
            genes = [gene for gene in rest[1:] if gene]
            if not name or not genes:
                short.append(number)
            for gene in genes:
                symbol, entrez = (None, gene) if gene.isdecimal() else (gene, None)
                found.append((number, name, rest[0] or None, symbol, entrez))
    if not found:
        raise BadInput(
            f"{sent.path.name} is no file of pathways that is known here",
            next_act="Give a GMT file (name, description, genes apart by tabs) or a table with pathway and gene.",
        )
    schema = {ROW: pl.UInt32, "pathway": pl.String, "described": pl.String, "gene": pl.String, "entrez": pl.String}
    rows = Rows(sent.path.name, pl.DataFrame(found, schema=schema, orient="row"))
    rows.read += len(short)
    rows.count_out(short, "pathway_without_genes")
    return rows
