"""The tables of facts are whole: both languages, sources, no key twice."""

from __future__ import annotations

import string

import pytest

from chevet.records.tables import ENDPOINT, SAMPLE_TYPE, SEX, TREATMENT_CLASS, VITAL_STATUS
from chevet.words import facts, labels, reasons, treatments
from chevet.words.consequences import CONSEQUENCES, SEQUENCE_ONTOLOGY


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_label_has_both_languages_and_the_same_places_to_fill() -> None:
    for key, texts in labels.labels().items():
        assert texts["en"], key
        assert texts["fr"], key
        assert _places(texts["en"]) == _places(texts["fr"]), key


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("sex", SEX), ("vital_status", VITAL_STATUS), ("sample_type", SAMPLE_TYPE), ("treatment_class", TREATMENT_CLASS),
     ("endpoint", ENDPOINT)],
)  # fmt: skip
def test_every_word_of_the_record_has_a_label(prefix: str, words: tuple[str, ...]) -> None:
    assert [word for word in words if not labels.has_label(f"{prefix}.{word}")] == []


def test_a_label_that_no_table_holds_is_a_defect() -> None:
    with pytest.raises(KeyError):
        labels.label("no.such.label", "fr")


def test_every_reason_is_said_in_both_languages_and_is_one_of_the_three_acts() -> None:
    for one in reasons.reasons().values():
        assert one.en, one.code
        assert one.fr, one.code
        assert one.act in ("rejected", "repaired", "noted")


def test_every_table_from_elsewhere_names_its_source_and_licence() -> None:
    listed = {row[0] for row in facts.rows("sources.tsv")}
    for table in listed:
        assert any("source:" in line for line in facts.sources(table)), table
    ours = {"labels", "reasons", "glossary", "sources"}
    assert {t for t in facts.families("") if t.split(".")[0].split("_")[0] not in ours} == listed


def test_every_medicine_has_a_class_of_the_record() -> None:
    for one in treatments.medicines().values():
        assert one.treatment_class in TREATMENT_CLASS
        assert one.name == one.name.lower()


def test_a_brand_name_means_the_medicine() -> None:
    found = treatments.medicine("Tagrisso")
    assert found is not None
    assert (found.name, found.treatment_class) == ("osimertinib", "targeted_therapy")


def test_sequence_ontology_terms_point_to_classes_that_exist() -> None:
    assert set(SEQUENCE_ONTOLOGY.values()) <= set(CONSEQUENCES)


def test_the_glossary_prints_every_term_in_both_languages() -> None:
    page = labels.glossary_markdown()
    assert "| tested, not found | testé, non retrouvé |" in page


def test_a_medicine_against_cancer_is_known_by_its_french_name() -> None:
    for name, french in facts.rows("medicines_fr.tsv"):
        found = treatments.medicine(french)
        assert found is not None, french
        assert found.name == name
