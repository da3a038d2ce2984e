"""Structural rows of a VCF, as different callers write them, to findings and to what was not read."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.bedside.case.vcf_structural import is_structural, placed, supporting_reads
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.genomics.alteration import Build
from tests.bedside.case.laboratory_files import CASE, flags, only, read, reasons, vcf

BRACKETS = "2 42522694 N N]2:29447000] PASS SVTYPE=BND ."
INVERSION = "2 29447000 N <INV> PASS SVTYPE=INV;END=42522694 ."
OF_DELLY = "2 42522694 N <BND> PASS SVTYPE=BND;CHR2=2;POS2=29447000;CT=3to3 ."
MATE = "2 29447000 N N]2:42522694] PASS SVTYPE=BND ."
RECIPROCAL = "2 29447001 N [2:42522695[N PASS SVTYPE=BND ."


@pytest.mark.parametrize("row", [BRACKETS, INVERSION, OF_DELLY, MATE])
def test_each_way_of_writing_an_inversion_gives_the_same_fusion(tmp_path: Path, row: str) -> None:
    found = read(tmp_path, case__json=CASE, sv__vcf=vcf(row))
    assert (only(found).fusion, only(found).gene, reasons(found)) == (("EML4", "ALK"), "ALK", [])


def test_both_ends_and_the_other_half_of_an_exchange_are_one_fusion(tmp_path: Path) -> None:
    found = read(tmp_path, case__json=CASE, sv__vcf=vcf(BRACKETS, MATE, RECIPROCAL))
    assert (only(found).fusion, "said_by_two_files" in flags(found)) == (("EML4", "ALK"), False)
    assert [one.detail for one in found.flags if one.key == "fusions_from_breaks"] == ["EML4::ALK"]


def test_a_fusion_of_a_vcf_opens_the_option_that_the_same_fusion_in_words_opens(tmp_path: Path) -> None:
    (tmp_path / "2").mkdir()
    of_vcf = read(tmp_path, case__json=CASE, sv__vcf=vcf(BRACKETS))
    of_words = read(tmp_path / "2", case__json=CASE | {"alterations": ["EML4::ALK"]})
    first = [
        tell(consult(one, day=datetime.date(2026, 11, 27)), "en")["options"][0]["therapy"] for one in (of_vcf, of_words)
    ]
    assert first[0] == first[1]


def test_a_tandem_duplication_joins_two_genes_and_an_exon_that_is_gone_is_a_variant(tmp_path: Path) -> None:
    (tmp_path / "2").mkdir()
    twice = read(tmp_path, case__json=CASE, sv__vcf=vcf("4 1741000 N <DUP:TANDEM> PASS SVTYPE=DUP;END=1808600 ."))
    gone = read(tmp_path / "2", case__json=CASE, sv__vcf=vcf("7 116411800 N <DEL> PASS SVTYPE=DEL;SVLEN=-300 ."))
    assert only(twice).fusion == ("FGFR3", "TACC3")
    assert (only(gone).gene, "exon_14_skipping" in only(gone).classes) == ("MET", True)


def test_reads_and_genotype_of_the_tumour_are_used() -> None:
    assert supporting_reads({"PR": "50,7", "SR": "40,5"}) == 12
    assert (supporting_reads({"DV": "3", "RV": "4"}), supporting_reads({"GT": "0/1"})) == (7, None)
    row = ("9", 21900000, "<DEL>", {"END": "22100000"})
    kinds = [{one.type for one in placed(*row, {"GT": said}, "GRCh37").found} for said in ("0/1", "1/1")]
    assert kinds == [{"loss"}, {"deletion"}]


def test_a_row_that_the_sample_does_not_carry_is_no_finding(tmp_path: Path) -> None:
    found = read(tmp_path, case__json=CASE, sv__vcf=vcf(BRACKETS.replace(" .", " 0/0:9,0:9")))
    assert (found.case.alterations, reasons(found)) == ((), ["not_carried"])


def test_what_cannot_be_placed_is_told_with_how_often(tmp_path: Path) -> None:
    rows = (
        "1 1000 N N. PASS . .", "1 2000 N N. PASS . .", "1 3000 N <INS:ME> PASS . .",
        "1 4000 N <CNV> PASS END=900000 .", "2 29447000 N N[5:50000[ PASS . .", "1 5000 N <NON_REF> PASS . .",
    )  # fmt: skip
    found = read(tmp_path, case__json=CASE, sv__vcf=vcf(*rows))
    assert [(one.reason, one.detail) for one in found.not_read] == [
        ("sv_mate_unknown", "2"), ("sv_kind", "<INS:ME> × 1"), ("sv_no_copies", "1"), ("sv_breaks_gene", "ALK × 1"),
    ]  # fmt: skip


def test_genes_of_one_reason_stand_in_one_line(tmp_path: Path) -> None:
    rows = ("2 29447000 N N[5:50000[ PASS . .", "17 7580000 N N[5:50000[ PASS . .", "2 29448000 N ]5:50000]N PASS . .")
    found = read(tmp_path, case__json=CASE, sv__vcf=vcf(*rows))
    assert [(one.reason, one.detail) for one in found.not_read] == [("sv_breaks_gene", "ALK, TP53 × 3")]


def test_without_a_build_nothing_is_placed(tmp_path: Path) -> None:
    head = "##fileformat=VCFv4.2\n"
    found = read(tmp_path, case__json=CASE, sv__vcf=vcf(BRACKETS, head=head))
    assert (found.case.alterations, reasons(found)) == ((), ["build_unknown"])


@given(
    st.one_of(st.text(max_size=40), st.from_regex(r"[ACGTN]{0,3}[\[\]][0-9XY]{1,2}:[0-9]{1,12}[\[\]][ACGTN]{0,3}"),
              st.sampled_from(["<DEL>", "<DUP>", "<INV>", "<CNV>", "<BND>", "<TRA>", "<>", "N."])),
    st.dictionaries(st.sampled_from(["END", "SVLEN", "CN", "CT", "CHR2", "POS2", "INV3"]), st.text(max_size=12)),
    st.sampled_from(["GRCh37", "GRCh38", "other", None]),
)  # fmt: skip
def test_any_row_is_placed_or_has_a_reason(alt: str, info: dict[str, str], build: Build | None) -> None:
    if is_structural(alt):
        found = placed("7", 140_453_136, alt, info, {}, build)
        assert bool(found.found) != bool(found.reason)
