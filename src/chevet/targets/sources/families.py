"""Families of proteins: kinases, nuclear receptors, proteases ... as HGNC, the Guide to Pharmacology or others say."""

from __future__ import annotations

import polars as pl

from chevet.targets.sources.reading import Read, Sent, read_rows

COLUMNS = {
    "gene": ("hgnc symbol", "approved symbol", "gene names (primary)", "gene", "symbol", "gene_name", "gene_symbol"),
    "entrez": ("ncbi gene id", "human entrez gene", "entrez_id", "entrez"),
    "family": (
        "family name", "group name", "gene_group", "gene group name", "protein families", "family", "protein_class",
        "target_class", "class", "category",
    ),
    "wider": ("type", "protein_class_l1", "l1", "superfamily"),
}  # fmt: skip


def read_families(sent: Sent) -> Read:
    """One row a gene and family. A cell may hold several families between bars; the wider class is a family, too."""
    rows = read_rows(sent.path, COLUMNS, ("gene", "family"), "families")
    if "wider" in rows.table.columns:
        both = pl.concat_str("family", "wider", separator="|", ignore_nulls=True).replace("", None)
        rows.table = rows.table.with_columns(family=both)
    rows.keep(pl.col("family").is_not_null(), "family_absent")
    rows.name_genes(sent.gene_ids)
    rows.table = rows.table.with_columns(pl.col("family").str.split("|")).explode("family").with_columns(
        pl.col("family").str.strip_chars()
    ).filter(pl.col("family") != "")  # fmt: skip
    return rows.made("families")
