"""Relations as Arrow tables, with what is withheld left empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.cohort.association import false_discovery_rates
from chevet.paper.spreadsheets import tab_separated
from chevet.privacy.subtraction import Marks, few
from chevet.targets.relations.disclosing import SIGNIFICANT, rounded, tendency
from chevet.targets.relations.groups import Group
from chevet.targets.relations.pairs import Pairs

_COUNTS = ("tested", "both", "only_a", "only_b", "neither")
_NUMBERS = (
    "expected",
    "ratio",
    "ratio_low",
    "ratio_high",
    "log2_ratio",
    "p_exclusive",
    "p_together",
    "p",
    "q",
    "p_own_slopes",
)
PAIRS = pa.schema(
    [("gene_a", pa.string()), ("gene_b", pa.string())]
    + [(name, pa.int64()) for name in _COUNTS]
    + [(name, pa.float64()) for name in _NUMBERS]
    + [("tendency", pa.string()), ("holds", pa.bool_()), ("same_chromosome", pa.bool_())]
)
"""tendency: together, exclusive, unclear (q above 0.05), withheld, not_tested (nobody for both), no_information.
holds: of a tendency that is sure, whether p_own_slopes is at most 0.05."""

_GROUP_COUNTS = ("tested", "none", "alone", "several")
_GROUP_NUMBERS = (
    "expected_covered", "expected_alone", "expected_several", "several_ratio", "several_low", "several_high",
    "p_covered", "p_alone", "p_several", "q_covered", "q_alone", "q_several", "p_alone_own_slopes",
)  # fmt: skip
GROUPS = pa.schema(
    [("pathway", pa.string())]
    + [(name, pa.list_(pa.string())) for name in ("genes", "silent", "untested")]
    + [(name, pa.int64()) for name in _GROUP_COUNTS]
    + [(name, pa.float64()) for name in _GROUP_NUMBERS]
    + [("tendency", pa.string()), ("holds", pa.bool_())]
)
"""tendency: exclusive (q_alone at most 0.05, and fewer with several than expected), unclear, withheld, not_compared."""


def pair_table(
    pairs: Pairs, shown: Marks, tendencies: Mapping[int, str], same_chromosome: Marks, *, cut: bool = False
) -> pa.Table:
    """One row a pair: the surest first, then those that are withheld, or say nothing, by name.

    shown        (pairs,) whose numbers are told; q is corrected over these alone, since each q rests on every p
    tendencies   of pairs that were compared and are not shown
    cut          three figures to every number that is not a count
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(pairs.expected > 0, pairs.both / pairs.expected, np.inf)
        logarithm = np.log2(ratio)
    q = np.full(len(pairs.a), np.nan)
    q[shown] = false_discovery_rates(pairs.p[shown])
    numbers = {
        "expected": pairs.expected, "ratio": ratio, "ratio_low": pairs.low, "ratio_high": pairs.high,
        "log2_ratio": logarithm, "p_exclusive": pairs.at_most, "p_together": pairs.at_least, "p": pairs.p, "q": q,
        "p_own_slopes": pairs.p_own_slopes,
    }  # fmt: skip
    side = pairs.both - pairs.expected
    names = np.array(pairs.genes, dtype=object)
    words = np.array([_word(i, pairs, shown, tendencies, q, side) for i in range(len(side))], dtype=object)
    order = sorted(range(len(side)), key=lambda i: _surest(bool(shown[i]), float(pairs.p[i]), str(words[i]), pairs, i))
    columns: dict[str, Any] = {"gene_a": names[pairs.a][order], "gene_b": names[pairs.b][order]}
    for name in _COUNTS:
        columns[name] = pa.array(getattr(pairs, name)[order], pa.int64(), mask=~shown[order])
    for name, values in numbers.items():
        columns[name] = _column(values[order], shown[order], cut=cut)
    sure = shown & (q <= SIGNIFICANT)
    columns |= {
        "tendency": words[order], "same_chromosome": same_chromosome[order],
        "holds": pa.array((pairs.p_own_slopes <= SIGNIFICANT)[order], mask=~sure[order]),
    }  # fmt: skip
    return pa.table({name: columns[name] for name in PAIRS.names}, schema=PAIRS)


def _surest(shown: bool, p: float, word: str, pairs: Pairs, i: int) -> tuple[int, float, str, str]:
    rank = 0 if shown else 1 if word in ("together", "exclusive") else 2 if word == "withheld" else 3
    return rank, p if shown else 0.0, pairs.genes[pairs.a[i]], pairs.genes[pairs.b[i]]


