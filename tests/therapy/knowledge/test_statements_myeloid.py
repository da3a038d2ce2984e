"""What the statements on myeloid neoplasms must never say, and what they must."""

from __future__ import annotations

import pytest

from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement
from chevet.therapy.matching.against import TAKES_AWAY
from tests.therapy.making import statements_of, taken_away


@pytest.fixture(scope="module")
def statements() -> tuple[Statement, ...]:
    return statements_of("myeloid")


def test_t315i_takes_away_every_older_inhibitor_and_leaves_ponatinib_and_asciminib(
    statements: tuple[Statement, ...],
) -> None:
    assert taken_away(statements, "ABL1 p.T315I") == {"imatinib", "dasatinib", "nilotinib", "bosutinib"}


def test_the_gatekeeper_of_flt3_takes_away_all_its_inhibitors(statements: tuple[Statement, ...]) -> None:
    assert taken_away(statements, "FLT3 p.F691") == {"gilteritinib", "midostaurin", "quizartinib", "sorafenib"}


def test_d816v_takes_imatinib_away_and_not_the_medicines_made_for_it(statements: tuple[Statement, ...]) -> None:
    gone = taken_away(statements, "KIT p.D816")
    assert (gone & {"imatinib", "avapritinib", "midostaurin"}) == {"imatinib"}


def test_no_menin_inhibitor_is_said_to_be_approved_in_europe(statements: tuple[Statement, ...]) -> None:
    menin = base.medicines_of("@menin_inhibitor")
    agencies = {
        approval.agency for one in statements if menin & set(one.therapy) for approval in one.approvals
    }  # fmt: skip
    assert agencies == {"FDA"}


def test_nothing_but_the_fusion_of_an_acute_promyelocytic_leukaemia_brings_arsenic(
    statements: tuple[Statement, ...],
) -> None:
    given = {str(one.biomarker) for one in statements if "arsenic trioxide" in one.therapy and not one.speaks_against}
    assert given == {"PML::RARA or cytogenetic t(15;17)"}


def test_imatinib_for_pdgfrb_covers_an_eosinophilic_leukaemia_too(statements: tuple[Statement, ...]) -> None:
    tumours = {
        tumour
        for one in statements
        if "imatinib" in one.therapy and "PDGFRB rearranged" in str(one.biomarker) and one.approvals
        for tumour in one.tumour
    }
    assert {"CELNOS", "MLNPDGFRB", "MDS/MPN"} <= tumours


def test_what_speaks_against_a_medicine_does_not_hang_on_treatment_that_may_be_unsaid(
    statements: tuple[Statement, ...],
) -> None:
    hanging = [
        one.id
        for one in statements
        if one.effect in TAKES_AWAY and any(condition.kind in ("prior", "progressed_on") for condition in one.requires)
    ]
    assert hanging == []
