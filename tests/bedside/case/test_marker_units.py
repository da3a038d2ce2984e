"""Units of markers: read, brought to the marker's own, and told where they are of something else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.bedside.case.case_file import case_of
from chevet.genomics.marker_units import in_own_unit


def read(name: str, value: object, unit: str = "") -> tuple[str, Any] | str:
    """Name and value of the marker, or why it was not read."""
    entry = {"type": "expression", "name": name, "value": value} | ({"unit": unit} if unit else {})
    found = case_of({"alterations": [entry]})
    if found.not_read:
        return found.not_read[0].reason
    return found.case.alterations[0].name, found.case.alterations[0].value


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("TMB", 14, "mut/Mb", ("tmb", 14.0)), ("TMB", "14", "mutations par mégabase", ("tmb", 14.0)),
        ("TMB", "14 mut/Mb", "", ("tmb", 14.0)), ("TMB", 14, "", ("tmb", 14.0)),
        ("PD-L1 TPS", 60, "%", ("pd_l1_tps", 60.0)), ("PD-L1 TPS", 0.6, "fraction", ("pd_l1_tps", 60.0)),
        ("PD-L1", 10, "CPS", ("pd_l1_cps", 10.0)), ("PD-L1", 60, "% TPS", ("pd_l1_tps", 60.0)),
        ("PD-L1 CPS", 10, "points", ("pd_l1_cps", 10.0)), ("CPS", 10, "CPS", ("pd_l1_cps", 10.0)),
        ("AFP", 500, "µg/L", ("afp", 500.0)), ("AFP", 500, "ng/ml", ("afp", 500.0)),
        ("AFP", 400, "kU/L", ("afp", 484.0)),
        ("HRD", 50, "score", ("hrd", 50.0)), ("ER", 90, "% of cells", ("er", 90.0)),
        ("HER2", "2+", "IHC", ("her2_ihc", "2+")),
    ],
)  # fmt: skip
def test_units_of_the_marker_are_brought_to_its_own(
    name: str, value: object, unit: str, expected: tuple[str, Any]
) -> None:
    assert read(name, value, unit) == expected


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("TMB", 250, "mutations"), ("TMB", "250 mutations", ""), ("TMB", 14, "%"), ("PD-L1 TPS", 10, "CPS"),
        ("PD-L1 CPS", 60, "%"), ("ER", 6, "Allred"), ("Ki-67", 3, "H-score"), ("AFP", 500, "mg/L"),
        ("AFP", 500, "ng/L"),
        ("PD-L1 TPS", 60, "fraction"),
    ],
)  # fmt: skip
def test_a_number_of_something_else_is_told_and_not_used(name: str, value: object, unit: str) -> None:
    assert read(name, value, unit) == "unit_of_something_else"


@pytest.mark.parametrize(
    ("text", "value"), [("TMB 14 mutations/Mb", 14.0), ("TMB 14 muts per Mb", 14.0), ("TMB: 14", 14.0)]
)
def test_a_burden_in_words_is_of_a_megabase(text: str, value: float) -> None:
    assert case_of({"alterations": [text]}).case.alterations[0].value == value


@pytest.mark.parametrize("text", ["TMB 250 mutations", "TMB: 250 variants in total"])
def test_all_mutations_in_words_are_no_burden(text: str) -> None:
    found = case_of({"alterations": [text]})
    assert (found.case.alterations, [one.reason for one in found.not_read]) == ((), ["not_understood"])


@given(st.floats(0, 1000), st.text(max_size=20), st.sampled_from(["%", "mutations/Mb", "points", "ng/mL", "score"]))
def test_whatever_the_unit_a_number_comes_back_whole_or_not_at_all(number: float, unit: str, own: str) -> None:
    found = in_own_unit(number, unit, own)
    assert found is None or found in (number, number * 100, number * 1.21)


@pytest.mark.parametrize("name", ["PD-L1 TPS", "CLDN18.2", "ER"])
def test_a_number_below_one_without_a_unit_is_asked_for_and_never_guessed(name: str) -> None:
    entry = {"type": "expression", "name": name, "value": 0.6}
    found = case_of({"diagnosis": "LUAD", "alterations": [entry]})

    assert found.case.alterations == ()
    assert [one.reason for one in found.not_read] == ["share_or_percent"]


@pytest.mark.parametrize(("value", "number"), [("0.6 %", 0.6), ("60%", 60.0), (0, 0.0), (1, 1.0)])
def test_a_number_with_its_unit_and_a_whole_number_are_read(value: object, number: float) -> None:
    entry = {"type": "expression", "name": "PD-L1 TPS", "value": value}
    assert [one.value for one in case_of({"diagnosis": "LUAD", "alterations": [entry]}).case.alterations] == [number]


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [("c-Met", "3+ in 60 %", "high"), ("MET IHC", "60% 3+", "high"), ("MET overexpression", "high", "high"),
     ("MET IHC", "3+ in 20% of cells", "positive"), ("c-MET", "negative", "negative")],
)  # fmt: skip
def test_met_protein_is_high_from_half_of_the_cells_stained_strongly(name: str, value: str, level: str) -> None:
    entry = {"type": "expression", "name": name, "value": value}
    found = case_of({"diagnosis": "LUAD", "alterations": [entry]}).case.alterations
    assert [(one.name, one.value) for one in found] == [("c_met", level)]
