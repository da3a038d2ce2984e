"""Findings, rules and regimens as a board reads them, in both languages."""

from __future__ import annotations

import pytest

from chevet.genomics.alteration import Alteration
from chevet.therapy import rules, saying
from chevet.therapy.knowledge import base
from chevet.words import oncotree, treatments
from tests.therapy.making import marker, statement


@pytest.mark.parametrize(
    ("name", "value", "en", "fr"),
    [
        ("msi", "high", "microsatellite instability high (MSI-H)", "instabilité microsatellitaire élevée (MSI-H)"),
        ("mmr", "proficient", "mismatch repair proficient (pMMR)", "réparation des mésappariements conservée (pMMR)"),
        ("her2", "negative", "HER2 negative", "HER2 négatif"),
        ("cldn18_2", "positive", "claudin 18.2 positive", "claudine 18.2 positive"),
        ("pd_l1_cps", 2.0, "PD-L1 combined positive score (CPS) 2", "score combiné de PD-L1 (CPS) 2"),
        ("tmb", 48.5, "tumour mutational burden 48.5 mutations/Mb", "charge mutationnelle 48,5 mutations/Mb"),
    ],
)  # fmt: skip
def test_a_marker_is_said_as_a_report_says_it(name: str, value: str | float, en: str, fr: str) -> None:
    assert (saying.finding(marker(name, value), "en"), saying.finding(marker(name, value), "fr")) == (en, fr)


def test_a_change_of_chromosomes_is_its_own_name() -> None:
    assert saying.finding(Alteration("signature", name="karyotype", value="del(17p)"), "fr") == "del(17p)"


@pytest.mark.parametrize(
    ("rule", "en", "fr"),
    [
        ("BRCA1 wild_type and BRCA2 wild_type", "BRCA1 wild type and BRCA2 wild type",
         "BRCA1 non muté et BRCA2 non muté"),
        ("her2 = negative", "HER2 negative", "HER2 négatif"),
        ("pd_l1_tps >= 50", "PD-L1 tumour proportion score (TPS) ≥ 50",
         "score de proportion tumorale de PD-L1 (TPS) ≥ 50"),
        ("*::NTRK1", "NTRK1 fusion", "fusion NTRK1"),
    ],
)  # fmt: skip
def test_a_rule_without_a_finding_is_told_in_words(rule: str, en: str, fr: str) -> None:
    assert [saying.rule(rules.parse(rule), lang) for lang in ("en", "fr")] == [en, fr]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "told"),
    [("encorafénib", "d’encorafénib"), ("un sel de platine", "d’un sel de platine"), ("évérolimus", "d’évérolimus"),
     ("hydroxyurée", "d’hydroxyurée"), ("cétuximab", "de cétuximab")],
)  # fmt: skip
def test_french_joins_of_to_a_vowel(words: str, told: str) -> None:
    assert saying.of(words, "fr") == told


def test_a_long_list_of_tumours_is_named_by_its_first() -> None:
    codes = ["MEL", "-SKCN", "ARMM", "ESMM", "HNMUCM"]
    assert saying.tumours(codes, "fr") == f"Mélanome et types apparentés (sauf {oncotree.name('SKCN', 'fr')})"
    assert saying.tumours(["BREAST", "-BFN", "-PBS"], "en") == "breast cancer (but not some subtypes)"


def test_a_cancer_of_the_blood_has_a_line_and_no_extent() -> None:
    blood = statement(tumour="AML", biomarker="IDH1 p.R132H", therapy="ivosidenib", line="2+")
    assert (saying.line(blood, "en"), saying.line(statement(line="2+"), "en")) == (
        "line 2+",
        "advanced disease, line 2+",
    )


def test_a_test_that_is_missing_is_named_in_the_readers_language() -> None:
    assert [saying.missing("germline VHL", lang) for lang in ("en", "fr")] == ["germline VHL", "VHL constitutionnel"]


def test_a_class_of_treatment_is_no_medicine_and_has_its_own_word() -> None:
    assert treatments.medicine("chemotherapy") is None
    assert saying.regimen(("chemotherapy",), "fr") == "chimiothérapie"


def test_every_rule_of_ours_can_be_told_in_both_languages() -> None:
    told = [saying.rule(one.biomarker, lang) for one in base.own() for lang in ("en", "fr")]
    assert [text for text in told if "_" in text] == []
