"""How much normal tissues express each gene: GTEx's medians, the Human Protein Atlas, or genes by tissues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from chevet.errors import BadInput
from chevet.records.bytes import Blocks
from chevet.targets.sources.reading import ROW, Read, Rows, Sent, head_of, is_parquet, read_rows, separator
from chevet.words.missing import is_missing

_GENE = ("description", "gene name", "gene_name", "symbol", "hgnc_symbol", "gene_symbol", "gene")
_ENSEMBL = ("name", "gene", "ensembl", "ensembl_gene_id", "gene_id", "ensembl_id")
LONG = {
    "gene": ("gene name", "gene_name", "symbol", "gene_symbol", "gene"),
    "tissue": ("tissue", "tissue_name", "organ"),
    "ntpm": ("nTPM",),
    "tpm": ("TPM", "median_tpm", "level", "expression"),
}
_GCT = ("#1.2", "#1.3")


def read_expression(sent: Sent) -> Read:
    """One row a gene and tissue. Where a gene stands several times, the highest level is kept for each tissue.

    Three forms are known: GCT, a table with a column a tissue, and a table with a column `tissue` (nTPM is preferred to
    TPM). Levels are not logarithms: a row with one below 0, or with none, is left out.
    """
    if is_parquet(sent.path) or _is_long(sent.path):
        return _long(sent)
    read = _read_matrix(sent)
    named = {ROW: read.rows, "gene": read.genes, "ensembl": read.ensembl}
    rows = Rows(sent.path.name, pl.DataFrame(named, {ROW: pl.UInt32, "gene": pl.String, "ensembl": pl.String}))
    rows.read += sum(len(wrong) for wrong in read.wrong.values())
    for reason, wrong in read.wrong.items():
        rows.count_out(wrong, reason)
    rows.table = rows.table.with_row_index("place")
    rows.name_genes(sent.gene_ids)
    if not rows.table.height:
        return rows.made("expression")
    levels = np.stack([read.levels[place] for place in rows.table["place"]])
    cells = rows.table.select(ROW, "gene").with_columns(pl.Series("level", levels))
    long = cells.with_columns(pl.lit(pl.Series([read.tissues])).first().alias("tissue")).with_columns(
        pl.col("level").arr.to_list()
    )
    cells = long.explode("level", "tissue").with_columns(unit=pl.lit(read.unit))
    rows.table = cells.filter(pl.col("level").is_not_nan())
    if absent := cells.height - rows.table.height:
        rows.noted["level_absent"] = absent
    return _highest(rows)


def _is_long(path: Path) -> bool:
    return bool(set(head_of(path)) & set(LONG["tissue"]))


def _long(sent: Sent) -> Read:
    rows = read_rows(sent.path, LONG, ("gene", "tissue"), "expression")
    unit = next((name for name in ("ntpm", "tpm") if name in rows.table.columns), None)
    if unit is None:
        raise BadInput(
            f"{sent.path.name} has tissues and no level", next_act="Give a column TPM, nTPM or level beside the tissue."
        )
    rows.table = rows.table.rename({unit: "level"}).with_columns(unit=pl.lit(unit))
    rows.keep(pl.col("tissue").is_not_null(), "tissue_absent")
    rows.number("level", 0, np.inf, needed=True)
    rows.name_genes(sent.gene_ids)
    return _highest(rows)


def _highest(rows: Rows) -> Read:
    """One level a gene and tissue, sorted by gene."""
    once = rows.table.group_by("gene", "tissue", "unit").agg(pl.col("level").max(), pl.col(ROW).min(), pl.len())
    if merged := int((once["len"] - 1).sum()):
        rows.noted["levels_merged"] = merged
    rows.table = once.sort("gene", "tissue")
    return rows.made("expression")


@dataclass
class _Matrix:
    """Rows of a table of genes by tissues, NaN where not measured; `wrong` has the rows left out, by reason."""

    tissues: list[str]
    unit: str
    rows: list[int] = field(default_factory=list)
    genes: list[str | None] = field(default_factory=list)
    ensembl: list[str | None] = field(default_factory=list)
    levels: list[npt.NDArray[np.float32]] = field(default_factory=list)
    wrong: dict[str, list[int]] = field(default_factory=dict)


def _read_matrix(sent: Sent) -> _Matrix:
    """The rows of a GCT file, or of a table whose other columns are tissues. Raises BadInput when it is neither."""
    sign = separator(sent.path)
    lines = _lines(sent)
    first = _first_cells(lines, sign, sent.path.name)
    head = [cell.casefold() for cell in first]
    gene = next((head.index(name) for name in _GENE if name in head), None)
    ensembl = next((head.index(name) for name in _ENSEMBL if name in head and head.index(name) != gene), None)
    places = [place for place in range(len(head)) if place not in (gene, ensembl) and head[place] not in _NOT_TISSUES]
    if gene is None or not places or len({first[place] for place in places}) < len(places):
        raise BadInput(
            f"{sent.path.name} is no table of expression that is known here: it needs a gene, then one column a tissue",
            next_act="Give GTEx's medians (GCT), the Protein Atlas by tissue, or columns gene, tissue, TPM.",
        )
    told = "tpm" in sent.path.name.casefold() or sent.path.name.casefold().removesuffix(".gz").endswith(".gct")
    read = _Matrix([first[place] for place in places], "tpm" if told else "unsaid")
    for number, line in lines:
        if line.strip():
            cells = [cell.strip('" \r') for cell in line.split(sign)]
            _take(read, number, cells, len(head), (gene, ensembl), places)
    return read


_NOT_TISSUES = frozenset({"hgnc_id", "entrez_id", "entrez", "type", "biotype", "gene_type", "id"})


def _take(
    read: _Matrix, number: int, cells: list[str], width: int, names: tuple[int, int | None], places: list[int]
) -> None:
    if len(cells) != width:
        read.wrong.setdefault("wrong_column_count", []).append(number)
        return
    try:
        levels = np.array(["nan" if is_missing(cells[place]) else cells[place] for place in places], dtype=np.float32)
    except ValueError:
        levels = np.full(1, np.nan, dtype=np.float32)
    measured = levels[~np.isnan(levels)]
    if not (len(measured) and np.isfinite(measured).all() and (measured >= 0).all()):
        read.wrong.setdefault("level_unreadable", []).append(number)
        return
    gene, ensembl = names
    read.rows.append(number)
    read.genes.append(cells[gene] or None)
    read.ensembl.append(None if ensembl is None else cells[ensembl] or None)
    read.levels.append(levels)


def _lines(sent: Sent) -> Iterator[tuple[int, str]]:
    for first, block in Blocks(sent.path, sent.path.name):
        sent.tell(sent.path.name, 0.5)
        yield from enumerate(block.decode("utf-8", errors="replace").split("\n"), first)


def _first_cells(lines: Iterator[tuple[int, str]], sign: str, file: str) -> list[str]:
    """The names of the columns; in a GCT file they follow the line with its size."""
    gct = False
    for _, line in lines:
        if line.startswith(_GCT):
            gct = True
            next(lines, None)
        elif line.strip() and not line.startswith("#"):
            if gct and not line.startswith("Name\t"):
                break
            return [cell.strip('" \r') for cell in line.split(sign)]
    raise BadInput(f"{file} has no line of column names", next_act="Fetch the file again.")
