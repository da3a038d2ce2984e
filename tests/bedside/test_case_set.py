"""The three case sets have their form, breadth and sources; the benchmark measures what Chevet answers to them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chevet.words import oncotree

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
CASES = BENCHMARKS / "cases"
HELD_OUT = BENCHMARKS / "held_out"
THIRD = BENCHMARKS / "third_set"
FILES = sorted(CASES.glob("*.json"))
HELD_OUT_FILES = sorted(HELD_OUT.glob("*.json"))
THIRD_FILES = sorted(THIRD.glob("*.json"))
ALL_FILES = [*FILES, *HELD_OUT_FILES, *THIRD_FILES]

EXPECTED = {"acceptable", "not_to_give", "forbidden", "nothing_approved"}
CASE = {"case_id", "diagnosis", "clinical", "alterations", "tested_genes", "jurisdiction"}
CLINICAL = {
    "extent", "line", "prior_therapies", "progressed_on", "fit_for_intensive", "ecog", "age_years", "weight_kg",
    "labs", "comedication", "text",
}  # fmt: skip
ALTERATION = {
    "type", "gene", "protein_change", "cdna", "genomic", "consequence", "vaf", "copy_number", "fusion", "name", "value",
    "unit", "origin", "text",
}  # fmt: skip
TYPES = {"variant", "fusion", "amplification", "deletion", "signature", "expression", "wild_type"}
MEDICINE = re.compile(r"[a-z][a-z-]+( [a-z][a-z-]+)*")


def _in_its_folder(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def _read(file: Path) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return whole


def _medicines(expected: dict[str, Any]) -> set[str]:
    regimens = [*expected.get("acceptable", []), expected.get("not_to_give", []), expected.get("forbidden", [])]
    return {medicine for regimen in regimens for medicine in regimen}


def _silent_or_losing(expected: dict[str, Any]) -> bool:
    return bool(expected.get("nothing_approved") or expected.get("not_to_give")) or not expected.get("acceptable")


@pytest.mark.parametrize("file", ALL_FILES, ids=_in_its_folder)
def test_a_case_has_the_published_form(file: Path) -> None:
    whole = _read(file)
    assert set(whole) == {"case", "expected", "why", "sources"}
    case = whole["case"]
    assert set(case) - CASE == set()
    assert case["case_id"] == file.stem
    assert case.get("jurisdiction") in ("EU", "FR", "US", None)
    assert set(case.get("clinical", {})) - CLINICAL == set()
    for alteration in case["alterations"]:
        assert set(alteration) - ALTERATION == set()
        assert alteration["type"] in TYPES


@pytest.mark.parametrize("file", ALL_FILES, ids=_in_its_folder)
def test_a_case_names_a_tumour_of_oncotree(file: Path) -> None:
    diagnosis = _read(file)["case"]["diagnosis"]
    assert oncotree.get(diagnosis["oncotree"]) is not None
    assert diagnosis["text"] != ""


@pytest.mark.parametrize("file", ALL_FILES, ids=_in_its_folder)
def test_what_is_expected_can_be_asked_and_does_not_contradict_itself(file: Path) -> None:
    expected = _read(file)["expected"]
    assert expected != {}
    assert set(expected) - EXPECTED == set()
    assert [medicine for medicine in _medicines(expected) if not MEDICINE.fullmatch(medicine)] == []
    allowed = {medicine for regimen in expected.get("acceptable", []) for medicine in regimen}
    assert allowed & set(expected.get("forbidden", [])) == set(), "a medicine cannot be right and forbidden"
    assert not (expected.get("nothing_approved") and allowed), "silence leaves no right regimen"


@pytest.mark.parametrize("file", ALL_FILES, ids=_in_its_folder)
def test_a_case_says_why_and_from_which_source(file: Path) -> None:
    whole = _read(file)
    assert len(whole["why"]) > 30
    assert whole["sources"] != []
    assert [source for source in whole["sources"] if len(source) < 8] == []


def test_the_set_is_broad() -> None:
    tumours = {_read(file)["case"]["diagnosis"]["oncotree"] for file in FILES}
    assert len(FILES) >= 100
    assert len(tumours) >= 30
    assert {_read(file)["case"]["jurisdiction"] for file in FILES} == {"EU", "FR", "US"}


def test_a_third_of_the_set_must_stay_silent_or_loses_a_medicine() -> None:
    expected = [_read(file)["expected"] for file in FILES]
    assert 3 * sum(_silent_or_losing(one) for one in expected) >= len(expected)
    assert 3 * sum(bool(one.get("acceptable")) for one in expected) >= len(expected), "and as many have an answer"


def test_the_open_set_always_says_where_and_in_what_state() -> None:
    without = [file.stem for file in FILES if not {"jurisdiction", "clinical"} <= set(_read(file)["case"])]
    assert without == []


def test_the_held_out_set_is_broad_and_repeats_no_case_of_the_open_one() -> None:
    tumours = {_read(file)["case"]["diagnosis"]["oncotree"] for file in HELD_OUT_FILES}
    assert len(HELD_OUT_FILES) >= 80
    assert len(tumours) >= 40
    assert {file.stem for file in HELD_OUT_FILES} & {file.stem for file in FILES} == set()
    assert None in {_read(file)["case"].get("jurisdiction") for file in HELD_OUT_FILES}, "a letter may leave it out"


def test_the_readme_of_the_held_out_set_counts_what_is_there() -> None:
    readme = (HELD_OUT / "README.md").read_text("utf-8")
    wholes = [_read(file) for file in HELD_OUT_FILES]
    expected = [whole["expected"] for whole in wholes]
    tumours = {whole["case"]["diagnosis"]["oncotree"] for whole in wholes}
    silent = sum(bool(one.get("nothing_approved")) for one in expected)
    right = sum(bool(one.get("acceptable")) for one in expected)
    losing = [len(one["not_to_give"]) for one in expected if one.get("not_to_give")]
    assert f"{len(wholes)} cases of {len(tumours)} tumour types" in readme
    assert f"| with a right regimen | {right} |" in readme
    assert f"| nothing approved, in any country: must stay silent | {silent} |" in readme
    assert f"| with facts that must be told against a medicine | {len(losing)} ({sum(losing)} facts) |" in readme


def test_the_readme_counts_what_is_there() -> None:
    readme = (CASES / "README.md").read_text("utf-8")
    wholes = [_read(file) for file in FILES]
    tumours = {whole["case"]["diagnosis"]["oncotree"] for whole in wholes}
    silent = sum(bool(whole["expected"].get("nothing_approved")) for whole in wholes)
    right = sum(bool(whole["expected"].get("acceptable")) for whole in wholes)
    assert f"{len(FILES)} cases of {len(tumours)} tumour types" in readme
    assert f"| nothing approved: must stay silent | {silent} |" in readme
    assert f"| with a right regimen | {right} |" in readme


def test_the_third_set_is_broad_and_repeats_no_case_of_the_others() -> None:
    tumours = {_read(file)["case"]["diagnosis"]["oncotree"] for file in THIRD_FILES}
    assert len(THIRD_FILES) == 60
    assert len(tumours) >= 35
    assert {file.stem for file in THIRD_FILES} & {file.stem for file in [*FILES, *HELD_OUT_FILES]} == set()


def test_the_readme_of_the_third_set_counts_what_is_there() -> None:
    readme = (THIRD / "README.md").read_text("utf-8")
    wholes = [_read(file) for file in THIRD_FILES]
    expected = [whole["expected"] for whole in wholes]
    tumours = {whole["case"]["diagnosis"]["oncotree"] for whole in wholes}
    places = Counter(whole["case"]["jurisdiction"] for whole in wholes)
    right = sum(bool(one.get("acceptable")) for one in expected)
    silent = sum(bool(one.get("nothing_approved")) for one in expected)
    losing = [len(one["not_to_give"]) for one in expected if one.get("not_to_give")]
    forbidding = sum(bool(one.get("forbidden")) for one in expected)
    assert f"{len(wholes)} cases of {len(tumours)} tumour types" in readme
    assert f"| with a right regimen | {right} |" in readme
    assert f"in the EU or the US: must stay silent | {silent} |" in readme
    assert f"| neither: a medicine is lost, or must not come first | {len(wholes) - right - silent} |" in readme
    assert f"| with facts that must be told against a medicine | {len(losing)} ({sum(losing)} facts) |" in readme
    assert f"| with medicines that must not come first | {forbidding} |" in readme
    assert f"{places['EU']} EU, {places['FR']} France, {places['US']} United States" in readme
