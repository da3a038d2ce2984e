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
