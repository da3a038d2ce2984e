"""Gene symbols of a whole column, told once each: old symbols brought up to date, unknown ones kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chevet.records.report import ImportReport
from chevet.records.rows import Column, Mask, mask, pc, said
from chevet.records.text import Lines
from chevet.words import genes

UPDATED = "symbol_updated"
UNKNOWN = "unknown_gene"
AMBIGUOUS = "ambiguous_gene"
DATE = "gene_became_a_date"
NONE = "no_gene_named"


@dataclass(frozen=True)
class NamedGenes:
    """Per row: the approved symbol (as given where none is sure), the HGNC number, and what is to be said of it.

    `remark` is null for a symbol that is approved as it stands.
    """

    gene: Column
    hgnc_id: Column
    as_given: Column
    remark: Column

    def where(self, remark: str) -> Mask:
        return mask(pc.equal(self.remark, remark))

    def tell(self, report: ImportReport, table: str, file: str, lines: Lines, among: Mask | None = None) -> None:
        """Report old symbols brought up to date, and symbols that are no gene's or several genes'."""
        for remark in (UPDATED, UNKNOWN, AMBIGUOUS, DATE, NONE):
            where = self.where(remark) if among is None else self.where(remark) & among
            (report.repair if remark == UPDATED else report.note)(table, file, lines[where].tolist(), remark)


def named(symbols: Column, entrez: Column | None = None) -> NamedGenes:
    """The approved symbols of a column of symbols (and Entrez numbers, where the symbol says nothing).

    A symbol that is unknown, or that several genes have borne, is kept as given unless its Entrez
    number settles it.
    """
    symbols = said(symbols)
    entrez = said(entrez) if entrez is not None else pa.nulls(len(symbols), pa.string())
    pairs = pa.table(
        {"symbol": pc.fill_null(symbols, ""), "entrez": pc.fill_null(entrez, ""), "row": np.arange(len(symbols))}
    )
    distinct = pairs.group_by(["symbol", "entrez"]).aggregate([])
    told = [
        _told(symbol or None, number or None)
        for symbol, number in zip(
            distinct.column("symbol").to_pylist(), distinct.column("entrez").to_pylist(), strict=True
        )
    ]
    for position, name in enumerate(("gene", "hgnc_id", "remark")):
        distinct = distinct.append_column(name, pa.array([facts[position] for facts in told], pa.string()))
    whole = pairs.join(distinct, ["symbol", "entrez"]).sort_by("row")
    return NamedGenes(whole.column("gene"), whole.column("hgnc_id"), symbols, whole.column("remark"))


def _told(symbol: str | None, entrez: str | None) -> tuple[str | None, str | None, str | None]:
    """Symbol to use, HGNC number, remark."""
    resolution = genes.resolution(symbol) if symbol is not None else None
    gene = resolution.gene if resolution is not None else None
    if gene is None and entrez is not None and entrez.isdecimal() and len(entrez) < 12 and int(entrez) > 0:
        gene = genes.by_entrez(int(entrez))
    if gene is not None:
        return gene.symbol, gene.hgnc_id, UPDATED if symbol not in (None, gene.symbol) else None
    if symbol is None or resolution is None:
        return None, None, NONE
    if resolution.how == "ambiguous":
        return symbol, None, AMBIGUOUS
    return symbol, None, DATE if genes.is_damaged_by_a_spreadsheet(symbol) else UNKNOWN
