"""Pathways, from a file or a table: which genes stand in which."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from chevet.errors import BadInput
from chevet.targets.selection.gene_table import read_rows
from chevet.words import genes

Pathways = Mapping[str, tuple[str, ...]]
"""The genes of each pathway, as the table orders both."""

MOST_GENES = 100


def read_pathways(file: Path) -> Pathways:
    """The pathways of a table with the columns pathway and gene, apart by tabs; old symbols are resolved.

    Raises BadInput when a column is missing or a cell is empty.
    """
    return _pathways(read_rows(file, ("pathway", "gene")))


def pathways_of(table: pa.Table) -> Pathways:
    """The pathways of an Arrow table with the columns pathway and gene; old symbols are resolved.

    Raises BadInput when a column is missing or no row says both.
    """
    if missing := {"pathway", "gene"} - set(table.column_names):
        raise BadInput(
            f"the table of pathways lacks the columns {', '.join(sorted(missing))}",
            next_act="Give the columns pathway and gene, one row a gene.",
        )
    names, symbols = (table.column(name).cast(pa.string()).to_pylist() for name in ("pathway", "gene"))
    return _pathways([(n, g) for n, g in zip(names, symbols, strict=True) if n and g])


def chosen_pathways(pathways: Pathways, names: Sequence[str]) -> Pathways:
    """The pathways of these names; all of them for no name, or for `all`. BadInput for a name that is unknown."""
    if not names or "all" in names:
        return pathways
    if unknown := [name for name in names if name not in pathways]:
        near = difflib.get_close_matches(unknown[0], list(pathways), n=3)
        raise BadInput(
            f"{len(unknown)} of the pathways asked for are not in the table",
            next_act=f"Check the names; nearest: {', '.join(near)}." if near else "Check the names.",
        )
    return {name: pathways[name] for name in names}


def _pathways(rows: Sequence[tuple[str, str]]) -> Pathways:
    found: dict[str, dict[str, None]] = {}
    for name, symbol in rows:
        known = genes.resolve(symbol)
        found.setdefault(name, {})[known.symbol if known else symbol] = None
    if not found:
        raise BadInput("the table of pathways has no row", next_act="Give one row for each gene of each pathway.")
    return {name: tuple(its) for name, its in found.items()}
