"""How many patients carry a gene: nothing small is shown, nor to be had by subtraction."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chevet.targets.ranking.carried import Count, released_kinds

PATIENTS = st.lists(st.tuples(*[st.booleans()] * 4), min_size=40, max_size=80)
KINDS = ("variant", "amplification", "deletion", "fusion")


def test_kinds_that_were_not_tested_are_said_so() -> None:
    shown = released_kinds({"variant": (30, 100), "fusion": (0, 0), "any": (30, 100)})
    assert shown == {"variant": Count("told", 30), "fusion": Count("not_tested"), "any": Count("told", 30)}


def test_a_withheld_kind_takes_the_sum_along() -> None:
    shown = released_kinds({"variant": (30, 100), "fusion": (2, 100), "any": (32, 100)})
    assert (shown["variant"].patients, shown["fusion"].told, shown["any"].told) == (30, "withheld", "withheld")


def test_two_patients_with_both_kinds_are_not_to_be_had_by_subtraction() -> None:
    shown = released_kinds({"variant": (30, 100), "fusion": (10, 100), "any": (38, 100)})
    assert shown["any"].told == "withheld"


@given(PATIENTS)
def test_no_difference_of_numbers_shown_is_of_one_to_four_patients(patients: list[tuple[bool, ...]]) -> None:
    here = {kind: (sum(one[place] for one in patients), len(patients)) for place, kind in enumerate(KINDS)}
    here["any"] = (sum(any(one) for one in patients), len(patients))
    shown = {kind: one.patients for kind, one in released_kinds(here).items()}
    for count in shown.values():
        assert count is None or (count not in (1, 2, 3, 4) and len(patients) - count not in (1, 2, 3, 4))
    everyone = shown.pop("any")
    if everyone is not None:
        kinds = [count for count in shown.values() if count]
        assert None not in shown.values()
        assert all(everyone - count not in (1, 2, 3, 4) for count in kinds)
        assert sum(kinds) - everyone not in (1, 2, 3, 4)
