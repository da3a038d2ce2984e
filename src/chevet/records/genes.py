"""Gene symbols of a whole column, told once each: old symbols brought up to date, unknown ones kept.

An old name can mean several genes, and the wrong one. Where the row has a chromosome, it decides: a
name that several genes bear is the one that lies there, and a name that leads to another chromosome
is not followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.records.report import ImportReport
from chevet.records.rows import Column, Mask, by_value, mask, pc, said
from chevet.records.text import Lines
from chevet.words import genes
from chevet.words.chromosomes import chromosome

UPDATED = "symbol_updated"
SETTLED = "symbol_settled_by_place"
ELSEWHERE = "gene_on_another_chromosome"
UNKNOWN = "unknown_gene"
AMBIGUOUS = "ambiguous_gene"
DATE = "gene_became_a_date"
NONE = "no_gene_named"
REPAIRED = (UPDATED, SETTLED)
NOTED = (UNKNOWN, AMBIGUOUS, ELSEWHERE, DATE, NONE)


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
        for remark in (*REPAIRED, *NOTED):
            where = self.where(remark) if among is None else self.where(remark) & among
            (report.repair if remark in REPAIRED else report.note)(table, file, lines[where].tolist(), remark)


def named(symbols: Column, entrez: Column | None = None, chromosomes: Column | None = None) -> NamedGenes:
    """The approved symbols of a column of symbols.

    entrez       Entrez numbers, for where the symbol says nothing sure
    chromosomes  where the rows lie, under any name of a chromosome (chr7, 23, M)

    A symbol that is unknown, that several genes have borne, or whose gene lies on another chromosome
    than the row, is kept as given unless its Entrez number or its chromosome settles it.
    """
    symbols = said(symbols)
    numbers = None if entrez is None else said(entrez)
    places = None if chromosomes is None else by_value(chromosomes, chromosome)
    different, row_of = _different([symbols, numbers, places])
    told = [_told(*texts) for texts in different]
    indices: Any = pa.array(row_of, pa.int64())
    gene, hgnc_id, remark = (
        pa.array([facts[position] for facts in told], pa.string()).take(indices) for position in range(3)
    )
    return NamedGenes(gene, hgnc_id, symbols, remark)


def _different(columns: Sequence[Column | None]) -> tuple[list[tuple[str | None, ...]], npt.NDArray[np.int64]]:
    """The different rows of some text columns, and for each row which of them it is. A column may be absent."""
    key = np.zeros(max(len(column) for column in columns if column is not None), dtype=np.int64)
    words: list[list[str | None]] = []
    for column in columns:
        if column is None:
            words.append([None])
            continue
        encoded: Any = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        encoded = encoded.dictionary_encode()
        words.append([*encoded.dictionary.to_pylist(), None])
        nothing = len(words[-1]) - 1
        key = key * len(words[-1]) + encoded.indices.fill_null(nothing).to_numpy(zero_copy_only=False)
    keys, row_of = np.unique(key, return_inverse=True)
    rows = []
    for left in keys.tolist():
        row: list[str | None] = []
        for texts in reversed(words):
            left, code = divmod(left, len(texts))
            row.append(texts[code])
        rows.append(tuple(reversed(row)))
    return rows, row_of


def _told(symbol: str | None, entrez: str | None, place: str | None) -> tuple[str | None, str | None, str | None]:
    """Symbol to use, HGNC number, remark."""
    numbered = _by_number(entrez)
    if symbol is None:
        return (None, None, NONE) if numbered is None else (numbered.symbol, numbered.hgnc_id, None)
    found = genes.resolution(symbol)
    if found.gene is not None and (found.gene.symbol == symbol or not _elsewhere(found.gene, place)):
        return found.gene.symbol, found.gene.hgnc_id, UPDATED if symbol != found.gene.symbol else None
    if numbered is not None and not _elsewhere(numbered, place):
        return numbered.symbol, numbered.hgnc_id, UPDATED if symbol != numbered.symbol else None
    if found.how != "unknown" and place is not None:
        there = [gene for gene in genes.bearers(symbol) if not _elsewhere(gene, place)]
        if len(there) == 1 and there[0].chromosomes:
            return there[0].symbol, there[0].hgnc_id, SETTLED
    if found.gene is not None or numbered is not None:
        return symbol, None, ELSEWHERE
    if found.how == "ambiguous":
        return symbol, None, AMBIGUOUS
    return symbol, None, DATE if genes.is_damaged_by_a_spreadsheet(symbol) else UNKNOWN


def _by_number(entrez: str | None) -> genes.Gene | None:
    if entrez is None or not entrez.isdecimal() or len(entrez) > 11 or int(entrez) == 0:
        return None
    return genes.by_entrez(int(entrez))


def _elsewhere(gene: genes.Gene, place: str | None) -> bool:
    """Whether the gene surely lies on another chromosome; not when either of them is unknown."""
    return place is not None and bool(gene.chromosomes) and place not in gene.chromosomes
