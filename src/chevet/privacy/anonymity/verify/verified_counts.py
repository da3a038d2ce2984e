# ruff: noqa: S608 (every piece of SQL here is our own: columns are renamed x0, x1, ... before they are asked)
"""What the verifier counts from: a release, its original and its population as tables of words in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.hierarchies.hierarchy import Hierarchy


@dataclass(frozen=True)
class Finding:
    """One rule, and whether the release keeps it.

    rule      a kind of model, a threshold, or a rule of `verifier.py`
    figure    what was found: the model's figure, or the number of rows or columns that break the rule
    needed    what it was compared with; None for rules that nothing may break
    of        the column it speaks of, or nothing
    """

    rule: str
    holds: bool
    figure: float
    needed: float | None = None
    of: str = ""


@dataclass(frozen=True)
class Counted:
    """The database of one verification.

    x       the name that each column of the policy has here
    quasi   the names here of the quasi-identifiers

    Tables: `everybody` (rows of the release), `shown` (those not suppressed, each with its `class`), `class` (with its
    people `n`), `node` (each label's leaves, per column and level); perhaps `original` and `population`.
    """

    db: duckdb.DuckDBPyConnection
    policy: Policy
    hierarchies: Mapping[str, Hierarchy]
    x: Mapping[str, str]
    quasi: Sequence[str]
    tables: frozenset[str]

    def one(self, question: str, *values: object) -> Any:
        """The single number that a question asks for."""
        return self.db.execute(question, list(values)).fetchall()[0][0]

    def sizes(self) -> npt.NDArray[np.int64]:
        """(classes,) people in each."""
        return np.array([row[0] for row in self.db.execute("SELECT n FROM class").fetchall()], dtype=np.int64)

    def cells(self, attribute: str) -> str:
        """A table expression: class, value, number of people and share of the class (`c`, `v`, `n`, `p`)."""
        return (
            f"(SELECT class AS c, {self.x[attribute]} AS v, count(*) AS n,"
            f" count(*) / sum(count(*)) OVER (PARTITION BY class) AS p FROM shown GROUP BY class, {self.x[attribute]})"
        )

    def whole(self, attribute: str) -> str:
        """A table expression: value and its share of all people (`v`, `q`), of the original where it is known."""
        known = "original" if "original" in self.tables else "shown"
        value = self.x[attribute]
        return f"(SELECT {value} AS v, count(*) / sum(count(*)) OVER () AS q FROM {known} GROUP BY {value})"


def counted(
    db: duckdb.DuckDBPyConnection, release: pa.Table, policy: Policy, hierarchies: Mapping[str, Hierarchy],
    original: pa.Table | None, population: pa.Table | None,
) -> Counted:  # fmt: skip
    """Load the tables. A row is suppressed when its quasi-identifiers are all `*` and all else is empty."""
    x = {column.name: f"x{place}" for place, column in enumerate(policy.columns)}
    quasi = [x[column.name] for column in policy.quasi]
    keys = ", ".join(quasi)
    there = _load(db, "everybody", release, x, _hidden(quasi, release, x))
    given = {n: table for n, table in (("original", original), ("population", population)) if table is not None}
    for name, table in given.items():
        _load(db, name, table, x, "false")
    db.execute(
        f"CREATE TABLE class AS SELECT {keys}, count(*) AS n, row_number() OVER () AS class"
        f" FROM everybody WHERE NOT hidden GROUP BY {keys}"
    )
    db.execute(
        f"CREATE TABLE shown AS SELECT {there}, row, class FROM everybody JOIN class USING ({keys}) WHERE NOT hidden"
    )
    nodes = [
        (x[name], level, h.labels[level][node], h.labels[0][leaf])
        for name, h in hierarchies.items()
        if name in x
        for level in range(h.levels)
        for leaf, node in enumerate(h.nodes[level])
    ]
    columns = zip(("x", "level", "label", "leaf"), zip(*nodes, strict=True), strict=True)
    db.register("nodes", pa.table({name: pa.array(values) for name, values in columns}))
    db.execute("CREATE TABLE node AS SELECT * FROM nodes")
    return Counted(db, policy, hierarchies, x, quasi, frozenset(given))


def _load(db: duckdb.DuckDBPyConnection, name: str, table: pa.Table, x: Mapping[str, str], hidden: str) -> str:
    """Make a table of words: whole numbers without a point, `?` for an empty cell; its columns, as SQL names them."""
    known = [column for column in table.column_names if column in x]
    renamed = table.select(known).rename_columns([x[column] for column in known])
    db.register(f"given_{name}", renamed.append_column("row", pa.array(np.arange(table.num_rows))))
    words = ", ".join(
        f"coalesce(regexp_replace(CAST({x[c]} AS VARCHAR), '^(-?[0-9]+)\\.0$', '\\1'), '?') AS {x[c]}" for c in known
    )
    db.execute(f"CREATE TABLE {name} AS SELECT row, {words}, {hidden} AS hidden FROM given_{name}")
    db.unregister(f"given_{name}")
    return ", ".join(x[column] for column in known)


def _hidden(quasi: Sequence[str], release: pa.Table, x: Mapping[str, str]) -> str:
    stars = [f"coalesce(CAST(given_everybody.{q} AS VARCHAR) = '*', false)" for q in quasi]
    empty = [f"given_everybody.{x[c]} IS NULL" for c in release.column_names if x[c] not in quasi]
    return " AND ".join([*stars, *empty])
