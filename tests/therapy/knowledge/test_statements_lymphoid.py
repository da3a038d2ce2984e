"""What the statements on lymphoid neoplasms must never say, and what they must."""

from __future__ import annotations

import datetime

import pytest

from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement
from chevet.therapy.matching.against import TAKES_AWAY
from tests.therapy.making import statements_of, taken_away


@pytest.fixture(scope="module")
def statements() -> tuple[Statement, ...]:
    return statements_of("lymphoid")


def test_c481_takes_away_covalent_inhibitors_and_t474_all(statements: tuple[Statement, ...]) -> None:
    covalent = {"acalabrutinib", "ibrutinib", "zanubrutinib"}
    assert taken_away(statements, "BTK p.C481") == covalent
    assert taken_away(statements, "BTK p.T474") == covalent | {"pirtobrutinib"}


def test_no_chemotherapy_is_given_because_of_a_lost_p53(statements: tuple[Statement, ...]) -> None:
    chemotherapy = base.medicines_of("@cll_chemotherapy") | {"cyclophosphamide"}
    given = {
        one.id
        for one in statements
        if one.tumour == ("CLLSLL",) and not one.speaks_against and "TP53" in str(one.biomarker)
        if chemotherapy & set(one.therapy)
    }
    assert given == set()


def test_tazemetostat_is_no_longer_approved_and_must_not_be_given(statements: tuple[Statement, ...]) -> None:
    said = [one for one in statements if one.therapy == ("tazemetostat",)]
    assert {approval.ended for one in said for approval in one.approvals} == {datetime.date(2026, 3, 9)}
    assert {one.effect for one in said if not one.approvals} == {"contraindicated"}


def test_venetoclax_is_for_myeloma_with_the_translocation_only(statements: tuple[Statement, ...]) -> None:
    rules = {
        str(one.biomarker) for one in statements
        if "venetoclax" in one.therapy and "PCM" in one.tumour and not one.speaks_against
    }  # fmt: skip
    assert rules == {"cytogenetic t(11;14) or CCND1 rearranged"}


def test_conjugates_and_engagers_are_not_given_where_their_target_is_gone(statements: tuple[Statement, ...]) -> None:
    assert taken_away(statements, "cd30 = negative") == {"brentuximab vedotin"}
    assert taken_away(statements, "cd22 = negative") == {"inotuzumab ozogamicin"}
    assert "blinatumomab" in taken_away(statements, "cd19 = negative")
    assert taken_away(statements, "bcma = negative") == base.medicines_of("@anti_bcma")


def test_what_speaks_against_a_medicine_does_not_hang_on_treatment_that_may_be_unsaid(
    statements: tuple[Statement, ...],
) -> None:
    hanging = [
        one.id
        for one in statements
        if one.effect in TAKES_AWAY and any(condition.kind in ("prior", "progressed_on") for condition in one.requires)
    ]
    assert hanging == []
