"""Whether a statement speaks of this patient: tumour, extent, line, earlier treatment."""

from __future__ import annotations

import pytest

from chevet.therapy.fitting import fit, tumour_fits
from tests.therapy.making import case, statement


@pytest.mark.parametrize(
    ("line", "asked", "fits"),
    [(1, "1", True), (2, "1", False), (2, "2+", True), (4, "2+", True), (1, "2+", False), (2, "1-2", True),
     (3, "1-2", False), (None, "1", None), (None, "any", True)],
)  # fmt: skip
def test_lines_are_counted(line: int | None, asked: str, fits: bool | None) -> None:
    assert fit(statement(line=asked), case(extent="metastatic", line=line)).line is fits


def test_growth_under_a_medicine_is_a_second_line_at_least() -> None:
    seen = case(extent="metastatic", progressed_on=("osimertinib",))
    assert fit(statement(line="2+"), seen).line is True
    assert fit(statement(line="1"), seen).line is False


@pytest.mark.parametrize(
    ("extent", "asked", "fits"),
    [("localised", "early", True), ("localised", "advanced", False), ("metastatic", "advanced", True),
     ("metastatic", "early", False), ("relapsed", "advanced", True), (None, "advanced", None),
     ("locally_advanced", "early|advanced", True)],
)  # fmt: skip
def test_early_and_advanced_disease_are_told_apart(extent: str | None, asked: str, fits: bool | None) -> None:
    assert fit(statement(extent=asked, line="any"), case(extent=extent)).line is fits


@pytest.mark.parametrize(
    ("features", "asked", "fits"),
    [({}, "early", None), ({"resected": True}, "early", True), ({"resected": True}, "advanced", False),
     ({"resected": True, "unresectable": True}, "advanced", True)],
)  # fmt: skip
def test_a_tumour_of_stage_iii_that_was_taken_out_is_early(
    features: dict[str, bool], asked: str, fits: bool | None
) -> None:
    assert fit(statement(extent=asked, line="any"), case(extent="locally_advanced", features=features)).line is fits


def test_a_medicine_that_was_given_is_no_medicine_of_its_class() -> None:
    asks = statement(requires="prior(osimertinib)")
    assert fit(asks, case(extent="metastatic", prior_therapies=("gefitinib",), line=2)).required is None
    assert fit(asks, case(extent="metastatic", prior_therapies=("osimertinib",), line=2)).required is True
    assert fit(asks, case(extent="metastatic", line=1)).required is False


def test_a_class_is_answered_by_any_of_its_medicines() -> None:
    asks = statement(requires="prior(chemotherapy)")
    assert fit(asks, case(extent="metastatic", prior_therapies=("carboplatin",), line=2)).required is True


def test_never_given_is_unknown_until_the_earlier_treatments_are_said() -> None:
    asks = statement(requires="never(pembrolizumab)")
    assert fit(asks, case(extent="metastatic", line=2)).required is None
    assert fit(asks, case(extent="metastatic", line=2, prior_said=True)).required is True
    assert fit(asks, case(extent="metastatic", line=2, prior_therapies=("pembrolizumab",))).required is False


def test_a_tumour_said_less_exactly_than_the_label_is_not_a_no() -> None:
    assert [tumour_fits(("LUAD",), code) for code in ("LUAD", "NSCLC", "LUSC", "")] == [True, None, False, None]


def test_a_label_of_all_solid_tumours_is_not_one_of_leukaemia() -> None:
    assert [tumour_fits(("SOLID",), code) for code in ("PAAD", "AML")] == [True, False]


def test_age_and_fitness_are_compared_only_where_they_are_said() -> None:
    asks = statement(requires="age >= 60, not fit_for_intensive")
    assert fit(asks, case("AML", age_years=72, fit_for_intensive=False)).required is True
    assert fit(asks, case("AML", age_years=45)).required is False
    assert fit(asks, case("AML", age_years=72)).required is None
