"""Gene symbols of a whole column, told once each: old symbols brought up to date, unknown ones kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chevet.records.rows import Column, Mask, pc, said
from chevet.words import genes


@dataclass(frozen=True)
class NamedGenes:
    """`gene` and `hgnc_id` per row; `updated` where the symbol was an old one, `unknown` where nobody knows it."""

    gene: Column
    hgnc_id: Column
    as_given: Column
    updated: Mask
    unknown: Mask


def named(symbols: Column, entrez: Column | None = None) -> NamedGenes:
    """The approved symbols of a column of symbols (and Entrez numbers, where the symbol says nothing).

    A symbol that is unknown or that several genes have borne is kept as given, unless its Entrez
    number settles it.
    """
    symbols = said(symbols)
    entrez = said(entrez) if entrez is not None else pa.nulls(len(symbols), pa.string())
    pairs = pa.table({"symbol": symbols, "entrez": entrez, "row": np.arange(len(symbols))})
    distinct = pairs.group_by(["symbol", "entrez"]).aggregate([("row", "min")])
    given = list(zip(distinct.column("symbol").to_pylist(), distinct.column("entrez").to_pylist(), strict=True))
    told = [_told(symbol, number) for symbol, number in given]
    facts = pa.table({
        "symbol": pc.fill_null(distinct.column("symbol"), ""), "entrez": pc.fill_null(distinct.column("entrez"), ""),
        "gene": pa.array([t[0] for t in told], pa.string()), "hgnc_id": pa.array([t[1] for t in told], pa.string()),
        "updated": pa.array([t[2] for t in told], pa.bool_()), "unknown": pa.array([t[3] for t in told], pa.bool_()),
    })
    keys = pa.table({"symbol": pc.fill_null(symbols, ""), "entrez": pc.fill_null(entrez, ""), "row": pairs.column("row")})
    whole = keys.join(facts, ["symbol", "entrez"]).sort_by("row")
    return NamedGenes(
        gene=whole.column("gene"), hgnc_id=whole.column("hgnc_id"), as_given=symbols,
        updated=whole.column("updated").to_numpy(), unknown=whole.column("unknown").to_numpy(),
    )


def _told(symbol: str | None, entrez: str | None) -> tuple[str | None, str | None, bool, bool]:
    resolution = genes.resolve_many([symbol])[0] if symbol is not None else None
    gene = resolution.gene if resolution is not None else None
    if gene is None and entrez is not None and entrez.isdecimal() and int(entrez) > 0:
        gene = genes.by_entrez(int(entrez))
    if gene is None:
        return symbol, None, False, True
    return gene.symbol, gene.hgnc_id, symbol is not None and symbol != gene.symbol, False
