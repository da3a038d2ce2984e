"""Who was at risk at each event, for people who may come late, in strata: what every sum of Cox's model runs over.

A row is at risk at `t` when `entry < t <= exit`. Events at the same time of the same stratum are taken as Efron did
(J Am Stat Assoc 1977): one after another, each time with the tied ones weighing a little less.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from chevet.cohort.kaplan_meier import TIED_WITHIN

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
YesNo = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RiskSets:
    """Rows of follow-up against the times at which events occurred, ordered by stratum, then time.

    first, last   (n,) a row is at risk at the event times numbered `first` to `last - 1`
    occurred      (n,) the row ends with the event, at its event time `last - 1`
    time_of       (events,) the number of each event's time; tied events share one
    fraction      (events,) Efron's weight of the tied ones that is taken off: 0, 1/d, 2/d ... of d tied events
    times         (times,) the event times themselves
    """

    first: Counts
    last: Counts
    occurred: YesNo
    time_of: Counts
    fraction: Numbers
    times: Numbers

    @staticmethod
    def of(entry: Numbers, exit: Numbers, occurred: YesNo, stratum: Counts) -> RiskSets:
        """The risk sets of rows; `entry` may be minus infinity. Times that differ by rounding alone are one."""
        ranks, distinct = _ranks(np.concatenate([entry, exit]))
        base = stratum.astype(np.int64) * (len(distinct) + 1)
        starts, ends = base + ranks[: len(entry)], base + ranks[len(entry) :]
        occurred = occurred & (starts < ends)
        keys, tied = np.unique(ends[occurred], return_counts=True)
        first = np.searchsorted(keys, starts, side="right")
        last = np.searchsorted(keys, ends, side="right")
        position = np.arange(int(tied.sum())) - np.repeat(np.cumsum(tied) - tied, tied)
        time_of = np.repeat(np.arange(len(keys)), tied)
        times = distinct[keys % (len(distinct) + 1)]
        return RiskSets(first, np.maximum(first, last), occurred, time_of, position / np.repeat(tied, tied), times)

    @property
    def events(self) -> int:
        return len(self.time_of)

    @cached_property
    def _steps(self) -> csr_array:
        """(times + 1, n) what is added to, and taken from, a running sum from the last event time to the first."""
        n = len(self.first)
        rows, columns = np.concatenate([self.last, self.first]), np.tile(np.arange(n), 2)
        return csr_array((np.repeat([1.0, -1.0], n), (rows, columns)), shape=(len(self.times) + 1, n))

    @cached_property
    def _events_at(self) -> csr_array:
        """(times, n) whose events stand at each time."""
        rows = np.flatnonzero(self.occurred)
        at = self.last[rows] - 1
        return csr_array((np.ones(len(rows)), (at, rows)), shape=(len(self.times), len(self.first)))

    @cached_property
    def _first_of_time(self) -> Counts:
        """(times,) where each time's events begin."""
        return np.flatnonzero(np.diff(self.time_of, prepend=-1))

    @cached_property
    def _tied(self) -> bool:
        return len(self.times) < self.events

    def at_events(self, values: Numbers | csc_array) -> Numbers:
        """(events, ...) the sum over the rows at risk at each event, the tied ones as Efron has them.

        values   (n,) or (n, m); the latter may be sparse
        """
        sums = np.cumsum(_dense(self._steps @ values)[:0:-1], axis=0)[::-1]
        if not self._tied:
            return np.asarray(sums, dtype=np.float64)
        tied = _dense(self._events_at @ values)
        return np.asarray(sums[self.time_of] - self._weighed(tied[self.time_of]), dtype=np.float64)

    def of_rows(self, values: Numbers) -> Numbers:
        """(n, ...) the sum over the events at which each row was at risk: `at_events` the other way round."""
        running = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(self._per_time(values), axis=0)])
        found = running[self.last] - running[self.first]
        if self._tied:
            at = self.last[self.occurred] - 1
            found[self.occurred] -= self._per_time(self._weighed(values))[at]
        return np.asarray(found, dtype=np.float64)

    def _weighed(self, values: Numbers) -> Numbers:
        """Efron's part of each event's values."""
        return self.fraction.reshape(-1, *[1] * (values.ndim - 1)) * values

    def _per_time(self, values: Numbers) -> Numbers:
        return np.add.reduceat(values, self._first_of_time, axis=0) if self._tied else values


def _dense(values: Any) -> Numbers:
    found: Numbers = values if isinstance(values, np.ndarray) else values.toarray()
    return found


def _ranks(times: Numbers) -> tuple[Counts, Numbers]:
    """(n,) the rank of each time among the distinct ones, and these; -inf is the lowest. Tied as in R's `survival`."""
    distinct, ranks = np.unique(times, return_inverse=True)
    finite = distinct[np.isfinite(distinct)]
    apart = TIED_WITHIN * max(1.0, float(np.abs(finite).mean()) if len(finite) else 1.0)
    with np.errstate(invalid="ignore"):
        new = np.concatenate([[True], np.diff(distinct) > apart])
    group = np.cumsum(new) - 1
    return group[ranks.reshape(-1)], distinct[new]
