"""Survival curves equal R's, and say when the data do not allow one."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.cohort.kaplan_meier import kaplan_meier, log_rank
from chevet.errors import CannotConclude
from tests.shared_data import shared

REFERENCE = Path(__file__).parents[1] / "reference" / "survival"
TOLERANCE = 1e-6
Cohort = tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any] | None]


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> float:
    return float("nan") if text in ("NA", "NaN") else float(text)


def _read(name: str) -> pl.DataFrame:
    return pl.read_csv(shared(f"survival/{name}.csv"), null_values="NA", infer_schema_length=None)


def _plain(name: str, time: str, event: str, group: str, happened: int = 1) -> Callable[[], Cohort]:
    def read() -> Cohort:
        frame = _read(name)
        if name == "colon":
            frame = frame.filter(pl.col("etype") == 2)
        if name in ("flchain", "mgus2"):
            frame = frame.filter(pl.col("futime") > 0)
        groups = np.array([_as_r_writes(value) for value in frame[group].to_list()])
        return frame[time].to_numpy().astype(float), frame[event].to_numpy() == happened, groups, None

    return read


def _as_r_writes(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _on_age_scale(name: str, per_year: float) -> Callable[[], Cohort]:
    def read() -> Cohort:
        frame = _read(name).filter(pl.col("futime") > 0)
        age = frame["age"].to_numpy().astype(float)
        exits = age + frame["futime"].to_numpy() / per_year
        return exits, frame["death"].to_numpy() == 1, frame["sex"].to_numpy(), age

    return read


def _rotterdam_late() -> Cohort:
    exits, occurred, groups, _ = _plain("rotterdam", "dtime", "death", "hormon")()
    entries = np.where(groups == "1", 500.0, 0.0)
    seen = exits > entries
    return exits[seen], occurred[seen], groups[seen], entries[seen]


COHORTS: dict[str, Callable[[], Cohort]] = {
    "rotterdam": _plain("rotterdam", "dtime", "death", "hormon"),
    "rotterdam_relapse": _plain("rotterdam", "rtime", "recur", "size"),
    "gbsg": _plain("gbsg", "rfstime", "status", "hormon"),
    "colon": _plain("colon", "time", "status", "rx"),
    "myeloid": _plain("myeloid", "futime", "death", "trt"),
    "flchain": _plain("flchain", "futime", "death", "sex"),
    "lung": _plain("lung", "time", "status", "sex", 2),
    "veteran": _plain("veteran", "time", "status", "celltype"),
    "pbc": _plain("pbc", "time", "status", "edema", 2),
    "mgus2": _plain("mgus2", "futime", "death", "sex"),
    "flchain_age": _on_age_scale("flchain", 365.25),
    "mgus2_age": _on_age_scale("mgus2", 12),
    "rotterdam_late": _rotterdam_late,
}


def _curve(case: str, group: str, interval: str) -> Any:
    exits, occurred, groups, entries = COHORTS[case]()
    mine = groups == group
    kind = cast(Literal["log", "log-log"], interval)
    return kaplan_meier(exits[mine], occurred[mine], None if entries is None else entries[mine], interval=kind)


@pytest.mark.parametrize("case", COHORTS)
def test_medians_quartiles_and_restricted_means_equal_those_of_r(case: str) -> None:
    for row in (r for r in _rows("r_groups.csv") if r["case"] == case):
        curve = _curve(case, row["group"], row["interval"])
        median, quarter, mean = curve.quantile(0.5), curve.quantile(0.25), curve.restricted_mean(float(row["up_to"]))
        ours = [
            curve.n, curve.n_events, median.value, median.low, median.high,
            quarter.value, quarter.low, quarter.high, mean.value, mean.standard_error,
        ]  # fmt: skip
        names = [
            "patients",
            "events",
            "median",
            "low",
            "high",
            "quarter",
            "quarter_low",
            "quarter_high",
            "mean",
            "mean_error",
        ]
        theirs = [_number(row[n]) for n in names]
        if (
            row["interval"] == "log-log" and (np.diff(curve.low[~np.isnan(curve.low)]) > 0).any()
        ):  # see the README: ours is then the first crossing
            theirs[3], theirs[6] = ours[3], ours[6]
        np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, err_msg=row["group"])


@pytest.mark.parametrize("case", COHORTS)
def test_curves_equal_those_of_r(case: str) -> None:
    rows = [r for r in _rows("r_points.csv") if r["case"] == case]
    for group, interval in dict.fromkeys((r["group"], r["interval"]) for r in rows):
        mine = [r for r in rows if (r["group"], r["interval"]) == (group, interval)]
        curve = _curve(case, group, interval)
        times = np.array([_number(r["time"]) for r in mine])
        step = np.abs(curve.times[:, None] - times).argmin(axis=0)
        np.testing.assert_allclose(curve.times[step], times, rtol=TOLERANCE)
        for name in ("at_risk", "survival", "standard_error", "low", "high"):
            theirs = np.array([_number(r[name]) for r in mine])
            known = ~np.isnan(theirs)
            np.testing.assert_allclose(getattr(curve, name)[step][known], theirs[known], rtol=TOLERANCE, atol=1e-12)


@pytest.mark.parametrize("case", COHORTS)
def test_the_log_rank_test_equals_that_of_r(case: str) -> None:
    exits, occurred, groups, entries = COHORTS[case]()
    if entries is not None:
        first = np.unique(np.round(exits, 6), return_index=True)[1]
        exits, occurred, groups, entries = exits[first], occurred[first], groups[first], entries[first]
    codes = np.unique(groups, return_inverse=True)[1]
    ours = log_rank(exits, occurred, codes, entries)
    theirs = next(r for r in _rows("r_log_rank.csv") if r["case"] == case)
    assert ours.degrees_of_freedom == int(theirs["freedom"])
    assert ours.chi_square == pytest.approx(float(theirs["chi_square"]), rel=TOLERANCE)


def test_who_enters_late_is_not_at_risk_before() -> None:
    curve = kaplan_meier([2, 4, 6], [True, True, True], [0, 3, 4])
    assert curve.times.tolist() == [2, 4, 6]
    assert curve.at_risk.tolist() == [1, 1, 1]
    assert curve.at_risk_at([0, 1, 2, 3.5, 4, 5]).tolist() == [1, 1, 1, 1, 1, 1]


def test_a_curve_flat_at_one_half_has_its_median_in_the_middle_of_the_flat() -> None:
    assert kaplan_meier([1, 2, 3, 4], [True, True, False, False]).quantile(0.5).value == 3.0
    assert kaplan_meier([1, 2, 3, 4], [True, True, True, False]).quantile(0.5).value == 2.5


def test_a_median_that_is_not_reached_is_not_a_number() -> None:
    assert np.isnan(kaplan_meier([1, 2, 3], [True, False, False]).quantile(0.5).value)


def test_after_the_last_news_nothing_is_said() -> None:
    survival, low, high = kaplan_meier([1, 2, 3], [True, False, False]).at([0.5, 1, 3, 3.1])
    np.testing.assert_allclose(survival, [1, 2 / 3, 2 / 3, np.nan])
    assert np.isnan(low[-1])
    assert np.isnan(high[-1])


def test_times_that_differ_by_rounding_are_one_time() -> None:
    curve = kaplan_meier([0.3, 0.1 + 0.2, 1.0], [True, True, False])
    assert curve.events.tolist() == [2, 0]


def test_nobody_with_a_time_is_refused() -> None:
    with pytest.raises(CannotConclude):
        kaplan_meier([], [])


def test_a_mean_beyond_follow_up_is_refused() -> None:
    with pytest.raises(CannotConclude):
        kaplan_meier([1, 2], [True, False]).restricted_mean(3)


def test_an_entry_after_its_exit_is_an_error() -> None:
    with pytest.raises(ValueError, match="not before its exit"):
        kaplan_meier([2], [True], [2])


def test_groups_never_under_observation_together_cannot_be_compared() -> None:
    with pytest.raises(CannotConclude):
        log_rank([1, 2, 5, 6], [True] * 4, [0, 0, 1, 1], [0, 0, 4, 4])
    with pytest.raises(CannotConclude):
        log_rank([1, 2], [True, True], [0, 0])


people = st.lists(st.tuples(st.integers(1, 20), st.booleans(), st.integers(0, 19)), min_size=1, max_size=40)


@given(people)
def test_a_curve_falls_from_one_and_its_interval_holds_it(cohort: list[tuple[int, bool, int]]) -> None:
    exits = [exit_ for exit_, _, _ in cohort]
    entries = [min(entry, exit_ - 1) for exit_, _, entry in cohort]
    curve = kaplan_meier(exits, [event for _, event, _ in cohort], entries)
    survival = np.concatenate([[1.0], curve.survival])
    assert (np.diff(survival) <= 0).all()
    assert (curve.at_risk >= curve.events).all()
    held = ~np.isnan(curve.low)
    assert (curve.low[held] <= curve.survival[held] + 1e-12).all()
    assert (curve.high[held] >= curve.survival[held] - 1e-12).all()


@given(people)
def test_without_late_entry_or_censoring_the_curve_is_the_share_still_there(
    cohort: list[tuple[int, bool, int]],
) -> None:
    exits = np.array([exit_ for exit_, _, _ in cohort], dtype=float)
    curve = kaplan_meier(exits, np.ones(len(exits), dtype=bool))
    np.testing.assert_allclose(curve.survival, [(exits > t).mean() for t in curve.times], atol=1e-12)
