"""Two consultations of one case: what a board must decide again, and what made the difference."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from chevet.bedside.case.case_file import case_of
from chevet.bedside.consultation.comparing import compare
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.errors import BadInput
from chevet.words.labels import Lang

CASE: dict[str, Any] = {
    "case_id": "P-1", "diagnosis": {"oncotree": "LUAD"}, "clinical": {"extent": "metastatic", "line": 1},
    "alterations": [{"type": "variant", "gene": "EGFR", "protein_change": "p.L858R"}],
    "tested_genes": ["EGFR", "ALK", "KRAS"], "jurisdiction": "EU",
}  # fmt: skip
NOW = datetime.date(2026, 11, 27)


def _told(case: dict[str, Any], day: datetime.date = NOW, lang: Lang = "en") -> dict[str, Any]:
    return tell(consult(case_of(case), day=day), lang)


def test_the_same_case_on_the_same_day_has_the_same_answer() -> None:
    found = compare(_told(CASE), _told(CASE))
    assert (found.changes, found.knowledge, found.decides) == ((), (), False)


def test_a_new_approval_is_a_new_option_and_asks_for_a_decision() -> None:
    found = compare(_told(CASE, datetime.date(2019, 1, 1)), _told(CASE))
    came = {one.what for one in found.changes if one.kind == "option_came"}
    assert "amivantamab + lazertinib" in came
    assert (found.decides, found.days) == (True, ("2019-01-01", "2026-11-27"))


def test_a_resistance_mutation_that_came_takes_a_medicine_away_and_is_named() -> None:
    later = CASE | {
        "alterations": [*CASE["alterations"], {"type": "variant", "gene": "EGFR", "protein_change": "p.T790M"}]
    }
    found = compare(_told(CASE), _told(later))
    assert "EGFR p.T790M" in {one.what for one in found.changes if one.kind == "finding_came"}
    assert "gefitinib" in {one.what for one in found.changes if one.kind == "against_came"}


def test_another_line_of_treatment_is_told_as_the_situation() -> None:
    second = CASE | {"clinical": {"extent": "metastatic", "line": 2, "progressed_on": ["osimertinib"]}}
    found = compare(_told(CASE), _told(second))
    assert {one.what for one in found.changes if one.kind == "situation"} == {"line", "progressed_on"}


def test_a_situation_is_told_in_the_readers_language() -> None:
    second = CASE | {"clinical": {"extent": "localised", "line": 2, "progressed_on": ["abiraterone"]}}
    texts = [one.text("fr") for one in compare(_told(CASE), _told(second)).changes if one.kind == "situation"]
    assert set(texts) == {
        "extension de la maladie : métastatique → localisée", "ligne : 1 → 2", "a progressé sous : – → abiratérone",
    }  # fmt: skip


def test_two_cases_are_not_compared() -> None:
    with pytest.raises(BadInput):
        compare(_told(CASE), _told(CASE | {"case_id": "P-2"}))


def test_a_file_that_is_no_consultation_is_refused() -> None:
    with pytest.raises(BadInput):
        compare({"form": "something"}, _told(CASE))


def test_an_answer_told_in_another_language_is_not_another_answer() -> None:
    many = CASE | {"alterations": [*CASE["alterations"], "MET amplification", "PD-L1 TPS 80 %", "EGFR exon 19 deletion",
                                   "EML4::ALK", "MSI-H", "KRAS wild type"]}  # fmt: skip
    assert compare(_told(many), _told(many, lang="fr")).changes == ()


def test_between_two_languages_medicines_are_named_in_that_of_the_later_answer() -> None:
    found = compare(_told(CASE), _told(CASE, datetime.date(2019, 1, 1), "fr"))
    went = {one.what for one in found.changes if one.kind == "option_went"}
    assert [one for one in went if one.startswith("osimertinib + pémétrexed + ") and " ou " in one]


def test_medicines_that_one_reason_takes_away_are_one_line_and_each_its_own_entry() -> None:
    later = CASE | {"alterations": [*CASE["alterations"], "EGFR T790M"]}
    found = compare(_told(CASE), _told(later))
    came = [one.what for one in found.changes if one.kind == "against_came"]
    (line,) = [line for line in found.lines("en") if line.startswith("now not to give")]
    assert len(came) > 3
    assert line == f"now not to give: {', '.join(came)}. EGFR p.T790M: no response, or no longer"


def test_what_a_genotype_newly_forbids_asks_for_a_decision() -> None:
    dpyd = {"type": "variant", "gene": "DPYD", "cdna": "c.1905+1G>A", "origin": "germline"}
    found = compare(_told(CASE), _told(CASE | {"alterations": [*CASE["alterations"], dpyd]}))
    assert {one.what for one in found.changes if one.kind == "advice_came"} == {"fluorouracil", "capecitabine"}
    assert found.decides
