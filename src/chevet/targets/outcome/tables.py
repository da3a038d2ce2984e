"""The figures of an analysis as an Arrow table, in full, the surest gene first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from chevet.targets.outcome.by_gene import ESTIMATED, NO_CARRIERS, Z95, GeneSurvival
from chevet.targets.outcome.by_treatment import TreatmentByGene
from chevet.targets.outcome.risk_sets import Counts, Numbers

# What a row must not tell when it tells of few patients.
COUNTS = ("carriers", "tested", "events", "other_events")
CELLS = ("carriers_treated", "carriers_untreated", "others_treated", "others_untreated")
CELL_EVENTS = tuple(f"events_{cell}" for cell in CELLS)


def table_by_gene(found: GeneSurvival, *, all_genes: bool) -> pa.Table:
    """One row per gene. `all_genes`: also those that nobody followed carries.

    columns   gene, state, carriers, tested, events, other_events; hazard_ratio with ci_low and ci_high; p, q, p_wald,
              p_score; shrunken with shrunken_low and shrunken_high; wrong_sign; p_proportional; p_strata
    """
    counted = found.counted
    columns: dict[str, pa.Array[Any]] = {
        "gene": pa.array(found.genes, pa.string()),
        "state": pa.array(found.state, pa.string()),
        **{name: pa.array(getattr(counted, name), pa.int64()) for name in COUNTS},
        **_ratio("hazard_ratio", "ci", found.effect, found.error),
        **{name: _numbers(getattr(found, name)) for name in ("p", "q", "p_wald", "p_score")},
        "shrunken": _numbers(np.exp(found.shrunk)),
        "shrunken_low": _numbers(np.exp(found.shrunk_low)),
        "shrunken_high": _numbers(np.exp(found.shrunk_high)),
        "wrong_sign": _numbers(found.wrong_sign),
        "p_proportional": _numbers(found.p_proportional),
        "p_strata": _numbers(found.p_strata),
    }
    return _ordered(columns, found.state, found.p, all_genes)


def table_by_treatment(found: TreatmentByGene, *, all_genes: bool) -> pa.Table:
    """One row per gene.

    columns   gene, state; patients of the four cells and their events; the hazard ratio of the treated among carriers
              and among others (carriers_ratio, others_ratio), the ratio of the two, each with _low and _high; p and q
              of the last
    """
    columns: dict[str, pa.Array[Any]] = {
        "gene": pa.array(found.genes, pa.string()),
        "state": pa.array(found.state, pa.string()),
        **_cells(CELLS, found.patients),
        **_cells(CELL_EVENTS, found.events),
        **_ratio("carriers_ratio", "carriers", found.carriers, found.carriers_error),
        **_ratio("others_ratio", "others", found.others, found.others_error),
        **_ratio("ratio", "ratio", found.difference, found.error),
        "p": _numbers(found.p),
        "q": _numbers(found.q),
    }
    return _ordered(columns, found.state, found.p, all_genes)


def _cells(names: tuple[str, ...], counts: Counts) -> dict[str, pa.Array[Any]]:
    return {name: pa.array(counts[:, place], pa.int64()) for place, name in enumerate(names)}


def _ratio(name: str, ends: str, effect: Numbers, error: Numbers) -> dict[str, pa.Array[Any]]:
    """exp of an effect and the ends of its 95 % interval (Wald)."""
    return {
        name: _numbers(np.exp(effect)),
        f"{ends}_low": _numbers(np.exp(effect - Z95 * error)),
        f"{ends}_high": _numbers(np.exp(effect + Z95 * error)),
    }


def _numbers(values: Numbers) -> pa.Array[Any]:
    """NaN, and what is too large to be written, as nothing."""
    return pa.array(values, pa.float64(), mask=~np.isfinite(values))


def _ordered(columns: dict[str, pa.Array[Any]], state: tuple[str, ...], p: Numbers, all_genes: bool) -> pa.Table:
    estimated = np.array([one == ESTIMATED for one in state], dtype=np.bool_)
    order = np.lexsort((np.array(columns["gene"].to_pylist(), dtype=np.str_), np.where(estimated, p, 2.0)))
    kept = [place for place in order if all_genes or state[place] not in (NO_CARRIERS, "not_tested")]
    return pa.table(columns).take(pa.array(kept, pa.int64()))
