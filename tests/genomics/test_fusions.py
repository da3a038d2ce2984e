"""Which fusions drive, by partner, side and frame."""

from __future__ import annotations

import pytest

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.genomics.judging import judge
from chevet.words import oncotree


def fusion(five: str, three: str, *, gene: str = "", **more: object) -> Finding:
    return judge([Alteration("fusion", gene=gene, fusion=(five, three), **more)])[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("five", "three", "driver"),
    [("EML4", "ALK", "ALK"), ("KIF5B", "RET", "RET"), ("FGFR2", "BICC1", "FGFR2"), ("BCR", "ABL1", "ABL1"),
     ("ETV6", "NTRK3", "NTRK3"), ("TMPRSS2", "ERG", "ERG"), ("KMT2A", "AFF1", "KMT2A"), ("IGH", "MYC", "MYC")],
)  # fmt: skip
def test_a_known_fusion_is_oncogenic_by_its_driver(five: str, three: str, driver: str) -> None:
    found = fusion(five, three)
    assert (found.verdict, found.direction, found.alteration.gene) == ("oncogenic", "gain", driver)


def test_the_other_way_round_it_is_not_called_a_driver() -> None:
    found = [fusion("NTRK1", "TPM3"), fusion("ALK", "EML4"), fusion("RET", "XYZ")]
    assert [(one.drives, one.flags) for one in found] == [(False, ("fusion_reciprocal",))] * 3


def test_a_kinase_with_a_new_partner_is_likely_oncogenic_on_its_side() -> None:
    found = [fusion("TTN", "ROS1", in_frame=True), fusion("FGFR3", "TTN", in_frame=True), fusion("", "NTRK1")]
    assert [one.verdict for one in found] == ["likely_oncogenic"] * 3
    assert found[2].flags == ("fusion_partner_unknown", "fusion_frame_unknown")


def test_a_chimera_out_of_frame_does_not_drive_and_a_switched_on_gene_does() -> None:
    found = [fusion("EML4", "ALK", in_frame=False), fusion("TMPRSS2", "ERG", in_frame=False)]
    found += [fusion("TTN", "RET", in_frame=False), fusion("MYC", "IGH", in_frame=False)]
    assert [one.drives for one in found] == [False, True, False, True]


def test_a_pair_of_which_nothing_is_known_is_uncertain() -> None:
    assert fusion("TTN", "MUC16").verdict == "uncertain"


def test_few_reads_are_told() -> None:
    assert (fusion("EML4", "ALK", depth=2).flags, fusion("EML4", "ALK", depth=50).flags) == (("fusion_few_reads",), ())


def test_the_table_knows_at_least_120_fusions_in_tumours_of_oncotree() -> None:
    rows = facts.rows("known_fusions.tsv")
    assert len(rows) >= 120
    assert [
        row for row in rows if not row["source"] or row["driver"] not in (row["five_prime"], row["three_prime"])
    ] == []
    assert [code for row in rows for code in row["tumours"].split("|") if code and oncotree.get(code) is None] == []
