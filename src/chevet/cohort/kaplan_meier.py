"""Survival curves and their comparison, for people who may come under observation late.

A person who enters at `entry` and leaves at `exit` is at risk at `t` when `entry < t <= exit`: an
event at a time counts those who are censored at that time and not those who enter at it. This is
the convention of R's `survival`, whose 3.5-3 this module equals to 1e-6 on real cohorts
(tests/reference/survival). Assumed: leaving early, and entering late, tell nothing about the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtri

from chevet.errors import CannotConclude
from chevet.words.errors import error

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
YesNo = npt.NDArray[np.bool_]
Interval = Literal["log", "log-log"]

# Two times closer than this (absolutely, or relative to the mean time) are one time.
TIED_WITHIN = float(np.sqrt(np.finfo(np.float64).eps))
FROM_THE_START = -np.inf


@dataclass(frozen=True)
class Estimate:
    """A number with the two ends of its confidence interval; NaN where the data do not reach."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class RestrictedMean:
    """Mean time without the event, counted up to `up_to` only."""

    value: float
    standard_error: float
    up_to: float


@dataclass(frozen=True)
class LogRank:
    """The log-rank test; `expected` events per group if all shared one hazard."""

    chi_square: float
    degrees_of_freedom: int
    p: float
    observed: tuple[int, ...]
    expected: tuple[float, ...]


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve. Arrays have one value per distinct time at which somebody left.

    times            (m,) ascending
    at_risk          (m,) people at risk at that time
    events           (m,) of them, how many had the event then
    survival         (m,) share without the event just after that time
    standard_error   (m,) of the logarithm of `survival` (Greenwood); infinite once survival is 0
    low, high        (m,) confidence interval of `survival`; NaN once survival is 0
    """

    times: Numbers
    at_risk: Counts
    events: Counts
    survival: Numbers
    standard_error: Numbers
    low: Numbers
    high: Numbers
    entries: Numbers
    exits: Numbers

    @property
    def n(self) -> int:
        """People on the curve."""
        return len(self.exits)

    @property
    def n_events(self) -> int:
        return int(self.events.sum())

    @property
    def last(self) -> float:
        """The last time at which anybody was seen."""
        return float(self.times[-1])

    def at(self, moments: npt.ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
        """Survival just after each moment with its interval; NaN after the last time anybody was seen."""
        asked = np.asarray(moments, dtype=np.float64)
        step = np.searchsorted(self.times, asked, side="right")
        found = []
        for column in (self.survival, self.low, self.high):
            values = np.concatenate([[1.0], column])[step]
            found.append(np.where(asked > self.last, np.nan, values))
        return found[0], found[1], found[2]

    def at_risk_at(self, moments: npt.ArrayLike) -> Counts:
        """How many people are at risk at each moment."""
        asked = np.asarray(moments, dtype=np.float64)
        entered = np.searchsorted(self.entries, asked, side="left")
        left = np.searchsorted(self.exits, asked, side="left")
        return np.asarray(entered - left, dtype=np.int64)

    def quantile(self, share: float = 0.5) -> Estimate:
        """The time by which this share has had the event: the median, for 0.5.

        When the curve is flat exactly at that height, the middle of the flat part, as in R. The
        interval is where the bounds of the curve cross the height.
        """
        ends = [_crossing(self.times, column, 1.0 - share) for column in (self.survival, self.low, self.high)]
        return Estimate(*ends)

    def restricted_mean(self, up_to: float) -> RestrictedMean:
        """Area under the curve from 0 to `up_to`. Raises CannotConclude when nobody was followed so long."""
        if up_to > self.last and self.survival[-1] > 0:
            raise CannotConclude(
                "the restricted mean was asked up to a time that follow-up does not reach",
                next_act="Ask for a shorter time.",
            )
        inside = (self.times <= up_to) & (self.events > 0)
        knots = np.concatenate([[0.0], self.times[inside], [up_to]])
        areas = np.diff(knots) * np.concatenate([[1.0], self.survival[inside]])
        after = np.cumsum(areas[::-1])[::-1][1:]
        stays = self.at_risk[inside] - self.events[inside]
        greenwood = self.events[inside] / (self.at_risk[inside] * np.where(stays > 0, stays, np.inf))
        return RestrictedMean(float(areas.sum()), float(np.sqrt((after**2 * greenwood).sum())), float(up_to))


def kaplan_meier(
    exits: npt.ArrayLike,
    occurred: npt.ArrayLike,
    entries: npt.ArrayLike | None = None,
    *,
    interval: Interval = "log",
    confidence: float = 0.95,
) -> Curve:
    """The share of people still without the event, over time.

    exits      (n,) when each was last seen, or had the event; any unit
    occurred   (n,) True for the event, False for last seen without it
    entries    (n,) when each came under observation; 0, less, or None: from the start. Every entry is before its exit
    interval   scale on which the interval is symmetric

    Raises CannotConclude when nobody is given; ValueError for a missing time, or an entry not before its exit.
    Source: Kaplan and Meier, JASA 1958; delayed entry as in Klein and Moeschberger, Survival Analysis, 4.6.

    >>> curve = kaplan_meier([2, 3, 3, 8], [True, True, False, True])
    >>> curve.survival.tolist()
    [0.75, 0.5, 0.0]
    >>> curve.at_risk.tolist(), curve.quantile(0.5).value
    ([4, 3, 1], 5.5)
    """
    left, entered, happened = _checked(exits, occurred, entries)
    times, place = np.unique(left, return_inverse=True)
    events = np.bincount(place, weights=happened, minlength=len(times)).astype(np.int64)
    left, entered = np.sort(left), np.sort(entered)
    at_risk = _at_risk(times, entered, left)
    survival = np.asarray(np.cumprod(1.0 - events / at_risk), dtype=np.float64)
    error = _greenwood(events, at_risk) ** 0.5
    low, high = _bounds(survival, error, interval, float(ndtri(0.5 + confidence / 2)))
    return Curve(times, at_risk, events, survival, error, low, high, entered, left)


def log_rank(
    exits: npt.ArrayLike, occurred: npt.ArrayLike, groups: npt.ArrayLike, entries: npt.ArrayLike | None = None
) -> LogRank:
    """Whether the groups share one hazard, by the log-rank test with hypergeometric variance.

    groups   (n,) whole numbers 0..k-1, each with at least one person

    Without delayed entry this is R's `survdiff`; with it, the score test of `coxph(..., ties = "exact")`.
    Raises CannotConclude with fewer than two groups, or when no event happens while two groups are at risk.
    Source: Mantel, Cancer Chemother Rep 1966; Klein and Moeschberger, 7.3.
    """
    left, entered, happened = _checked(exits, occurred, entries)
    group = np.asarray(groups, dtype=np.int64)
    k = int(group.max()) + 1
    if k < 2:
        raise _nothing_to_compare()
    times = np.unique(left[happened])
    events = np.empty((k, len(times)))
    at_risk = np.empty((k, len(times)))
    for g in range(k):
        mine = group == g
        place = np.searchsorted(times, left[mine & happened])
        events[g] = np.bincount(place, minlength=len(times))
        at_risk[g] = _at_risk(times, np.sort(entered[mine]), np.sort(left[mine]))
    return _log_rank(events, at_risk)


def _log_rank(events: Numbers, at_risk: Numbers) -> LogRank:
    d, n = events.sum(axis=0), at_risk.sum(axis=0)
    share = at_risk / n
    expected = (d * share).sum(axis=1)
    # Variance of the events of each group at each time, given the margins.
    weight = np.divide(d * (n - d), n - 1, out=np.zeros_like(d), where=n > 1)
    covariance = np.diag((weight * share).sum(axis=1)) - (weight * share) @ share.T
    excess = events.sum(axis=1) - expected
    used = np.flatnonzero(expected > 0)
    freedom = len(used) - 1
    if freedom < 1:
        raise _nothing_to_compare()
    kept = used[:-1]
    inner = covariance[np.ix_(kept, kept)]
    if np.linalg.matrix_rank(inner) < freedom:
        raise _nothing_to_compare()
    chi_square = float(excess[kept] @ np.linalg.solve(inner, excess[kept]))
    observed = tuple(int(o) for o in events.sum(axis=1))
    return LogRank(chi_square, freedom, float(chdtrc(freedom, chi_square)), observed, tuple(map(float, expected)))


def _nothing_to_compare() -> CannotConclude:
    return CannotConclude(
        "the groups cannot be compared: no event happens while at least two of them are under observation",
        next_act="Choose groups that share a stretch of follow-up, or another endpoint.",
    )


def _checked(
    exits: npt.ArrayLike, occurred: npt.ArrayLike, entries: npt.ArrayLike | None
) -> tuple[Numbers, Numbers, YesNo]:
    left = np.asarray(exits, dtype=np.float64)
    happened = np.asarray(occurred, dtype=np.bool_)
    entered = np.full(left.shape, FROM_THE_START) if entries is None else np.array(entries, dtype=np.float64)
    if left.size == 0:
        raise error(CannotConclude, "no_time_known")
    if not left.shape == happened.shape == entered.shape:
        raise ValueError("one time, one event and one entry per person")
    if np.isnan(left).any() or np.isnan(entered).any():
        raise ValueError("a missing time: leave out who has none, and say how many")
    entered[entered <= 0] = FROM_THE_START
    left, entered = merge_ties(left, entered)
    if (entered >= left).any():
        raise ValueError("an entry that is not before its exit: leave out who was never observed, and say how many")
    return left, entered, happened


def merge_ties(left: Numbers, entered: Numbers) -> tuple[Numbers, Numbers]:
    """The same times, with those that differ by rounding only made equal (to the earliest of them).

    >>> merge_ties(np.array([0.3, 0.1 + 0.2]), np.array([-np.inf, -np.inf]))[0].tolist()
    [0.3, 0.3]
    """
    finite = np.isfinite(entered)
    known = np.unique(np.concatenate([left, entered[finite]]))
    gaps = np.diff(known)
    tied = (gaps <= TIED_WITHIN) | (gaps <= TIED_WITHIN * np.abs(known).mean())
    if not tied.any():
        return left, entered
    kept = known[np.concatenate([[True], ~tied])]
    merged = entered.copy()
    merged[finite] = kept[np.searchsorted(kept, entered[finite], side="right") - 1]
    return kept[np.searchsorted(kept, left, side="right") - 1], merged


def _at_risk(times: Numbers, entered: Numbers, left: Numbers) -> Counts:
    """People with entry < t <= exit at each time; both columns sorted."""
    return np.asarray(
        np.searchsorted(entered, times, side="left") - np.searchsorted(left, times, side="left"), dtype=np.int64
    )


def _greenwood(events: Counts, at_risk: Counts) -> Numbers:
    """Greenwood's sum; a time without event adds nothing, a time that takes everybody makes it infinite."""
    stays = (at_risk - events).astype(np.float64)
    steps = np.zeros(len(events))
    some = (events > 0) & (stays > 0)
    steps[some] = events[some] / (at_risk[some] * stays[some])
    steps[(events > 0) & (stays == 0)] = np.inf
    return np.asarray(np.cumsum(steps), dtype=np.float64)


