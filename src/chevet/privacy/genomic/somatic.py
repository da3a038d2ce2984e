# ruff: noqa: S608 (every piece of SQL here is our own: names of columns, and words between quotes)
"""Which rows of a study are alterations of the tumour, and what each is called, from its exact form to its gene.

A germline variant names a person for life, and their relatives too: it never leaves with somatic rows. Variants of
germline origin are left out. So are common polymorphisms, whatever origin the file claims for them.
Where the file does not tell the origin, a variant in about half or in all of the reads may be one that the person was
born with: such rows are counted, and told no finer than their gene.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import duckdb
import pyarrow as pa

from chevet.store.version import Version
from chevet.words.consequences import CONSEQUENCES

Detail = Literal["gene", "hotspot", "exact"]
NAMES = ("exact", "residue", "effect", "gene_name")
"""The names of a row, finest first; null where it has none so fine."""
FIRST_NAME: dict[Detail, int] = {"exact": 0, "hotspot": 1, "gene": 3}
HALF = (0.45, 0.55)
WHOLE = 0.95
AMPLIFIED, DELETED = 2, -2
_PROMOTER = "gene = 'TERT' AND consequence = '5''Flank'"


@dataclass(frozen=True)
class Somatic:
    """Alterations of tumours, a patient's each once, and what was left out.

    rows       patient_id, kind (variant, copy_number, structural_variant), gene, `NAMES`
    left_out   rows by reason: germline, common_polymorphism, not_altering, effect_unknown
    unclear    rows of unknown origin whose share of reads is that of a germline variant: told by gene only
    """

    rows: pa.Table
    left_out: dict[str, int]
    unclear: int


def somatic(version: Version) -> Somatic:
    """The somatic alterations of a study's version: variants that alter the protein, copy number calls of -2 and 2
    by gene, and rearrangements."""
    with duckdb.connect() as sql:
        sql.register("variant", version.table("variant", [
            "patient_id", "gene", "assembly", "chromosome", "start", "consequence", "protein_change", "cdna_change",
            "vaf", "origin",
        ]))  # fmt: skip
        sql.register("copy_number", version.table("copy_number", ["patient_id", "gene", "call"]))
        sql.register("rearranged", version.table("structural_variant", ["patient_id", "gene_1", "gene_2", "origin"]))
        sql.register("polymorphism", common_polymorphisms())
        sql.execute(f"CREATE TABLE judged AS {_judged()}")
        counts = dict(sql.execute("SELECT reason, count(*) FROM judged GROUP BY reason").fetchall())
        ((born_with,),) = sql.execute("SELECT count(*) FROM rearranged WHERE origin = 'germline'").fetchall()
        rows: pa.Table = sql.sql(
            f"{_variants()} UNION {_copy_numbers()} UNION {_rearrangements()} ORDER BY ALL"
        ).to_arrow_table()
    left_out = {r: counts.get(r, 0) for r in ("germline", "common_polymorphism", "not_altering", "effect_unknown")}
    left_out["germline"] += born_with
    return Somatic(rows, left_out, counts.get("unclear", 0))


@cache
def common_polymorphisms() -> pa.Table:
    """Changes that many people are born with: gene, protein_change (both ways round), chromosome, start (GRCh37)."""
    text = files("chevet.privacy.genomic").joinpath("tables/common_polymorphisms.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")][1:]
    found = []
    for gene, change, _, chromosome, start, *_ in lines:
        # Where the reference genome holds the rarer form, files write the change the other way round.
        for written in (change, change[-1] + change[1:-1] + change[0]):
            found.append({"gene": gene, "protein_change": f"p.{written}", "chromosome": chromosome,
                          "start": int(start) if start else None})  # fmt: skip
    return pa.Table.from_pylist(found)


def _judged() -> str:
    """Each variant with the first reason that holds: why it is left out, `unclear`, or `somatic`."""
    altering = _quoted(c.code for c in CONSEQUENCES.values() if c.protein_altering)
    silent = _quoted(c.code for c in CONSEQUENCES.values() if not c.protein_altering)
    return f"""
        SELECT *, CASE
            WHEN origin = 'germline' THEN 'germline'
            WHEN (gene, protein_change) IN (SELECT (gene, protein_change) FROM polymorphism)
              OR (assembly = 'GRCh37' AND (chromosome, start) IN (
                    SELECT (chromosome, start) FROM polymorphism WHERE start IS NOT NULL)
                  AND consequence = 'Missense_Mutation') THEN 'common_polymorphism'
            WHEN gene IS NULL THEN 'effect_unknown'
            WHEN consequence IN ({silent}) AND NOT ({_PROMOTER}) THEN 'not_altering'
            WHEN coalesce(consequence NOT IN ({altering}) AND NOT ({_PROMOTER}), true)
             AND coalesce(protein_change = 'p.?', true) THEN 'effect_unknown'
            WHEN coalesce(consequence NOT IN ({altering}), true) AND ends_with(protein_change, '=') THEN 'not_altering'
            WHEN coalesce(origin, 'unknown') = 'unknown'
             AND (vaf BETWEEN {HALF[0]} AND {HALF[1]} OR vaf >= {WHOLE}) THEN 'unclear'
            ELSE 'somatic' END AS reason
        FROM variant
    """


def _variants() -> str:
    truncating = _quoted(c.code for c in CONSEQUENCES.values() if c.truncating)
    change = "regexp_replace(protein_change, '^p\\.', '')"
    return f"""
        SELECT patient_id, 'variant' AS kind, gene,
            CASE WHEN reason = 'unclear' THEN NULL WHEN {_PROMOTER} THEN gene || ' ' || cdna_change
                 WHEN protein_change <> 'p.?' THEN gene || ' ' || {change} END AS exact,
            CASE WHEN reason = 'unclear' OR {_PROMOTER} OR consequence IN ({truncating}) THEN NULL
                 WHEN regexp_matches({change}, '^[A-Z*][0-9]+')
                 THEN gene || ' ' || regexp_extract({change}, '^[A-Z*][0-9]+') END AS residue,
            CASE WHEN reason = 'unclear' THEN NULL WHEN {_PROMOTER} THEN gene || ' promoter'
                 WHEN consequence IN ({truncating}) THEN gene || ' truncating'
                 WHEN consequence = 'Missense_Mutation' THEN gene || ' missense'
                 ELSE gene || ' other effect' END AS effect,
            gene || ' mutated' AS gene_name
        FROM judged WHERE reason IN ('somatic', 'unclear')
    """


def _copy_numbers() -> str:
    return f"""
        SELECT patient_id, 'copy_number', gene, NULL, NULL, NULL,
            gene || CASE WHEN call = {AMPLIFIED} THEN ' amplified' ELSE ' deleted' END
        FROM copy_number WHERE gene IS NOT NULL AND call IN ({AMPLIFIED}, {DELETED})
    """


def _rearrangements() -> str:
    """A rearrangement goes to the partner that more patients have rearranged: EML4::ALK to ALK."""
    return """
        (WITH rows AS (
            SELECT patient_id, coalesce(gene_1, gene_2) AS one, coalesce(gene_2, gene_1) AS other FROM rearranged
            WHERE coalesce(origin, '') <> 'germline' AND coalesce(gene_1, gene_2) IS NOT NULL
        ), carriers AS (
            SELECT gene, count(DISTINCT patient_id) AS n
            FROM (SELECT patient_id, one AS gene FROM rows UNION ALL SELECT patient_id, other FROM rows) GROUP BY gene
        ), named AS (
            SELECT patient_id, one, other,
                CASE WHEN b.n > a.n OR (b.n = a.n AND other < one) THEN other ELSE one END AS gene
            FROM rows JOIN carriers a ON a.gene = one JOIN carriers b ON b.gene = other
        )
        SELECT patient_id, 'structural_variant', gene,
            CASE WHEN one <> other THEN one || '::' || other END, NULL, NULL, gene || ' rearranged' FROM named)
    """


def _quoted(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
