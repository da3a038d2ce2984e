"""What is known to go wrong when a target is hit: adverse effects by organ, risks, and assays of toxicity."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa

from chevet.errors import BadInput
from chevet.targets.sources.reading import Read, Rows, Sent, read_rows

COLUMNS = {
    "gene": ("target", "gene", "symbol", "gene_name", "approvedSymbol"),
    "ensembl": ("ensemblId", "ensembl_gene_id", "ensembl_id"),
    "event": ("symptom", "event", "adverse_effect"),
    "organ": ("biologicalSystem", "organ", "system", "tissue"),
    "effect": ("effect", "direction"),
    "reference": ("ref", "reference", "data_source", "source"),
    "pmid": ("pmid",),
    "url": ("url", "data_source_reference_link", "link"),
    "symptom": ("symptom",),
    "assay": ("assay_format",),
    "category": ("category",),
}
# The tissues of an assay may stand in quotation marks, and the same organ under two names.
_SAME_ORGAN = {"cardiovascular": "cardiovascular system", "central nervous system": "nervous system"}
_CATEGORIES = ("adverse_effect", "risk", "experiment")


def read_liabilities(sent: Sent) -> Read:
    """The liabilities of one file, or of every table of a folder together.

    Three kinds of tables are known by their columns: adverse effects (a symptom), risks (an event) and experiments (an
    assay); a table with a column `category` says itself. The assays name genes by Ensembl: `gene_ids` serves there, and
    so do the pairs that the other tables of the folder have.
    """
    files = _files(sent.path)
    read = [read_rows(file, COLUMNS, (), "liabilities") for file in files]
    ids = dict(sent.gene_ids)
    for rows in read:
        ids |= _pairs(rows.table)
    made = []
    for number, rows in enumerate(read):
        sent.tell(rows.file, number / len(read))
        made.append(_one(rows, ids))
    return _together(made)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.iterdir() if one.name.removesuffix(".gz").endswith((".tsv", ".csv", ".parquet")))
    if not found:
        raise BadInput(f"{path.name} holds no table", next_act="Give a folder with TSV, CSV or Parquet files.")
    return found


def _pairs(table: pl.DataFrame) -> dict[str, str]:
    if not {"gene", "ensembl"} <= set(table.columns):
        return {}
    both = table.select("ensembl", "gene").drop_nulls().unique()
    once = both.filter(~pl.col("ensembl").is_duplicated())  # an identifier of two symbols tells neither
    return dict(once.iter_rows())


def _one(rows: Rows, ids: dict[str, str]) -> Read:
    """The liabilities of one table. Raises BadInput when it has neither a gene nor what happens."""
    found = set(rows.table.columns)
    if not found & {"gene", "ensembl"} or not found & {"event", "assay"}:
        raise BadInput(
            f"{rows.file} is no table of liabilities: it lacks a gene, or a symptom, an event or an assay",
            next_act="Give the three tables of safety as they are published, or columns gene, event, organ, direction.",
        )
    absent = [pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in found and name != "ensembl"]
    rows.table = rows.table.with_columns(absent)
    rows.name_genes(ids)
    kind = "adverse_effect" if "symptom" in found else "experiment" if "assay" in found else "risk"
    said = pl.col("category").str.to_lowercase().str.replace_all(" ", "_")
    effect = pl.col("effect").str.to_lowercase().str.split("_")
    rows.table = rows.table.with_columns(
        category=pl.when(said.is_in(_CATEGORIES)).then(said).otherwise(pl.lit(kind)),
        event=pl.coalesce("event", "assay"),
        organ=pl.col("organ").str.strip_chars('" ').str.to_lowercase().replace(_SAME_ORGAN),
        direction=_word(effect.list.first(), ("inhibition", "activation")),
        dosing=_word(effect.list.get(1, null_on_oob=True).str.split(" ").list.first(),
                     ("acute", "chronic", "general", "developmental")),
        reference=pl.concat_str(pl.col("reference"), pl.lit("PMID:") + pl.col("pmid"), separator=", ",
                                ignore_nulls=True).replace("", None),
    )  # fmt: skip
    return rows.made("liabilities")


def _word(expression: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    return pl.when(expression.is_in(words)).then(expression)


def _together(read: list[Read]) -> Read:
    left_out: dict[str, int] = {}
    noted: dict[str, int] = {}
    for one in read:
        for whole, part in ((left_out, one.left_out), (noted, one.noted)):
            for reason, many in part.items():
                whole[reason] = whole.get(reason, 0) + many
    first = read[0].first_rows if len(read) == 1 else {}  # a row says nothing where there are several files
    return Read(pa.concat_tables([one.table for one in read]), sum(one.rows for one in read), left_out, noted, first)
