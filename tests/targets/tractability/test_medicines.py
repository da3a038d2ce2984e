"""Medicines on a target: the nearest to patients first, and those that go the wrong way told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chevet.targets.evidence import Source
from chevet.targets.tractability.mechanism import effect_of, fit_of
from chevet.targets.tractability.medicines import Medicines, medicines_on
from chevet.targets.tractability.other_targets import OtherTargets
from chevet.targets.tractability.role import UNKNOWN, KnownRole, known_role
from tests.targets.tractability.made_home import medicine

ONCOGENE, SUPPRESSOR, BOTH = KnownRole("oncogene"), KnownRole("suppressor"), KnownRole("both")


def on(role: KnownRole, *rows: Mapping[str, Any]) -> Medicines:
    return medicines_on([full(row) for row in rows], role)


def full(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"identifier": None, "type": None, "approved": None, "year_first": None, **row}


@pytest.mark.parametrize(
    ("role", "action", "fit"),
    [
        (ONCOGENE, "inhibitor", "fits"),
        (ONCOGENE, "agonist", "wrong_way"),
        (SUPPRESSOR, "antisense inhibitor", "wrong_way"),
        (SUPPRESSOR, "activator", "fits"),
        (ONCOGENE, "binding agent", "not_told"),
        (ONCOGENE, None, "not_told"),
        (ONCOGENE, "antagonist/agonist", "not_told"),
        (ONCOGENE, "Binding Agent/Inhibitor", "fits"),
        (ONCOGENE, "Tyrosine-protein kinase ABL inhibitor", "fits"),
        (ONCOGENE, "Estrogen receptor inverse agonist", "fits"),
        (BOTH, "inhibitor", "not_told"),
        (UNKNOWN, "inhibitor", "not_told"),
    ],
)
def test_a_medicine_fits_when_it_lowers_an_oncogene_or_raises_a_suppressor(
    role: KnownRole, action: str | None, fit: str
) -> None:
    assert fit_of(role, effect_of(action)) == fit


def test_the_grade_is_that_of_the_medicine_nearest_to_patients() -> None:
    found = on(ONCOGENE, medicine("X", "b", "inhibitor", 2), medicine("X", "a", "inhibitor", 3), medicine("X", "c"))
    assert [one.name for one in found.all] == ["a", "b", "c"]
    assert found.grade == "phase_3"


@pytest.mark.parametrize(
    ("row", "grade"),
    [
        (medicine("X", "a", "inhibitor", 4), "approved"),
        (medicine("X", "a", "inhibitor", 2, approved=True), "approved"),
        (medicine("X", "a", "inhibitor", 1), "phase_1"),
        (medicine("X", "a", "inhibitor", 0), "early"),
        (medicine("X", "a", "inhibitor"), "early"),
    ],
)
def test_each_phase_has_its_grade(row: dict[str, Any], grade: str) -> None:
    assert on(ONCOGENE, row).grade == grade


def test_an_approved_medicine_that_helps_the_tumour_gives_no_grade() -> None:
    romiplostim = medicine("MPL", "romiplostim", "agonist", 4, approved=True, approved_in=["thrombocytopenia"])
    early = medicine("MPL", "new", "antagonist", 1)
    assert on(ONCOGENE, romiplostim).grade == "wrong_way"
    found = on(ONCOGENE, romiplostim, early)
    assert (found.grade, found.approved_in) == ("phase_1", ())
    assert [one.name for one in found.wrong_way] == ["romiplostim"]


def test_a_mechanism_that_is_approved_for_a_cancer_is_unexpected_and_not_wrong() -> None:
    tretinoin = medicine("RARA", "tretinoin", "agonist", 4, approved=True, approved_in=["acute promyelocytic leukemia"])
    found = on(
        ONCOGENE, medicine("RARA", "tamibarotene", "agonist", 2), tretinoin, medicine("RARA", "x", "inhibitor", 1)
    )
    assert [(one.name, one.fit) for one in found.all] == [
        ("x", "fits"), ("tretinoin", "unexpected"), ("tamibarotene", "unexpected")
    ]  # fmt: skip
    assert (found.grade, found.wrong_way) == ("approved", ())


def test_a_medicine_that_hits_only_the_partner_of_a_fusion_gives_no_grade() -> None:
    rows = [{**medicine("EML4", "crizotinib"), "gene": gene} for gene in ("EML4", "ALK", "MET")]
    others = OtherTargets(rows)
    assert [others.fused(gene, "crizotinib") for gene in ("EML4", "ALK", "MET")] == ["ALK", None, None]
    found = medicines_on([full(rows[0])], UNKNOWN, lambda name, fit: others.fused("EML4", name))
    assert (found.grade, [one.through for one in found.on_another], found.usable) == ("on_another", ["ALK"], ())


def test_a_medicine_that_helps_on_another_of_its_targets_is_not_called_wrong_on_this_one() -> None:
    rows = [medicine("TP53", "navtemadlin", "inhibitor"), medicine("MDM2", "navtemadlin", "inhibitor"),
            medicine("TP53", "cenersen", "antisense inhibitor")]  # fmt: skip
    others = OtherTargets(rows)
    assert others.fitting("TP53", "navtemadlin") == "MDM2"
    assert others.fitting("MDM2", "navtemadlin") is None
    assert others.fitting("TP53", "cenersen") is None


def test_no_medicine_is_its_own_grade() -> None:
    assert on(ONCOGENE).grade == "none"


def test_a_salt_is_the_same_medicine_and_a_conjugate_is_not() -> None:
    found = on(
        ONCOGENE,
        medicine("X", "Afatinib", "inhibitor", 3, approved_in=["lung cancer"]),
        medicine("X", "Afatinib Dimaleate", "inhibitor", 4, approved=True, approved_in=["cancer"], year_first=2013),
        medicine("X", "Trastuzumab", "binding agent", 4),
        medicine("X", "Trastuzumab Emtansine", "binding agent", 4),
        medicine("X", "Orphan Citrate", "inhibitor", 1),
    )
    assert [one.name for one in found.all] == ["Afatinib", "Trastuzumab", "Trastuzumab Emtansine", "Orphan Citrate"]
    afatinib = found.all[0]
    assert (afatinib.phase, afatinib.approved, afatinib.approved_in, afatinib.year_first) == (
        4, True, ("cancer", "lung cancer"), 2013,
    )  # fmt: skip


def test_our_own_table_tells_the_role_before_the_table_of_drivers() -> None:
    drivers = Source("IntOGen", "2020-02-01", "00")
    said = [{"role": "suppressor"}] * 3
    assert known_role("KRAS", said, drivers).role == "oncogene"
    assert known_role("OR4F5", said, drivers) == KnownRole("suppressor", "IntOGen")


def test_a_role_on_which_cohorts_disagree_or_that_nobody_says_is_unknown() -> None:
    drivers = Source("IntOGen", "2020-02-01", "00")
    assert known_role("OR4F5", [{"role": "suppressor"}, {"role": "oncogene"}], drivers) == UNKNOWN
    assert known_role("OR4F5", [{"role": "ambiguous"}], drivers) == UNKNOWN
    assert known_role("OR4F5", [{"role": None}], drivers) == UNKNOWN
    assert known_role("OR4F5") == UNKNOWN
