"""No two numbers of one dossier differ by one to four patients of whom the difference would speak."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.cohort.cohort import Cohort
from chevet.cohort.genes import GeneFrequency
from chevet.cohort.survival import Group, LeftOut, Survival
from chevet.errors import Refused
from chevet.targets.dossier.disclosing import curves_beside, kinds_beside, lines_beside, trial_beside
from chevet.targets.dossier.eligible import USUAL, Eligible
from chevet.targets.evidence import Line
from chevet.targets.ranking.carried import Carried, released_kinds

SMALL = {1, 2, 3, 4}


def _curves(altered: int, others: int, events: int | None = 20) -> Survival:
    groups = (Group("altered", altered, events), Group("not_altered", others, 60))
    nobody = LeftOut(0, 0, 0)
    return Survival(cast(Cohort, None), "overall_survival", "TP53", groups, False, None, None, (), nobody)


def _kinds(**counted: tuple[int, int]) -> tuple[tuple[GeneFrequency, ...], Carried]:
    shown = tuple(
        GeneFrequency("MET", kind, altered, tested, altered / tested, 0.1, 0.5)
        for kind, (altered, tested) in counted.items()
    )
    return shown, Carried("MET", released_kinds(counted), counted["any"][1])


@given(st.integers(0, 12), st.integers(0, 12))
def test_carriers_without_a_curve_are_nobody_or_five(carriers: int, others: int) -> None:
    shown = curves_beside(_curves(40 - carriers, 160 - others), 40, 200)
    assert (shown is None) == bool(SMALL & {carriers, others, carriers + others})


def test_survival_lines_beside_a_curve_do_not_tell_of_whom_the_age_is_not_known() -> None:
    """Forty carriers on the curve and thirty-eight in the adjusted estimate: two have no age."""
    line = Line("TP53", "outcome", "shorter", "for", 2.0, "hazard_ratio", patients=38,
                detail={"tested": 190, "events": 19, "other_events": 60})  # fmt: skip
    (shown,) = lines_beside([line], _curves(40, 160))
    assert (shown.patients, shown.detail["tested"], shown.effect) == (None, None, 2.0)
    assert lines_beside([line], _curves(38, 152)) == (line,)
    assert lines_beside([line], None) == (line,)


@pytest.mark.parametrize(
    "cells",
    [(17, 23, 0), (20, 17, 3), (None, 22, None)],  # living or dead less those who may not enter: three, three, two
)
def test_criteria_on_who_lives_beside_a_curve_tell_of_nobody(cells: tuple[Any, ...]) -> None:
    assert trial_beside(Eligible(USUAL, *cells), _curves(40, 160)) == Eligible(USUAL, None, None, None)


def test_criteria_that_agree_with_the_curve_or_ask_something_else_are_told() -> None:
    same = Eligible(USUAL, 20, 20, 0)
    assert trial_beside(same, _curves(40, 160)) == same
    other = Eligible("stage = IV", 17, 23, 0)
    assert trial_beside(other, _curves(40, 160)) == other


def test_any_alteration_less_those_of_one_kind_is_not_told() -> None:
    kinds, carried = _kinds(variant=(30, 100), amplification=(10, 100), any=(38, 100))
    shown = {one.kind: one for one in kinds_beside(kinds, carried, "variant")}
    assert (shown["variant"].altered, shown["any"].altered, shown["any"].frequency) == (30, None, None)
    with pytest.raises(Refused, match="any alteration"):
        kinds_beside(kinds, carried, "any")


def test_any_alteration_is_told_where_nothing_small_is_left() -> None:
    kinds, carried = _kinds(variant=(30, 100), amplification=(10, 100), any=(40, 100))
    assert kinds_beside(kinds, carried, "any") == kinds
