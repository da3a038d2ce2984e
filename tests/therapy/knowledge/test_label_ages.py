"""A label for adults is none for a child."""

from __future__ import annotations

import datetime

import pytest

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case, Clinical, Diagnosis, Jurisdiction
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.label_ages import is_too_young, lowest_age
from chevet.therapy.knowledge.statement import Agency, Approval
from chevet.therapy.matching.choosing import Choice, choose

DAY = datetime.date(2026, 11, 27)


def approval(agency: Agency, brand: str) -> Approval:
    return Approval(agency, brand, DAY, "approved")


def chosen(code: str, finding: Alteration, age: float | None, jurisdiction: Jurisdiction = "EU") -> Choice:
    clinical = Clinical("relapsed", 2, prior_therapies=("chemotherapy",), age_years=age)
    case = Case("made-up", Diagnosis(code), clinical, jurisdiction=jurisdiction)
    return choose(case, [Finding(finding, "oncogenic", direction="gain")], base.own(), day=DAY)


def approved(choice: Choice) -> set[str]:
    return {medicine for option in choice.options if option.is_approved for medicine in option.therapy}


@pytest.mark.parametrize(
    ("agency", "brand", "tumour", "years"),
    [
        ("EMA", "Retsevmo", ("THME",), 12.0),
        ("EMA", "Retsevmo", ("SOLID",), 18.0),
        ("FDA", "Retevmo", ("SOLID",), 2.0),
        ("FDA", "Retevmo", ("NSCLC",), 18.0),
        ("FDA", "Revuforj", ("AML", "AMLPCT"), 1.0),
        ("EMA", "Vitrakvi", ("SOLID",), None),
    ],
)
def test_the_narrowest_row_that_covers_the_tumour_counts(
    agency: Agency, brand: str, tumour: tuple[str, ...], years: float | None
) -> None:
    assert lowest_age(approval(agency, brand), tumour) == years


def test_who_has_the_age_or_tells_none_is_not_too_young() -> None:
    ema = approval("EMA", "Retsevmo")
    assert [is_too_young(ema, ("THME",), age) for age in (8.0, 12.0, 40.0, None)] == [True, False, False, False]


RET = Alteration("fusion", gene="RET", fusion=("NCOA4", "RET"))
FLT3 = Alteration("variant", gene="FLT3", classes=frozenset({"itd"}))
KMT2A = Alteration("fusion", gene="KMT2A", fusion=("KMT2A", "AFF1"))


@pytest.mark.parametrize(
    ("code", "finding", "jurisdiction", "medicine", "young", "old"),
    [
        ("SARCNOS", RET, "EU", "selpercatinib", 5, 40),
        ("SARCNOS", RET, "US", "selpercatinib", 1, 5),
        ("AML", FLT3, "EU", "gilteritinib", 7, 40),
        ("AML", FLT3, "US", "gilteritinib", 7, 40),
        ("BLL", KMT2A, "US", "revumenib", 0.5, 2),
    ],
)
def test_what_is_approved_depends_on_the_age_of_the_label(
    code: str, finding: Alteration, jurisdiction: Jurisdiction, medicine: str, young: float, old: float
) -> None:
    assert medicine not in approved(chosen(code, finding, young, jurisdiction))
    assert medicine in approved(chosen(code, finding, old, jurisdiction))
    assert medicine in approved(chosen(code, finding, None, jurisdiction))
