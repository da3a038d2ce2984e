"""Small coded tables for properties: hierarchies of odd shapes, people spread unevenly over their leaves."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.hierarchies.hierarchy import Hierarchy

DISEASES = ("benign", "early", "late")


@st.composite
def hierarchies(draw: st.DrawFn, name: str = "place") -> Hierarchy:
    """One to eight leaves, joined at random at none to three levels; the last does not always join them all."""
    columns = [list(range(draw(st.integers(1, 8))))]
    for _ in range(draw(st.integers(0, 3))):
        groups = max(columns[-1]) + 1
        joined = draw(st.lists(st.integers(0, groups // 2), min_size=groups, max_size=groups))
        numbers = {group: number for number, group in enumerate(dict.fromkeys(joined))}
        columns.append([numbers[joined[node]] for node in columns[-1]])
    if draw(st.booleans()):
        columns.append([0] * len(columns[0]))
    rows = [tuple(f"{level}:{column[leaf]}" for level, column in enumerate(columns)) for leaf in range(len(columns[0]))]
    return Hierarchy.from_rows(name, rows)


@st.composite
def coded_tables(draw: st.DrawFn, at_most: int = 60) -> CodedTable:
    made = tuple(draw(hierarchies(f"attribute {i}")) for i in range(draw(st.integers(1, 4))))
    n = draw(st.integers(1, at_most))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    codes = tuple((h.n_leaves * random.random(n) ** 2).astype(np.int32) for h in made)
    sensitive = {"disease": random.choice(3, n, p=[0.6, 0.3, 0.1]).astype(np.int32)}
    return CodedTable(made, codes, sensitive, {"disease": DISEASES})


def table_of(rows: list[tuple[str, ...]], *made: Hierarchy) -> CodedTable:
    """The table of these rows, one word per hierarchy and row."""
    columns = list(zip(*rows, strict=True))
    return CodedTable(made, tuple(h.encode(list(column)) for h, column in zip(made, columns, strict=True)))
