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


GERMLINE_BRCA2 = {"type": "variant", "gene": "BRCA2", "protein_change": "p.S1982fs", "origin": "germline"}


def pancreas(**clinical: Any) -> dict[str, Any]:
    return told("PAAD", GERMLINE_BRCA2, "EU", extent="metastatic", prior_therapies=["FOLFIRINOX"], **clinical)


@pytest.mark.parametrize(
    "text",
    [
        "no progression after FOLFIRINOX", "disease control after 16 weeks of FOLFIRINOX",
        "maladie contrôlée après 4 mois de FOLFIRINOX", "not progressed on first-line platinum chemotherapy",
        "maintenance after platinum",
    ],
)  # fmt: skip
def test_a_tumour_that_is_held_is_not_said_to_have_grown_because_another_line_is_due(text: str) -> None:
    found = pancreas(line=2, text=text)
    assert found["options"][0]["therapy"] == ["olaparib"]
    assert not [one for one in found["not_to_give"] if one["therapy"] == ["olaparib"]]


def test_maintenance_may_be_written_as_the_line() -> None:
    found = pancreas(line="maintenance")
    assert found["options"][0]["therapy"] == ["olaparib"]
    assert found["not_read"] == []


def test_a_progression_that_is_only_likely_is_told_as_such() -> None:
    keys = {flag["key"] for flag in pancreas(line=2)["flags"]}
    assert "progression_not_said" in keys
    assert "progression_not_said" not in {flag["key"] for flag in pancreas(line=1)["flags"]}
    said = pancreas(line=2, progressed_on=["FOLFIRINOX"])
    assert "progression_not_said" not in {flag["key"] for flag in said["flags"]}


def test_a_combination_is_not_given_for_a_resistance_that_its_rule_only_covers_by_a_wide_word() -> None:
    def evidence(*more: str) -> list[list[str]]:
        entries = [{"type": "variant", "gene": "EGFR", "protein_change": one} for one in ("p.L858R", *more)]
        case = {"diagnosis": "LUAD", "alterations": [*entries, "MET amplification"], "jurisdiction": "EU",
                "clinical": {"extent": "metastatic", "line": 2, "progressed_on": ["osimertinib"]}}  # fmt: skip
        return [one["therapy"] for one in tell(consult(case_of(case), day=DAY), "en")["evidence"]]

    assert ["osimertinib", "savolitinib"] in evidence()
    assert ["osimertinib", "savolitinib"] not in evidence("p.C797S")
