"""Proteins at the cell's surface, which antibodies, engineered cells and radioligands can reach."""

from __future__ import annotations

import polars as pl

from chevet.errors import BadInput
from chevet.targets.sources.reading import Read, Sent, read_rows

COLUMNS = {
    "gene": ("UniProt gene", "gene", "symbol", "gene_name", "GENE"),
    "entrez": ("GeneID", "entrez_id", "entrez"),
    "ensembl": ("Ensembl gene", "ensembl_gene_id", "ensembl_id"),
    "protein": ("UniProt accession", "uniprot", "accession", "protein"),
    "evidence": ("Surfaceome Label Source", "evidence", "source"),
    "label": ("Surfaceome Label", "label"),
    "score": ("MachineLearning score", "score"),
    "family": ("Membranome Almen main-class", "Almen category", "family", "class"),
    "subfamily": ("Membranome Almen sub-class", "Almen subclass", "subfamily"),
}


def read_surface(sent: Sent) -> Read:
    """The table of surface proteins. Where it has a label, rows labelled otherwise than `surface` are left out."""
    rows = read_rows(sent.path, COLUMNS, ("gene",), "surface")
    if not {"label", "evidence", "score", "protein"} & set(rows.table.columns):
        raise BadInput(
            f"{sent.path.name} does not say what is at the surface: it has genes alone",
            next_act="Give a column with the protein, the label, the evidence or the score of each gene.",
        )
    if "label" in rows.table.columns:
        rows.keep(pl.col("label").str.to_lowercase() == "surface", "not_at_the_surface")
    rows.name_genes(sent.gene_ids)
    if "score" in rows.table.columns:
        rows.number("score", 0, 1)
    return rows.made("surface")
