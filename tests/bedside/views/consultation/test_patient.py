"""What the patient's sheet says, and what it leaves to the doctor."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from chevet.bedside.views.consultation import patient
from tests.bedside.views.consultation.told import DAY, OURS, because, everywhere, finding, option, told
from tests.bedside.views.test_html import ATTACK, Reader


def _words(made: dict[str, object]) -> str:
    return " ".join(Reader(patient.html(patient.patient_sheet(made))).words)


def test_it_says_what_was_found_and_what_will_be_discussed() -> None:
    words = _words(told())
    assert "Changes that matter for the tumour were found in: EGFR." in words
    assert "osimertinib" in words
    assert "because of the change in EGFR" in words
    assert "Ask your doctor if they would help: MET." in words


def test_nothing_inherited_is_first_heard_from_paper() -> None:
    inherited = finding("BRCA1 p.E23fs", "BRCA1", "p.E23fs", origin="germline")
    because_of_it = option(therapy_text="olaparib", because=[because("BRCA1 p.E23fs", "BRCA1")])
    words = _words(told(findings=[inherited], options=[because_of_it]))
    assert "BRCA1" not in words
    assert "olaparib" not in words
    assert "Your doctor will tell you which treatments are part of the discussion." in words


def test_a_treatment_that_the_patients_own_genes_forbid_is_not_proposed() -> None:
    advice = {"kind": "avoid", "medicine": "osimertinib", "what": "Not with this genotype.", "because": []}
    assert "osimertinib" not in _words(told(safety={"advice": [advice], "not_known": []}))


def test_while_a_file_may_be_another_patients_the_sheet_names_no_finding_and_no_treatment() -> None:
    words = _words(told(flags=[{"key": "case_id_differs", "text": "The name inside the file is not the case's."}]))
    assert "EGFR" not in words
    assert "osimertinib" not in words
    assert "The laboratory is still checking these results." in words


@pytest.mark.parametrize("origin", ["unknown", "germline"])
def test_a_gene_that_asks_for_counselling_is_not_named_unless_the_change_is_the_tumours_alone(origin: str) -> None:
    assert "MLH1" not in _words(told(findings=[finding("MLH1 p.R100*", "MLH1", "p.R100*", origin=origin)]))
    assert "MLH1" in _words(told(findings=[finding("MLH1 p.R100*", "MLH1", "p.R100*", origin="somatic")]))


def test_it_holds_no_outlook_no_refusal_and_no_level() -> None:
    outlook = {"effect": "worse_outcome", "text": "patients live shorter", "level": "B", "sources": ["PMID:9"]}
    words = _words(told(facts=[outlook]))
    for unsaid in ("live shorter", "gefitinib", "AMP", "ESCAT", "PMID", "oncogenic"):
        assert unsaid not in words, unsaid


def test_nothing_approved_is_told_without_closing_a_door() -> None:
    words = _words(told(nothing_approved=True, options=[]))
    assert "Other treatments do not depend on these tests." in words


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_its_own_sentences_are_short_enough_for_school(lang: str) -> None:
    sheet = patient.patient_sheet(told(lang))
    lines = [line for part in sheet.parts for line in (*part.lines, part.note)] + list(sheet.questions)
    sentences = [one.split() for line in lines for one in line.replace("?", ".").split(". ") if one]
    assert max(map(len, sentences)) <= 22
    assert sum(map(len, sentences)) / len(sentences) <= 12


def test_words_of_a_case_stay_words() -> None:
    drawn = Reader(patient.html(patient.patient_sheet(everywhere(told(), ATTACK, keep=OURS))))
    assert drawn.named("script") == drawn.named("img") == []
    assert any(ATTACK in words for words in drawn.words)


def test_the_pdf_is_one_page_and_the_same_each_time(tmp_path: Path) -> None:
    sheet = patient.patient_sheet(told("fr"))
    content = patient.pdf(sheet, made_on=DAY)
    assert content == patient.pdf(sheet, made_on=DAY)
    program = shutil.which("pdfinfo")
    if program is None:
        pytest.skip("pdfinfo is not installed: the pages of the PDF cannot be counted")
    file = tmp_path / "sheet.pdf"
    file.write_bytes(content)
    told_by = subprocess.run([program, str(file)], capture_output=True, check=True, text=True).stdout
    assert "Pages:           1\n" in told_by
