"""Treatments by the names of haematology and paediatrics."""

from __future__ import annotations

import pytest

from chevet.bedside.case.treatment_names import medicines_in


@pytest.mark.parametrize(
    ("words", "medicines"),
    [
        ("R-ACVBP", ["rituximab", "doxorubicin", "cyclophosphamide", "vindesine", "bleomycin", "prednisone"]),
        ("DA-EPOCH-R", ["rituximab", "etoposide", "prednisone", "vincristine", "cyclophosphamide", "doxorubicin"]),
        ("I+V", ["ibrutinib", "venetoclax"]),
        ("Ven-Obi", ["venetoclax", "obinutuzumab"]),
        ("D-Vd", ["daratumumab", "bortezomib", "dexamethasone"]),
        ("aracytine haute dose", ["cytarabine"]),
        ("Interfant-06", ["chemotherapy"]),
        ("EsPhALL", ["chemotherapy"]),
        ("osimertinib + chimio", ["osimertinib", "chemotherapy"]),
        ("cBTKi", ["btk_inhibitor_covalent", "targeted therapy"]),
    ],
)
def test_a_regimen_is_read_as_its_medicines(words: str, medicines: list[str]) -> None:
    assert medicines_in(words) == medicines


@pytest.mark.parametrize(
    "words", ["give the drug", "no CVD", "pansement VAC", "electron beam", "estomac vide", "the maid", "vitamin"]
)
def test_a_word_of_every_day_is_no_regimen(words: str) -> None:
    assert medicines_in(words) == []
