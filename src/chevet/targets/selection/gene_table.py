"""A table of counts and exposures by gene, made elsewhere, and a table of covariates by gene."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from chevet.errors import BadInput
from chevet.targets.selection.gene_counts import GeneCounts
from chevet.targets.selection.negative_binomial import Floats

_COUNTS = ("syn", "mis", "non", "spl")
_EXPOSURES = ("p_syn", "p_mis", "p_non", "p_css")
# Exposures are chances per base and cell division, or sites: only their proportions count.
_SCALE = 1e8
MOST_COVARIATES = 20


def read_gene_table(file: Path) -> GeneCounts:
    """Counts by gene, with one rate of substitution.

    Columns, apart by tabs: gene; bp, coding bases; p_syn, p_mis, p_non and p_css, the mutability of each class; syn,
    mis, non and spl, what was found; n_induniq, distinct sites of indels; n_ind is not needed.
    Raises BadInput when a column is missing, a cell is no number from 0, or a gene stands twice.
    """
    numbers = ("bp", *_EXPOSURES, *_COUNTS, "n_induniq")
    table = _read(file, "\t")
    if missing := {"gene", *numbers} - set(table.columns):
        raise BadInput(
            f"{file.name}: columns are missing: {', '.join(sorted(missing))}",
            next_act="Give a table of genes with these columns, apart by tabs.",
        )
    cells = _numbers(table, list(numbers), file)
    if (cells < 0).any() or (cells[:, 1] <= 0).any():
        raise BadInput(
            f"{file.name}: a count or exposure is below 0, or a synonymous exposure is not above 0",
            next_act="Leave such a gene out.",
        )
    genes = _once(table["gene"], file)
    found, length = cells[:, 5:9], cells[:, 0]
    indels = cells[:, 9]
    return GeneCounts(
        genes, found, found.sum(axis=0)[None, None, :], cells[:, None, 1:5] * _SCALE, np.ones((1, len(genes))),
        length, np.array([indels.sum()]), indels,
    )  # fmt: skip


def read_covariates(file: Path, genes: tuple[str, ...]) -> tuple[Floats, int]:
    """(n, k) covariates in the order of these genes, NaN where the file has none, and how many genes it lacks.

    file   apart by commas or tabs; the first column holds genes, the others numbers; the first 20 are taken
    """
    head = file.name.removesuffix(".gz")
    table = _read(file, "," if head.endswith(".csv") else "\t")
    if table.width < 2:
        raise BadInput(f"{file.name} holds no covariate", next_act="Give a column of genes, then columns of numbers.")
    named = _once(table[table.columns[0]], file)
    cells = _numbers(table, table.columns[1 : MOST_COVARIATES + 1], file)
    place = {gene: number for number, gene in enumerate(named)}
    rows = np.array([place.get(gene, -1) for gene in genes], dtype=np.int64)
    found = np.where(rows[:, None] >= 0, cells[rows], np.nan)
    return found, int((rows < 0).sum())


def read_names(file: Path) -> tuple[str, ...]:
    """The genes of a list, one a line."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"{file.name} cannot be read as text", next_act="Give a list of genes, one a line.") from None
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.startswith("#")))


def read_rows(file: Path, columns: tuple[str, str]) -> list[tuple[str, str]]:
    """Two columns of words of a table, apart by tabs. Raises BadInput when one is missing or a cell is empty."""
    table = _read(file, "\t")
    if missing := set(columns) - set(table.columns):
        raise BadInput(
            f"{file.name}: columns are missing: {', '.join(sorted(missing))}",
            next_act=f"Give a table with the columns {' and '.join(columns)}, apart by tabs.",
        )
    pairs = table.select(columns)
    if pairs.null_count().sum_horizontal()[0]:
        raise BadInput(f"{file.name}: a cell is empty", next_act="Fill it, or leave its row out.")
    return [(one.strip(), other.strip()) for one, other in pairs.iter_rows()]


def _read(file: Path, sign: str) -> pl.DataFrame:
    try:
        return pl.read_csv(file, separator=sign, infer_schema=False, comment_prefix="#")
    except (OSError, pl.exceptions.PolarsError):
        raise BadInput(
            f"{file.name} cannot be read as a table", next_act="Give a text file, or one made with gzip."
        ) from None


def _numbers(table: pl.DataFrame, columns: list[str], file: Path) -> Floats:
    cells = table.select(pl.col(columns).str.strip_chars().cast(pl.Float64, strict=False))
    for name in columns:
        wrong = np.flatnonzero(~np.isfinite(cells[name].fill_null(np.nan).to_numpy()))
        if len(wrong):
            raise BadInput(
                f"{file.name}, row {wrong[0] + 2}, {name}: not a number", next_act="Mend this row, or leave it out."
            )
    return cells.to_numpy().astype(np.float64)


def _once(column: pl.Series, file: Path) -> tuple[str, ...]:
    twice = column.is_duplicated() | column.is_null()
    if twice.any():
        raise BadInput(
            f"{file.name}, row {twice.arg_true()[0] + 2}: a gene stands twice, or has no name",
            next_act="Give each gene one row.",
        )
    return tuple(column.to_list())
