"""What relations say of each gene, for the ranking and the dossier: its surest partners, and its pathway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chevet.targets.evidence import Line, Standing
from chevet.targets.relations.asking import Relations

SCALE = "observed_over_expected"
_PARTNERS = 5
# A gain or a loss takes neighbours with it: going together then says nothing of either gene.
_OF_COPY_NUMBER = ("amplification", "deletion", "any")
_STANDING: dict[str, Standing] = {"exclusive": "for", "together": "neutral"}


def lines(relations: Relations) -> list[Line]:
    """Of every gene compared: its surest exclusive partner, its surest companion, the pathway that excludes itself.

    Only what holds when each gene has a slope of its own is told. Exclusive speaks for a gene: where the partner's
    alteration does the work already, its own is not selected. Going together is neutral. A gene without either has one
    neutral line; not_concluded where every pair was withheld or nobody was tested for both.
    """
    of_gene: dict[str, list[dict[str, Any]]] = {gene: [] for gene in relations.genes}
    for pair in relations.pairs.to_pylist():
        for gene in (pair["gene_a"], pair["gene_b"]):
            of_gene[gene].append(pair)
    found = [line for gene, pairs in of_gene.items() for line in _of_gene(gene, pairs, relations.kind)]
    return found + [line for row in relations.pathways.to_pylist() for line in _of_pathway(row, relations)]


def _of_gene(gene: str, pairs: Sequence[Mapping[str, Any]], kind: str) -> list[Line]:
    made = []
    for finding in ("exclusive", "together"):
        of_finding = [
            pair for pair in pairs if pair["tendency"] == finding and pair["holds"] and not _linked(pair, finding, kind)
        ]
        if of_finding:
            made.append(_strongest(gene, finding, of_finding))
    if made:
        return made
    concluded = any(pair["p"] is not None for pair in pairs)
    return [Line(gene, "relations", "none" if concluded else "withheld", "neutral" if concluded else "not_concluded")]


def _linked(pair: Mapping[str, Any], finding: str, kind: str) -> bool:
    return finding == "together" and kind in _OF_COPY_NUMBER and bool(pair["same_chromosome"])


def _strongest(gene: str, finding: str, pairs: Sequence[Mapping[str, Any]]) -> Line:
    best = pairs[0]
    partners = [_partner(gene, pair) for pair in pairs[:_PARTNERS]]
    told = ("both", "expected", "log2_ratio", "p_own_slopes")
    detail = {"partner": partners[0], "partners": partners, "how_many": len(pairs)} | {
        name: best[name] for name in told
    }
    return Line(
        gene, "relations", finding, _STANDING[finding], effect=best["ratio"], scale=SCALE, low=best["ratio_low"],
        high=best["ratio_high"], p=best["p"], q=best["q"], patients=best["tested"], detail=detail,
    )  # fmt: skip


def _partner(gene: str, pair: Mapping[str, Any]) -> str:
    return str(pair["gene_b"] if pair["gene_a"] == gene else pair["gene_a"])


def _of_pathway(row: Mapping[str, Any], relations: Relations) -> list[Line]:
    if row["tendency"] != "exclusive" or not row["holds"]:
        return []
    detail = {"pathway": row["pathway"], "genes": row["genes"], "several": row["several"], "alone": row["alone"],
              "expected_several": row["expected_several"]}  # fmt: skip
    return [
        Line(
            gene, "relations", "pathway", "for", effect=row["several_ratio"], scale=SCALE, low=row["several_low"],
            high=row["several_high"], p=row["p_alone"], q=row["q_alone"], patients=row["tested"],
            source=relations.source, detail=detail,
        )
        for gene in row["genes"]
    ]  # fmt: skip
