"""Numbers of several parts that stand in one ranking: none tells of one to four patients by its difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.cohort import cohort as cohorts
from chevet.store import bits
from chevet.store.lake import Lake
from chevet.targets.evidence import Line
from chevet.targets.ranking.carried import released_kinds
from chevet.targets.ranking.disclosing import beside_carriers, tells_few

WHERE = "diagnosis under LUNG"


def _survival(patients: int | None, tested: int) -> Line:
    return Line("TP53", "outcome", "shorter", "for", effect=2.0, patients=patients,
                detail={"tested": tested, "events": 20, "other_events": 60, "shrunken": 1.5})  # fmt: skip


@pytest.mark.parametrize(
    ("carriers", "tested", "why"),
    [(28, 100, "two carriers"), (30, 97, "three tested"), (20, 87, "three others"), (28, 98, "two carriers alone")],
)
def test_few_whose_survival_is_not_known_are_told_by_subtraction(carriers: int, tested: int, why: str) -> None:
    assert tells_few(_survival(carriers, tested), 30, 100), why


def test_everybody_or_five_without_a_time_tell_of_nobody() -> None:
    assert not tells_few(_survival(30, 100), 30, 100)
    assert not tells_few(_survival(25, 85), 30, 100)
    assert not tells_few(_survival(None, 97), 30, 100)


@given(st.integers(0, 12), st.integers(0, 12))
def test_what_is_left_of_carriers_and_of_others_is_nobody_or_five(carriers: int, others: int) -> None:
    told = not tells_few(_survival(30 - carriers, 100 - carriers - others), 30, 100)
    assert told == (not {carriers, others, carriers + others} & {1, 2, 3, 4})


def test_a_ranking_shows_no_carriers_of_whom_few_have_no_survival(lake: Lake) -> None:
    cohort = cohorts.open(lake, "made", WHERE)
    carriers = cohort.index.altered_bits("TP53") & cohort.index.tested_bits("TP53") & cohort.bits
    tested = cohort.index.tested_bits("TP53") & cohort.bits
    altered, looked = bits.count(carriers), bits.count(tested)
    (shown,) = beside_carriers([_survival(altered - 2, looked - 2)], cohort)
    assert shown.patients is None
    assert {shown.detail[name] for name in ("tested", "events", "other_events")} == {None}
    assert (shown.effect, shown.detail["shrunken"]) == (2.0, 1.5)
    (kept,) = beside_carriers([_survival(altered - 5, looked - 10)], cohort)
    assert (kept.patients, kept.detail["events"]) == (altered - 5, 20)


def test_changes_of_a_gene_are_counted_for_every_kind_or_for_none(lake: Lake) -> None:
    """Thirty carriers and twenty-six changes of the kinds that are told leave four with the kind that is withheld."""
    cohort = cohorts.open(lake, "made", WHERE)
    told = {"n_syn": 0, "n_mis": 20, "n_non": 6, "n_spl": 0, "w_mis": 3.1}
    few, every = beside_carriers(
        [Line("TP53", "selection", "under_selection", "for", detail=one) for one in (told, told | {"n_ind": 7})], cohort
    )
    assert few.detail == {"w_mis": 3.1}
    assert every.detail == told | {"n_ind": 7}


def test_a_kind_found_in_patients_who_were_not_tested_for_it_still_gives_an_answer() -> None:
    """A study may tell of an amplification without saying who was looked at for amplifications."""
    here = {"variant": (0, 17), "amplification": (0, 0), "any": (11, 17)}
    assert released_kinds(here)["any"].patients == 11
    assert released_kinds(here | {"variant": (8, 17)})["any"].told == "withheld"