def _word(i: int, pairs: Pairs, shown: Marks, hidden: Mapping[int, str], q: Any, side: Any) -> str:
    if shown[i]:
        return tendency(float(side[i]), sure=bool(q[i] <= SIGNIFICANT))
    return hidden.get(i) or ("no_information" if pairs.tested[i] else "not_tested")


def _column(values: Any, shown: Marks, *, cut: bool) -> pa.Array[Any]:
    """Numbers where they are shown and there is one to say."""
    told = np.isfinite(values) & shown
    kept = [rounded(value) if cut else float(value) for value in np.where(told, values, 0.0).tolist()]
    return pa.array(kept, pa.float64(), mask=~told)


def written(table: pa.Table) -> bytes:
    """The table as tab-separated text; an empty cell where nothing can be said, or is withheld."""
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return tab_separated(table.column_names, (list(map(_cell, row)) for row in rows))


def _cell(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) else value


def hidden_groups(groups: Sequence[Group], small_pair: Sequence[bool]) -> list[bool]:
    """Which groups' numbers are withheld.

    Those of one to four tumours in some count; or in one that the numbers of each gene, or of each pair of genes,
    would tell; or in the difference to a group within it.
    """
    hidden = []
    for group, of_pair in zip(groups, small_pair, strict=True):
        beyond = group.margins - group.alone - 2 * group.several  # tumours with three, and twice those with four, ...
        counts = (group.none, group.alone, group.several, group.covered, group.tested, beyond, group.several - beyond)
        hidden.append(of_pair or bool(few(*map(np.array, counts))))
    for i, inner in enumerate(groups):
        for j, outer in enumerate(groups):
            if i != j and set(inner.genes) < set(outer.genes) and not (hidden[i] or hidden[j]):
                hidden[j] = _differ_by_few(inner, outer)
    return hidden


def _differ_by_few(inner: Group, outer: Group) -> bool:
    """Whether what one more gene adds, or takes away, is of one to four tumours."""
    names = ("tested", "none", "alone", "several", "covered")
    return bool(few(*(np.array(abs(getattr(outer, name) - getattr(inner, name))) for name in names)))


def group_table(groups: Sequence[Group], hidden: Sequence[bool], *, cut: bool = False) -> pa.Table:
    """One row a group: the surest first, then those that are withheld, then those that could not be compared."""
    shown = [group.compared and not of_group for group, of_group in zip(groups, hidden, strict=True)]
    rates = {name: _rates(groups, shown, name) for name in ("p_covered", "p_alone", "p_several")}
    rows = []
    for i, group in enumerate(groups):
        row: dict[str, Any] = {"pathway": group.name, "genes": group.genes, "silent": group.silent,
                               "untested": group.untested}  # fmt: skip
        if shown[i]:
            row |= {name: getattr(group, name) for name in _GROUP_COUNTS}
            row |= {name: getattr(group, name) for name in _GROUP_NUMBERS if hasattr(group, name)}
            row |= {
                "several_ratio": group.several / group.expected_several if group.expected_several else None,
                "several_low": group.low, "several_high": group.high,
                **{"q" + name[1:]: found[i] for name, found in rates.items()},
            }  # fmt: skip
            row |= {name: _told(row[name], cut=cut) for name in _GROUP_NUMBERS}
        row["tendency"] = _group_word(group, hidden[i], row)
        row["holds"] = row["p_alone_own_slopes"] <= SIGNIFICANT if row["tendency"] == "exclusive" else None
        rows.append((0 if shown[i] else 1 if group.compared else 2, row.get("p_alone") or 0.0, group.name, row))
    rows.sort(key=lambda ranked: ranked[:3])
    return pa.Table.from_pylist([row for *_, row in rows], schema=GROUPS)


def _rates(groups: Sequence[Group], shown: Sequence[bool], name: str) -> dict[int, float]:
    places = [i for i, one in enumerate(shown) if one]
    rates = false_discovery_rates([getattr(groups[i], name) for i in places])
    return dict(zip(places, rates.tolist(), strict=True))


def _told(value: float | None, *, cut: bool) -> float | None:
    if value is None or not np.isfinite(value):
        return None
    return rounded(value) if cut else value


def _group_word(group: Group, hidden: bool, row: Mapping[str, Any]) -> str:
    if not group.compared:
        return "not_compared"
    if hidden:
        return "withheld"
    if row["q_alone"] <= SIGNIFICANT and group.several < group.expected_several:
        return "exclusive"
    return "unclear"
