"""Kidney and liver: limits of labels, the dose of carboplatin, and what is said where nothing is known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.therapy.case import JURISDICTIONS, Clinical, Jurisdiction
from chevet.therapy.safety import laboratory, organ_function
from chevet.therapy.safety.advice import Advice, NotKnown
from chevet.therapy.safety.kidney_and_liver import organs
from chevet.words import oncotree, treatments
from chevet.words.labels import has_label


def asked(medicine: str, tumour: str = "COAD", here: Jurisdiction | None = None, **labs: float) -> list[Advice]:
    return both(medicine, tumour, here, **labs)[0]


def both(
    medicine: str, tumour: str = "COAD", here: Jurisdiction | None = None, **labs: float
) -> tuple[list[Advice], list[NotKnown]]:
    found = organs(Clinical(labs=labs), laboratory.read(labs))
    return organ_function.advise_organs([medicine], found, tumour, here)


def rows() -> list[organ_function.Limit]:
    return [limit for group in organ_function._limits().values() for limit in group]


@pytest.mark.parametrize(
    ("medicine", "clearance", "kind", "what"),
    [
        ("olaparib", 45, "dose", "Start at 200 mg twice a day."),
        ("olaparib", 25, "avoid", "Not recommended at this function of the organ."),
        ("capecitabine", 40, "dose", "Give about 75 % of the usual dose."),
        ("capecitabine", 29, "avoid", "Contraindicated at this function of the organ."),
        ("pemetrexed", 44, "avoid", "Not recommended at this function of the organ."),
        ("lenalidomide", 20, "dose", "Start at 15 mg every other day."),
        ("zoledronic acid", 35, "dose", "Give 3 mg at each administration."),
    ],
)
def test_a_clearance_below_the_limit_of_a_label_changes_the_dose(
    medicine: str, clearance: float, kind: str, what: str
) -> None:
    found = asked(medicine, clearance_ml_per_min=clearance)
    assert [(one.kind, one.what.text("en")) for one in found] == [(kind, what)]


@pytest.mark.parametrize(("clearance", "us", "eu"), [(40, 1, 1), (55, 1, 0), (60, 1, 0), (61, 0, 0)])
def test_lenalidomide_is_lowered_from_60_in_the_us_and_from_50_in_the_eu(clearance: float, us: int, eu: int) -> None:
    expected: dict[Jurisdiction, int] = {"US": us, "EU": eu, "FR": eu}
    for here, count in expected.items():
        found = asked("lenalidomide", here=here, clearance_ml_per_min=clearance)
        assert [one.what.text("en") for one in found] == ["Start at 10 mg once a day."] * count


@pytest.mark.parametrize("medicine", ["olaparib", "capecitabine", "pemetrexed", "lenalidomide"])
def test_a_good_clearance_asks_for_nothing(medicine: str) -> None:
    assert asked(medicine, clearance_ml_per_min=95) == []


def test_bilirubin_twice_its_limit_forbids_docetaxel_and_lowers_others() -> None:
    assert [one.kind for one in asked("docetaxel", bilirubin_uln=2)] == ["avoid"]
    assert [one.what.text("en") for one in asked("irinotecan", bilirubin_uln=2)] == [
        "Give 200 mg/m² at each administration."
    ]


def test_a_row_for_one_tumour_is_not_told_of_another() -> None:
    assert [one.what.text("en") for one in asked("talazoparib", "IDC", clearance_ml_per_min=40)] == [
        "Start at 0.75 mg once a day."
    ]
    assert [one.what.text("en") for one in asked("talazoparib", "PRAD", clearance_ml_per_min=40)] == [
        "Start at 0.35 mg once a day."
    ]


def test_a_liver_that_fails_severely_forbids_neratinib_as_europe_has_it() -> None:
    assert [(one.kind, one.what.key) for one in asked("neratinib", "IDC", child_pugh=11)] == [
        ("avoid", "safety.organ.contraindicated")
    ]


@pytest.mark.parametrize("tumour", ["CCRCC", "UCEC"])
def test_lenvatinib_below_thirty_is_started_at_ten_in_kidney_and_in_uterus(tumour: str) -> None:
    assert [one.what.text("en") for one in asked("lenvatinib", tumour, clearance_ml_per_min=25)] == [
        "Start at 10 mg once a day."
    ]


def test_a_row_that_names_the_copy_it_was_read_in_has_the_day() -> None:
    assert [limit.medicine for limit in rows() if "; read in " in limit.source and limit.read is None] == []


def test_child_and_pugh_stand_before_the_scale_of_bilirubin_where_all_five_facts_are_there() -> None:
    labs = {"bilirubin_umol_per_l": 20.0, "albumin_g_per_l": 27.0, "inr": 1.9, "ascites": 1.0, "encephalopathy": 0.0}
    found = organs(Clinical(labs=labs), laboratory.read(labs)).liver
    assert found is not None
    assert (found.scale, found.grade) == ("child_pugh", "moderate")


def test_carboplatin_is_dosed_by_calvert_with_the_clearance_and_its_numbers_shown() -> None:
    clinical = Clinical(age_years=60, sex="female", weight_kg=60, height_cm=165, labs={"creatinine_umol_per_l": 88.4})
    found = organs(clinical, laboratory.read(clinical.labs))
    (dose,), not_known = organ_function.advise_organs(["carboplatin"], found, "HGSOC")
    # (140 - 60) x 60 / 72 x 0.85 = 56.7 mL/min; 5 x (56.7 + 25) = 408 mg
    assert (dose.value, dose.unit, not_known) == (408, "mg", [])
    assert dose.formula == (
        "(140 − 60) × 60.0 / (72 × 1.00) × 0.85 = 57 mL/min; 5 × (56.7 + 25) = 408 mg; 6 × (56.7 + 25) = 490 mg"
    )


def test_an_obese_patient_is_told_with_both_weights() -> None:
    clinical = Clinical(age_years=70, sex="male", weight_kg=130, height_cm=170, labs={"creatinine_umol_per_l": 150.0})
    found = organs(clinical, laboratory.read(clinical.labs))
    assert [one.name for one in found.figures] == ["surface", "clearance", "clearance_adjusted", "filtration"]


def test_a_missing_fact_is_named_with_the_medicines_that_need_it() -> None:
    found = organs(Clinical(age_years=60), laboratory.read({}))
    advice, not_known = organ_function.advise_organs(["olaparib", "docetaxel"], found, "COAD")
    assert advice == []
    assert [(one.what.text("en"), one.medicines) for one in not_known] == [
        ("Kidney function is not known; missing: creatinine with its unit; weight; sex", ("olaparib",)),
        ("Liver function is not known; missing: bilirubin with its unit", ("docetaxel",)),
    ]


def test_a_child_gets_no_clearance_of_adults() -> None:
    clinical = Clinical(age_years=9, sex="male", weight_kg=30, height_cm=135, labs={"creatinine_umol_per_l": 40.0})
    assert organs(clinical, laboratory.read(clinical.labs)).clearance is None


def test_every_row_is_of_a_known_medicine_a_known_tumour_and_a_sentence_in_both_languages() -> None:
    assert len(rows()) >= 60
    assert [one.medicine for one in rows() if treatments.medicine(one.medicine) is None] == []
    assert [code for one in rows() for code in one.tumour if oncotree.get(code) is None] == []
    assert [one.action for one in rows() if not has_label(f"safety.organ.{one.action}")] == []
    assert all(one.what().text("fr") != one.what().text("en") for one in rows())


def test_no_two_rows_of_one_medicine_tumour_and_label_speak_of_the_same_clearance_grade_or_bilirubin() -> None:
    overlapping = [
        (one.medicine, one.organ, one.low, one.grades, other.low)
        for one in rows()
        for other in rows()
        if one is not other and (one.medicine, one.organ, one.tumour) == (other.medicine, other.organ, other.tumour)
        and of_one_label(one, other) and say_of_one_state(one, other)
    ]  # fmt: skip
    assert overlapping == []


def of_one_label(one: organ_function.Limit, other: organ_function.Limit) -> bool:
    """Whether a case of one jurisdiction may take both rows."""
    for_all = not one.jurisdictions or not other.jurisdictions
    return for_all or bool(set(one.jurisdictions) & set(other.jurisdictions))


def say_of_one_state(one: organ_function.Limit, other: organ_function.Limit) -> bool:
    """Whether one figure, or one grade of the liver, falls under both rows."""
    if one.organ == "liver":
        return bool(set(one.grades) & set(other.grades))
    return one.low < other.high and other.low < one.high


@given(
    st.sampled_from(["olaparib", "capecitabine", "bleomycin", "fludarabine"]),
    st.floats(1, 200),
    st.sampled_from(JURISDICTIONS),
)
def test_one_clearance_gives_one_advice_at_most(medicine: str, clearance: float, here: Jurisdiction) -> None:
    found = asked(medicine, here=here, clearance_ml_per_min=clearance)
    assert len(found) <= 1
    assert all(one.value is not None and math.isclose(one.value, clearance, abs_tol=0.06) for one in found)
