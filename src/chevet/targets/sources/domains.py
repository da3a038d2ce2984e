"""Domains of proteins, by amino acid: Pfam, InterPro or any table with a gene, a start, an end and a name."""

from __future__ import annotations

import polars as pl

from chevet.targets.sources.reading import Read, Sent, read_rows

COLUMNS = {
    "gene": ("gene", "symbol", "gene_symbol", "hgnc", "hgnc_symbol", "gene name", "gene_name"),
    "protein": (
        "protein", "uniprot", "protein.id", "protein_id", "uniprot accession", "transcript", "refseq.id",
        "transcript stable id", "protein stable id",
    ),
    "start": ("start", "pfam start", "interpro start", "domain_start", "aa_start", "from", "first"),
    "end": ("end", "pfam end", "interpro end", "domain_end", "aa_end", "to", "last"),
    "name": (
        "label", "domain", "name", "domain_name", "interpro short description", "pfam name", "hmm name", "pfam id",
    ),
    "accession": ("accession", "pfam id", "pfam", "pfam_id", "interpro id", "interpro", "hmm acc", "domain_id"),
}  # fmt: skip
# No human protein is longer than titin (35,991 amino acids, UniProt Q8WZ42).
LONGEST_PROTEIN = 40_000


def read_domains(sent: Sent) -> Read:
    """One row a gene and domain; start and end in amino acids from 1, both within."""
    rows = read_rows(sent.path, COLUMNS, ("gene", "start", "end", "name"), "domains")
    rows.keep(pl.col("name").is_not_null(), "name_absent")
    for column in ("start", "end"):
        rows.number(column, 1, LONGEST_PROTEIN, needed=True, whole=True)
    rows.keep(pl.col("start") <= pl.col("end"), "ends_before_it_starts")
    rows.name_genes(sent.gene_ids)
    return rows.made("domains")
