"""Purposes of use: the terms of the Data Use Ontology, in both languages."""

from __future__ import annotations

import csv

import pytest

from chevet.words import duo
from tests.shared_data import shared


def test_every_term_of_the_published_table_is_there_under_its_own_label() -> None:
    with shared("knowledge/duo/duo.csv").open(encoding="utf-8") as file:
        published = {row["id"]: (row["shorthand"], row["label"]) for row in csv.DictReader(file) if row["shorthand"]}
    assert {term.id: (term.code, term.en) for term in duo.terms()} == published


def test_every_term_has_french_words_of_its_own() -> None:
    french = [term.fr for term in duo.terms()]
    assert len(set(french)) == len(french)
    assert all(term.fr and term.fr != term.en for term in duo.terms())


@pytest.mark.parametrize("text", ["HMB", "hmb", " hmb ", "DUO:0000006", "duo:0000006"])
def test_a_term_is_found_under_its_short_name_and_its_identifier(text: str) -> None:
    found = duo.find(text)
    assert found is not None
    assert found.code == "HMB"


def test_a_word_that_duo_does_not_have_is_no_term() -> None:
    assert duo.find("health") is None


def test_permissions_and_modifiers_are_told_apart() -> None:
    assert {term.code for term in duo.terms() if term.kind == "permission"} == {"NRES", "GRU", "HMB", "DS", "POA"}
    assert {term.kind for term in duo.terms()} == {"permission", "modifier"}
