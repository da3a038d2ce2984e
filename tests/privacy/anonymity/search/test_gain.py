"""What a node costs: how little it tells of a person, and how wrong it makes questions about many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.anonymity.search.gain import misjudgements, penalties, worth
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from tests.privacy.anonymity.coded_tables import hierarchies

PLACE = Hierarchy.from_rows(
    "place", [("Lille", "North", "*"), ("Lens", "North", "*"), ("Nice", "South", "*"), ("Nîmes", "South", "*")]
)
LILLE, LENS, NICE, NIMES, NORTH, SOUTH, ALL = range(7)


def test_people_spread_as_the_leaves_are_make_no_question_wrong() -> None:
    assert misjudgements(PLACE, np.array([LILLE, LENS, NICE, NIMES])).tolist() == [0.0] * 7


def test_the_root_is_wrong_by_the_people_on_the_wrong_side_of_an_even_spread() -> None:
    assert misjudgements(PLACE, np.array([LILLE, LILLE, LILLE, NICE]))[ALL] == pytest.approx(0.25)


def test_values_are_asked_about_where_nothing_lies_between_them_and_the_root() -> None:
    sex = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
    assert misjudgements(sex, np.array([0, 0, 0, 1])).tolist() == [0.0, 0.0, 0.25]


def test_a_penalty_is_the_loss_and_the_misjudgement_times_what_questions_count() -> None:
    found = penalties(PLACE, np.array([LILLE, LILLE, LILLE, NICE]), questions=2.0)
    assert found[[LILLE, NORTH, ALL]] == pytest.approx([0.0, 1 / 3, 1.5])


@settings(max_examples=60, deadline=None)
@given(hierarchies(), st.integers(0, 2**32), st.integers(0, 30))
def test_misjudgements_lie_between_nothing_and_one_and_are_nothing_for_values(
    hierarchy: Hierarchy, seed: int, people: int
) -> None:
    codes = np.random.default_rng(seed).integers(0, hierarchy.n_leaves, people)
    found = misjudgements(hierarchy, codes)
    assert ((found >= 0) & (found <= 1)).all()
    assert (found[: hierarchy.n_leaves] == 0).all()


def test_of_two_splits_that_gain_the_same_the_one_into_fewer_parts_is_worth_more() -> None:
    two, four = worth(np.array([5.0, 5.0]), np.array([100, 100]), np.log([2.0, 4.0]))
    assert two == pytest.approx(2 * four)
