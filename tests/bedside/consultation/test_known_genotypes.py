"""What a genotype asks is told whether or not its medicine is proposed; what only a note names is told, too."""

from __future__ import annotations

import datetime
from typing import Any

from chevet.bedside.consultation.call import consultation
from chevet.bedside.views.consultation.page_one import page_one
from chevet.bedside.views.wording import Wording

DAY = datetime.date(2026, 11, 27)
DPYD = {"type": "variant", "gene": "DPYD", "cdna": "c.1905+1G>A", "origin": "germline"}
UGT1A1 = {"type": "variant", "gene": "UGT1A1", "protein_change": "*28/*28", "origin": "germline"}


def _told(oncotree: str, *alterations: Any) -> dict[str, Any]:
    case = {
        "case_id": "P-1", "diagnosis": {"oncotree": oncotree}, "clinical": {"extent": "metastatic", "line": 1},
        "alterations": list(alterations), "jurisdiction": "EU",
    }  # fmt: skip
    return consultation(case, day=DAY)


def _advised(told: dict[str, Any]) -> dict[str, str]:
    return {one["medicine"]: one["kind"] for one in told["safety"]["advice"]}


def test_a_carrier_of_dpyd_2a_learns_it_where_only_immunotherapy_is_proposed() -> None:
    told = _told("COAD", "MSI-H", DPYD)
    proposed = {name for one in told["options"] for name in one["therapy"]}
    assert proposed
    assert not proposed & {"fluorouracil", "capecitabine"}
    assert _advised(told) == {"fluorouracil": "avoid", "capecitabine": "avoid"}
    first = page_one(told, Wording("en")).may_not[0]
    assert first.therapies == "fluorouracil, capecitabine"
    assert "DPYD" in first.why


def test_a_genotype_is_told_of_the_medicines_that_this_tumour_may_be_given() -> None:
    assert _advised(_told("COAD", "MSI-H", UGT1A1)) == {"irinotecan": "dose"}
    assert "irinotecan" not in _advised(_told("MEL", "BRAF V600E", UGT1A1))


def test_other_medicines_that_only_a_note_names_are_told_and_not_counted_as_taken() -> None:
    case = {"case_id": "P-1", "diagnosis": {"oncotree": "AML"}, "alterations": ["FLT3-ITD"], "jurisdiction": "EU"}
    noted = {"line": 1, "text": "58 ans, sous voriconazole."}
    only_noted = consultation(case | {"clinical": noted}, day=DAY, lang="fr")
    given = consultation(case | {"clinical": noted | {"comedication": ["voriconazole"]}}, day=DAY, lang="fr")
    told = [{one["key"]: one["text"] for one in answer["flags"]} for answer in (only_noted, given)]
    assert told[0]["medicines_in_note"].endswith(": voriconazole")
    assert "medicines_in_note" not in told[1]


def test_without_a_genotype_nothing_is_said_of_medicines_that_are_not_proposed() -> None:
    assert _advised(_told("COAD", "MSI-H")) == {}
