"""Predictions of programs as laboratories give them: in a case file, a table and the annotation of a VCF."""

from __future__ import annotations

import datetime
from pathlib import Path

from chevet.bedside.case.case_file import case_of
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.bedside.views.consultation.annex import sections
from chevet.bedside.views.wording import Wording
from tests.bedside.case.laboratory_files import CASE, only, read, table, vcf

HARM = (("REVEL", "harmful"), ("SIFT", "harmful"))
ENTRY = {"gene": "TP53", "protein_change": "p.L35F", "predictions": {"REVEL": 0.9, "SIFT": "deleterious"}}


def test_each_kind_of_file_says_them_alike(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    of_table = read(
        tmp_path / "1", case__json=CASE, a__tsv=table("Gene|HGVSp|SIFT|REVEL", "TP53|p.L35F|deleterious(0)|0.9")
    )
    head = (
        "##fileformat=VCFv4.2\n##reference=GRCh37\n"
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: '
        'Allele|Consequence|SYMBOL|Feature|HGVSc|HGVSp|SIFT|REVEL">\n'
    )
    csq = "CSQ=A|missense_variant|TP53|NM_000546.6||NP_000537.3:p.Leu35Phe|deleterious(0)|0.9"
    of_vcf = read(tmp_path / "2", case__json=CASE, a__vcf=vcf(f"17 7579582 G A PASS {csq} 0/1:9,9:18", head=head))
    of_case = case_of(CASE | {"alterations": [ENTRY]})
    assert [only(one).predictions for one in (of_table, of_vcf, of_case)] == [HARM] * 3


def test_a_program_that_is_not_known_is_told(tmp_path: Path) -> None:
    found = case_of(CASE | {"alterations": [{**ENTRY, "predictions": {"crystal ball": 1}}]})
    assert [(one.reason, one.detail) for one in found.not_read] == [("value_not_understood", "predictions")]


def test_the_page_names_the_criteria_that_the_files_left_open() -> None:
    bare = {"gene": "TP53", "protein_change": "p.L32F"}
    told = tell(consult(case_of(CASE | {"alterations": [bare, ENTRY]}), day=datetime.date(2026, 11, 27)), "fr")
    findings = next(one for one in sections(told, Wording("fr")) if one.key == "findings")
    assert findings.intro == (
        "Critères d’oncogénicité non évalués, faute d’information dans les fichiers : OP4, SBVS1, SBS1 (fréquence en "
        "population non dite ; variants : 2) ; OP1, SBP1 (moins de deux prédictions de logiciels ; variants : 1)."
    )
