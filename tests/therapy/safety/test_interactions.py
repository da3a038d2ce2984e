"""Other medicines of the patient: known by any name, told with the reason, and named where they are not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.therapy.safety import interactions
from chevet.therapy.safety.advice import Advice
from chevet.words import facts, treatments
from chevet.words.labels import has_label


def advice(medicine: str, *given: str) -> list[Advice]:
    return interactions.advise_comedication([medicine], given)[0]


def told(medicine: str, *given: str) -> list[tuple[str, str]]:
    return [(one.what.text("en"), one.because[0].text("en")) for one in advice(medicine, *given)]


@pytest.mark.parametrize("name", ["omeprazole", "Oméprazole 20 mg", "MOPRAL", "oméprazole (Mopral) le soir"])
def test_a_medicine_is_known_by_each_of_its_names(name: str) -> None:
    assert told("erlotinib", name) == [
        ("Avoid omeprazole with erlotinib.", "omeprazole lowers the acid of the stomach (proton pump inhibitor)")
    ]


@pytest.mark.parametrize("name", ["St John's wort", "St. John’s wort", "millepertuis"])
def test_st_johns_wort_is_contraindicated_with_irinotecan(name: str) -> None:
    assert sorted(text for text, _ in told("irinotecan", name)) == [
        "Avoid St John's wort with irinotecan, which it makes less effective.",
        "Contraindicated: St John's wort with irinotecan.",
    ]


@pytest.mark.parametrize(
    ("medicine", "other", "what"),
    [
        ("ibrutinib", "Zeclar", "Avoid clarithromycin with ibrutinib; if not possible, ibrutinib 140 mg once a day."),
        ("olaparib", "itraconazole", "Avoid itraconazole with olaparib; if not possible, olaparib 100 mg twice a day."),
        ("osimertinib", "rifampicine", "Avoid rifampicin with osimertinib, which it makes less effective."),
        ("tamoxifen", "Deroxat", "Avoid paroxetine with tamoxifen: less of the active form is made; prefer another "
         "antidepressant."),
        ("capecitabine", "warfarine", "Watch INR closely: capecitabine changes the effect of warfarin."),
        ("fluorouracil", "Zostex", "Contraindicated, and for 4 weeks after brivudine: fatal toxicity of fluorouracil."),
        ("mercaptopurine", "Zyloric", "With allopurinol, give a quarter to a third of the dose of mercaptopurine."),
        ("mercaptopurine", "Adenuric", "Avoid febuxostat with mercaptopurine."),
        ("ivosidenib", "Pradaxa", "Contraindicated: dabigatran with ivosidenib."),
        ("enzalutamide", "Xarelto", "enzalutamide lowers rivaroxaban: choose another, or watch its effect."),
        ("enzalutamide", "Pradaxa", "enzalutamide raises dabigatran: choose another, or lower its dose and watch."),
        ("enzalutamide", "warfarine", "Avoid warfarin with enzalutamide; if not possible, watch INR closely."),
        ("zanubrutinib", "Préviscan", "Do not give fluindione with zanubrutinib: risk of bleeding."),
        ("vandetanib", "citalopram", "Avoid citalopram with vandetanib: both prolong QT. If not possible, ECG and "
         "electrolytes before and during treatment."),
        ("sotorasib", "Gaviscon", "Take sotorasib 4 hours before or 10 hours after antacid."),
        ("dacomitinib", "famotidine", "Take dacomitinib 6 hours before or 10 hours after famotidine."),
        ("selpercatinib", "famotidine", "Take selpercatinib 10 hours after famotidine and at least 2 hours before the "
         "next dose."),
        ("selpercatinib", "Gaviscon", "Take selpercatinib and antacid 2 hours apart."),
        ("sunitinib", "itraconazole", "Avoid itraconazole with sunitinib; if not possible, give 12.5 mg less."),
        ("erlotinib", "itraconazole", "Avoid itraconazole with erlotinib; if not possible, reduce erlotinib as its "
         "label says."),
        ("cobimetinib", "diltiazem", "Avoid diltiazem with cobimetinib; if not possible, cobimetinib 20 mg once a "
         "day."),
        ("adagrasib", "citalopram", "Avoid citalopram with adagrasib: both prolong QT. If not possible, ECG and "
         "electrolytes before and during treatment."),
        ("lorlatinib", "Triflucan", "Avoid fluconazole with lorlatinib; if not possible, lorlatinib 75 mg once a day."),
        ("erdafitinib", "Triflucan", "Avoid fluconazole with erdafitinib; if not possible, watch closely for adverse "
         "reactions."),
        ("pacritinib", "diltiazem", "With diltiazem, more pacritinib is to be expected: watch for adverse reactions, "
         "and reduce its dose if they come."),
        ("temsirolimus", "itraconazole", "Avoid itraconazole with temsirolimus; if not possible, temsirolimus 12.5 mg "
         "once a week."),
        ("idelalisib", "itraconazole", "With itraconazole, more idelalisib is to be expected: watch for adverse "
         "reactions, and reduce its dose if they come."),
        ("futibatinib", "Sporanox", "Avoid itraconazole with futibatinib; if not possible, reduce futibatinib as its "
         "label says."),
        ("tovorafenib", "Lipur", "Avoid gemfibrozil with tovorafenib."),
    ],
)  # fmt: skip
def test_a_pair_is_told_as_its_label_says(medicine: str, other: str, what: str) -> None:
    assert [text for text, _ in told(medicine, other)] == [what]


def test_a_medicine_without_interaction_in_our_tables_says_nothing() -> None:
    assert told("osimertinib", "paracetamol 1 g") == []


def test_an_unknown_name_and_a_missing_list_are_both_told() -> None:
    _, unknown = interactions.advise_comedication(["erlotinib"], ["tisane du soir"])
    _, missing = interactions.advise_comedication(["erlotinib"], [])
    assert [one.what.text("en") for one in (*unknown, *missing)] == [
        "Not recognised among other medicines: tisane du soir",
        "Other medicines of the patient are not said",
    ]


def test_a_row_that_names_the_copy_it_was_read_in_has_the_day() -> None:
    every = [row for group in interactions._interactions().values() for row in group]
    assert [row.medicine for row in every if "; read in " in row.source and row.read is None] == []


def test_every_row_is_of_a_known_medicine_with_sentences_in_both_languages() -> None:
    every = [row for group in interactions._interactions().values() for row in group]
    assert [row.medicine for row in every if treatments.medicine(row.medicine) is None] == []
    assert [row.action for row in every if not has_label(f"safety.with.{row.action}")] == []
    assert [row.with_class for row in every if not has_label(f"safety.class.{row.with_class}")] == []
    assert all(row.what("x").text("fr") != row.what("x").text("en") for row in every)


def test_no_name_stands_for_two_medicines() -> None:
    pairs = {(name, one.name) for name, one in interactions._names()}
    names = [name for name, _ in pairs]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_list_is_read_or_named(given: list[str]) -> None:
    advice, not_known = interactions.advise_comedication(["erlotinib"], given)
    assert len(not_known) <= 1
    assert all(one.medicine == "erlotinib" for one in advice)


def test_other_medicines_have_their_french_names_on_a_french_page() -> None:
    (one,) = advice("erlotinib", "Mopral")
    assert (one.what.text("fr"), one.because[0].text("fr").partition(" ")[0]) == (
        "Éviter oméprazole avec erlotinib.", "oméprazole",
    )  # fmt: skip
    assert treatments.name("St John's wort", "fr") == "millepertuis"


def test_every_french_name_of_another_medicine_is_recognised() -> None:
    for name, french in facts.rows("other_medicines_fr.tsv"):
        assert name in [one.name for one in interactions.recognise(french)], french
