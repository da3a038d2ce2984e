"""One shift for all is read off the week; a shift without a key is worked out again."""

from __future__ import annotations

import datetime

import numpy as np

from chevet.privacy.attacks import date_reversal


def _weekdays(n: int) -> date_reversal.Days:
    """Days of diagnosis: Monday to Friday of three years."""
    start = datetime.date(2019, 1, 1).toordinal() - datetime.date(1970, 1, 1).toordinal()
    days = start + np.random.default_rng(2).integers(0, 1000, 2 * n)
    return days[(days + 3) % 7 < 5][:n]


def test_one_shift_for_everybody_is_read_off_the_days_of_the_week() -> None:
    true = _weekdays(2000)
    for shift in (-200, -3, 0, 1, 6, 365):
        assert date_reversal.found_by_the_week(true + shift, true) in (0.0, 1.0)
        assert date_reversal.shift_by_the_week(true + shift, int(true.min())) == shift


def test_a_shift_of_each_persons_own_hides_the_week() -> None:
    true = _weekdays(2000)
    own = np.random.default_rng(8).integers(-180, 181, len(true))
    assert date_reversal.found_by_the_week(true + own, true) < 0.02


def test_a_shift_that_the_identifier_seeds_is_drawn_again() -> None:
    true = _weekdays(300)
    people = [f"P-{n}" for n in range(300)]
    shifted = true + np.array([date_reversal.naive_offset(who, 180) for who in people])
    rules = [lambda who: date_reversal.naive_offset(who, 90), lambda who: date_reversal.naive_offset(who, 180)]
    assert date_reversal.found_by_the_rule(shifted, true, people, rules) == 1.0
    assert date_reversal.found_by_the_rule(shifted, true, people, rules[:1]) < 0.05
