from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.privacy.hierarchies.numbers import of_cuts, of_widths


@given(st.decimals(-10_000, 10_000, places=2))
def test_a_number_lies_in_its_bands_of_every_width(number: object) -> None:
    steps = of_widths(["0.5", "5", "50"]).climb(str(number))
    assert steps is not None
    for step, width in zip(steps, (0.5, 5, 50), strict=True):
        first, last = (float(end) for end in step.split(" to <"))
        assert first <= float(str(number)) < last == first + width


@given(st.integers(-100, 200))
def test_a_number_lies_between_its_cuts(number: int) -> None:
    (step,) = of_cuts([["18", "40", "65"]]).climb(str(number)) or ()
    expected = (
        "below 18" if number < 18 else "18 to <40" if number < 40 else "40 to <65" if number < 65 else "65 or more"
    )
    assert step == expected


@pytest.mark.parametrize("text", ["", "nan", "inf", "1/2", "1,5", "0x10", "1e999", "one", "--1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert of_widths(["5"]).climb(text) is None
    assert of_cuts([["5"]]).climb(text) is None


@pytest.mark.parametrize("widths", [[], ["0"], ["-5"], ["10", "5"], ["5", "5"], ["5", "12"], ["x"]])
def test_widths_must_nest(widths: list[str]) -> None:
    with pytest.raises(BadInput):
        of_widths(widths)


@pytest.mark.parametrize("levels", [[], [[]], [["40"], ["18"]], [["x"]]])
def test_a_coarser_level_may_only_keep_cuts(levels: list[list[str]]) -> None:
    with pytest.raises(BadInput):
        of_cuts(levels)
