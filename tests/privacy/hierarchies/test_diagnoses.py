"""ICD-10 and ICD-O-3: every range in its place, and none over another."""

from __future__ import annotations

from itertools import pairwise

import pytest

from chevet.privacy.hierarchies import facts
from chevet.privacy.hierarchies.diagnoses import of_icd10, of_morphology, of_topography


def test_icd_10_has_22_chapters_and_18_blocks_of_neoplasms_that_do_not_overlap() -> None:
    rows = facts.rows("icd10.tsv")
    assert len({chapter for chapter, _, _ in rows}) == 22
    assert sum(chapter == "II" for chapter, _, _ in rows) == 18
    for name in ("icd10.tsv", "icdo_morphology.tsv", "icdo_topography.tsv"):
        ranges = sorted(row[1:3] if name == "icd10.tsv" else row[:2] for row in facts.rows(name))
        assert all(first <= last for first, last in ranges)
        assert all(before[1] < after[0] for before, after in pairwise(ranges))


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("C34.1", ("C34.-", "C30-C39", "chapter II")),
        ("c341", ("C34.-", "C30-C39", "chapter II")),
        ("C50", ("C50.-", "C50-C50", "chapter II")),
        ("D05.1", ("D05.-", "D00-D09", "chapter II")),
        ("D50.0", ("D50.-", "chapter III", "chapter III")),
        ("E11", ("E11.-", "chapter IV", "chapter IV")),
        ("Z51.1", ("Z51.-", "chapter XXI", "chapter XXI")),
        ("U07.1", ("U07.-", "chapter XXII", "chapter XXII")),
    ],
)
def test_a_code_of_icd_10_rises_to_its_chapter(code: str, steps: tuple[str, ...]) -> None:
    assert of_icd10(code) == steps


@pytest.mark.parametrize("code", ["C3", "CC34", "E95", "D49", "34.1", "C34.-", "C34 1", ""])
def test_what_is_no_code_of_icd_10_is_refused(code: str) -> None:
    assert of_icd10(code) is None


def test_topography_has_a_group_for_bone_marrow_that_icd_10_has_not() -> None:
    assert of_topography("C42.1") == ("C42.-", "C42-C42")
    assert of_icd10("C42.1") is None
    assert of_topography("C43.9") is None


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("8140/3", ("8140-8389/3", "epithelial/3", "/3")),
        ("8720/3", ("8720-8799/3", "melanocytic/3", "/3")),
        ("9440/3", ("9380-9489/3", "nervous system/3", "/3")),
        ("9680/3", ("9670-9699/3", "lymphoma/3", "/3")),
        ("9861/3", ("9840-9939/3", "leukaemia/3", "/3")),
        ("8140/0", ("8140-8389/0", "epithelial/0", "/0")),
        ("M8500/2", ("8500-8549/2", "epithelial/2", "/2")),
    ],
)
def test_a_morphology_keeps_its_behaviour_until_the_top(code: str, steps: tuple[str, ...]) -> None:
    assert of_morphology(code) == steps


@pytest.mark.parametrize("code", ["8140/4", "7000/3", "814/3", "8140/33", "9600/3"])
def test_what_is_no_morphology_is_refused(code: str) -> None:
    assert of_morphology(code) is None
