"""Medicines by the gene that they act on: what kind of act, in which phase, and for which cancers they are approved."""

from __future__ import annotations

import polars as pl

from chevet.targets.sources.reading import Read, Sent, read_rows

COLUMNS = {
    "gene": ("target_symbol", "gene", "symbol", "gene_name", "target", "approvedSymbol", "target_gene"),
    "entrez": ("entrez_id", "target_entrez", "entrezgene"),
    "ensembl": ("target_ensembl_gene_id", "ensembl_gene_id", "targetId", "ensembl_id"),
    "medicine": ("nci_concept_display_name", "medicine", "drug", "drug_name", "molecule_name", "prefName"),
    "identifier": ("molecule_chembl_id", "chembl_id", "drugId", "drug_concept_id"),
    "action": (
        "drug_action_type",
        "action",
        "action_type",
        "actionType",
        "interaction_type",
        "mechanism",
        "mechanismOfAction",
    ),
    "type": ("drug_type", "type", "drugType", "molecule_type"),
    "phase": ("max_ct_phase", "phase", "max_phase", "maxPhase"),
    "approved": ("approved", "is_approved", "isApproved"),
    "approved_in": ("approved_in", "approved_for", "indication", "approved_indication"),
    "year_first": ("year_first", "first_approval", "yearOfFirstApproval", "year_first_approval"),
}
_YES, _NO = ("true", "1", "yes", "y", "t", "approved"), ("false", "0", "no", "n", "f", "not approved")
# The oldest medicine still in use that any table dates; a later year than this is a slip of the key.
_FIRST_YEAR, _LAST_YEAR = 1800, 2100


def read_drugs(sent: Sent) -> Read:
    """The table of medicines: one row a gene and medicine.

    The highest phase is a number from 0 to 4. `approved_in` may hold several cancers, between bars or
    semicolons.
    """
    rows = read_rows(sent.path, COLUMNS, ("gene", "medicine"), "drugs")
    rows.keep(pl.col("medicine").is_not_null(), "medicine_absent")
    rows.name_genes(sent.gene_ids)
    table = rows.table.columns
    if "phase" in table:
        rows.number("phase", 0, 4)
        rows.table = rows.table.with_columns(pl.col("phase").floor())  # ChEMBL's 0.5 comes before phase 1
    if "year_first" in table:
        rows.number("year_first", _FIRST_YEAR, _LAST_YEAR, whole=True)
    if "action" in table:
        rows.table = rows.table.with_columns(pl.col("action").str.to_lowercase())
    if "approved" in table:
        said = pl.col("approved").str.to_lowercase()
        rows.table = rows.table.with_columns(
            approved=pl.when(said.is_in(_YES)).then(True).when(said.is_in(_NO)).then(False)
        )  # fmt: skip
    if "approved_in" in table:
        rows.table = rows.table.with_columns(approved_in=_cancers())
    return rows.made("drugs")


def _cancers() -> pl.Expr:
    """Cancers apart, each once whatever its capitals; an empty list where the table names none."""
    each = pl.col("approved_in").fill_null("").str.to_lowercase().str.replace_all(";", "|").str.split("|")
    return each.list.eval(pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != "").unique().sort())
