"""Survival as evidence about genes, for the ranking and the dossier."""

from __future__ import annotations

from typing import Any

from chevet.cohort.association import false_discovery_rates
from chevet.targets.evidence import Line, Standing
from chevet.targets.outcome.analysis import Outcome
from chevet.targets.outcome.by_gene import ESTIMATED

SIGNIFICANT = 0.1
_DETAIL = (
    "tested", "events", "other_events", "shrunken", "shrunken_low", "shrunken_high", "p_proportional", "p_strata",
    "q_strata",
)  # fmt: skip
_CELLS = ("carriers_ratio", "carriers_low", "carriers_high", "others_ratio", "others_low", "others_high")


def lines(outcome: Outcome, q: float = SIGNIFICANT) -> list[Line]:
    """One line per gene listed, with the figures as they may be shown.

    A shorter survival of carriers (q below `q`) speaks for the gene: it matters here. A longer one, and whatever a
    treatment does, speaks neither for nor against. Where no ratio holds for all, but another in each stratum, the
    finding says so. Too few events, or patients, give `not_concluded`.
    """
    rows, model = outcome.genes.to_pylist(), outcome.model
    if outcome.by_treatment:
        return [_of_treatment(row, q, model) for row in rows]
    between = _between_strata(rows)
    return [_of_gene(row | {"q_strata": between.get(row["gene"])}, q, model) for row in rows]


def _between_strata(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The false discovery rate of `p_strata` by gene, among the genes that have one."""
    told = [row for row in rows if row["p_strata"] is not None]
    rates = false_discovery_rates([row["p_strata"] for row in told])
    return {row["gene"]: float(f"{rate:.3g}") for row, rate in zip(told, rates.tolist(), strict=True)}


def _of_gene(row: dict[str, Any], q: float, model: dict[str, Any]) -> Line:
    detail = {"endpoint": model["endpoint"], "adjusted_for": model["adjusted_for"], "kind": model["kind"]}
    if row["state"] != ESTIMATED:
        return Line(row["gene"], "outcome", row["state"], _unanswered(row), patients=row["carriers"], detail=detail)
    shorter = row["hazard_ratio"] > 1
    surely = row["q"] < q
    differs = row["q_strata"] is not None and row["q_strata"] < q
    finding = ("shorter" if shorter else "longer") if surely else "differs" if differs else "no_difference"
    return Line(
        row["gene"], "outcome", finding, "for" if surely and shorter else "neutral", row["hazard_ratio"],
        "hazard_ratio", row["ci_low"], row["ci_high"], row["p"], row["q"], row["carriers"],
        detail=detail | {name: row[name] for name in _DETAIL},
    )  # fmt: skip


def _of_treatment(row: dict[str, Any], q: float, model: dict[str, Any]) -> Line:
    detail = {"endpoint": model["endpoint"], "treatment": model["treatment"], "hypothesis": True}
    cells = (row["carriers_treated"], row["carriers_untreated"])
    patients = None if None in cells else sum(cells)
    if row["state"] != ESTIMATED:
        return Line(row["gene"], "outcome", row["state"], _unanswered(row), patients=patients, detail=detail)
    finding = "same_benefit" if row["q"] >= q else "more_benefit" if row["ratio"] < 1 else "less_benefit"
    return Line(
        row["gene"], "outcome", finding, "neutral", row["ratio"], "ratio_of_hazard_ratios", row["ratio_low"],
        row["ratio_high"], row["p"], row["q"], patients, detail=detail | {name: row[name] for name in _CELLS},
    )  # fmt: skip


def _unanswered(row: dict[str, Any]) -> Standing:
    """A gene that nobody was tested for was not asked; of the others the data told too little."""
    return "not_asked" if row["state"] == "not_tested" else "not_concluded"
