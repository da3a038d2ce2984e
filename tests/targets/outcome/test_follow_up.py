"""Rows of follow-up: cut where a treatment begins, with covariates that enough events tell of."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.store import bits
from chevet.targets.outcome.follow_up import FollowUp, follow_up
from chevet.targets.outcome.people import Given, People, Words, people_of_table


def everybody(people: People) -> np.ndarray:
    return np.ones(len(people.exit), dtype=np.bool_)


def rows_of(people: People, *split_at: Given) -> FollowUp:
    return follow_up(people, everybody(people), split_at)


def intervals(rows: FollowUp) -> list[tuple[int, float, float, bool]]:
    return sorted(
        zip(rows.patient.tolist(), rows.entry.tolist(), rows.exit.tolist(), rows.occurred.tolist(), strict=True)
    )


def test_a_row_is_cut_on_the_day_on_which_a_treatment_begins() -> None:
    people = people_of_table(pa.table({"entry": [None, 40], "exit": [100, 90], "occurred": [True, True]}))
    treatment = Given(np.array([30.0, 20.0]), everybody(people))
    rows = rows_of(people, treatment)
    assert intervals(rows) == [(0, -np.inf, 30.0, False), (0, 30.0, 100.0, True), (1, 40.0, 90.0, True)]
    begins = zip(rows.patient.tolist(), rows.entry.tolist(), rows.given(treatment).tolist(), strict=True)
    assert sorted(begins) == [(0, -np.inf, False), (0, 30.0, True), (1, 40.0, True)]


def test_a_treatment_that_begins_on_the_last_day_counts_for_nothing() -> None:
    people = people_of_table(pa.table({"exit": [100.0], "occurred": [True]}))
    treatment = Given(np.array([100.0]), everybody(people))
    rows = rows_of(people, treatment)
    assert (intervals(rows), rows.given(treatment).tolist()) == ([(0, -np.inf, 100.0, True)], [False])


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 120), st.booleans(), st.integers(-5, 130), st.integers(-5, 130)),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_cutting_loses_no_time_and_no_event(made: list[tuple[int, int, bool, int, int]]) -> None:
    table = pa.table(
        {"entry": [one[0] for one in made], "exit": [one[1] for one in made], "occurred": [one[2] for one in made]}
    )
    people = people_of_table(table)
    starts = [Given(np.array([float(one[place]) for one in made]), everybody(people)) for place in (3, 4)]
    rows, whole = rows_of(people, *starts), rows_of(people)
    assert rows.occurred.sum() == whole.occurred.sum()
    for patient in range(len(made)):
        own, uncut = rows.patient == patient, whole.patient == patient
        length = (rows.exit - np.maximum(rows.entry, 0))[own].sum()
        assert length == (whole.exit - np.maximum(whole.entry, 0))[uncut].sum()
        for start in starts:
            edges = start.start[patient]
            inside = (np.maximum(rows.entry, 0)[own] < edges) & (edges < rows.exit[own])
            assert not inside.any()


def test_levels_with_few_events_are_one_and_the_commonest_is_the_yardstick() -> None:
    labels = ("", "I", "II", "III", "IV")
    codes = np.repeat([0, 1, 2, 3, 4], [12, 40, 20, 6, 5])
    n = len(codes)
    people = People(np.full(n, -np.inf), np.arange(1.0, n + 1), np.ones(n, dtype=np.bool_),
                    np.zeros(n, dtype=np.int64), words={"stage": Words(codes, labels)})  # fmt: skip
    assert rows_of(people).names == ("stage=", "stage=II", "stage=joined")


def test_a_covariate_that_says_nothing_within_the_strata_is_left_out() -> None:
    rng = np.random.default_rng(51)
    stratum = rng.integers(0, 2, 300)
    age = rng.normal(60, 9, 300)
    numbers = {"age": age, "age in days": 365.25 * age, "site": stratum.astype(float)}
    people = People(np.full(300, -np.inf), rng.exponential(100, 300), np.ones(300, dtype=np.bool_), stratum, numbers)
    assert rows_of(people).names == ("age",)


def test_who_is_not_followed_has_no_row() -> None:
    table = pa.table(
        {"entry": [0, 50, 0, 0], "exit": [None, 40, 30, 20], "occurred": [True] * 4, "age": [1, 1, 1, None]}
    )
    people = people_of_table(table, numbers=["age"])
    assert people.followed.tolist() == [False, False, True, False]
    assert rows_of(people).patient.tolist() == [2]


def test_carriers_are_carriers_in_each_of_their_rows() -> None:
    people = people_of_table(pa.table({"exit": [100, 90, 80], "occurred": [True] * 3}))
    rows = rows_of(people, Given(np.array([30.0, np.inf, 10.0]), everybody(people)))
    carried = rows.carried(bits.pack(np.array([[True, False, False], [False, True, True]])), 3).toarray()
    assert carried.tolist() == [(rows.patient == 0).astype(int).tolist(), (rows.patient > 0).astype(int).tolist()]


def test_a_table_without_a_column_that_is_named_is_refused() -> None:
    with pytest.raises(BadInput, match="age"):
        people_of_table(pa.table({"exit": [1.0], "occurred": [True]}), numbers=["age"])
