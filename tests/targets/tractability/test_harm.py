"""What is known to go wrong: essential genes, liabilities by organ and direction, normal tissue."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.targets.tractability.harm import essential_of, liabilities_of
from chevet.targets.tractability.normal_tissue import normal_tissue, organ_of

NEEDED, SPARED = frozenset({"PLK1", "ODD"}), frozenset({"OR4F5", "ODD"})


def test_a_gene_in_neither_list_is_said_to_be_in_neither_and_nothing_is_said_without_a_list() -> None:
    assert [essential_of(gene, NEEDED, SPARED) for gene in ("PLK1", "OR4F5", "TP53", "ODD")] == [
        "core_essential", "nonessential", "in_neither", "in_both",
    ]  # fmt: skip
    assert essential_of("PLK1", None, SPARED) is None
    assert essential_of("PLK1", NEEDED, None) == "core_essential"


def liability(event: str, organ: str, direction: str | None, category: str = "adverse_effect") -> dict[str, str | None]:
    return {"event": event, "organ": organ, "direction": direction, "category": category, "reference": "A (2012)"}


ROWS = [
    liability("hypertension", "heart", "inhibition"),
    liability("arrhythmia", "heart", "inhibition"),
    liability("arrhythmia", "heart", "inhibition"),
    liability("seizure", "brain", "activation"),
    liability("heart disease", "lung", None, "risk"),
    liability("cell line", "liver", None, "experiment"),
]


def test_liabilities_of_the_direction_of_the_medicine_are_expected_and_so_are_those_of_no_said_direction() -> None:
    found = liabilities_of(ROWS, "inhibition")
    assert [(one.organ, one.direction, one.events, one.reports) for one in found.expected] == [
        ("heart", "inhibition", ("arrhythmia", "hypertension"), 3),
        ("lung", None, ("heart disease",), 1),
    ]
    assert [one.organ for one in found.opposite] == ["brain"]
    assert found.assays == 1


def test_for_a_suppressor_the_directions_change_places() -> None:
    found = liabilities_of(ROWS, "activation")
    assert [one.organ for one in found.expected] == ["brain", "lung"]
    assert [one.organ for one in found.opposite] == ["heart"]


def levels(**by_tissue: float) -> pa.Table:
    names = [name.replace("_", " ") for name in by_tissue]
    return pa.table({"gene": ["X"] * len(names), "tissue": names, "unit": ["tpm"] * len(names),
                     "level": pa.array(list(by_tissue.values()), pa.float32())})  # fmt: skip


@pytest.mark.parametrize(
    ("tissue", "organ"),
    [
        ("Heart - Atrial Appendage", "heart"), ("heart muscle", "heart"), ("Brain - Spinal cord", "brain"),
        ("cerebral cortex", "brain"), ("Liver", "liver"), ("Kidney - Cortex", "kidney"), ("Lung", "lung"),
        ("bone marrow", "bone_marrow"), ("Adrenal Gland", None), ("Whole Blood", None), ("Testis", None),
    ],
)  # fmt: skip
def test_a_tissue_of_gtex_or_the_protein_atlas_is_of_its_vital_organ(tissue: str, organ: str | None) -> None:
    assert organ_of(tissue) == organ


def test_the_level_of_an_organ_is_that_of_its_highest_tissue_and_organs_without_one_are_named() -> None:
    found = normal_tissue(levels(Liver=4, Heart_atrium=3, Heart_ventricle=12, Testis=50, Skin=0.5))["X"]
    assert found.vital == {"heart": 12.0, "liver": 4.0}
    assert found.vital_medium == ("heart",)
    assert found.unmeasured == ("brain", "kidney", "lung", "bone_marrow")
    assert (found.tissues, found.detected, found.medium) == (5, 4, 2)
    assert (found.highest_tissue, found.highest) == ("Testis", 50.0)


def test_ten_is_low_and_more_is_medium_as_the_expression_atlas_draws_the_line() -> None:
    assert normal_tissue(levels(Liver=10))["X"].vital_medium == ()
    assert normal_tissue(levels(Liver=10.5))["X"].vital_medium == ("liver",)


def test_specificity_is_tau_worked_by_hand() -> None:
    # log2(1 + x) of 7, 1, 0 is 3, 1, 0: tau is ((1 - 1) + (1 - 1/3) + (1 - 0)) / 2
    assert normal_tissue(levels(a=7, b=1, c=0))["X"].specificity == round((2 / 3 + 1) / 2, 3)


@pytest.mark.parametrize("table", [levels(a=0, b=0), levels(a=5)])
def test_specificity_of_silence_or_of_one_tissue_is_not_told(table: pa.Table) -> None:
    assert normal_tissue(table)["X"].specificity is None


@given(st.lists(st.floats(0, 1e5, width=32), min_size=2, max_size=12))
def test_specificity_lies_between_0_for_even_and_1_for_one_tissue(values: list[float]) -> None:
    found = normal_tissue(levels(**{f"t{number}": value for number, value in enumerate(values)}))["X"]
    if found.specificity is not None:
        assert -1e-9 <= found.specificity <= 1 + 1e-9
        even = max(values) == min(values)
        assert not even or math.isclose(found.specificity, 0, abs_tol=1e-9)
