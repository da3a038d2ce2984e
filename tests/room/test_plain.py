"""Questions in words that a patient reads, in English and in French."""

from __future__ import annotations

import pytest
from hypothesis import given

from chevet.cohort.definition import parse
from chevet.cohort.nodes import Definition
from chevet.room.plain import day, who
from chevet.words.labels import Lang
from tests.strategies import definitions


@pytest.mark.parametrize(
    ("definition", "english", "french"),
    [
        ("all", "all patients", "tous les patients"),
        (
            "diagnosis under LUNG and age_at_diagnosis_years >= 65",
            "the patients who have a tumour of the type “Lung” or of one of its subtypes and whose age at diagnosis "
            "(years) is at least 65",
            "les patients qui ont une tumeur de type «\xa0Poumon\xa0» ou de l’un de ses sous-types et pour qui "
            "«\xa0âge au diagnostic (années)\xa0» est d’au moins 65",
        ),
        (
            "not (sex = female or treated(osimertinib))",
            "the patients whose sex is not female and who did not receive osimertinib",
            "les patients pour qui «\xa0sexe\xa0» n’est pas femme et qui n’ont pas reçu\xa0: osimertinib",
        ),
        (
            'mutated(EGFR, "L858R") or stage in (III, IV)',
            "the patients (either whose tumour carries the mutation L858R of the gene EGFR or whose stage is III "
            "or IV)",
            "les patients (soit dont la tumeur porte la mutation L858R du gène EGFR, soit pour qui «\xa0stade\xa0» est "
            "III ou IV)",
        ),
        (
            "purity < 0.5",
            "the patients whose tumour purity is below 0.5",
            "les patients pour qui «\xa0cellularité tumorale\xa0» est inférieur à 0,5",
        ),
    ],
)  # fmt: skip
def test_a_definition_is_said_in_plain_words(definition: str, english: str, french: str) -> None:
    assert who(parse(definition), "en") == english
    assert who(parse(definition), "fr") == french


@given(definitions())
def test_every_definition_can_be_said_in_both_languages(definition: Definition) -> None:
    langs: tuple[Lang, ...] = ("en", "fr")
    for lang in langs:
        assert who(definition, lang)


def test_days_are_written_as_people_write_them() -> None:
    assert (day("2026-03-01T23:59:59+00:00", "en"), day("2026-03-01T00:00:00+00:00", "fr")) == (
        "1 March 2026", "1er mars 2026",
    )  # fmt: skip
