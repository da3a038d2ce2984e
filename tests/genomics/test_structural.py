"""What breaks of the genome make, at places where the breaks of known fusions lie."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.known_changes import annotate
from chevet.genomics.structural import Break, copies_changed, joined

LEFT: Literal["left"] = "left"
RIGHT: Literal["right"] = "right"


@pytest.mark.parametrize(
    ("one", "other", "fusion"),
    [
        (Break("2", 42522694, LEFT), Break("2", 29447000, LEFT), ("EML4", "ALK")),  # inv(2)
        (Break("22", 23632000, LEFT), Break("9", 133700000, RIGHT), ("BCR", "ABL1")),  # t(9;22), before exon 2
        (Break("21", 42870000, RIGHT), Break("21", 39817000, LEFT), ("TMPRSS2", "ERG")),
        (Break("7", 140490000, LEFT), Break("7", 138545000, RIGHT), ("KIAA1549", "BRAF")),
        (Break("4", 1808600, LEFT), Break("4", 1741000, RIGHT), ("FGFR3", "TACC3")),
        (Break("21", 36231000, RIGHT), Break("8", 93030000, LEFT), ("RUNX1", "RUNX1T1")),
        (Break("14", 106329000, LEFT), Break("18", 60793500, LEFT), ("IGH", "BCL2")),
        (Break("14", 106329000, LEFT), Break("11", 69345000, RIGHT), ("IGH", "CCND1")),  # 110 kb before the gene
    ],
)
def test_two_pieces_make_the_known_fusion_in_its_order_whichever_is_named_first(
    one: Break, other: Break, fusion: tuple[str, str]
) -> None:
    assert [joined(*ends, "GRCh37").found[0].fusion for ends in ((one, other), (other, one))] == [fusion, fusion]


@pytest.mark.parametrize(
    ("one", "other", "reason", "detail"),
    [
        (Break("2", 42522694, RIGHT), Break("2", 29447000, LEFT), "sv_against_each_other", "ALK"),
        (Break("5", 50000, LEFT), Break("2", 29447000, LEFT), "sv_breaks_gene", "ALK"),
        (Break("1", 5, LEFT), Break("2", 5, LEFT), "sv_no_gene", ""),
        (Break("17", 7580000, RIGHT), Break("5", 100000, RIGHT), "sv_unknown_pair", "TP53"),
        (Break("14", 106329000, LEFT), Break("14", 106829000, RIGHT), "sv_receptors", ""),
        (Break("2", 29447000, RIGHT), Break("2", 29500000, LEFT), "sv_within_gene", "ALK"),
    ],
)
def test_what_makes_no_fusion_is_told_with_its_reason(one: Break, other: Break, reason: str, detail: str) -> None:
    found = joined(one, other, "GRCh37")
    assert (found.found, found.reason, found.detail) == ((), reason, detail)


@pytest.mark.parametrize(
    ("chromosome", "low", "high", "gene", "protein"),
    [
        ("7", 116411800, 116412100, "MET", "p.L964_D1010del"),  # exon 14
        ("7", 55150000, 55222500, "EGFR", "p.V30_R297delinsG"),  # exons 2 to 7, vIII
        ("17", 41267000, 41268000, "BRCA1", "p.C27*"),  # 54 bases whose loss leaves a stop
    ],
)
def test_exons_that_are_gone_are_a_change_of_the_protein(
    chromosome: str, low: int, high: int, gene: str, protein: str
) -> None:
    found = joined(Break(chromosome, low, LEFT), Break(chromosome, high, RIGHT), "GRCh37").found
    named = annotate(found)[0]
    assert (named.gene, named.protein_change) == (gene, protein)


def test_a_stretch_of_an_intron_changes_nothing_that_is_known() -> None:
    assert joined(Break("7", 116400000, LEFT), Break("7", 116400500, RIGHT), "GRCh37").reason == "sv_in_intron"


def test_copies_say_how_a_gene_is_changed_and_without_them_one_copy_is() -> None:
    cdkn2a = ("9", 21900000, 22100000, "GRCh37")
    kinds = [
        {one.type for one in copies_changed("loss", *cdkn2a, **said).found}  # type: ignore[arg-type]
        for said in ({}, {"homozygous": True}, {"copies": 0}, {"copies": 1}, {"copies": 2})
    ]
    assert kinds == [{"loss"}, {"deletion"}, {"deletion"}, {"loss"}, set()]
    assert {one.gene for one in copies_changed("gain", "17", 37800000, 37900000, "GRCh37", copies=12).found} >= {
        "ERBB2"
    }


def test_one_copy_of_a_long_stretch_says_nothing_of_one_gene() -> None:
    assert copies_changed("loss", "17", 1, 20_000_000, "GRCh37").reason == "sv_broad"


def test_a_gene_that_lies_half_in_a_homozygous_deletion_is_deleted_and_in_another_is_told() -> None:
    stretch = ("10", 89_000_000, 89_650_000)  # ends inside PTEN
    assert [one.gene for one in copies_changed("loss", *stretch, "GRCh37", homozygous=True).found] == ["PTEN"]
    assert copies_changed("loss", *stretch, "GRCh37").detail == "PTEN"


@given(
    st.sampled_from(["1", "7", "14", "22", "X"]), st.integers(1, 250_000_000), st.sampled_from([LEFT, RIGHT]),
    st.sampled_from(["2", "7", "14", "Y"]), st.integers(1, 250_000_000), st.sampled_from([LEFT, RIGHT]),
)  # fmt: skip
def test_any_junction_is_placed_or_told_and_alike_from_both_ends(
    first: str,
    at: int,
    keeps: Literal["left", "right"],
    second: str,
    other_at: int,
    other_keeps: Literal["left", "right"],
) -> None:
    ends = Break(first, at, keeps), Break(second, other_at, other_keeps)
    found, back = joined(*ends, "GRCh38"), joined(*ends[::-1], "GRCh38")
    assert bool(found.found) != bool(found.reason)
    assert [(one.fusion, one.cdna) for one in found.found] == [(one.fusion, one.cdna) for one in back.found]
    assert found.reason == back.reason