def _bounds(survival: Numbers, error: Numbers, interval: Interval, z: float) -> tuple[Numbers, Numbers]:
    low, high = np.full(survival.shape, np.nan), np.full(survival.shape, np.nan)
    alive = (survival > 0) & np.isfinite(error)
    s, e = survival[alive], error[alive]
    if interval == "log":
        low[alive], high[alive] = s * np.exp(-z * e), np.minimum(1.0, s * np.exp(z * e))
        return low, high
    # log(-log S) has no value at S = 1: the interval is then the point, as in R.
    whole = s >= 1.0
    logs = np.log(np.where(whole, 0.5, s))
    spread = z * e / logs
    low[alive] = np.where(whole, 1.0, np.exp(logs * np.exp(-spread)))
    high[alive] = np.where(whole, 1.0, np.exp(logs * np.exp(spread)))
    return low, high


def _crossing(times: Numbers, heights: Numbers, height: float) -> float:
    """The first time at which a falling step function is at or under `height`; NaN when it never is."""
    known = ~np.isnan(heights)
    times, heights = times[known], heights[known]
    under = np.flatnonzero(heights <= height + TIED_WITHIN)
    if not len(under):
        return float("nan")
    first = under[0]
    if heights[first] < height - TIED_WITHIN:
        return float(times[first])
    below = np.flatnonzero(heights < height - TIED_WITHIN)
    end = times[below[0]] if len(below) else times[-1]
    return float((times[first] + end) / 2)
