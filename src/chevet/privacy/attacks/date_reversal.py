"""Shifted dates moved back to where they were.

Two ways. *By the week*: hospitals diagnose from Monday to Friday, so a shift that is the same for everybody shows in
the days of the week, up to whole weeks; a known first or last day of the study settles the weeks. *By the rule*: a
shift worked out from the identifier without a key is worked out again.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
_EPOCH_WEEKDAY = datetime.date(1970, 1, 1).weekday()
WEEK = 7


def shift_by_the_week(shifted: Days, first_day: int) -> int:
    """The shift of a whole table, in days, from its quietest two days of the week and its known first day.

    shifted     (n,) days since 1970-01-01 as released
    first_day   the true first day of the study, as everybody can read in its description

    The shift that puts the two quietest days on Saturday and Sunday, nearest to the one that the first day suggests.
    """
    per_weekday = np.bincount((shifted + _EPOCH_WEEKDAY) % WEEK, minlength=WEEK)
    quiet = [per_weekday[(5 + s) % WEEK] + per_weekday[(6 + s) % WEEK] for s in range(WEEK)]
    of_week = int(np.argmin(quiet))
    rough = int(shifted.min()) - first_day
    return rough + (of_week - rough + 3) % WEEK - 3


def found_by_the_week(shifted: Days, true: Days) -> float:
    """The share of dates that this attack puts back on their day."""
    return float((shifted - shift_by_the_week(shifted, int(true.min())) == true).mean())


def naive_offset(patient_id: str, within: int) -> int:
    """A shift drawn from a generator that the identifier seeds: no key, so anybody draws it again."""
    return random.Random(patient_id).randint(-within, within)  # noqa: S311  (the mistake that is shown)


def found_by_the_rule(
    shifted: Days, true: Days, patient_ids: Sequence[str], rules: Sequence[Callable[[str], int]]
) -> float:
    """The share of dates that some guessed rule from identifier to shift puts back, for the best rule."""
    shares = [0.0]
    for rule in rules:
        offsets = np.array([rule(identifier) for identifier in patient_ids], dtype=np.int64)
        shares.append(float((shifted - offsets == true).mean()))
    return max(shares)
