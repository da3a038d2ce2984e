"""What a note says plainly, in English and French, and what it only hints at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.bedside.case.clinical_text import read_note
from chevet.bedside.case.treatment_names import medicines_in, regimens
from chevet.therapy.conditions import FEATURES
from chevet.therapy.knowledge import base
from chevet.words import treatments


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("mCRPC", {"castration_resistant": True}),
        ("Cancer de la prostate résistant à la castration", {"castration_resistant": True}),
        ("hormono-sensible", {"hormone_sensitive": True}),
        ("platinum-resistant ovarian cancer", {"platinum_resistant": True}),
        ("no brain metastases", {"brain_metastases": False}),
        ("métastases cérébrales : absentes", {"brain_metastases": False}),
        ("sans métastase cérébrale", {"brain_metastases": False}),
        ("post-menopausal, no visceral crisis", {"postmenopausal": True, "visceral_crisis": False}),
        ("non ménopausée", {"postmenopausal": False}),
        ("unfit for intensive chemotherapy", {"fit_for_intensive": False}),
        ("maintenance, no progression after platinum", {"after_induction": True}),
        ("LMC en phase chronique", {"chronic_phase": True}),
        ("asymptomatic", {"symptomatic": False}),
        ("non-squamous", {"non_squamous": True}),
        ("côlon droit", {"left_sided": False}),
        ("risk of brain metastases", {"brain_metastases": False}),
    ],
)
def test_features_of_the_patient(text: str, features: dict[str, bool]) -> None:
    if text.startswith("risk of"):
        # what may come is neither there nor said to be absent for good; it is never read as present
        assert read_note(text).features.get("brain_metastases") is not True
        return
    assert read_note(text).features == features


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("first-line", 1),
        ("PD-L1 TPS 60 %", None),
        ("2e ligne", 2),
        ("after first-line platinum", 2),
        ("progression après une première ligne", 2),
        ("second line after first-line FOLFOX", 2),
        ("two prior lines of therapy", 3),
        ("après 2 lignes antérieures", 3),
        ("3L", 3),
    ],
)
def test_the_line_to_be_chosen_now(text: str, line: int | None) -> None:
    assert read_note(text).line == line


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("metastatic", "metastatic"),
        ("stade IV", "metastatic"),
        ("non-metastatic, resected stage II", "localised"),
        ("localement avancé", "locally_advanced"),
        ("relapsed/refractory", "relapsed"),
        ("platinum-refractory", None),
        ("en rémission complète", "remission"),
        ("stage IIIB", "locally_advanced"),
        ("adjuvant", "localised"),
    ],
)
def test_the_extent_of_the_disease(text: str, extent: str | None) -> None:
    assert read_note(text).extent == extent


@pytest.mark.parametrize(
    ("text", "given_before", "grew_under"),
    [
        ("progressed on osimertinib", ["osimertinib"], ["osimertinib"]),
        ("progression sous Tagrisso", ["osimertinib"], ["osimertinib"]),
        ("previously treated with ibrutinib, progressed on venetoclax", ["ibrutinib", "venetoclax"], ["venetoclax"]),
        ("traitée par trastuzumab puis T-DM1", ["trastuzumab", "trastuzumab emtansine"], []),
        ("no progression on osimertinib", ["osimertinib"], []),
        ("candidate for osimertinib", [], []),
        ("start on osimertinib", [], []),
        ("not previously treated with immunotherapy", [], []),
        ("without prior chemotherapy", [], []),
    ],
)
def test_treatments_given_and_failed(text: str, given_before: list[str], grew_under: list[str]) -> None:
    noted = read_note(text)
    assert (noted.given, noted.progressed_on) == (given_before, grew_under)


def test_age_sex_and_performance_status() -> None:
    noted = [
        read_note(text)
        for text in (
            "64-year-old woman, ECOG 1",
            "Homme de 71 ans, OMS 2",
            "suivi depuis 10 ans",
            "aged 58",
            "man and woman",
        )
    ]
    assert [(one.age_years, one.sex, one.ecog) for one in noted] == [
        (64.0, "female", 1),
        (71.0, "male", 2),
        (None, None, None),
        (58.0, None, None),
        (None, None, None),
    ]


def test_a_fact_that_two_phrases_contradict_is_unclear() -> None:
    assert read_note("brain metastases in 2024; no brain metastases today").unclear == ["brain_metastases"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("FOLFOX", ["fluorouracil", "folinic acid", "oxaliplatin"]),
        ("carboplatine-paclitaxel", ["carboplatin", "paclitaxel"]),
        ("pembrolizumab/carboplatin/pemetrexed", ["pembrolizumab", "carboplatin", "pemetrexed"]),
        ("osimertinib + chemo", ["osimertinib", "chemotherapy"]),
        ("létrozole + palbociclib", ["letrozole", "palbociclib"]),
        ("Herceptin", ["trastuzumab"]),
        ("T-DXd", ["trastuzumab deruxtecan"]),
        ("hormonothérapie", ["hormone therapy"]),
        ("sels de platine", ["platinum", "chemotherapy"]),
        ("EGFR TKI", ["egfr_tki", "targeted therapy"]),
        ("a walk", []),
    ],
)
def test_treatments_by_regimen_brand_french_name_and_group(text: str, names: list[str]) -> None:
    assert medicines_in(text) == names


def test_every_name_in_a_regimen_is_a_medicine_a_group_or_a_class() -> None:
    strange = [
        name
        for names in regimens().values()
        for name in names
        if treatments.medicine(name) is None and treatments.treatment_class(name) is None and not _is_group(name)
    ]
    assert strange == []


def _is_group(name: str) -> bool:
    try:
        return bool(base.medicines_of(f"@{name}"))
    except (KeyError, ValueError):
        return False


@given(st.text(max_size=300))
def test_any_text_is_a_note_and_says_only_known_facts(text: str) -> None:
    noted = read_note(text)
    assert set(noted.features) <= set(FEATURES)
    assert noted.ecog in (None, 0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "Résidu ne prenant pas le contraste, pas de radiothérapie ni chimiothérapie nécessaire.",
        "On surveillance, no radiotherapy or chemotherapy so far.",
        "Contraste faible ; imatinib non indiqué.",
    ],
)
def test_a_word_that_ends_as_on_and_a_treatment_that_is_denied_are_no_treatment_given(text: str) -> None:
    assert read_note(text).given == []


@pytest.mark.parametrize(
    "text", ["On osimertinib since March, no radiotherapy.", "Sous osimertinib, pas de radiothérapie."]
)
def test_what_stands_before_a_denial_was_given(text: str) -> None:
    assert read_note(text).given == ["osimertinib"]
