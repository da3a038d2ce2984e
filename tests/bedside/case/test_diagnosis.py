"""Diagnoses by code and in words."""

from __future__ import annotations

import pytest

from chevet.bedside.case.diagnosis import _usual, placed, said_besides
from chevet.words import oncotree


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Metastatic lung adenocarcinoma", "LUAD"),
        ("NSCLC, adenocarcinoma", "LUAD"),
        ("CBNPC épidermoïde", "LUSC"),
        ("non-squamous NSCLC", "NSCLC"),
        ("cancer bronchique à petites cellules", "SCLC"),
        ("mélanome", "MEL"),
        ("cancer du sein triple négatif", "BRCA"),
        ("LMC", "CML"),
        ("LAM", "AML"),
        ("GIST", "GIST"),
        ("mCRPC", "PRAD"),
        ("colorectal cancer", "COADREAD"),
        ("Carcinome urothélial de vessie", "BLCA"),
        ("Ph+ ALL", "BLLBCRABL1"),
        ("cholangiocarcinome intrahépatique", "IHCH"),
        ("acute lymphoblastic leukaemia, T-cell", "TLL"),
        ("adénocarcinome de la jonction œsogastrique", "GEJ"),
        ("myélome", "PCM"),
        ("carcinome du sein lobulaire", "ILC"),
        ("mélanome avec métastases du foie", "MEL"),
        ("colon cancer metastatic to the liver", "COAD"),
        ("cancer", ""),
        ("a cough", ""),
        ("metastases of the liver", ""),
    ],
)
def test_a_diagnosis_in_words(text: str, code: str) -> None:
    assert placed(None, text).oncotree == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Astrocytome IDH-muté grade 2", "ASTR2"),
        ("Astrocytoma, IDH-mutant, CNS WHO grade 4", "ASTR4"),
        ("Astrocytome anaplasique", "ASTR3"),
        ("Astrocytome grade 2-3", "ASTR"),
        ("Oligodendrogliome de grade III", "ODG3"),
        ("Oligodendrogliome grade II", "ODG2"),
        ("Glioblastome IDH-muté", "ASTR4"),
        ("Gliome diffus de grade 3", "HGGNOS"),
        ("Gliome de bas grade de l'enfant", "LGGNOS"),
        ("pediatric high-grade glioma", "HGGNOS"),
    ],
)
def test_a_glioma_is_placed_by_its_grade_for_what_is_approved_depends_on_it(text: str, code: str) -> None:
    assert placed(None, text).oncotree == code


def test_the_words_beside_a_code_narrow_it_and_never_widen_it() -> None:
    assert [
        placed(*one).oncotree for one in (("ASTR", "récidive, grade 4"), ("ASTR2", "grade 4"), ("LUAD", "LAM"))
    ] == [
        "ASTR4",
        "ASTR2",
        "LUAD",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LAM pulmonaire", "LAM"),
        ("lymphangioléiomyomatose", "LAM"),
        ("LAM4", "AML"),
        ("LAM3", "APLPMLRARA"),
        ("AML with myelodysplasia-related changes", "AMLMRC"),
        ("MDS/MPN-RS-T", "MDSMPNRST"),
        ("AREB-2", "MDSEB"),
        ("LMMC-2", "CMML"),
        ("CML blast crisis", "CMLBP"),
        ("LMC acutisée", "CMLBP"),
        ("LAL B Ph1+", "BLLBCRABL1"),
        ("Philadelphia chromosome-negative B-ALL", "BLL"),
        ("Philadelphia-negative B-cell acute lymphoblastic leukemia", "BLL"),
        ("LAL B, Ph négatif", "BLL"),
        ("SM-AHN", "SMAHN"),
        ("sarcome histiocytaire", "HS"),
        ("histiocytose de Langerhans", "LCH"),
        ("TNE du pancréas G2", "PANET"),
        ("TNE iléale G1", "SBWDNET"),
        ("carcinome neuroendocrine du côlon", "HGNEC"),
        ("gliome infiltrant de la ligne médiane", "DMG"),
        ("TGCT diffuse", "TGCT"),
    ],
)
def test_names_of_the_blood_of_children_and_of_rare_tumours(text: str, code: str) -> None:
    assert placed(None, text).oncotree == code


def test_a_diagnosis_by_any_code() -> None:
    assert [placed(code, None).oncotree for code in ("luad", "NCIT:C3512", "C3512", "8140/3 C34.9", "BANANA")] == [
        "LUAD",
        "LUAD",
        "LUAD",
        "LUAD",
        "",
    ]


def test_triple_negative_is_three_markers() -> None:
    assert [(one.name, one.value) for one in said_besides("Cancer du sein triple négatif")] == [
        ("er", "negative"),
        ("pr", "negative"),
        ("her2", "negative"),
    ]


def test_every_usual_name_has_a_code_of_oncotree_and_stands_once() -> None:
    names = [name.lower() for name, _ in _usual()]
    assert ([code for _, code in _usual() if oncotree.get(code) is None], len(names) - len(set(names))) == ([], 0)
    assert len(names) > 800


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CTCL", "PCTLPL"), ("lymphome T cutané", "PCTLPL"), ("adénocarcinome de la jonction œso-gastrique", "GEJ"),
        ("gastro-esophageal junction adenocarcinoma", "GEJ"), ("papillary craniopharyngioma", "PCGP"),
        ("pulmonary sarcomatoid carcinoma", "SARCL"), ("SMD del(5q)", "MDSID5Q"),
        ("double hit lymphoma", "HGBCLMYCBCL2"),
        ("primary peritoneal carcinoma", "PSEC"), ("UCNT", "NPC"), ("mixed phenotype acute leukemia", "ALAL"),
        ("myeloid/lymphoid neoplasm with FGFR1 rearrangement", "MLNFGFR1"), ("ALCL ALK+", "ALCLALKP"),
        ("adénocarcinome de la vésicule biliaire", "GBC"), ("cancer du sigmoïde", "COAD"), ("TVIM", "BLCA"),
        ("cancer du canal anal", "ANSC"), ("adénocarcinome du col utérin", "CEAD"), ("CPRCm", "PRAD"),
        ("adenocarcinoma of unknown origin", "CUP"), ("carcinome à translocation TFE3", "TRCC"),
        ("CCA intrahépatique", "IHCH"), ("secretory carcinoma of the parotid", "HNMASC"), ("NSCLC adeno", "LUAD"),
        ("urothelial carcinoma of the renal pelvis", "UTUC"), ("carcinome du cavum", "NPC"), ("CRCC", "CCRCC"),
    ],
)  # fmt: skip
def test_tumours_are_placed_by_the_names_that_boards_write(text: str, code: str) -> None:
    assert placed(None, text).oncotree == code


@pytest.mark.parametrize(
    ("text", "code"), [("CML-CP", "CML"), ("LMC-PC", "CML"), ("CML-BP", "CMLBP"), ("LMC-CB", "CMLBP")]
)
def test_the_phase_of_a_chronic_leukaemia_is_read_behind_its_name(text: str, code: str) -> None:
    assert placed(None, text).oncotree == code
