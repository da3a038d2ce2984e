"""A label for those who are older is told as one, in words."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from chevet.bedside.case.case_file import case_of
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.words.labels import Lang

DAY = datetime.date(2026, 11, 27)


def told(age: float, lang: Lang) -> dict[str, Any]:
    case = {
        "case_id": "made-up",
        "diagnosis": {"text": "soft tissue sarcoma"},
        "clinical": {"extent": "metastatic", "line": 2, "age_years": age},
        "alterations": ["NCOA4::RET"],
        "jurisdiction": "EU",
    }
    return tell(consult(case_of(case, name="case.json"), day=DAY), lang)


@pytest.mark.parametrize(
    ("lang", "age", "why"),
    [
        ("en", "18 years", "The label of EMA gives it from the age of 18 years on."),
        ("fr", "18 ans", "L’autorisation de EMA vaut à partir de 18 ans."),
    ],
)
def test_a_child_is_told_from_which_age_the_label_gives_the_medicine(lang: Lang, age: str, why: str) -> None:
    option = told(5, lang)["options"][0]
    ages = {approval["agency"]: approval["from_age"] for approval in option["approvals"]}
    assert (option["jurisdiction_match"], ages["EMA"], ages["FDA"], why in option["why"]) == ("no", age, None, True)


def test_an_adult_is_told_no_age() -> None:
    option = told(45, "en")["options"][0]
    assert (option["jurisdiction_match"], {one["from_age"] for one in option["approvals"]}) == ("yes", {None})
