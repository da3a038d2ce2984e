"""A consultation says each thing once, in the reader's language: steps, reasons, cautions, flags."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.bedside.case.case_file import case_of
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.bedside.views.consultation import annex
from chevet.bedside.views.wording import Wording
from chevet.cli.bedside.consult import _say

DAY = datetime.date(2026, 11, 28)


def _told(code: str, alterations: list[Any], lang: Any = "fr", *, tested: str = "", **clinical: Any) -> dict[str, Any]:
    case = {
        "case_id": "P-1", "diagnosis": {"oncotree": code}, "alterations": alterations, "jurisdiction": "EU",
        "clinical": {"extent": "metastatic", **clinical}, **({"tested_genes": tested.split()} if tested else {}),
    }  # fmt: skip
    return tell(consult(case_of(case), day=DAY), lang)


def _steps(told: dict[str, Any], kind: str) -> list[list[str]]:
    return [step["what"] for step in told["next_steps"] if step["kind"] == kind]


def test_tests_that_open_the_same_options_are_one_step() -> None:
    told = _told("DDLS", ["MDM2 amplification"], line=2)
    assert _steps(told, "test") == [["NTRK1", "NTRK2", "NTRK3"], ["RET"]]


def test_a_marker_whose_exact_level_is_missing_is_not_called_untested() -> None:
    found = ["HER2 negative", "ER positive", "PR positive", "PIK3CA H1047R"]
    told = _told("IDC", found, "en", line=2, progressed_on=["palbociclib", "letrozole"])
    assert [one["what"] for one in told["not_tested"] if one["name"] == "her2"] == ["HER2 (exact level)"]
    (step,) = [one["text"] for one in told["next_steps"] if one["what"] == ["her2"]]
    assert step == ("HER2 was measured, but at which level is not told exactly; it could open trastuzumab deruxtecan.")


def test_what_is_measured_before_a_medicine_is_one_step_that_names_the_medicines() -> None:
    told = _told("ESCC", ["PD-L1 CPS 12"], line=1, prior_therapies=[])
    assert _steps(told, "test_first") == [["capecitabine", "fluorouracil"]]
    (text,) = [one["text"] for one in told["next_steps"] if one["kind"] == "test_first"]
    assert text.startswith("capécitabine, fluorouracile : ")


def test_only_a_targeted_medicine_asks_how_the_tumour_escaped_it() -> None:
    after_chemotherapy = _told("COAD", ["MSS"], line=2, progressed_on=["FOLFOX"], tested="KRAS NRAS BRAF")
    after_targeted = _told("LUAD", ["RET fusion"], line=2, progressed_on=["selpercatinib", "pralsetinib"])
    explained = _told("LUAD", ["KIF5B-RET", "RET G810S"], line=3, progressed_on=["selpercatinib"])
    assert (_steps(after_chemotherapy, "retest"), _steps(explained, "retest")) == ([], [])
    assert after_targeted["options"] or _steps(after_targeted, "retest") == [["selpercatinib", "pralsetinib"]]


def test_a_variant_in_a_fused_gene_is_no_reason_for_a_germline_test() -> None:
    fused = _told("LUAD", ["KIF5B-RET", "RET G810S"], line=2, progressed_on=["selpercatinib"])
    medullary = _told("THME", ["RET M918T"], line=1)
    assert (_steps(fused, "germline"), _steps(medullary, "germline")) == ([], [["RET"]])


def test_a_cancer_of_the_blood_is_not_asked_for_its_extent() -> None:
    leukaemia = {
        "case_id": "P-1",
        "diagnosis": {"oncotree": "AML"},
        "clinical": {"line": 1},
        "alterations": ["FLT3-ITD"],
    }
    told = tell(consult(case_of(leukaemia), day=DAY), "fr")
    assert "extent_not_said" not in {flag["key"] for flag in told["flags"]}


def test_cautions_are_of_medicines_that_are_given_in_this_tumour() -> None:
    told = _told("LUAD", ["KRAS G12C", "STK11 p.Q37*"], line=2, prior_therapies=["pembrolizumab"])
    assert not {"trametinib", "selumetinib"} & {name for one in told["cautions"] for name in one["therapy"]}
    assert told["cautions"][0]["therapy"] == ["sotorasib"]


def test_evidence_of_other_tumours_rests_on_a_target() -> None:
    told = _told("MM", ["t(11;14)", "del(17p)"], line=4, extent="relapsed")
    assert told["elsewhere"] == []
    options = {tuple(one["therapy"]) for one in _told("NSCLC", ["ETV6-NTRK3"], line=2)["options"]}
    assert not options & {tuple(one["therapy"]) for one in _told("NSCLC", ["ETV6-NTRK3"], line=2)["elsewhere"]}


def test_no_label_asks_for_a_test_of_bcma() -> None:
    assert _told("MM", ["t(11;14)"], line=4, extent="relapsed")["not_tested"] == []


def test_a_measured_marker_has_no_class_of_oncogenicity() -> None:
    told = _told("COAD", ["MSI-H", "KRAS wild type"], line=1)
    assert {one["label"]: one["class_text"] for one in told["findings"]} == {
        "instabilité microsatellitaire élevée (MSI-H)": "mesuré", "KRAS non muté": "mesuré",
    }  # fmt: skip


def test_medicines_taken_away_for_one_reason_stand_in_one_row_and_on_one_line() -> None:
    told = _told("LUAD", ["EGFR exon 19 deletion", "MET amplification"], line=2, progressed_on=["osimertinib"])
    rows = next(one for one in annex.sections(told, Wording("fr")) if one.key == "against").table.rows
    assert len(told["not_to_give"]) > 5
    assert [row[0].text.count(", ") + 1 for row in rows] == [len(told["not_to_give"])]
    said = CliRunner().invoke(_command(told)).output
    (named,) = [line.partition(" – ")[0].split(", ") for line in said.splitlines() if " – MET amplifié : " in line]
    assert (named[0].strip(), len(named)) == ("osimertinib", len(told["not_to_give"]))


def test_a_tumour_without_a_diagnosis_or_a_finding_is_not_said_to_have_nothing_approved() -> None:
    unplaced = tell(consult(case_of({"case_id": "P-1", "alterations": ["TP53 R175H"]}), day=DAY), "en")
    assert unplaced["headline"] == "The tumour could not be placed: what is approved for it cannot be said."
    assert "(EMA, FDA)" in unplaced["nothing_approved_because"]
    empty = _told("LUAD", [], "en", line=1)
    assert empty["headline"] == "No finding of this tumour was given."
    for silent in (unplaced, empty):
        assert silent["next_steps"][-1]["text"].startswith("Complete the case (diagnosis, what was tested")


def test_a_test_is_said_to_open_what_waits_for_it_alone_before_what_waits_for_many() -> None:
    told = _told("LUAD", [], "en", line=1)
    opened = {one["name"]: one["would_open"] for one in told["not_tested"]}
    assert (opened["ALK"][0], opened["EGFR"][0]) == ("lorlatinib", "osimertinib")
    (step,) = [one for one in told["next_steps"] if one["what"] == ["ALK"]]
    assert step["text"].startswith("Test ALK: it could open lorlatinib; ")


def test_the_terminal_says_under_which_medicine_of_an_option_the_tumour_grew_and_counts_further_options() -> None:
    told = _told("LUAD", ["EGFR L858R"], line=2, progressed_on=["osimertinib", "carboplatin", "pemetrexed"])
    said = CliRunner().invoke(_command(told)).output.splitlines()
    first = next(line for line in said if line.startswith("  1. "))
    assert "carboplatine" in first
    assert said[said.index(first) + 1].strip().startswith("! Contient carboplatine")
    assert [line for line in said if "de plus : voir" in line] == (
        [f"  et {len(told['options']) - 5} de plus : voir l’annexe"] if len(told["options"]) > 5 else []
    )


def test_what_was_not_read_is_counted_on_the_terminal() -> None:
    told = _told("LUAD", ["EGFR L858R", "???"], line=1)
    assert len(told["not_read"]) == 1
    assert "Non lu, ou non utilisé : 1 (voir la page, ou --json)." in CliRunner().invoke(_command(told)).output


def test_a_medicine_that_an_option_combines_is_meant_without_that_combination() -> None:
    told = _told("COAD", ["BRAF V600E", "MSS"], line=2, prior_therapies=["FOLFOX"])
    assert "encorafénib + cétuximab" in {one["therapy_text"] for one in told["options"]}
    texts = {one["therapy"][0]: one["therapy_text"] for one in told["not_to_give"] if len(one["therapy"]) == 1}
    assert (texts["cetuximab"], texts["panitumumab"]) == ("cétuximab (hors association proposée)", "panitumumab")


def _command(told: dict[str, Any]) -> Any:
    import click

    return click.command()(lambda: _say(told, "fr"))


# A vowel after de or que asks for an apostrophe; a colon stands behind a space, but not in a name such as t(11;14).
_NO_ELISION = re.compile(r"\b(?:de|que|le) (?:[aeiouyéèêœ]\w+|un\b)", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(?:and|or|not|of|with|wild_type|germline|fusion of|breast)\b")


@pytest.mark.parametrize(
    ("code", "alterations", "clinical"),
    [
        ("COAD", ["BRAF V600E", "MSI-H", "KRAS wild type"], {"line": 1}),
        ("LUAD", ["EGFR L858R", "MET amplification", "TP53 R273H"], {"line": 2, "progressed_on": ["osimertinib"]}),
        ("IDC", ["HER2 negative", "ER positive", "PIK3CA H1047R", "ESR1 D538G"], {"line": 2}),
        ("PRAD", ["BRCA2 p.S1982Rfs*22"], {"line": 2, "prior_therapies": ["abiraterone"]}),
        ("CCRCC", ["VHL p.S65*"], {"line": 1}),
        ("CLLSLL", ["BTK C481S", "del(17p)"], {"line": 3, "progressed_on": ["ibrutinib"]}),
    ],
)
def test_sentences_in_french_are_french(code: str, alterations: list[str], clinical: dict[str, Any]) -> None:
    told = _told(code, alterations, **clinical)
    texts = [one["why"] for part in ("options", "not_to_give", "later", "cautions") for one in told[part]]
    texts += [one["text"] for part in ("next_steps", "facts", "flags") for one in told[part]]
    wrong = [text for text in texts if _NO_ELISION.search(text) or re.search(r"\w: ", text) or _ENGLISH.search(text)]
    assert len(texts) > 5
    assert wrong == [], "\n".join(wrong)
