"""Segments to genes: focal, broad, and what it means."""

from __future__ import annotations

import csv

import pytest

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration, Build
from chevet.genomics.copy_number import Segment, call, gene_calls, ploidy
from chevet.genomics.judging import judge
from tests.shared_data import shared


def test_a_focal_amplification_holds_its_gene_and_drives() -> None:
    segments = [
        Segment("17", 1, 37_000_000, 2),
        Segment("17", 37_000_001, 39_000_000, 12),
        Segment("17", 39_000_001, 81_000_000, 2),
    ]
    found = {one.gene: one for one in gene_calls(segments, "GRCh37")}
    assert (found["ERBB2"].type, found["ERBB2"].copy_number, found["ERBB2"].classes) == (
        "amplification", 12, frozenset({"focal"}),
    )  # fmt: skip
    assert judge([found["ERBB2"]])[0].verdict == "oncogenic"


def test_a_whole_arm_is_broad_and_does_not_drive_by_itself() -> None:
    segments = [Segment("8", 45_600_001, 146_000_000, 6)]
    segments += [Segment(chromosome, 1, 190_000_000, 2) for chromosome in ("1", "2", "3", "4")]
    found = {one.gene: one for one in gene_calls(segments, "GRCh37")}
    judged = judge([found["MYC"]])[0]
    assert (found["MYC"].classes, judged.verdict, judged.flags) == (
        frozenset({"broad"}),
        "uncertain",
        ("broad_copy_number",),
    )


def test_no_copy_of_a_suppressor_is_a_loss_that_drives() -> None:
    segments = [
        Segment("9", 1, 21_000_000, 2),
        Segment("9", 21_000_001, 23_000_000, 0),
        Segment("9", 23_000_001, 140_000_000, 2),
    ]
    judged = {one.alteration.gene: one for one in judge(gene_calls(segments, "GRCh38"))}
    assert (judged["CDKN2A"].verdict, judged["CDKN2A"].direction) == ("oncogenic", "loss")


@pytest.mark.parametrize(
    ("total", "average", "kind"),
    [(5, 2, "amplification"), (5, 4, "gain"), (9, 4, "amplification"), (0, 2, "deletion"), (1, 4, "deletion"),
     (1, 2, "loss"), (2, 2, None), (4, 4, None)],
)  # fmt: skip
def test_copies_are_called_beside_the_average_of_the_tumour(total: float, average: float, kind: str | None) -> None:
    assert call(Segment("1", 1, 100, total), average) == kind


@pytest.mark.parametrize(("ratio", "kind"), [(1.2, "amplification"), (-1.1, "deletion"), (0.3, "gain"), (0.0, None)])
def test_log_ratios_are_called_by_twofold_change(ratio: float, kind: str | None) -> None:
    assert call(Segment("1", 1, 100, log2=ratio), None) == kind


def test_one_copy_more_or_less_is_told_only_when_asked() -> None:
    segments = [Segment("1", 1, 200_000_000, 2), Segment("10", 1, 130_000_000, 1)]
    assert gene_calls(segments, "GRCh37") == ()
    assert {one.type for one in gene_calls(segments, "GRCh37", every=True)} == {"loss"}


def test_an_amplified_suppressor_does_not_drive() -> None:
    assert [one.drives for one in judge([Alteration("amplification", gene=gene) for gene in ("TP53", "ERBB2")])] == [
        False,
        True,
    ]


def test_the_average_is_weighed_by_length() -> None:
    assert ploidy([Segment("1", 1, 300, 2), Segment("2", 1, 100, 6), Segment("X", 1, 900, 1)]) == 3.0


def test_places_lie_within_their_chromosomes() -> None:
    arms = {row["chromosome"]: row for row in facts.rows("chromosome_arms.tsv")}
    for row in facts.rows("gene_places.tsv"):
        for build in ("grch37", "grch38"):
            start, end = int(row[f"start_{build}"]), int(row[f"end_{build}"])
            assert 0 < start < end <= int(arms[row["chromosome"]][f"length_{build}"])


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_both_builds_of_a_real_tumour_give_the_same_amplified_genes(build: Build) -> None:
    path = shared(f"cases/brca/T001-BRCA.{build.lower()}.cna.tsv")
    with path.open() as file:
        segments = [
            Segment(row["Chromosome"], int(row["Start"]), int(row["End"]), int(row["nMajor"]) + int(row["nMinor"]))
            for row in csv.DictReader(file, delimiter="\t")
        ]
    found = {one.gene for one in gene_calls(segments, build) if one.type == "amplification"}
    assert {"ERBB2", "MYC", "NRAS", "RICTOR"} <= found
