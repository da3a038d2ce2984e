"""What may leave, and what may not be worked out from what left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import CannotConclude, Refused
from chevet.privacy.disclosure import (
    FLOOR,
    is_small,
    released_count,
    released_counts,
    released_part,
    require_releasable,
)

tables = st.dictionaries(st.text(max_size=3), st.integers(0, 40), min_size=1, max_size=8)


def test_one_to_four_people_are_never_counted_aloud() -> None:
    assert [released_count(n) for n in range(7)] == [0, None, None, None, None, 5, 6]


def test_a_negative_count_is_a_defect_and_not_a_small_count() -> None:
    with pytest.raises(ValueError, match="negative"):
        is_small(-1)


@given(tables)
def test_no_small_cell_is_shown_and_shown_cells_are_true(cells: dict[str, int]) -> None:
    shown = released_counts(cells)
    assert shown.keys() == cells.keys()
    assert all(n is None or (n == cells[cell] and not is_small(n)) for cell, n in shown.items())


@given(tables)
def test_no_small_cell_can_be_had_by_subtraction_from_the_total(cells: dict[str, int]) -> None:
    shown = released_counts(cells)
    hidden = [cell for cell, n in shown.items() if n is None]
    if not hidden or sum(n > 0 for n in cells.values()) == 1:
        return
    rest = sum(cells.values()) - sum(n for n in shown.values() if n is not None)
    everyone_is_hidden = not any(shown.values())
    assert len(hidden) >= 2
    assert rest >= FLOOR or everyone_is_hidden


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_shown_only_when_both_sides_of_the_split_are_large_or_empty(part: int, rest: int) -> None:
    shown = released_part(part, part + rest)
    assert (shown is None) == (is_small(part) or is_small(rest) or is_small(part + rest))


def test_an_answer_about_nobody_cannot_conclude() -> None:
    with pytest.raises(CannotConclude):
        require_releasable(0, "cohort")


def test_an_answer_about_three_people_is_refused_and_does_not_say_three() -> None:
    with pytest.raises(Refused) as refusal:
        require_releasable(3, "cohort")
    assert "3" not in refusal.value.message


def test_an_answer_about_five_people_goes_out() -> None:
    assert require_releasable(FLOOR, "cohort") == FLOOR
