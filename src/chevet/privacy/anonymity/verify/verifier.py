# ruff: noqa: S608 (every piece of SQL here is our own: columns are renamed x0, x1, ... before they are asked)
"""A second pair of eyes: does a release, as it was written, keep what its policy promises?

Reads nothing but the labels of the table that goes out (and the original, where there is one), counts with DuckDB,
and shares no code with the searches or the models: a fault there does not hide here. One thing is shared: the
estimate of uniqueness in the population, a formula of class sizes that are counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.verify.verified_counts import Counted, Finding, counted
from chevet.privacy.anonymity.verify.verified_models import MODELS, ROUNDING
from chevet.privacy.anonymity.verify.verified_population import match
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.risk.uniqueness import population_uniques

__all__ = ["Finding", "Verified", "verify"]

Rows = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Verified:
    """Whether every rule is kept, and what was found of each."""

    holds: bool
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        return {"holds": self.holds, "findings": [asdict(found) for found in self.findings]}


def verify(
    release: pa.Table,
    policy: Policy,
    hierarchies: Mapping[str, Hierarchy],
    *,
    original: pa.Table | None = None,
    order: Rows | None = None,
    population: pa.Table | None = None,
) -> Verified:
    """Check every promise of the policy on the written table.

    hierarchies   by column: of every quasi-identifier, and of sensitive attributes where a model needs it
    original      the table that was generalised, with the dates it had then
    order         (rows,) the row of the original that each released row comes from; without it rows are not compared
                  one by one, but no group may hold more people than the original had in it
    population    everybody, a row each, with the quasi-identifiers as in the original; its models fail without it

    A row is suppressed when each of its quasi-identifiers is `*` and all its other cells are empty; any other row is
    somebody, whatever it shows.
    """
    columns = list(_columns(release, policy))
    if not all(found.holds for found in columns):
        return Verified(False, tuple(columns))
    with duckdb.connect() as db:
        tables = counted(db, release, policy, hierarchies, original, population)
        findings = [*columns, *_labels(tables), *_dates(tables, release), *_thresholds(tables)]
        if original is not None:
            findings += [*_rows(tables, original, order), *_ancestors(tables, order)]
        findings += [MODELS[asked.kind](tables, asked) for asked in policy.models]
    return Verified(all(found.holds for found in findings), tuple(findings))


def _columns(release: pa.Table, policy: Policy) -> Iterator[Finding]:
    """Quasi-identifiers are there; identifiers (but a pseudonym) and columns unknown to the policy are not."""
    there = set(release.column_names)
    identifiers = {c.name for c in policy.of_role("identifier") if not c.pseudonym}
    for rule, broken in (
        ("quasi-identifiers-there", {c.name for c in policy.quasi} - there),
        ("no-identifiers", identifiers & there),
        ("columns-of-the-policy", there - {c.name for c in policy.columns}),
    ):
        yield Finding(rule, not broken, len(broken))


def _labels(tables: Counted) -> Iterator[Finding]:
    """Every label is a node of its hierarchy, at a level that may be released."""
    for column in tables.policy.quasi:
        highest = tables.hierarchies[column.name].levels - 1 if column.highest is None else column.highest
        wrong = tables.one(
            f"SELECT count(*) FROM shown WHERE {tables.x[column.name]} NOT IN"
            " (SELECT label FROM node WHERE x = ? AND level BETWEEN ? AND ?)",
            tables.x[column.name], column.lowest, highest,
        )  # fmt: skip
        yield Finding("known-labels", wrong == 0, wrong, of=column.name)


def _dates(tables: Counted, release: pa.Table) -> Iterator[Finding]:
    """No date of death is finer than the policy says, and no date of birth is a day."""
    day, month_or_day = r"\d{4}-\d{2}-\d{2}.*", r"\d{4}-\d{2}(-\d{2}.*)?"
    for column in tables.policy.columns:
        if column.date in ("death", "birth") and column.name in release.column_names:
            too_fine = month_or_day if column.date == "death" and tables.policy.death_dates == "year" else day
            wrong = tables.one(
                f"SELECT count(*) FROM shown WHERE regexp_full_match({tables.x[column.name]}, ?)", too_fine
            )
            yield Finding("dates-not-too-fine", wrong == 0, wrong, of=column.name)


def _rows(tables: Counted, original: pa.Table, order: Rows | None) -> Iterator[Finding]:
    """No row was lost, invented or written twice."""
    lost = abs(original.num_rows - tables.one("SELECT count(*) FROM everybody"))
    if order is not None:
        lost = max(lost, len(order) - len(np.unique(order)))
        tables.db.register("came_from", pa.table({"row": pa.array(np.arange(len(order))), "source": pa.array(order)}))
    yield Finding("rows", lost == 0, lost)


def _ancestors(tables: Counted, order: Rows | None) -> Iterator[Finding]:
    """Each row shows an ancestor of what it was; or, not knowing which it was, no label has too many rows."""
    for column in tables.policy.quasi:
        x = tables.x[column.name]
        leaves = "(SELECT DISTINCT label, leaf FROM node WHERE x = ?)"
        if order is not None:
            question = (
                f"SELECT count(*) FROM (SELECT s.{x} AS label, o.{x} AS leaf FROM shown s"
                " JOIN came_from f ON f.row = s.row JOIN original o ON o.row = f.source)"
                f" ANTI JOIN {leaves} USING (label, leaf)"
            )
        else:
            question = (
                f"SELECT coalesce(sum(seen - coalesce(most, 0)), 0)"
                f" FROM (SELECT {x} AS label, count(*) AS seen FROM shown GROUP BY ALL) LEFT JOIN"
                f" (SELECT label, count(*) AS most FROM original JOIN {leaves} ON leaf = {x} GROUP BY label)"
                " USING (label) WHERE seen > coalesce(most, 0)"
            )
        wrong = int(tables.one(question, x))
        yield Finding("ancestors", wrong == 0, wrong, of=column.name)


def _thresholds(tables: Counted) -> Iterator[Finding]:
    """Suppression, and the thresholds that can be counted from what was given.

    An estimate of the journalist's or the marketer's chance from the size of a population is not made a second time.
    """
    policy = tables.policy
    share = tables.one("SELECT coalesce(avg(hidden::INTEGER), 0) FROM everybody")
    yield Finding("suppressed", share <= policy.suppress_at_most, share, policy.suppress_at_most)
    questions = {
        "highest_risk": "SELECT 1.0 / min(n) FROM class",
        "average_risk": "SELECT count(*) / sum(n) FROM class",
        "unique_in_sample": "SELECT count(*) FILTER (n = 1) / (SELECT count(*) FROM everybody) FROM class",
    }
    if "population" in tables.tables:
        match(tables)
        questions["journalist_risk"] = "SELECT max(1.0 / greatest(people, n)) FROM matching"
        questions["marketer_risk"] = "SELECT sum(n / greatest(people, n)) / sum(n) FROM matching"
    elif policy.population_size is None:
        questions["marketer_risk"] = questions["average_risk"]
    figures = {name: float(tables.one(questions[name]) or 0) for name in policy.thresholds if name in questions}
    if "unique_in_population" in policy.thresholds and policy.population_size:
        figures["unique_in_population"] = population_uniques(tables.sizes(), policy.population_size).share
    for name, figure in figures.items():
        needed = policy.thresholds[name]
        yield Finding(name, figure <= needed + ROUNDING, figure, needed)
