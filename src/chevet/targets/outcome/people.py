"""How long each patient is followed, and what is known of each before genes are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from chevet.errors import BadInput
from chevet.targets.outcome.risk_sets import Counts, Numbers, YesNo

FROM_THE_START, NEVER = -np.inf, np.inf


@dataclass(frozen=True)
class Words:
    """A fact told in words: `labels[codes[i]]` of patient `i`; the label "" means that it is not said."""

    codes: Counts
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """When a treatment was first given.

    start   (n,) its first day; never: infinite; given on a day that is not said: NaN
    told    (n,) whether the record says anything of treatments: without, *never* cannot be told
    """

    start: Numbers
    told: YesNo


@dataclass(frozen=True)
class People:
    """The patients of an analysis, numbered as those of `Carriers`. Times are on one scale; days, in a study.

    entry       (n,) when each came under observation; minus infinity: from the start; NaN: not said, and left out
    exit        (n,) the event, or the last news; NaN where unknown
    occurred    (n,) whether it was the event
    stratum     (n,) only patients of one stratum are compared with each other
    numbers     covariates that are numbers, (n,) each; NaN where not said
    words       covariates that are words
    treatments  covariates that begin on a day
    """

    entry: Numbers
    exit: Numbers
    occurred: YesNo
    stratum: Counts
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    treatments: Mapping[str, Given] = field(default_factory=dict)

    @property
    def timed(self) -> YesNo:
        """(n,) whose time is known."""
        return np.asarray(self.exit >= 0, dtype=np.bool_)

    @property
    def entered(self) -> YesNo:
        """(n,) of whom a time is known, and when they came under observation."""
        return np.asarray(self.timed & ~np.isnan(self.entry), dtype=np.bool_)

    @property
    def observed(self) -> YesNo:
        """(n,) who came under observation before the end of their time."""
        return np.asarray(self.entered & ((self.entry <= 0) | (self.entry < self.exit)), dtype=np.bool_)

    @property
    def followed(self) -> YesNo:
        """(n,) who is observed, and of whom every number is said."""
        said = [~np.isnan(values) for values in self.numbers.values()]
        found: YesNo = np.logical_and.reduce([self.observed, *said])
        return found


def within(people: People, after: float, up_to: float) -> People:
    """The same people followed only in a part of the time: at risk after `after`, and up to and with `up_to`.

    A ratio that changes over time is looked at early and late. Who had the event, or left, before `after` is never
    observed.
    """
    early = people.exit <= up_to
    return replace(
        people,
        entry=np.maximum(people.entry, after) if after > 0 else people.entry,
        exit=np.where(early | np.isnan(people.exit), people.exit, up_to),
        occurred=people.occurred & early,
    )


def people_of_table(
    table: pa.Table, *, numbers: Sequence[str] = (), words: Sequence[str] = (), treatments: Sequence[str] = ()
) -> People:
    """The people of an Arrow table with one row per patient, in its order.

    table        columns `exit` and `occurred`; `entry` and `stratum` if wanted; and the columns named besides
    treatments   columns of the day on which each treatment began: empty for never, minus infinity for from the start

    Raises BadInput when a column is absent.
    """
    wanted = ("exit", "occurred", *numbers, *words, *treatments)
    if missing := [name for name in wanted if name not in table.column_names]:
        raise BadInput(
            f"the table of patients lacks the columns {', '.join(missing)}",
            next_act="Give exit and occurred, and every column that is named.",
        )
    n, named = len(table), set(table.column_names)
    everybody = np.ones(n, dtype=np.bool_)
    return People(
        _numbers(table, "entry", FROM_THE_START) if "entry" in named else np.full(n, FROM_THE_START),
        _numbers(table, "exit", np.nan),
        _numbers(table, "occurred", 0.0) > 0,
        _words(table, "stratum").codes if "stratum" in named else np.zeros(n, dtype=np.int64),
        {name: _numbers(table, name, np.nan) for name in numbers},
        {name: _words(table, name) for name in words},
        {name: Given(_numbers(table, name, NEVER), everybody) for name in treatments},
    )


def _numbers(table: pa.Table, name: str, missing: float) -> Numbers:
    values = [missing if value is None else float(value) for value in table.column(name).to_pylist()]
    return np.asarray(values, dtype=np.float64)


def _words(table: pa.Table, name: str) -> Words:
    said = ["" if value is None else str(value) for value in table.column(name).to_pylist()]
    labels, codes = np.unique(said, return_inverse=True)
    return Words(codes.reshape(-1).astype(np.int64), tuple(str(label) for label in labels))
