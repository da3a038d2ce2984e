"""Genes that others found to drive tumours: in which cancer, as oncogene or suppressor, in how many samples."""

from __future__ import annotations

import polars as pl

from chevet.targets.sources.reading import Read, Sent, read_rows

COLUMNS = {
    "gene": ("symbol", "gene", "gene_name", "hugo_symbol"),
    "entrez": ("entrez_id", "entrez"),
    "cancer_type": ("cancer_type", "cancer", "tumour_type", "tumor_type", "oncotree_code"),
    "cohort": ("cohort", "study"),
    "role": ("role", "mode_of_action", "moa", "role_in_cancer"),
    "q": ("qvalue_combination", "q", "qvalue", "q_value", "fdr"),
    "samples": ("samples", "n_samples", "mutated_samples"),
    "share": ("%_samples_cohort", "share", "frequency"),
    "methods": ("methods", "method"),
}
_ROLES = {
    "act": "oncogene", "oncogene": "oncogene", "og": "oncogene", "activating": "oncogene",
    "lof": "suppressor", "tsg": "suppressor", "suppressor": "suppressor", "tumor suppressor": "suppressor",
    "tumour suppressor": "suppressor", "loss of function": "suppressor",
    "ambiguous": "ambiguous", "both": "ambiguous", "amb": "ambiguous", "oncogene, tsg": "ambiguous",
}  # fmt: skip


def read_drivers(sent: Sent) -> Read:
    """The table of driver genes: one row a gene and cohort. A role that is no known word is left empty, and counted."""
    rows = read_rows(sent.path, COLUMNS, ("gene",), "drivers")
    rows.name_genes(sent.gene_ids)
    table = rows.table.columns
    if "role" in table:
        told = pl.col("role").str.to_lowercase().str.strip_chars().replace_strict(_ROLES, default=None)
        rows.table = rows.table.with_columns(given=pl.col("role"), role=told)
        if unread := rows.table.filter(pl.col("given").is_not_null() & pl.col("role").is_null()).height:
            rows.noted["role_unreadable"] += unread
    for column, high in (("q", 1.0), ("samples", 1e9), ("share", 1.0)):
        if column in table:
            rows.number(column, 0, high, whole=column == "samples")
    return rows.made("drivers")
