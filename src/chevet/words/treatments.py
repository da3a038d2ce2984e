"""Medicines by their international name, and the classes of treatment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.words import facts


@dataclass(frozen=True)
class Medicine:
    """A cancer medicine: international (INN) name in lower case, its class, and what else it is called."""

    name: str
    treatment_class: str
    other_names: tuple[str, ...]


_CLASSES: dict[str, str] = {
    "chemotherapy": "chemotherapy",
    "chemo": "chemotherapy",
    "chimiothérapie": "chemotherapy",
    "chimiotherapie": "chemotherapy",
    "targeted therapy": "targeted_therapy",
    "targeted": "targeted_therapy",
    "targeted molecular therapy": "targeted_therapy",
    "thérapie ciblée": "targeted_therapy",
    "targeted_therapy": "targeted_therapy",
    "immunotherapy": "immunotherapy",
    "immunothérapie": "immunotherapy",
    "immune therapy": "immunotherapy",
    "hormone therapy": "hormone_therapy",
    "hormone_therapy": "hormone_therapy",
    "hormonal therapy": "hormone_therapy",
    "endocrine therapy": "hormone_therapy",
    "hormonothérapie": "hormone_therapy",
    "hormonotherapie": "hormone_therapy",
    "radiotherapy": "radiotherapy",
    "radiation": "radiotherapy",
    "radiation therapy": "radiotherapy",
    "radio therapy": "radiotherapy",
    "radiothérapie": "radiotherapy",
    "radiotherapie": "radiotherapy",
    "surgery": "surgery",
    "chirurgie": "surgery",
    "transplant": "transplant",
    "stem cell transplant": "transplant",
    "greffe": "transplant",
    "cell therapy": "cell_therapy",
    "cell_therapy": "cell_therapy",
    "car-t": "cell_therapy",
    "thérapie cellulaire": "cell_therapy",
    "radiopharmaceutical": "radiopharmaceutical",
    "supportive": "supportive",
    "supportive care": "supportive",
    "ancillary": "supportive",
    "soins de support": "supportive",
    "other": "other",
    "autre": "other",
}


def name(medicine_name: str, lang: Literal["en", "fr"]) -> str:
    """The international name in a language, of cancer medicines and others; the name itself where the two agree.

    >>> name("carboplatin", "fr"), name("carboplatin", "en"), name("osimertinib", "fr")
    ('carboplatine', 'carboplatin', 'osimertinib')
    """
    return _french().get(medicine_name, medicine_name) if lang == "fr" else medicine_name


@cache
def _french() -> dict[str, str]:
    return dict(facts.rows("medicines_fr.tsv")) | dict(facts.rows("other_medicines_fr.tsv"))


def medicine(text: str | None) -> Medicine | None:
    """The medicine with this international, brand or short name, whatever its capitals; None when not known.

    >>> medicine("Herceptin").name, medicine("5-FU").treatment_class, medicine("water") is None
    ('trastuzumab', 'chemotherapy', True)
    """
    return _by_name().get(" ".join(text.lower().split())) if text else None


def treatment_class(text: str | None) -> str | None:
    """A word of `records.tables.TREATMENT_CLASS` for a class as files spell it; None when not known.

    >>> treatment_class("Hormonothérapie"), treatment_class("Radiation Therapy"), treatment_class("prayer")
    ('hormone_therapy', 'radiotherapy', None)
    """
    return _CLASSES.get(" ".join(text.lower().replace("_", " ").split())) if text else None


@cache
def medicines() -> dict[str, Medicine]:
    """Every medicine by international name."""
    return {
        name: Medicine(name, of_class, tuple(others.split("|")) if others else ())
        for name, of_class, others in facts.rows("medicines.tsv")
    }


@cache
def _by_name() -> dict[str, Medicine]:
    found: dict[str, Medicine] = {}
    for one in medicines().values():
        for other in one.other_names:
            if other in found:
                raise ValueError(f"medicines.tsv: {other} is another name of two medicines")
            found[other] = one
    for international, french in _french().items():
        if international in medicines():
            found.setdefault(french.lower(), medicines()[international])
    found.update(medicines())
    return found
