"""Blood tests come in many spellings and units; the figure that is used has one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.therapy.safety import laboratory


@pytest.mark.parametrize(
    "name",
    [
        "creatinine_umol_per_l",
        "creatinine_umol_l",
        "Creatinine (µmol/L)",
        "créatinine µmol/l",
        "serum_creatinine_umol_per_l",
    ],
)
def test_creatinine_is_known_by_each_of_its_spellings(name: str) -> None:
    assert dict(laboratory.read({name: 88.4}).values) == {"creatinine": 88.4}


@pytest.mark.parametrize(("name", "value"), [("creatinine_mg_per_dl", 1.0), ("creatinine_mg_per_l", 10.0)])
def test_creatinine_is_the_same_in_each_unit(name: str, value: float) -> None:
    assert laboratory.read({name: value}).get("creatinine") == pytest.approx(88.4)


@pytest.mark.parametrize("name", ["creatinine", "bilirubin", "creatinine_cups"])
def test_a_test_without_a_known_unit_is_not_read_and_named(name: str) -> None:
    assert laboratory.read({name: 12.0}) == laboratory.Laboratory({}, {}, (name,))


def test_a_number_that_cannot_be_in_its_unit_is_not_read() -> None:
    # 1.1 is a creatinine in mg/dL: in micromoles it would be no life
    assert laboratory.read({"creatinine_umol_per_l": 1.1}).unread == ("creatinine_umol_per_l",)


def test_multiples_of_the_upper_limit_are_kept_as_such() -> None:
    assert dict(laboratory.read({"bilirubin_uln": 2.0}).times_uln) == {"bilirubin": 2.0}


def test_a_clearance_is_not_taken_for_a_creatinine() -> None:
    assert dict(laboratory.read({"creatinine_clearance_ml_per_min": 55.0}).values) == {"clearance": 55.0}


@given(st.dictionaries(st.text(max_size=30), st.floats(allow_nan=False, allow_infinity=False), max_size=6))
def test_any_names_and_numbers_are_read_or_left(labs: dict[str, float]) -> None:
    found = laboratory.read(labs)
    assert set(found.unread) <= set(labs)
    assert len(found.values) + len(found.times_uln) + len(found.unread) <= len(labs)


@pytest.mark.parametrize(
    ("name", "test"),
    [("CrCl", "clearance"), ("DFG", "egfr"), ("ASAT", "ast"), ("ALT", "alt"), ("clairance", "clearance")],
)
def test_a_test_that_has_one_unit_only_needs_none(name: str, test: str) -> None:
    found = laboratory.read({name: 45})
    assert found.get(test) == 45
    assert found.unread == ()


@pytest.mark.parametrize("name", ["creatinine", "bilirubin", "albumin", "uracil"])
def test_a_test_that_has_several_units_is_not_read_without_its_own(name: str) -> None:
    assert laboratory.read({name: 45}).unread == (name,)


def test_multiples_of_the_upper_limit_are_read_however_they_are_joined() -> None:
    assert laboratory.read({"bilirubin_xULN": 2, "ast_x_uln": 3}).times_uln == {"bilirubin": 2, "ast": 3}
