"""Which tables of others are kept, and the columns of each. Genes are approved symbols wherever Chevet knows one.

drugs          gene, medicine, identifier (ChEMBL), action (inhibitor, agonist ... as the table says, lower case), type
               (small molecule, antibody ...), phase (0 to 4, the highest of any trial), approved, approved_in (cancers,
               as the table says), year_first (of approval). A null is not said; a gene may have many rows.
surface        gene, protein (UniProt), evidence (how the protein is known to be at the surface), score (0 to 1, higher
               is surer), family, subfamily. A gene that is absent was looked at and not found at the surface.
essential      gene: cells of nearly every kind need it.
nonessential   gene: cells do without it.
liabilities    gene, category (adverse_effect, risk or experiment), event, organ, direction (inhibition, activation or
               null), dosing (acute, chronic, general, developmental or null), reference, url
expression     gene, tissue, level, unit (tpm or ntpm), sorted by gene
families       gene, family; a gene may be of several families
drivers        gene, cancer_type, cohort, role (oncogene, suppressor, ambiguous or null), q, samples, share (of the
               samples of that cohort, 0 to 1), methods
domains        gene, protein (or transcript; null when not said), start, end (amino acids, from 1, both within), name,
               accession
pathways       pathway, gene, described (as the table says, or null)
response       cell (line), then one float column a medicine: log IC50 in the unit of the source; null is not measured.
               Fields may carry metadata: `name` and `targets` of the medicine.
cell_features  cell, tissue, msi (0 or 1), then one int8 column a feature, such as BRAF_mut
dependency     cell, then one float column a gene: gene effect, 0 no effect and -1 that of a core-essential gene
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import pyarrow as pa

Kind = Literal[
    "drugs", "surface", "essential", "nonessential", "liabilities", "expression", "families", "drivers", "domains",
    "pathways", "response", "cell_features", "dependency",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


_TEXT = pa.string()


def _must(name: str, of: pa.DataType = _TEXT) -> pa.Field[Any]:
    return pa.field(name, of, nullable=False)


def _may(name: str, of: pa.DataType = _TEXT) -> pa.Field[Any]:
    return pa.field(name, of)


SCHEMAS: dict[Kind, pa.Schema] = {
    "drugs": pa.schema([
        _must("gene"), _must("medicine"), _may("identifier"), _may("action"), _may("type"), _may("phase", pa.int8()),
        _may("approved", pa.bool_()), _may("approved_in", pa.list_(_TEXT)), _may("year_first", pa.int16()),
    ]),
    "surface": pa.schema([
        _must("gene"), _may("protein"), _may("evidence"), _may("score", pa.float32()), _may("family"),
        _may("subfamily"),
    ]),
    "essential": pa.schema([_must("gene")]),
    "nonessential": pa.schema([_must("gene")]),
    "liabilities": pa.schema([
        _must("gene"), _must("category"), _may("event"), _may("organ"), _may("direction"), _may("dosing"),
        _may("reference"), _may("url"),
    ]),
    "expression": pa.schema([_must("gene"), _must("tissue"), _must("level", pa.float32()), _must("unit")]),
    "families": pa.schema([_must("gene"), _must("family")]),
    "drivers": pa.schema([
        _must("gene"), _may("cancer_type"), _may("cohort"), _may("role"), _may("q", pa.float64()),
        _may("samples", pa.int32()), _may("share", pa.float64()), _may("methods"),
    ]),
    "domains": pa.schema([
        _must("gene"), _may("protein"), _must("start", pa.int32()), _must("end", pa.int32()), _must("name"),
        _may("accession"),
    ]),
    "pathways": pa.schema([_must("pathway"), _must("gene"), _may("described")]),
}  # fmt: skip
# One row a cell line and as many columns as there are medicines, features or genes: their first columns only are fixed.
WIDE: dict[Kind, tuple[str, ...]] = {
    "response": ("cell",), "cell_features": ("cell", "tissue", "msi"), "dependency": ("cell",),
}  # fmt: skip
