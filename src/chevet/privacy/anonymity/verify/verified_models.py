# ruff: noqa: S608 (every piece of SQL here is our own: columns are renamed x0, x1, ... before they are asked)
"""The models once more, as SQL over the classes that the verifier counted. Nothing here is used by a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chevet.privacy.anonymity.policy import ModelAsked
from chevet.privacy.anonymity.verify.verified_counts import Counted, Finding
from chevet.privacy.anonymity.verify.verified_population import match
from chevet.privacy.risk.uniqueness import population_uniques

# A figure may miss its bound by what is lost in floating point.
ROUNDING = 1e-9


def _at_least(asked: ModelAsked, figure: float | None, needed: float) -> Finding:
    """None: there is no class, and nothing to break the model."""
    found = 0.0 if figure is None else float(figure)
    return Finding(asked.kind, figure is None or found >= needed * (1 - ROUNDING), found, needed, asked.attribute)


def _at_most(asked: ModelAsked, figure: float | None, needed: float) -> Finding:
    found = 0.0 if figure is None else float(figure)
    return Finding(asked.kind, found <= needed + ROUNDING, found, needed, asked.attribute)


def _k_anonymity(tables: Counted, asked: ModelAsked) -> Finding:
    return _at_least(asked, tables.one("SELECT min(n) FROM class"), asked.figures["k"])


def _average_risk(tables: Counted, asked: ModelAsked) -> Finding:
    return _at_most(asked, tables.one("SELECT count(*) / sum(n) FROM class"), asked.figures["at_most"])


def _distinct(tables: Counted, asked: ModelAsked) -> Finding:
    cells = tables.cells(asked.attribute)
    fewest = tables.one(f"SELECT min(d) FROM (SELECT count(*) AS d FROM {cells} GROUP BY c)")
    return _at_least(asked, fewest, asked.figures["l"])


def _entropy(tables: Counted, asked: ModelAsked) -> Finding:
    cells = tables.cells(asked.attribute)
    least = tables.one(f"SELECT min(exp(h)) FROM (SELECT -sum(p * ln(p)) AS h FROM {cells} GROUP BY c)")
    return _at_least(asked, least, asked.figures["l"])


def _recursive(tables: Counted, asked: ModelAsked) -> Finding:
    cells, from_rank = tables.cells(asked.attribute), int(asked.figures["l"])
    worst = tables.one(
        "SELECT max(CASE WHEN rest > 0 THEN first / rest ELSE 'Infinity'::DOUBLE END) FROM ("
        " SELECT max(n) AS first, coalesce(sum(n) FILTER (rank >= ?), 0) AS rest FROM ("
        f"  SELECT c, n, row_number() OVER (PARTITION BY c ORDER BY n DESC) AS rank FROM {cells}) GROUP BY c)",
        from_rank,
    )
    found = 0.0 if worst is None else float(worst)
    return Finding(asked.kind, found < asked.figures["c"], found, asked.figures["c"], asked.attribute)


def _t_closeness(tables: Counted, asked: ModelAsked) -> Finding:
    if asked.distance == "ordered":
        worst = _ordered(tables, asked.attribute, list(asked.order))
    elif asked.distance == "hierarchical":
        worst = _hierarchical(tables, asked.attribute)
    else:
        worst = _equal(tables, asked.attribute)
    return _at_most(asked, worst, asked.figures["t"])


def _equal(tables: Counted, attribute: str) -> float | None:
    found: float | None = tables.one(
        f"SELECT max(d) FROM (SELECT (1 + sum(abs(p - q) - q)) / 2 AS d FROM {tables.cells(attribute)}"
        f" JOIN {tables.whole(attribute)} USING (v) GROUP BY c)"
    )
    return found


def _ordered(tables: Counted, attribute: str, order: list[str]) -> float | None:
    """Values in the policy's order, else of their size; what is in neither comes last."""
    by = "nullif(list_position(?, v), 0)" if order else "TRY_CAST(v AS DOUBLE) + 0 * len(?)"
    found: float | None = tables.one(
        f"WITH ranked AS (SELECT v, q, row_number() OVER (ORDER BY {by} NULLS LAST, v) AS r"
        f"  FROM {tables.whole(attribute)}),"
        f" cell AS (SELECT * FROM {tables.cells(attribute)}),"
        " grid AS (SELECT k.c, r, q, coalesce(p, 0) AS p FROM (SELECT DISTINCT c FROM cell) k CROSS JOIN ranked"
        "  LEFT JOIN cell ON cell.c = k.c AND cell.v = ranked.v),"
        " crossing AS (SELECT c, abs(sum(p - q) OVER (PARTITION BY c ORDER BY r)) AS x FROM grid)"
        " SELECT max(d) FROM (SELECT sum(x) / (SELECT greatest(1, count(*) - 1) FROM ranked) AS d"
        "  FROM crossing GROUP BY c)",
        order or [""],
    )
    return found


def _hierarchical(tables: Counted, attribute: str) -> float | None:
    """The mean, over the levels below the root, of the equal distance between nodes."""
    below = sum(len(labels) > 1 for labels in tables.hierarchies[attribute].labels)
    found: float | None = tables.one(
        f"WITH node_of AS (SELECT level, leaf, label FROM node WHERE x = ? AND level < {below}),"
        f" share AS (SELECT c, level, label, sum(p) AS p FROM {tables.cells(attribute)}"
        "  JOIN node_of ON v = leaf GROUP BY ALL),"
        f" everywhere AS (SELECT level, label, sum(q) AS q FROM {tables.whole(attribute)}"
        "  JOIN node_of ON v = leaf GROUP BY ALL)"
        f" SELECT max(d) FROM (SELECT ({below} + sum(abs(p - q) - q)) / 2 / {below} AS d"
        "  FROM share JOIN everywhere USING (level, label) GROUP BY c)",
        tables.x[attribute],
    )
    return found


def _population_uniqueness(tables: Counted, asked: ModelAsked) -> Finding:
    share = population_uniques(tables.sizes(), int(asked.figures["population_size"])).share
    return _at_most(asked, share, asked.figures["at_most"])


def _k_map(tables: Counted, asked: ModelAsked) -> Finding:
    match(tables)
    return _at_least(asked, tables.one("SELECT min(people) FROM matching"), asked.figures["k"])


def _delta_presence(tables: Counted, asked: ModelAsked) -> Finding:
    """The share farthest out of bounds; 0 where somebody of the population is of a kind that is not shown."""
    match(tables)
    low, high = asked.figures["low"], asked.figures["high"]
    least = tables.one("SELECT coalesce(min(n / people), 0) FROM matching")
    most = tables.one("SELECT coalesce(max(n / people), 0) FROM matching")
    if tables.one("SELECT count(*) FROM unmatched"):
        least = 0.0
    if low - least > most - high:
        return Finding(asked.kind, least >= low - ROUNDING, least, low)
    return Finding(asked.kind, most <= high + ROUNDING, most, high)


MODELS: Mapping[str, Callable[[Counted, ModelAsked], Finding]] = {
    "k-anonymity": _k_anonymity,
    "k-map": _k_map,
    "distinct-l-diversity": _distinct,
    "entropy-l-diversity": _entropy,
    "recursive-l-diversity": _recursive,
    "t-closeness": _t_closeness,
    "delta-presence": _delta_presence,
    "population-uniqueness": _population_uniqueness,
    "average-risk": _average_risk,
}
