"""Whole cases that one unread word would have silenced."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from chevet.bedside.case.case_file import case_of
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell

DAY = datetime.date(2026, 11, 28)


def told(diagnosis: str, alteration: dict[str, Any], jurisdiction: str, **clinical: Any) -> dict[str, Any]:
    return tell(
        consult(
            case_of({
                "case_id": "a", "diagnosis": diagnosis, "alterations": [alteration], "jurisdiction": jurisdiction,
                "clinical": clinical,
            }), day=DAY,
        ), "en",
    )  # fmt: skip


MET_SPLICE = {"type": "variant", "gene": "MET", "cdna": "c.3028+1G>T"}
ROS1_FUSION = {"type": "fusion", "fusion": "CD74::ROS1"}
CHEK1_STOP = {"type": "variant", "gene": "CHEK1", "protein_change": "p.Q100*"}
CD30 = {"type": "expression", "name": "CD30", "value": "positive"}


@pytest.mark.parametrize(
    ("diagnosis", "alteration", "jurisdiction", "clinical", "first"),
    [
        ("pulmonary sarcomatoid carcinoma", MET_SPLICE, "EU", {"extent": "stage IV", "line": "2L",
         "prior_therapies": ["carboplatin", "pemetrexed"]}, ["capmatinib"]),
        ("prostate cancer", CHEK1_STOP, "FDA", {"extent": "mCRPC", "line": 3, "progressed_on": ["abiraterone"]},
         ["olaparib"]),
        ("CTCL", CD30, "EMA", {"extent": "advanced", "line": 2}, ["brentuximab vedotin"]),
    ],
)  # fmt: skip
def test_the_medicine_comes_first(
    diagnosis: str, alteration: dict[str, Any], jurisdiction: str, clinical: dict[str, Any], first: list[str]
) -> None:
    found = told(diagnosis, alteration, jurisdiction, **clinical)
    assert found["options"][0]["therapy"] == first
    assert found["nothing_approved"] is False


def test_inhibitors_of_ros1_stay_options_after_two_lines_of_chemotherapy() -> None:
    found = told("LUAD", ROS1_FUSION, "EU", extent="metastatic", line=3, prior_therapies=["carboplatin", "docetaxel"])
    offered = [one["therapy"] for one in found["options"]]
    assert ["crizotinib"] in offered
    assert ["entrectinib"] in offered


def test_skipping_of_exon_14_of_met_is_no_doubtful_loss() -> None:
    found = told("LUAD", MET_SPLICE, "EU", extent="metastatic", line=1)
    assert not any("loss of function is not sure" in flag["text"] for flag in found["flags"])
