"""Selection on genes as lines of evidence, and the table of `chevet targets drivers` read again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from chevet.errors import BadInput
from chevet.targets.evidence import Line, Source, Standing
from chevet.targets.selection.drivers import COLUMNS, SIGNIFICANT

_CLASSES = {"w_mis": "p_mis", "w_non": "p_trunc", "w_ind": "p_ind"}


def lines(genes: pa.Table, *, significant: float = SIGNIFICANT, source: Source | None = None) -> list[Line]:
    """One line for each gene of a table of genes (`Analysis.genes`), in its order.

    A gene is *under_selection* when its global q is below `significant`, *depleted* when that q comes of fewer changes
    than expected, else *not_under_selection*; a gene without a q is not concluded. The effect is the w (observed over
    expected) of the class of change whose own p is smallest; no w has an interval in this table.

    source   where the table was made, when it was made elsewhere
    """
    return [_line(row, significant, source) for row in genes.to_pylist()]


def _line(row: dict[str, Any], significant: float, source: Source | None) -> Line:
    gene, q = str(row["gene"]), row["q_global"]
    if q is None:
        return Line(gene, "selection", "not_told", "not_concluded", source=source)
    scale = _strongest(row)
    finding, standing = _found(row, q < significant)
    detail = {name: row[name] for name in COLUMNS if name[0] in "nw" and row[name] is not None}
    return Line(
        gene, "selection", finding, standing, effect=row[scale] if scale else None, scale=scale, p=row["p_global"],
        q=q, source=source, detail=detail,
    )  # fmt: skip


def _found(row: dict[str, Any], significant: bool) -> tuple[str, Standing]:
    if not significant:
        return "not_under_selection", "neutral"
    told = [row[w] for w in _CLASSES if row[w] is not None]
    if told and max(told) < 1:
        return "depleted", "neutral"
    return "under_selection", "for"


def _strongest(row: dict[str, Any]) -> str:
    told = [(row[p], w) for w, p in _CLASSES.items() if row[w] is not None and row[p] is not None]
    return min(told)[1] if told else ""


def read_drivers(place: Path) -> tuple[pa.Table, Source, dict[str, Any]]:
    """The genes that `chevet targets drivers` wrote into this folder (or this genes.tsv), whence, and its model.json.

    Raises BadInput when there is no such table, or a column is missing or holds a word where a number belongs.
    """
    file = place / "genes.tsv" if place.is_dir() else place
    schema = {name: pl.String if name == "gene" else pl.Float64 for name in COLUMNS}
    try:
        content = file.read_bytes()
        table = pl.read_csv(content, separator="\t", schema_overrides=schema)
    except (OSError, pl.exceptions.PolarsError):
        raise BadInput(
            f"{file.name} cannot be read as a table of genes under selection",
            next_act="Name the folder that chevet targets drivers --out wrote, or its genes.tsv.",
        ) from None
    if missing := set(COLUMNS) - set(table.columns):
        raise BadInput(
            f"{file.name}: columns are missing: {', '.join(sorted(missing))}",
            next_act="Make it with chevet targets drivers --out FOLDER.",
        )
    if table["gene"].null_count() or table["gene"].is_duplicated().any():
        raise BadInput(f"{file.name}: a gene stands twice, or has no name", next_act="Give each gene one row.")
    model = _model(file.with_name("model.json"))
    return table.select(COLUMNS).to_arrow(), Source(file.name, "", hashlib.sha256(content).hexdigest()), model


def _model(file: Path) -> dict[str, Any]:
    """What stands beside the table; nothing when it was carried away alone."""
    if not file.exists():
        return {}
    try:
        read = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        read = None
    if not isinstance(read, dict):
        raise BadInput(f"{file.name} cannot be read", next_act="Make it anew with chevet targets drivers --out FOLDER.")
    return read
