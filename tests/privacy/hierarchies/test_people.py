from __future__ import annotations

import pytest

from chevet.privacy.hierarchies.ages import bands
from chevet.privacy.hierarchies.people import of_isco, of_pcs
from chevet.privacy.hierarchies.registry import built_in


@pytest.mark.parametrize(
    ("age", "steps"),
    [("0", ("0-4", "0-9", "0-19")), ("63", ("60-64", "60-69", "60-79")), ("63.97", ("60-64", "60-69", "60-79")),
     ("85", ("85-89", "80-89", "80+")), ("89", ("85-89", "80-89", "80+")), ("90", ("90+", "90+", "80+")),
     ("104", ("90+", "90+", "80+")), (">89", ("90+", "90+", "80+"))],
)  # fmt: skip
def test_ages_from_90_on_are_one_band(age: str, steps: tuple[str, ...]) -> None:
    assert bands(age) == steps


@pytest.mark.parametrize("age", ["-1", "131", "sixty", "6e1", "60-64", "6,5"])
def test_what_is_no_age_is_refused(age: str) -> None:
    assert bands(age) is None


@pytest.mark.parametrize(
    ("code", "steps"),
    [("543a", ("CS 54", "GS 5", "active")), ("10", ("CS 10", "GS 1", "active")), ("74", ("CS 74", "GS 7", "retired")),
     ("8500", ("CS 85", "GS 8", "other")), ("99", None), ("5", None)],
)  # fmt: skip
def test_a_french_occupation_rises_to_active_retired_or_other(code: str, steps: tuple[str, ...] | None) -> None:
    assert of_pcs(code) == steps


def test_an_international_occupation_loses_its_digits_from_the_right() -> None:
    assert of_isco("2211") == ("221*", "22**", "2***")
    assert of_isco("221") is None


def test_the_sexes_of_a_file_are_its_own_words() -> None:
    assert built_in("sex", ["F", "M", ""]).labels == (("F", "M", ""), ("*",))
