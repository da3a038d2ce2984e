"""Formulas against worked values: those of their papers and agencies, and what must hold for any patient."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.therapy.safety import formulas

ages = st.floats(18, 100)
weights = st.floats(35, 180)
heights = st.floats(140, 205)
creatinines = st.floats(25, 900)


@pytest.mark.parametrize(("auc", "largest_mg"), [(6, 900), (5, 750), (4, 600)])
def test_carboplatin_never_exceeds_the_largest_doses_that_the_fda_names(auc: float, largest_mg: float) -> None:
    # FDA, Carboplatin dosing, 2010-10-08: largest doses for these targets
    assert formulas.calvert(auc, 125) == largest_mg
    assert formulas.calvert(auc, 240) == largest_mg


def test_clearance_at_the_reference_body_is_140_less_the_age() -> None:
    # Cockcroft and Gault 1976: 72 kg and 1 mg/dL leave (140 - age), 15 % less in women
    assert formulas.cockcroft_gault(40, 72, 88.4, "male") == pytest.approx(100)
    assert formulas.cockcroft_gault(40, 72, 88.4, "female") == pytest.approx(85)


def test_filtration_at_the_knots_of_the_equation_is_its_constant() -> None:
    # Inker et al. 2021: at 0.9 mg/dL (men) and 0.7 mg/dL (women) only age is left of the equation
    assert formulas.ckd_epi_2021(60, 0.9 * 88.4, "male") == pytest.approx(142 * 0.9938**60)
    assert formulas.ckd_epi_2021(60, 0.7 * 88.4, "female") == pytest.approx(142 * 1.012 * 0.9938**60)


@given(ages, weights, creatinines)
def test_clearance_is_the_same_in_both_units_of_creatinine(age: float, weight: float, mg_dl_times_88: float) -> None:
    one = formulas.cockcroft_gault(age, weight, mg_dl_times_88, "male")
    assert one == pytest.approx((140 - age) * weight / (72 * (mg_dl_times_88 / 88.4)))


@given(weights, heights)
def test_both_surfaces_agree_within_a_tenth_in_adults(weight: float, height: float) -> None:
    ratio = formulas.mosteller(weight, height) / formulas.du_bois(weight, height)
    assert 0.9 < ratio < 1.2


@given(weights, heights, st.sampled_from(("female", "male")))
def test_an_adjusted_weight_is_never_above_the_weight(weight: float, height: float, sex: formulas.Sex) -> None:
    adjusted = formulas.adjusted_weight(weight, height, sex)
    assert adjusted <= weight + 1e-9
    assert adjusted == weight or adjusted >= formulas.ideal_weight(height, sex)


@given(st.floats(1, 400), st.floats(10, 60), st.floats(0.8, 6), st.sampled_from((0, 1, 2)), st.sampled_from(range(5)))
def test_child_pugh_lies_between_five_and_fifteen(
    bilirubin: float, albumin: float, inr: float, ascites: float, coma: float
) -> None:
    assert 5 <= formulas.child_pugh(bilirubin, albumin, inr, ascites, coma) <= 15
