"""Genes (or anything) by samples: copy number, expression, methylation, protein, gene sets, generic assays.

A row of the record is a cell here. A row of the file with a wrong number of cells counts as one
rejected row, for nobody knows which cells it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.cbioportal.folder import Meta, Profile, Study
from chevet.records.cbioportal.panels import add_panel_genes
from chevet.records.genes import NamedGenes, named
from chevet.records.rows import (
    Column,
    Mask,
    distinct,
    emptied,
    mask,
    numbers,
    pc,
    said,
    said_of_numbers,
    shaped,
    whole_numbers,
)
from chevet.records.text import Columns, Lines, TextTable, read_table

GENE_COLUMNS = ("Hugo_Symbol", "Entrez_Gene_Id")
GENE_ALIASES = {"Gene Symbol": "Hugo_Symbol", "Gene ID": "Entrez_Gene_Id", "Locus ID": "Entrez_Gene_Id"}
NOT_SAMPLES = ("Cytoband",)
CALLS = (-2, 2)
EXPRESSION_KINDS = (
    ("MRNA_EXPRESSION", ""),
    ("METHYLATION", ""),
    ("PROTEIN_LEVEL", ""),
    ("COPY_NUMBER_ALTERATION", "CONTINUOUS"),
)
DRIVER_COLUMNS = frozenset({"cbp_driver", "cbp_driver_annotation", "cbp_driver_tiers", "cbp_driver_tiers_annotation"})
CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Cells:
    """A run of cells, flat: row of the table, line of the file, sample (or patient) and text of each."""

    rows: Lines
    lines: Lines
    owners: Column
    values: Column


def read_discrete(study: Study) -> None:
    """Copy number calls, in either layout."""
    for meta, path in study.of_kind(("COPY_NUMBER_ALTERATION", "DISCRETE")):
        made = _gene_matrix(study, meta, path, "copy_number", _call_cells)
        _say_tested(study, meta, "copy_number", *made)
    for meta, path in study.of_kind(("COPY_NUMBER_ALTERATION", "DISCRETE_LONG")):
        _long(study, meta, path)


def read_log_ratios(study: Study) -> None:
    """Log2 copy number of genes. No call can be made of it, so it makes nobody tested."""
    for meta, path in study.of_kind(("COPY_NUMBER_ALTERATION", "LOG2-VALUE")):
        _gene_matrix(study, meta, path, "copy_number", _ratio_cells)


def read_expression(study: Study) -> None:
    """Every other matrix of genes: expression, methylation, protein, linear copy number."""
    for meta, path in study.of_kind(*EXPRESSION_KINDS):
        made = _gene_matrix(study, meta, path, "expression", _value_cells)
        if meta.kind[0] != "COPY_NUMBER_ALTERATION":
            _say_tested(study, meta, "expression", *made)


def _gene_matrix(
    study: Study,
    meta: Meta,
    path: Path,
    name: str,
    read: Callable[[Study, Meta, Column, Lines], dict[str, Column]],
) -> tuple[set[str], list[str]]:
    """Adds the cells of a matrix to the table `name`; its samples and its genes."""
    columns = Columns(optional=(*GENE_COLUMNS, "Composite.Element.REF"), others=True, aliases=GENE_ALIASES)
    table = read_table(path, columns, study.report, name, file=meta.data_file)
    reject_ragged(study, name, table)
    genes = _genes(study, meta, name, table)
    keep = _first_rows(study, name, table, genes)
    samples: set[str] = set()
    not_samples = (*GENE_COLUMNS, "Composite.Element.REF", *NOT_SAMPLES)
    for cells in cells_of(study, name, table, not_samples, study.patient_of_sample, keep):
        at = pa.array(cells.rows)
        study.add(
            name,
            shaped(
                name,
                len(cells.rows),
                {
                    "sample_id": cells.owners,
                    "patient_id": study.patients_of(cells.owners),
                    "gene": genes.gene.take(at),
                    "gene_as_given": genes.as_given.take(at),
                    "profile": meta.profile,
                    **read(study, meta, cells.values, cells.lines),
                },
            ),
        )
        samples |= distinct(cells.owners)
    return samples, pc.drop_null(genes.gene.filter(pa.array(keep)).unique()).to_pylist()


def reject_ragged(study: Study, name: str, table: TextTable) -> None:
    """Count and reject the rows of a matrix with a wrong number of cells (a row each)."""
    study.report.count_read(name, len(table.wrong))
    study.report.reject(name, table.file, table.wrong, "wrong_column_count")


def _genes(study: Study, meta: Meta, name: str, table: TextTable) -> NamedGenes:
    if "Composite.Element.REF" in table.columns:  # antibodies: GENE|antibody, or several genes
        given = said(table.column("Composite.Element.REF"))
        symbols = pc.replace_substring_regex(given, r"\|.*$", "")
        genes = named(pc.if_else(pc.match_substring(symbols, " "), pa.scalar(None, pa.string()), symbols))
        genes = replace(genes, as_given=given)
    elif not set(GENE_COLUMNS) & set(table.columns):
        raise BadInput(
            f"{meta.data_file}, line {table.header_line}: no column names the genes "
            '("Hugo_Symbol" or "Entrez_Gene_Id")',
            next_act="Name the column of the genes as the format does, and import again.",
        )
    else:
        genes = named(table.column("Hugo_Symbol"), table.column("Entrez_Gene_Id"))
        genes = replace(genes, as_given=pc.coalesce(genes.as_given, said(table.column("Entrez_Gene_Id"))))
    genes.tell(study.report, name, table.file, table.lines)
    return genes


def _first_rows(study: Study, name: str, table: TextTable, genes: NamedGenes) -> Mask:
    """False for a row that gives a gene a second time: all its cells are rejected."""
    keep = np.ones(table.rows, dtype=bool)
    first: set[object] = set()
    for row, given in enumerate(genes.as_given.to_pylist()):
        keep[row] = given not in first
        first.add(given)
    study.report.count_read(name, int((~keep).sum()))
    study.report.reject(name, table.file, table.at(~keep), "gene_twice_in_matrix")
    return keep


def cells_of(
    study: Study,
    name: str,
    table: TextTable,
    not_owners: tuple[str, ...],
    known: Mapping[str, str],
    keep: Mask,
    *,
    empty: bool = True,
    stranger: str = "unknown_sample",
) -> Iterator[Cells]:
    """The cells of known samples (or patients), a run of rows at a time; cells of strangers are rejected.

    empty      False leaves out cells without a value: nothing was said there
    stranger   why the cells of a column that is no sample (or patient) of the study are rejected
    """
    owners = [column for column in table.columns if column not in not_owners]
    strangers = [owner for owner in owners if owner not in known]
    owners = [owner for owner in owners if owner in known]
    lines = table.lines[keep]
    study.report.count_read(name, len(lines) * len(strangers))
    study.report.reject(name, table.file, np.repeat(lines, len(strangers)).tolist(), stranger)
    rows = np.flatnonzero(keep)
    step = max(1, CELLS_AT_ONCE // max(1, len(owners)))
    for start in range(0, len(rows) if owners else 0, step):
        part = rows[start : start + step]
        at: Column = pa.array(part)
        values = said_of_numbers(pa.concat_arrays([_flat(table.columns[owner].take(at)) for owner in owners]))
        told = np.ones(len(values), dtype=bool) if empty else mask(pc.is_valid(values))
        row, owner_at = np.tile(part, len(owners))[told], np.repeat(np.arange(len(owners)), len(part))[told]
        study.report.count_read(name, len(row))
        named_owners: Column = pa.array(owners, pa.string())
        yield Cells(
            row,
            table.lines[row],
            named_owners.take(pa.array(owner_at)),
            values if empty else values.filter(pa.array(told)),
        )


def _flat(column: Column) -> Column:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())


def _call_cells(study: Study, meta: Meta, values: Column, lines: Lines) -> dict[str, Column]:
    return {"call": _calls(study, meta, values, lines)}


def _ratio_cells(study: Study, meta: Meta, values: Column, lines: Lines) -> dict[str, Column]:
    return {"log2_ratio": _numbers(study, meta, "copy_number", values, lines)}


def _value_cells(study: Study, meta: Meta, values: Column, lines: Lines) -> dict[str, Column]:
    return {"unit": meta.kind[1], "value": _numbers(study, meta, "expression", values, lines)}


def _calls(study: Study, meta: Meta, values: Column, lines: Lines) -> Column:
    calls, wrong = whole_numbers(values)
    wrong |= mask(pc.or_kleene(pc.less(calls, CALLS[0]), pc.greater(calls, CALLS[1])))
    study.report.repair("copy_number", meta.data_file, lines[wrong].tolist(), "call_not_understood")
    return emptied(calls, wrong)


def _numbers(study: Study, meta: Meta, name: str, values: Column, lines: Lines) -> Column:
    column, wrong = numbers(values)
    study.report.repair(name, meta.data_file, lines[wrong].tolist(), "wrong_number")
    return column


def _long(study: Study, meta: Meta, path: Path) -> None:
    columns = Columns(required=("Sample_Id", "Value"), optional=GENE_COLUMNS, known=DRIVER_COLUMNS)
    table = read_table(path, columns, study.report, "copy_number", file=meta.data_file)
    table.announce(study.report, "copy_number")
    study.say_unread("copy_number", table)
    genes = _genes(study, meta, "copy_number", table)
    samples = said(table.column("Sample_Id"))
    patients = study.patients_of(samples)
    strangers = mask(pc.is_null(patients))
    repeated = ~strangers & _repeats(samples, genes.as_given, ~strangers)
    study.report.reject("copy_number", meta.data_file, table.at(strangers), "unknown_sample")
    study.report.reject("copy_number", meta.data_file, table.at(repeated), "duplicate_call")
    keep = pa.array(~strangers & ~repeated)
    made = shaped(
        "copy_number",
        table.rows,
        {
            "sample_id": pc.fill_null(samples, ""),
            "patient_id": pc.fill_null(patients, ""),
            "gene": genes.gene,
            "gene_as_given": genes.as_given,
            "profile": meta.profile,
            "call": _calls(study, meta, table.column("Value"), table.lines),
        },
    ).filter(keep)
    study.add("copy_number", made)
    _say_tested(
        study,
        meta,
        "copy_number",
        distinct(made.column("sample_id")),
        pc.drop_null(made.column("gene").unique()).to_pylist(),
    )


def _repeats(samples: Column, genes: Column, among: Mask) -> Mask:
    rows = np.flatnonzero(among)
    same = pa.table({"sample": samples, "gene": genes}).filter(pa.array(among)).append_column("row", pa.array(rows))
    repeated = among.copy()
    repeated[same.group_by(["sample", "gene"]).aggregate([("row", "min")]).column("row_min").to_numpy()] = False
    return repeated


def _say_tested(study: Study, meta: Meta, kind: str, samples: set[str], genes: list[str]) -> None:
    """The samples of a matrix were tested for its genes, unless a panel says for which."""
    panel = f"genes of {meta.data_file}"
    study.was_read(meta, Profile(kind, samples, own_panel=panel))
    add_panel_genes(study, panel, genes, meta.data_file)
