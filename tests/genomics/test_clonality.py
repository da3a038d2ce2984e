"""Shares of tumour cells, and drivers that contradict each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.alteration import Alteration
from chevet.genomics.clonality import clonality, is_subclonal
from chevet.genomics.judging import judge


def variant(gene: str, protein: str, **more: object) -> Alteration:
    return Alteration("variant", gene=gene, protein_change=protein, **more)  # type: ignore[arg-type]


def test_a_heterozygous_variant_of_a_pure_tumour_is_in_every_cell() -> None:
    found = clonality(0.5, 1000, 1.0)
    assert (found.copies, found.share, found.is_subclonal) == (1, 1.0, False)


def test_a_variant_on_the_copy_that_is_left_is_in_every_cell() -> None:
    found = clonality(0.7, 500, 0.8, total_copies=1)
    assert (found.copies, found.is_subclonal) == (1, False)


def test_a_small_share_of_many_reads_is_subclonal_and_of_few_reads_is_not_told_so() -> None:
    assert [clonality(0.1, depth, 0.8).is_subclonal for depth in (500, 5)] == [True, False]


@given(st.floats(0, 1), st.integers(1, 5000), st.floats(0.05, 1), st.integers(1, 20))
def test_the_share_lies_in_its_interval_and_between_0_and_1(vaf: float, depth: int, purity: float, total: int) -> None:
    found = clonality(vaf, depth, purity, total)
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share <= found.high + 1e-9
    assert found.high <= 1


@pytest.mark.parametrize(("vaf", "purity"), [(0.5, 0.0), (1.5, 0.5), (0.5, 1.1)])
def test_impossible_numbers_are_refused(vaf: float, purity: float) -> None:
    with pytest.raises(ValueError, match="purity"):
        clonality(vaf, 100, purity)


def test_without_purity_nothing_is_told() -> None:
    assert is_subclonal(variant("KRAS", "p.G12D", vaf=0.05, depth=500), None) is None


def test_a_subclonal_driver_is_flagged() -> None:
    found = judge([variant("KRAS", "p.G12D", vaf=0.05, depth=500)], "LUAD", purity=0.8)[0]
    assert (found.subclonal, found.flags) == (True, ("subclonal",))


def test_two_drivers_that_one_clone_hardly_has_are_both_flagged() -> None:
    found = judge([variant("KRAS", "p.G12D"), variant("BRAF", "p.V600E"), variant("TP53", "p.R175H")], "COADREAD")
    assert [one.flags for one in found] == [("contradictory_drivers",), ("contradictory_drivers",), ()]


def test_a_resistance_mutation_beside_its_driver_is_no_contradiction() -> None:
    found = judge([variant("EGFR", "p.L858R"), variant("EGFR", "p.T790M"), variant("TP53", "p.R175H")], "LUAD")
    assert [one.flags for one in found] == [(), (), ()]


def test_a_subclonal_driver_does_not_contradict() -> None:
    given_ = [variant("KRAS", "p.G12D", vaf=0.4, depth=500), variant("BRAF", "p.V600E", vaf=0.03, depth=500)]
    found = judge(given_, "COADREAD", purity=0.8)
    assert "contradictory_drivers" not in found[0].flags


def test_fusions_of_other_tumours_are_flagged() -> None:
    given_ = [Alteration("fusion", fusion=pair) for pair in (("BCR", "ABL1"), ("EWSR1", "FLI1"), ("EML4", "ALK"))]
    found = judge(given_, "IDC")
    assert [one.flags for one in found] == [
        ("contradictory_drivers", "fusion_unusual_for_tumour"),
        ("contradictory_drivers", "fusion_unusual_for_tumour"),
        ("contradictory_drivers",),
    ]
    assert judge(given_[:1], "CML")[0].flags == ()


def test_a_share_of_reads_that_fits_heredity_is_told_in_genes_of_heredity_only() -> None:
    given_ = [variant("BRCA2", "p.S1982Rfs*22", vaf=0.5), variant("BRCA2", "p.S1982Rfs*22", vaf=0.1)]
    given_ += [variant("KRAS", "p.G12D", vaf=0.5), variant("BRCA2", "p.S1982Rfs*22", vaf=0.5, origin="somatic")]
    assert [one.flags for one in judge(given_)] == [("germline_suspected",), (), (), ()]
